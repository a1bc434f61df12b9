"""Many workspaces for a test: the real coach over signed HTTP, installed by browser into practice workspaces."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import SecretStr
from sqlmodel import select
from structlog.testing import capture_logs
from typing_extensions import override

from bot.clock import TestClock
from bot.practice.branch import Branch
from bot.practice.grants import OAuthApp
from bot.practice.records import Delivery
from bot.practice.server import Server
from bot.practice.workspace import Member, Workspace
from bot.settings import Mode, Settings
from bot.slack import manifest
from storage import installations, keyring, nudges
from storage.tables import InstallationRow
from tests import coach as coaches
from tests.coach import PEOPLE, START, Coach, Person

ACME, BRAVO = "T0ACME", "T0BRAVO"
SCOPES = frozenset(scope.name for scope in manifest.SCOPES)
KEYS = keyring.new("k1")


@dataclass
class Firm:
    """One workspace and its people, who act as those of a coach do."""

    coach: "ManyCoach"
    srv: Branch

    @property
    def space(self) -> Workspace:
        return self.srv.space

    @property
    def id(self) -> str:
        return self.space.team_id

    @property
    def anna(self) -> Person:
        return Person(self, "U1")  # type: ignore[arg-type]

    @property
    def liwei(self) -> Person:
        return Person(self, "U2")  # type: ignore[arg-type]

    @property
    def bob(self) -> Person:
        return Person(self, "U6")  # type: ignore[arg-type]

    def check(self, delivery: Delivery) -> Delivery:
        return self.coach.check(delivery)

    def rest(self) -> None:
        self.coach.rest()

    def installation(self) -> InstallationRow | None:
        rows: list[InstallationRow] = self.coach.rows(InstallationRow, team_id=self.id)
        return rows[0] if rows else None


class Browser:
    """What somebody's browser does: it keeps the cookie that it was given, and sends it back."""

    def __init__(self, coach: "ManyCoach", language: str = "en") -> None:
        self.coach, self.headers = coach, {"Accept-Language": language}
        self.state_cookie = ""

    def get(self, path: str) -> httpx.Response:
        url = f"http://127.0.0.1:{self.coach.bot.http.port}{path}"
        cookies = {"Cookie": f"__Host-kam-oauth-state={self.state_cookie}"} if self.state_cookie else {}
        answer = httpx.get(url, headers=self.headers | cookies, trust_env=False)
        given = re.match(r"__Host-kam-oauth-state=([^;]*)", answer.headers.get("set-cookie", ""))
        if given is not None:
            self.state_cookie = given[1]
        return answer

    def begin(self) -> dict[str, str]:
        """What the button on the install page asks Slack."""
        link = re.search(r'href="([^"]*oauth/v2/authorize[^"]*)"', self.get("/slack/install").text)
        assert link is not None
        return dict(parse_qsl(urlsplit(html.unescape(link[1])).query))

    def comes_back(self, where: str) -> httpx.Response:
        parts = urlsplit(where)
        return self.get(f"{parts.path}?{parts.query}")


class ManyCoach(Coach):
    """A running bot for many workspaces."""

    @override
    def start(self) -> None:
        super().start()
        url = f"https://kam.example{manifest.REDIRECT_PATH}"
        assert self.srv.grants.app is not None
        self.srv.grants.app = replace(self.srv.grants.app, redirect_urls=(url,))

    @override
    def next_due(self) -> datetime | None:
        """When something is due; what waits for a workspace that left is not."""
        with self.bot.base.database.read() as session:
            return nudges.next_due(session)

    @property
    def acme(self) -> Firm:
        return Firm(self, self.srv)

    def firm(self, team_id: str) -> Firm:
        return Firm(self, next(b for b in self.srv.branches if b.space.team_id == team_id))

    @property
    def bravo(self) -> Firm:
        return self.firm(BRAVO)

    def add(self, team_id: str, people: tuple[Member, ...] = PEOPLE, **more: Any) -> Firm:
        space = Workspace(
            self.clock.now, people, team_id=team_id, team_name=team_id.title(), echo_own_messages=False,
            scopes=",".join(SCOPES), **more,
        )  # fmt: skip
        return Firm(self, self.srv.add(space))

    def install(self, team_id: str, user: str = "U6", language: str = "en") -> httpx.Response:
        """Somebody installs the app by browser; the page that they see last."""
        browser = Browser(self, language)
        where = self.srv.consent(browser.begin(), team_id, user)
        shown = browser.comes_back(where)
        self.rest()
        return shown

    def tokens(self) -> dict[str, str]:
        """The tokens in use, by installation."""
        keys = keyring.Keyring.read(self.settings.encryption_keys.get_secret_value())
        with self.bot.base.database.read() as session:
            rows = session.exec(select(InstallationRow)).all()
            return {row.team_id: installations.opened(row, keys).bot_token for row in rows if row.bot_token}


def settings(folder: Path, srv: Server, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "data_dir": folder,
        "mode": Mode.HTTP,
        "http_port": 0,
        "test_clock": True,
        "slack_api_url": srv.api_url,
        "slack_signing_secret": SecretStr(srv.signing_secret),
        "slack_client_id": "111.222",
        "slack_client_secret": SecretStr("practice-client-secret"),
        "encryption_keys": SecretStr(KEYS),
    }
    return Settings(**{**values, **changes})


@contextmanager
def running(folder: Path, ready: Path, *, rotation: bool = True, **changes: Any) -> Iterator[ManyCoach]:
    """A coach for many workspaces, that nobody has installed yet; Acme and Bravo have people of the same ids."""
    clock = TestClock(START, 0)
    space = Workspace(
        clock.now, PEOPLE, team_id=ACME, team_name="Acme", echo_own_messages=False, scopes=",".join(SCOPES)
    )
    coaches.copy_database(ready, folder / "kam.sqlite3")
    oauth = OAuthApp(scopes=SCOPES, rotation=rotation)
    with capture_logs() as lines, Server(space, retry_scale=0, oauth=oauth) as srv:
        srv.grants.revoke_all(space)  # no token but those that an installation brings
        coach = ManyCoach(settings(folder, srv, **changes), srv, clock, lines)
        coach.add(BRAVO)
        coach.start()
        try:
            yield coach
        finally:
            coach.stop()
    coach.is_clean()
