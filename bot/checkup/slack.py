"""Slack: tokens, scopes, the manifest against the code, and whether the two clocks agree."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot import errors, wiring
from bot.core.checkup import Check, broken, look, ok
from bot.settings import Mode, Settings
from bot.slack import acts, entrance, manifest, messenger, removals
from bot.slack import app as listeners
from storage import health, installations
from storage.session import Database

SECONDS = 10
ASKED_AT_MOST = 20  # installations whose token is tried
SKEW, TOO_FAR = timedelta(seconds=5), timedelta(minutes=4)  # Slack's signatures hold for five minutes


def examine(settings: Settings) -> Iterator[Check]:
    yield declared(settings)
    if settings.many_workspaces:
        yield from _many(settings)
    else:
        yield from _one(settings)


def declared(settings: Settings) -> Check:
    """Whether what the manifest declares is heard, and what is heard is declared."""
    mode: manifest.Mode = "http" if settings.mode is Mode.HTTP else "socket"
    found = manifest.manifest(mode, many=settings.many_workspaces and mode == "http")
    events = {event.partition(".")[0] for event in found["settings"]["event_subscriptions"]["bot_events"]}
    heard = {*listeners.EVENTS, *(removals.EVENTS if settings.many_workspaces else ())}
    shortcuts = {shortcut["callback_id"] for shortcut in found["features"]["shortcuts"]}
    odd = sorted((events ^ heard) | (shortcuts ^ set(acts.SHORTCUTS)))
    if odd:
        said = f"The manifest and the code differ: {', '.join(odd)}."
        return broken("manifest", said, "Install this version again: its files are of two versions.")
    return ok("manifest", f"{len(events)} events and {len(shortcuts)} shortcuts are declared, and each is heard.")


# --- one workspace --------------------------------------------------------------------------------------------------


def _one(settings: Settings) -> Iterator[Check]:
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        yield broken("token", "KAM_SLACK_BOT_TOKEN is not set.", "Copy the xoxb-… token of your Slack app.")
        return
    answer = _asked(settings, token)
    if isinstance(answer, Check):
        yield answer
        return
    yield ok("token", f"Slack accepts the bot token, in workspace {answer['team_id']}.")
    yield scopes({s.strip() for s in _header(answer, "x-oauth-scopes").split(",")})
    yield clock(settings, _header(answer, "date"))
    yield _way_in(settings)


def _way_in(settings: Settings) -> Check:
    """Whether Slack's deliveries can come in: the app-level token, or the signing secret."""
    if settings.mode is Mode.HTTP:
        if not settings.slack_signing_secret.get_secret_value():
            repair = "Copy the signing secret from your app's Basic Information."
            return broken("deliveries", "KAM_SLACK_SIGNING_SECRET is not set.", repair)
        said = "Deliveries come over HTTP and are checked against the signing secret."
        return ok("deliveries", said)
    token = settings.slack_app_token.get_secret_value()
    if not token:
        repair = "Make an xapp-… token with connections:write."
        return broken("deliveries", "KAM_SLACK_APP_TOKEN is not set.", repair)
    try:
        _client(settings, token).apps_connections_open(app_token=token)
    except SlackApiError as error:
        said = f"Slack refuses the app-level token ({messenger.error_word(error.response)})."
        return broken("deliveries", said, "Make a new xapp-… token with connections:write, and switch Socket Mode on.")
    except (SlackClientError, *messenger.BROKEN) as error:
        return _no_answer(error)
    return ok("deliveries", "Slack lets the bot open a Socket Mode connection.")


# --- many workspaces ------------------------------------------------------------------------------------------------


def _many(settings: Settings) -> Iterator[Check]:
    try:
        entrance.check(settings)
    except errors.KamError as error:
        yield broken("installing", error.message, error.repair)
        return
    yield ok("installing", f"Workspaces can install the app at {manifest.EVENTS_PATH.rpartition('/')[0]}/install.")
    held = _installations(settings)
    dead, answer = [], None
    for one in held[:ASKED_AT_MOST]:
        found = _asked(settings, one.bot_token)
        if isinstance(found, Check):
            dead.append((one.id, found))
        else:
            answer = found
    if dead:
        named = ", ".join(name for name, _ in dead)
        said = f"Slack does not accept the tokens of {len(dead)} installations ({named}). {dead[0][1].message}"
        yield broken("token", said, "Where the app was removed nothing is to do; else install it there again.")
    elif held:
        yield ok("token", f"Slack accepts the tokens of {min(len(held), ASKED_AT_MOST)} of {len(held)} installations.")
    lacking = [one.id for one in held if not needed() <= {s.strip() for s in one.scopes.split(",")}]
    if lacking:
        said = f"{len(lacking)} installations lack scopes that this version needs: {', '.join(lacking)}."
        yield look("scopes", said, "Have an admin there open /slack/install again.")
    if answer is not None:
        yield clock(settings, _header(answer, "date"))


