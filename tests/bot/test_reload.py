"""Playbooks that change while the bot runs: taken at once as a whole, or refused as a whole and said so once."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.content import training
from bot.core.library import Library
from bot.core.matching import Weights
from bot.practice.workspace import Member
from bot.settings import ROOT
from storage.tables import NudgeRow, PlaybookVersionRow
from tests.bot.conftest import StartCoach
from tests.coach import Coach, Person, wait_until

SLOW = 60  # seconds: a matcher is trained
SETTLE = 0.1
OWNER = "U0MEILIN"
PLAY = "own-the-problem/bad-news-first.yaml"
QUESTION = "advice the shipment will be two weeks late and they don't know yet"
NEW = (
    "See them today, with a plan on one page.",
    "See them at breakfast, one page in hand.",
    "See them before work starts, plan in hand.",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the playbooks."""
    return shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks")


@pytest.fixture
def coach(start_coach: StartCoach, folder: Path) -> Coach:
    """It follows the folder; Mei Lin owns the plays, James is the admin."""
    coach = start_coach(playbooks=folder, admins="U3")
    coach.space.members[OWNER] = Member(OWNER, "Mei Lin", tz="Europe/Berlin")
    cache = coach.settings.data_dir / "cache"
    cache.mkdir()
    shutil.copy(ROOT / ".kam-cache" / "playbooks.json", cache)
    for person in (coach.anna, coach.james, owner(coach)):
        person.types("help")
    coach.bot.follow_playbooks(settle=SETTLE)
    wait_until(lambda: coach.said("playbooks_in_use"), SLOW)
    return coach


def owner(coach: Coach) -> Person:
    return Person(coach, OWNER)


def change(folder: Path, name: str, work: Callable[[str], str]) -> None:
    file = folder / name
    new = work(file.read_text("utf-8"))
    assert new != file.read_text("utf-8")
    file.write_text(new, "utf-8")


def reword(text: str) -> str:
    """The same play with other English actions."""
    new = iter(NEW)
    return re.sub(r'(?<=- do: )"[^"]*"', lambda found: f'"{next(new)}"' if found[0].isascii() else found[0], text)


def taken(coach: Coach, work: Callable[[], object], event: str = "playbooks_in_use") -> None:
    """Waits until what was changed is in use, or refused."""
    before = {name: len(coach.said(name)) for name in ("playbooks_in_use", "playbooks_refused")}
    work()
    wait_until(lambda: any(len(coach.said(name)) > count for name, count in before.items()), SLOW)
    assert len(coach.said(event)) > before[event], [row.findings for row in coach.rows(PlaybookVersionRow)]


def test_a_changed_play_is_said_without_a_restart(coach: Coach, folder: Path) -> None:
    before = coach.anna.types(QUESTION)
    assert "bad news" in before.lower() or "late" in before.lower()
    taken(coach, lambda: change(folder, PLAY, reword))
    shown = coach.anna.types(QUESTION)
    assert any(line in shown for line in NEW)
    view = coach.anna.types("playbooks")
    assert "has new words" in view
    assert f"now: “{NEW[0]}”" in view
    assert f"now: “{NEW[0]}”" in coach.anna.taps("Line by line")


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch, shipped: tuple[Library, Weights]) -> None:
    """The matcher does not learn again, which takes seconds: for tests in which nobody asks for advice."""
    monkeypatch.setattr(training, "ready", lambda *_: shipped[1])


@pytest.mark.usefixtures("learned")
def test_a_talk_ends_on_the_script_it_began_with(coach: Coach, folder: Path) -> None:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage middle")
    coach.anna.types("visit Nordhaus thu 10:00")
    coach.until("2026-03-04 17:30")
    with coach.writing() as session:
        row = session.get(NudgeRow, coach.row(NudgeRow, kind="visit_card").id)
        assert row is not None
        row.play, row.wording = "complaint-received", 0
        session.add(row)
    card = next(m for m in coach.anna.messages if coach.anna.read(m).startswith("Nordhaus · Thu 5 Mar, 10:00"))
    coach.anna.taps("Think it through", on=card)
    coach.anna.taps("They wrote to me")

    def rewrite() -> None:
        for name in ("complaint-received.yaml", "complaint-received.cases.yaml"):
            change(folder, f"own-the-problem/{name}", lambda text: text.replace("Then call the client now", "CHANGED"))

    taken(coach, rewrite)
    assert "CHANGED" in str(coach.bot.base.shelf.library.by_id["complaint-received"].dialogue)
    coach.anna.taps("Write")
    coach.anna.fills(text="nobody called")
    assert "call the client now" in coach.anna.taps("Yes")


@pytest.mark.usefixtures("learned")
def test_a_nudge_whose_play_was_taken_out_is_dropped_with_its_rule(coach: Coach, folder: Path) -> None:
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage introduction")
    coach.anna.types("note Nordhaus request a quote for spare parts")
    gone = "faster-than-they-expect"
    planned = coach.rows(NudgeRow, play=gone)
    file = next(folder.rglob(f"{gone}.yaml"))
    held = coach.bot.base.shelf.library

    def remove() -> None:
        for name in (f"{gone}.yaml", f"{gone}.cases.yaml", f"{gone}.scene.yaml"):
            (file.parent / name).unlink(missing_ok=True)

    with coach.writing() as session:  # it was tried once, so planning anew does not take it back
        row = session.get(NudgeRow, planned[0].id)
        assert row is not None
        row.attempt = 1
        session.add(row)
    taken(coach, remove)
    assert gone in held.by_id
    assert gone not in coach.bot.base.shelf.library.by_id
    coach.until(planned[0].due_at + timedelta(seconds=1))
    row = coach.row(NudgeRow, id=planned[0].id)
    assert (row.state, row.rule) == ("dropped", "play_changed")


