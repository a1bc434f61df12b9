"""The pages on which somebody adds the app to a workspace: what it asks for, and what became of it."""

import hmac
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode

from bot import errors
from bot import log as logs
from bot.core.account import Language
from bot.core.texts import installing as texts
from bot.core.wording import Text
from bot.log import log
from bot.slack import manifest
from bot.slack.oauth import OAuth
from bot.usecases import installing
from bot.usecases.installing import Tenancy
from bot.usecases.ports import Base
from storage.installations import Installation

Environ = dict[str, Any]
Start = Callable[..., Any]
INSTALL, REDIRECT = "/slack/install", manifest.REDIRECT_PATH
COOKIE = "__Host-kam-oauth-state"  # by this name no neighbour below the same domain can set it
SECONDS = int(installing.SIGN_IN_LASTS.total_seconds())
LONGEST = 2_000  # of a code or a state
ASKING = 4  # sign-ins for which Slack is asked at once: strangers take no more of the threads that answer reps
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Vary", "Accept-Language"),
)
STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:38rem;margin:3rem auto;padding:0 1rem;color:#1f2430}"
    "a.button{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;background:#1f3a5f;color:#fff;"
    "text-decoration:none}li{margin:.3rem 0}"
    "@media(prefers-color-scheme:dark){body{background:#15181e;color:#e8eaee}a.button{background:#9db8dd;color:#15181e}}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: paragraphs, then a list, then one button (its words and its address)."""

    status: str
    heading: Text
    said: tuple[str, ...]
    points: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    button: tuple[Text, str] | None = None
    cookie: str = ""


class Door:
    """Answers `/slack/install` and `/slack/oauth_redirect`."""

    def __init__(self, base: Base, tenancy: Tenancy, oauth: OAuth) -> None:
        self._base, self._tenancy, self._oauth = base, tenancy, oauth
        self._asking = threading.BoundedSemaphore(ASKING)

    def install(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Begins a sign-in: says what the app asks for, and why."""
        return self._show(environ, start, self._begun)

    def redirect(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Ends a sign-in: Slack sends the browser here, with a code or with a no."""
        return self._show(environ, start, self._ended)

    def _show(self, environ: Environ, start: Start, work: Callable[[Environ, Language], Page]) -> Iterable[bytes]:
        language = preferred(str(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
        if environ.get("REQUEST_METHOD") != "GET":
            start("405 Method Not Allowed", [("Allow", "GET"), ("Content-Length", "0")])
            return [b""]
        page = work(environ, language)
        body = _html(page, language).encode()
        more = [("Set-Cookie", page.cookie)] if page.cookie else []
        start(page.status, [*HEADERS, ("Content-Language", language.value), ("Content-Length", str(len(body))), *more])
        return [body]

    def _begun(self, _environ: Environ, language: Language) -> Page:
        state = installing.begin(self._tenancy.keys, self._base.clock.now())
        rights = tuple(f"{scope.name}: {texts.RIGHTS[scope.name].of(language)}" for scope in manifest.SCOPES)
        return Page(
            "200 OK",
            texts.ADD_HEADING,
            (texts.ADD_INTRO.of(language), texts.ADD_MAY.of(language)),
            rights,
            (texts.ADD_NOT.of(language),),
            (texts.ADD_BUTTON, self._oauth.consent_url(state)),
            _cookie(state, SECONDS),
        )

    def _ended(self, environ: Environ, language: Language) -> Page:
        asked = parse_qs(str(environ.get("QUERY_STRING", "")))
        state, code, refusal = (asked.get(name, [""])[0][:LONGEST] for name in ("state", "code", "error"))
        if not self._is_ours(environ, state):
            return _failed("400 Bad Request", texts.STALE_HEADING, texts.STALE.of(language))
        if refusal or not code:
            return _failed("200 OK", texts.DENIED_HEADING, texts.DENIED.of(language))
        if not self._asking.acquire(blocking=False):
            return Page("503 Service Unavailable", texts.BUSY_HEADING, (texts.BUSY.of(language),))
        try:
            made = self._oauth.exchange(code)
        except errors.KamError as error:
            reference = logs.reference()
            log.warning("app_not_installed", reference=reference, error=error.code)
            said = texts.FAILED.of(language, reference=reference)
            return _failed("502 Bad Gateway", texts.FAILED_HEADING, said)
        finally:
            self._asking.release()
        if not installing.keep(self._base, self._tenancy.keys, state, made):
            return _failed("400 Bad Request", texts.STALE_HEADING, texts.STALE.of(language))
        return self._installed(made, language)

    def _installed(self, made: Installation, language: Language) -> Page:
        self._tenancy.forget()
        if not made.org_wide:
            self._base.later(lambda: installing.greet(self._base, made.id, made))
        said = texts.DONE.of(language, name=made.name) if made.name else texts.DONE_NAMELESS.of(language)
        link = "https://slack.com/app_redirect?" + urlencode({"app": made.app_id, "team": made.id})
        return Page("200 OK", texts.DONE_HEADING, (said,), button=(texts.OPEN_SLACK, link), cookie=_cookie("", 0))

    def _is_ours(self, environ: Environ, state: str) -> bool:
        """True if this browser began this sign-in, here, and not long ago, and did not end it."""
        try:
            held = SimpleCookie(str(environ.get("HTTP_COOKIE", ""))).get(COOKIE)
        except CookieError:
            held = None
        if not state or held is None or not hmac.compare_digest(held.value.encode(), state.encode()):
            return False
        return installing.is_open(self._base, self._tenancy.keys, state, self._base.clock.now())


def preferred(accepted: str) -> Language:
    """The language that a browser likes better; English where it says nothing of either."""
    best = {Language.EN: 0.0, Language.ZH: 0.0}
    for entry in accepted.split(",")[:50]:
        tag, _, rest = entry.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        liking = float(weight[1]) if weight else 1.0
        for language in best:
            if tag.partition("-")[0].lower() == language.value:
                best[language] = max(best[language], liking)
    return Language.ZH if best[Language.ZH] > best[Language.EN] else Language.EN


def _failed(status: str, heading: Text, said: str) -> Page:
    return Page(status, heading, (said,), button=(texts.AGAIN, INSTALL), cookie=_cookie("", 0))


def _cookie(value: str, seconds: int) -> str:
    return f"{COOKIE}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


def _html(page: Page, language: Language) -> str:
    points = "".join(f"<li>{escape(point)}</li>" for point in page.points)
    words = page.button[0].of(language) if page.button else ""
    button = f'<p><a class="button" href="{escape(page.button[1])}">{escape(words)}</a></p>' if page.button else ""
    heading = escape(page.heading.of(language))
    return (
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{heading} · {escape(texts.TITLE.of(language))}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{heading}</h1>{_paragraphs(page.said)}{f'<ul>{points}</ul>' if points else ''}"
        f"{_paragraphs(page.after)}{button}</main></body></html>"
    )


def _paragraphs(said: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in said)
