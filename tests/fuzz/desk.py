"""A coach with something of everything in it, given what strangers say to it: words, button values, forms, requests."""

import hashlib
import hmac
import io
import json
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from sqlmodel import SQLModel

from bot import errors, settings, wiring
from bot.core.account import Rep
from bot.core.message import Reply
from bot.practice import limits, render
from bot.slack import acts, blocks, modals
from bot.slack.commands import help as helping
from bot.slack.commands import router
from bot.slack.commands.base import Act
from bot.usecases import people
from bot.usecases.ports import Asker, Shelf
from storage import belongings
from storage.session import Database
from tests import coach as coaches
from tests.coach import TEAM, Coach
from tests.fuzz.targets import Give, kinds, text_of

PEOPLE = ("U1", "U6")
BUTTON, TYPED, PRIVATE = 9_000, 40_000, 9_000  # characters; more of each than Slack lets through
SHOWN = (
    "account add Nordhaus",
    "contact add Nordhaus: 王强",
    "visit Nordhaus tomorrow 10:00",
    "promise Nordhaus: send the figures by friday",
    "advice Nordhaus is angry about the delivery",
    "problem Nordhaus: the pump leaks",
    "note Nordhaus praise they thanked us",
)
WORDS = (
    "Nordhaus",
    "me",
    "all",
    "yes",
    "none",
    "0",
    "1",
    "-1",
    "9" * 5000,
    "|",
    ":",
    ",",
    "\x00",
    "\ud800",
    "\n",
    "<@U6>",
    "<!channel>",
    "%",
    "{name}",
    "tomorrow",
    "monday 9:00",
    "下周四",
    "2026-03-05",
    "eve",
    "zh",
    "Europe/Berlin",
)
FIELDS = (
    "name",
    "stage",
    "people",
    "account",
    "what",
    "who",
    "by",
    "text",
    "due",
    "why",
    "rep",
    "manager",
    "wrong",
    "wish",
    "right",
    "named",
    "wish_again",
    "question_again",
    "draft",
    "brief",
    "confirm",
    "language",
    "contacts",
)