BROKEN = "status: stabel"


def broken(text: str) -> str:
    return text.replace("status: stable", BROKEN)


@pytest.mark.usefixtures("learned")
def test_a_broken_version_is_refused_whole_and_its_owner_hears_once_by_day(coach: Coach, folder: Path) -> None:
    coach.allowed_errors |= {"play_left_out"}
    coach.until("2026-03-04 20:00")
    quiet = len(owner(coach).got())
    version = coach.bot.base.shelf.library.version

    def both() -> None:
        change(folder, "own-the-problem/complaint-received.yaml", lambda text: text.replace("title:", "title :", 1))
        change(folder, PLAY, lambda text: broken(reword(text)))

    taken(coach, both, "playbooks_refused")
    assert coach.bot.base.shelf.library.version == version
    taken(coach, lambda: change(folder, PLAY, lambda text: text + "\n# once more\n"), "playbooks_refused")
    owner(coach).types("settings hours 9-17")  # which plans anew, and must not take the message back
    quiet = len(owner(coach).got())
    coach.until("2026-03-05 08:59")
    assert len(owner(coach).got()) == quiet
    coach.until("2026-03-05 12:00")
    [told] = owner(coach).got()[quiet:]
    assert told.startswith("The newest playbooks can't be used yet, so I stay with the version before.")
    assert "playbooks/own-the-problem/bad-news-first.yaml, line 2" in told
    assert "stable" in told
    assert not any("newest playbooks" in seen for seen in (*coach.anna.got(), *coach.james.got()))
    assert "Not taken into use" in owner(coach).types("playbooks")
    assert "Not taken into use" not in coach.anna.types("playbooks")


@pytest.mark.usefixtures("learned")
def test_what_is_mended_in_time_is_told_to_nobody(coach: Coach, folder: Path) -> None:
    taken(coach, lambda: change(folder, PLAY, broken), "playbooks_refused")
    taken(coach, lambda: change(folder, PLAY, lambda text: text.replace(BROKEN, "status: stable")))
    coach.until("2026-03-05 12:00")
    assert coach.row(NudgeRow, cue="playbooks_refused").state == "dropped"
    assert not any("newest playbooks" in seen for seen in owner(coach).got())
    view = owner(coach).types("playbooks")
    assert "in use since today 10:00" not in view  # it is tomorrow now
    assert "in use since Wed 4 Mar, 10:00" in view
    assert [row.refused for row in sorted(coach.rows(PlaybookVersionRow), key=lambda r: r.seen_at)] == [
        False,
        True,
        False,
    ]


@pytest.mark.usefixtures("learned")
def test_without_an_owner_the_admins_hear_it_in_their_language(coach: Coach, folder: Path) -> None:
    coach.james.types("settings language zh")
    taken(
        coach,
        lambda: change(folder, PLAY, lambda text: broken(text).replace("owner: U0MEILIN", "owner: Nobody")),
        "playbooks_refused",
    )
    coach.until("2026-03-04 20:00")
    told = coach.james.got()[-1]
    assert told.startswith("新改的打法还不能用，我先照旧版本来，销售那边没有影响。")
    assert "bad-news-first.yaml 第 2 行\n`status` 是 `stabel`。\n→ 是不是想写 `stable`？从这些里选一个：" in told
    assert "did you mean" not in told
    assert "`status` 是 `stabel`" in coach.james.types("playbooks")
    assert not any("newest playbooks" in seen for seen in owner(coach).got())


@pytest.mark.usefixtures("learned")
def test_a_folder_that_is_exchanged_is_followed(coach: Coach, folder: Path) -> None:
    fresh = shutil.copytree(folder, folder.parent / "fresh")
    change(fresh, PLAY, reword)

    def exchange() -> None:
        folder.rename(folder.parent / "old")
        fresh.rename(folder)

    taken(coach, exchange)
    assert coach.bot.base.shelf.library.by_id["bad-news-first"].wordings.en[0].do == NEW[0]
    taken(coach, lambda: change(folder, PLAY, lambda text: text.replace(NEW[0], "See them at noon, with a plan.")))


@pytest.mark.usefixtures("learned")
def test_a_comment_changes_nothing_and_is_no_version(coach: Coach, folder: Path) -> None:
    change(folder, PLAY, lambda text: "# a comment\n" + text)
    taken(coach, lambda: change(folder, "cadence.yaml", lambda text: text.replace("per_day: 1", "per_day: 2")))
    rows = sorted(coach.rows(PlaybookVersionRow), key=lambda row: row.seen_at)
    assert [change["kind"] for change in rows[-1].changes] == ["cadence"]
    assert len(rows) == 2
    view = coach.anna.types("playbooks")
    assert "per_day: 1 → per_day: 2" in view
