"""What the commands may ask for. `__main__` builds one value of it and hands it to typer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.loader import Loaded
from bot.core.checkup import Check
from bot.core.matching import Weights
from bot.usecases.ports import Base
from storage.keyring import Keyring
from storage.session import Database


@dataclass(frozen=True, slots=True)
class DemoWish:
    """How the demo shall run; with `ignore_all` the simulated reps answer no routine nudge."""

    headless: bool = False
    days: int = 14
    as_json: bool = False
    ignore_all: bool = False


@dataclass(frozen=True, slots=True)
class Services:
    """Each is a function, so that a command builds only what it needs."""

    now: Callable[[], datetime]
    address: str  # of the database
    playbooks: Callable[[], Path]  # their folder; of a repository the good copy, fetched where there is none
    cache: Path  # folder of what is built from playbooks
    fallback_zone: ZoneInfo | None
    loaded: Callable[[Path | None], Loaded]
    weights: Callable[[Loaded, Path | None], Weights]
    base: Callable[[], Base]  # the database and the playbooks, with nobody to post to
    team: Callable[[Base, str], str]
    migrate: Callable[[], str]
    serve: Callable[[], None]
    demo: Callable[[DemoWish], int]
    manifest: Callable[[str | None, bool], dict[str, Any]]
    write_manifests: Callable[[Path], list[Path]]
    warm: Callable[[], str]
    database: Callable[[], Database]  # at the schema of this version
    keys: Callable[[], Keyring]
    doctor: Callable[[], Iterator[Check]]