def _installations(settings: Settings) -> list[installations.Installation]:
    """Those whose tokens open; what stands in the way otherwise is told by other checks."""
    file = health.file_of(settings.database)
    if file is not None and not file.exists():
        return []
    try:
        ring = entrance.keys(settings)
        with closing(Database(settings.database)) as opened, opened.read() as session:
            found = [installations.get(session, ring, one) for one in installations.everywhere(session)]
    except (errors.KamError, SQLAlchemyError, ArgumentError, OSError):
        return []
    return [one for one in found if one is not None]


# --- of both --------------------------------------------------------------------------------------------------------


def needed() -> set[str]:
    """The scopes that this version works with."""
    return {scope.name for scope in manifest.SCOPES}


def scopes(held: set[str]) -> Check:
    """Whether the token holds every scope of the manifest."""
    held = held - {""}
    if not held:
        repair = "Compare OAuth & Permissions of your app with manifest.json."
        return look("scopes", "Slack does not say which scopes the token holds.", repair)
    missing, idle = sorted(needed() - held), sorted(held - needed())
    if missing:
        said = f"The app lacks {', '.join(missing)}."
        repair = "Paste the new manifest (`kam manifest`) under App Manifest, then install the app again."
        return broken("scopes", said, repair)
    if idle:
        said = f"The app holds more than it needs: {', '.join(idle)}."
        return look("scopes", said, "Take them out under OAuth & Permissions, then install the app again.")
    return ok("scopes", f"The app holds the {len(held)} scopes that it needs, and no other.")


def clock(settings: Settings, told: str) -> Check:
    """Whether this machine's clock is right, by the time on Slack's answer (to the second)."""
    if settings.test_clock:
        return look("clock", "A test clock runs (KAM_TEST_CLOCK).", "Take KAM_TEST_CLOCK and KAM_NOW out of service.")
    try:
        slack = parsedate_to_datetime(told)
    except ValueError:
        return look("clock", "Slack's answer bore no time.", "A proxy may change answers; ask its keeper.")
    off = wiring.clock(settings).now() - _aware(slack)
    said = f"This machine's clock is {abs(off.total_seconds()):.0f} s {'ahead' if off > timedelta() else 'behind'}."
    repair = "Let the machine keep its clock (chrony, systemd-timesyncd): deliveries are refused five minutes away."
    if abs(off) >= TOO_FAR:
        return broken("clock", said, repair)
    return look("clock", said, repair) if abs(off) >= SKEW else ok("clock", "This machine's clock agrees with Slack's.")


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def _client(settings: Settings, token: str) -> WebClient:
    return WebClient(token, base_url=settings.slack_api_url, timeout=SECONDS, retry_handlers=[])


def _asked(settings: Settings, token: str) -> SlackResponse | Check:
    """Slack's answer to who the bot is, or what is wrong."""
    try:
        return _client(settings, token).auth_test()
    except SlackApiError as error:
        said = f"Slack refuses the bot token ({messenger.error_word(error.response)})."
        return broken("token", said, "Install the app again and copy its xoxb-… token to KAM_SLACK_BOT_TOKEN.")
    except (SlackClientError, *messenger.BROKEN) as error:
        return _no_answer(error)


def _no_answer(error: Exception) -> Check:
    said = f"Slack does not answer ({type(error).__name__})."
    return broken("token", said, "Check KAM_SLACK_API_URL, the network, the proxy, and https://slack-status.com.")


def _header(answer: SlackResponse, name: str) -> str:
    """One header of an answer; the SDK keeps them under the names that came, one or a list."""
    headers: dict[str, Any] = dict(answer.headers)
    found = next((value for key, value in headers.items() if key.lower() == name), "")
    return str(found[0] if isinstance(found, list) else found)