class Desk:
    """The coach, two people who keep accounts in it, and the ids of all that they have."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        ready = folder / "ready.db"
        made = Database(f"sqlite:///{ready}")
        SQLModel.metadata.create_all(made.engine)
        made.close()
        home = folder / "coach"
        home.mkdir()
        self.coach: Coach = stack.enter_context(coaches.running(home, ready))
        self.base = self.coach.bot.base
        self.words: list[str] = []
        self._furnish()

    def _furnish(self) -> None:
        for person in (self.coach.anna, self.coach.bob):
            for line in SHOWN:
                person.types(line)
        self.coach.plan()
        ids: set[str] = set()
        with self.base.database.read() as session:
            for table in belongings.all_tables():
                rows = session.execute(table.select()).mappings()
                ids |= {
                    str(value) for row in rows for name, value in row.items() if name == "id" or name.endswith("_id")
                }
        own = (word for c in helping.COMMANDS for word in (c.name, *c.aliases, *c.words))
        self.words = sorted({*own, *WORDS, *ids, *acts.TAPS, *acts.FORMS})

    def spelled(self, data: bytes) -> str:
        """Bytes as text, in which a 1 byte and another one stand for a word that the coach knows."""
        first, *rest = data.split(b"\x01")
        parts = [text_of(first)]
        for piece in rest:
            parts += [self.words[piece[0] % len(self.words)], text_of(piece[1:])] if piece else []
        return "".join(parts)

    def rep(self, number: int) -> Rep:
        """One of the two; whoever was forgotten begins anew."""
        asker = Asker(TEAM, PEOPLE[number % len(PEOPLE)])
        found = people.known(self.base, asker)
        if found is None:
            self._furnish()
            found = people.known(self.base, asker)
        assert found is not None
        return found

    def act(self, number: int, text: str) -> Act:
        return Act(self.base, self.rep(number), text, self.coach.now)

    def check(self, reply: Reply) -> None:
        """What is answered is something that Slack takes and that mentions nobody; nothing went wrong behind it."""
        if reply.message is not None:
            shown = blocks.render(reply.message)
            assert limits.check_message(shown, limits.UPDATE_TEXT) == []
            assert render.mentions(shown["text"], shown["blocks"]) == []
            assert "mrkdwn" not in kinds(shown["blocks"])
        if reply.form is not None:
            assert limits.check_view(modals.render(reply.form)) == []
        self.settle()

    def settle(self) -> None:
        """Waits for slow work; raises what went wrong in it."""
        self.coach.rest()
        wrong = [line for line in self.coach.lines if line["log_level"] in ("error", "critical")]
        self.coach.lines.clear()
        for line in wrong:
            if isinstance(line.get("exc_info"), BaseException):
                raise line["exc_info"]
        assert not wrong, wrong


def library(folder: Path) -> Shelf:
    """The shipped playbooks; to be read once, before any desk is opened."""
    return wiring.shelf(settings.Settings(data_dir=folder))


# --- what is said to it ---------------------------------------------------------------------------------------------


def slash(folder: Path, stack: ExitStack) -> Give:
    desk = Desk(folder, stack)

    def give(data: bytes) -> None:
        how, text = next(iter(data), 0), blocks.clean(desk.spelled(data[1:])[:TYPED])
        with suppress(errors.Refused):
            desk.check((router.words if how & 2 else router.run)(desk.act(how, text)))
        desk.settle()

    return give


def taps(folder: Path, stack: ExitStack) -> Give:
    desk, names = Desk(folder, stack), sorted(acts.TAPS)

    def give(data: bytes) -> None:
        name, who = [*data[:2], 0, 0][:2]
        text = blocks.clean(desk.spelled(data[2:])[:BUTTON])
        with suppress(errors.Refused):
            desk.check(acts.TAPS[names[name % len(names)]](desk.act(who, text)))
        desk.settle()

    return give


def forms(folder: Path, stack: ExitStack) -> Give:
    """The first line is what the form was about, or all of its unseen part; the rest its fields, as JSON or as text."""
    desk, names = Desk(folder, stack), sorted(acts.FORMS)

    def give(data: bytes) -> None:
        name, how = [*data[:2], 0, 0][:2]
        about, _, rest = desk.spelled(data[2:]).partition("\n")
        private = about if how & 2 else json.dumps({"subject": about})
        view = {"private_metadata": private[:PRIVATE], "state": {"values": values_of(rest)}}
        with suppress(errors.Refused):
            act = desk.act(how, blocks.clean(modals.subject(view)))
            modals.private(view)
            desk.check(acts.FORMS[names[name % len(names)]](act, modals.filled(view)))
        desk.settle()

    return give


def values_of(text: str) -> Any:
    """JSON as it stands; any other text in each field, as typed and as chosen."""
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    kind = len(text) % 3
    value: Any = {"value": text[:3_000]}
    if kind:
        value = {"selected_option": value} if kind == 1 else {"selected_users": text.split(",")}
    return {field: {modals.VALUE: value} for field in FIELDS}


# --- requests -------------------------------------------------------------------------------------------------------

STAMPS = ("now", "", "-1", "0", "soon", "9" * 30, "1e9", "１７")
TYPES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "",
    "text/plain; charset=klingon",
    "multipart/form-data",
)
METHODS = ("POST", "POST", "POST", "GET", "HEAD", "PUT", "")
PATHS = (
    "/slack/events",
    "/slack/events",
    "/slack/events",
    "/healthz",
    "/readyz",
    "/slack/events/",
    "/metrics",
    "",
    "/%00",
)


def requests(folder: Path, stack: ExitStack) -> Give:
    """Requests to the WSGI callable; the first bytes choose path, method, time, type, body and whether it is signed."""
    desk = Desk(folder, stack)
    secret = desk.coach.srv.signing_secret

    def give(data: bytes) -> None:
        path, method, stamp, kind, how, signed = [*data[:6], *[0] * 6][:6]
        body = body_of(desk, how, data[6:])
        at = STAMPS[stamp % len(STAMPS)] if not signed & 1 else "now"
        at = str(int(time.time())) if at == "now" else at
        mac = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        other = data[6:40].decode("latin-1")
        environ = {
            "PATH_INFO": PATHS[path % len(PATHS)],
            "REQUEST_METHOD": METHODS[method % len(METHODS)],
            "CONTENT_TYPE": TYPES[kind % len(TYPES)],
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "QUERY_STRING": data[6:60].decode("latin-1"),
            "wsgi.input": io.BytesIO(body),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": at,
            "HTTP_X_SLACK_SIGNATURE": f"v0={mac}" if signed & 1 else other,
        }
        told: list[str] = []
        b"".join(desk.coach.bot.http._answer(environ, lambda status, headers: told.append(status)))
        assert told, "nothing was answered"
        assert told[0] < "500", told
        if not signed & 1 and environ["PATH_INFO"] == "/slack/events" and b"ssl_check=1" not in body.split(b"&"):
            assert told[0] >= "400", told
        desk.settle()

    return give


def body_of(desk: Desk, how: int, data: bytes) -> bytes:
    """A body: raw, a command, an event, a tap, a form, or a payload that is the stranger's own."""
    text = desk.spelled(data)
    who = {"user": {"id": "U1"}, "team": {"id": TEAM}, "trigger_id": str(time.monotonic_ns())}
    with suppress(ValueError, TypeError, RecursionError):
        who |= json.loads(text)
    match how % 6:
        case 0:
            return data
        case 1:
            said = quote_plus(text[:TYPED].encode("utf-8", "replace"))
            return f"command=/kam&user_id=U1&team_id={TEAM}&trigger_id={who['trigger_id']}&text={said}".encode()
        case 2:
            event = {"type": "message", "channel_type": "im", "user": "U1", "text": text, "channel": "D1"}
            return json.dumps(
                {"type": "event_callback", "team_id": TEAM, "event_id": text, "event": event, **who}
            ).encode()
        case 3:
            tap = {
                "type": "block_actions",
                "actions": [{"action_id": text[:40], "value": text, "type": "button"}],
                **who,
            }
            return f"payload={quote_plus(json.dumps(tap))}".encode()
        case 4:
            view = {
                "id": "V1",
                "callback_id": text[:40],
                "private_metadata": text,
                "state": {"values": values_of(text)},
            }
            return f"payload={quote_plus(json.dumps({'type': 'view_submission', 'view': view, **who}))}".encode()
        case _:
            return b"payload=" + quote_plus(text.encode("utf-8", "replace")).encode()
