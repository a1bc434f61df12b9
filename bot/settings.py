"""Settings: the only reader of the environment. docs/settings.md explains each."""

import os
import re
import ssl
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import errors

ROOT = Path(__file__).resolve().parent.parent
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?")


class Mode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


class Settings(BaseSettings):
    """Everything that may be set from outside, each as KAM_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="KAM_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder of the SQLite file, the lock and the caches.")
    database_url: str = Field("", description="sqlite:///… or postgresql://…; empty: a SQLite file in the data folder.")
    cache_dir: Path | None = Field(None, description="Folder of what is built from playbooks; default: .kam-cache.")
    playbooks: Path | str = Field(
        ROOT / "playbooks", description="Folder with the playbooks, or a repository's address."
    )
    playbooks_seconds: float = Field(60, ge=1, description="How often the git host is asked for new playbooks.")
    git_token: SecretStr = Field(SecretStr(""), description="Token for the git host of the playbooks.")
    private_hosts: str = Field("", description="Hosts of one's own network that playbooks may come from.")
    private_ca: Path | None = Field(None, description="Certificates (PEM) that those hosts are trusted by, too.")
    timezone_fallback: str = Field("", description="Zone for reps of whom Slack names none; empty: the rep is asked.")
    mode: Mode = Field(Mode.SOCKET, description="How Slack reaches the bot: socket or http.")
    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token, xoxb-…")
    slack_app_token: SecretStr = Field(SecretStr(""), description="App-level token, xapp-…, for socket mode.")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret, for http mode.")
    slack_client_id: str = Field("", description="Client id: in http mode, workspaces may install the app.")
    slack_client_secret: SecretStr = Field(SecretStr(""), description="Client secret, beside the client id.")
    encryption_keys: SecretStr = Field(SecretStr(""), description="Keys for stored tokens; the first encrypts.")
    grace_days: int = Field(30, ge=1, le=3650, description="Days until the data of a workspace that left is deleted.")
    keep_days: int = Field(730, ge=400, le=3650, description="Days until what has ended is let go.")
    slack_api_url: str = Field("https://slack.com/api/", description="Base of the Web API; ends in /api/.")
    http_host: str = Field("127.0.0.1", description="Address to listen on.")
    http_port: int = Field(3000, ge=0, le=65535, description="Port to listen on; 0 picks one and logs it.")
    admins: str = Field("", description="Slack user ids of admins, separated by commas.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    test_clock: bool = Field(False, description="Allows the three settings below; for tests and demos only.")
    now: datetime | None = Field(None, description="Start of the test clock (ISO 8601 with offset).")
    clock_speed: float = Field(1.0, gt=0, le=100_000, description="How fast the test clock runs.")
    allow_loopback_fetch: bool = Field(False, description="Lets calendars be fetched from this machine.")

    @field_validator("playbooks", mode="before")
    @classmethod
    def _is_folder_or_address(cls, value: object) -> object:
        return Path(value) if isinstance(value, str) and "://" not in value else value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_api(cls, value: str) -> str:
        if not value.endswith("/api/"):
            raise ValueError("it must end in /api/")
        return value

    @field_validator("private_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        wrong = [name for name in _names(value) if not _HOST.fullmatch(name)]
        if wrong:
            raise ValueError("it lists names of hosts with commas between, such as gitlab.example.internal")
        return value

    @field_validator("private_ca")
    @classmethod
    def _holds_certificates(cls, value: Path | None) -> Path | None:
        try:
            if value is not None:
                ssl.create_default_context(cafile=value)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            raise ValueError("it is no readable file with certificates (PEM)") from error
        return value

    @field_validator("timezone_fallback")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key if value else value
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("it names no time zone, such as Asia/Shanghai") from error

    @field_validator("now")
    @classmethod
    def _is_aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("it needs an offset, as in 2026-03-02T08:00:00+00:00")
        return value

    @model_validator(mode="after")
    def _test_settings_are_for_tests(self) -> "Settings":
        if not self.test_clock and (self.now is not None or self.clock_speed != 1.0 or self.allow_loopback_fetch):
            raise ValueError(
                "KAM_NOW, KAM_CLOCK_SPEED and KAM_ALLOW_LOOPBACK_FETCH are for tests: they need KAM_TEST_CLOCK=1"
            )
        return self

    @property
    def many_workspaces(self) -> bool:
        """True where workspaces install the app themselves; else there is one, that of the bot token."""
        return bool(self.slack_client_id)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kam.sqlite3'}"

    @property
    def playbooks_address(self) -> str:
        """The web address of the repository with the playbooks; empty where they come from a folder."""
        return self.playbooks if isinstance(self.playbooks, str) else ""

    @property
    def private_names(self) -> frozenset[str]:
        """The hosts of one's own network that playbooks may come from: names, or `name:port`."""
        return frozenset(name.removesuffix(":443") for name in _names(self.private_hosts))

    @property
    def playbooks_folder(self) -> Path:
        """The folder with the playbooks; of a repository, the link to its good copy, which may not be there yet."""
        return self.playbooks if isinstance(self.playbooks, Path) else self.playbooks_copies / "current"

    @property
    def playbooks_copies(self) -> Path:
        """Where the good copy of a repository is kept."""
        return self.data_dir / "playbooks"

    @property
    def cache(self) -> Path:
        """The folder of what is built from playbooks: at set-up beside the code, else in the data folder."""
        if self.cache_dir is not None:
            return self.cache_dir
        beside = ROOT / ".kam-cache"
        return beside if beside.is_dir() else self.data_dir / "cache"

    @property
    def writable_cache(self) -> Path:
        """The cache, or where it cannot be written (it is part of an image) the folder of drafts."""
        return self.cache if os.access(self.cache, os.W_OK) else self.drafts

    @property
    def drafts(self) -> Path:
        """The folder of what is built while the coach runs, and of what the cache cannot take: always its own."""
        return self.data_dir / "cache"

    @property
    def fallback_zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.timezone_fallback) if self.timezone_fallback else None


def _names(text: str) -> list[str]:
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def read() -> Settings:
    """The settings from the environment. Raises BadInput that names every wrong one, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(_said(e["loc"], e["msg"]) for e in error.errors(include_input=False, include_url=False))
        raise errors.BadInput(f"Settings are wrong: {wrong}.", repair="See docs/settings.md.") from error


def _said(place: tuple[int | str, ...], message: str) -> str:
    name = "KAM_" + str(place[0]).upper() if place else ""
    return f"{name} {message.removeprefix('Value error, ')}".strip()
