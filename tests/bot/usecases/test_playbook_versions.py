"""Versions of the playbooks in the database: each once, whichever process sees it first, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select
from typing_extensions import override

from bot import wiring
from bot.clock import TestClock
from bot.core.account import Language
from bot.core.changes import Kind
from bot.core.library import Library
from bot.core.matching import Weights
from bot.core.version import Origin, Trouble, Version
from bot.settings import Settings
from bot.usecases import playbook_notices, playbook_overview, playbook_versions
from bot.usecases.ports import Base, Profile, Shelf
from bot.usecases.silence import NobodyToTell
from storage import playbook_versions as stored
from storage import reps
from storage.session import Database
from storage.tables import NudgeRow

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
ORIGIN = Origin("playbooks @ abc1234", "Mei Lin", datetime(2026, 3, 4, 8, tzinfo=UTC))
TROUBLE = Trouble("playbooks/a/b.yaml", 2, "status is not known", "write stable", "b")
PROCESSES = 6


class Slack(NobodyToTell):
    """Knows one person."""

    @override
    def profile(self, team_id: str, user_id: str) -> Profile | None:
        return Profile(None, Language.EN) if user_id == "U0BOB" else None


@pytest.fixture
def bases(database: Database, shipped: tuple[Library, Weights], tmp_path: Path) -> list[Base]:
    """Several processes on one database; Bob is the admin."""
    with database.write() as session:
        reps.save(session, "T1", "U0BOB", zone="Europe/Berlin")
    parts = wiring.Parts(TestClock(NOW, 0), Slack(), lambda job: job())
    chosen = Settings(data_dir=tmp_path, admins="U0BOB")
    return [wiring.base(chosen, parts, database, Shelf(*shipped)) for _ in range(PROCESSES)]


def everywhere(bases: list[Base], work: Callable[[Base], object]) -> list[object]:
    with ThreadPoolExecutor(len(bases)) as pool:
        return list(pool.map(work, bases))


def versions(base: Base, *, refused: bool | None = None) -> list[Version]:
    with base.database.read() as session:
        return stored.last(session, 20, refused=refused)


def changed(library: Library, **update: object) -> Library:
    """The library with its first play changed."""
    play = library.plays[0].model_copy(update=update)
    return replace(library, version=f"{library.version}+{sorted(update)}", plays=(play, *library.plays[1:]))


def test_a_version_that_all_processes_take_is_written_once_with_what_it_changed(bases: list[Base]) -> None:
    library = bases[0].shelf.library
    everywhere(bases, lambda base: playbook_versions.adopted(base, library, ORIGIN))
    new = changed(library, owner="U0NOBODY")
    fewer = replace(new, version="fewer", plays=new.plays[1:])
    everywhere(bases, lambda base: playbook_versions.adopted(base, new, ORIGIN))
    everywhere(bases, lambda base: playbook_versions.adopted(base, fewer, ORIGIN))
    everywhere(bases, lambda base: playbook_versions.adopted(base, library, ORIGIN))
    found = versions(bases[0])[::-1]
    assert [v.version for v in found] == [library.version, new.version, "fewer", library.version]
    assert [[c.kind for c in v.changes] for v in found] == [[], [Kind.TENDED], [Kind.REMOVED], [Kind.ADDED]]
    assert {v.origin for v in found} == {ORIGIN}
    with bases[0].database.read() as session:  # all that a version says is kept of the last one only
        assert [bool(stored.plays_of(session, v.id)) for v in found] == [False, False, False, True]


def test_a_version_that_all_processes_refuse_is_told_once(bases: list[Base]) -> None:
    def refuse(base: Base) -> None:
        playbook_notices.tell(base, playbook_versions.refused(base, "abc", ORIGIN, [TROUBLE]), ["U0GONE", "nobody"])

    playbook_versions.adopted(bases[0], bases[0].shelf.library, ORIGIN)
    everywhere(bases, refuse)
    everywhere(bases, refuse)
    assert [list(v.troubles) for v in versions(bases[0], refused=True)] == [[TROUBLE]]
    with bases[0].database.read() as session:
        [row] = session.exec(select(NudgeRow)).all()
        assert (row.rep_id, row.cue, row.kind) == ("U0BOB", "playbooks_refused", "digest")


def test_the_machine_readable_form_says_all_of_it(bases: list[Base]) -> None:
    base = bases[0]
    playbook_versions.adopted(base, base.shelf.library, ORIGIN)
    playbook_versions.refused(base, "abc", ORIGIN, [TROUBLE])
    told = playbook_overview.document(base)
    assert (told["version"], told["plays"]) == (base.shelf.library.version, 32)
    assert told["versions"][0]["author"] == "Mei Lin"
    assert told["versions"][0]["changed_at"] == "2026-03-04T08:00:00+00:00"
    assert told["refused"][0]["findings"][0]["repair"] == "write stable"
