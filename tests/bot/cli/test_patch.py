"""`kam playbooks patch`: what reps said is listed, and the change that comes of it is printed or written."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from bot.__main__ import services
from bot.cli.app import app
from bot.content import loader
from bot.core.account import Language
from bot.core.complaint import Complaint, Wrong
from bot.settings import Settings
from bot.usecases import complaints
from storage import migrate, replies, reps
from storage.session import Database
from storage.tables import FeedbackRow
from tests import githosts

ROOT = Path(__file__).parents[3]
SENTENCE = "I'll be quiet for a week; ring me any time."


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """Playbooks in a git checkout, and a database with one sentence that fits and one that is too long."""
    shutil.copytree(ROOT / "playbooks", tmp_path / "coaching" / "playbooks")
    subprocess.run(["git", "init", "-q", str(tmp_path / "coaching")], check=True)
    chosen = Settings(data_dir=tmp_path / "data", playbooks=tmp_path / "coaching" / "playbooks")
    database = Database(chosen.database)
    migrate.upgrade(database)
    with database.write() as session:
        reps.save(session, "T1", "U1")
        for key, wish in (("aaaa1111", SENTENCE), ("bbbb2222", "word " * 45)):
            complaint = Complaint(wrong=Wrong.WORDING, play="step-back", language=Language.EN, wish=wish, wording=1)
            facts = complaints.stored(complaint, named=False)
            row = FeedbackRow(
                id=key, team_id="T1", rep_id="U1", play="step-back", text=wish, wish=wish, facts=facts,
                at=datetime(2026, 3, 2, 9, tzinfo=UTC),
            )  # fmt: skip
            replies.feedback(session, row)
    database.close()
    return chosen


class Kam:
    def __init__(self, chosen: Settings) -> None:
        self._services = services(chosen)

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["playbooks", "patch", *arguments], obj=self._services)


@pytest.fixture
def kam(chosen: Settings) -> Iterator[Kam]:
    with capture_logs():
        yield Kam(chosen)


def test_without_an_id_they_are_listed(kam: Kam) -> None:
    shown = kam().stdout.splitlines()
    assert shown[0].split() == ["aaaa1111", "2026-03-02", "step-back", "wording", "-"]
    assert len(shown) == 2


def test_the_change_is_printed_as_git_takes_it(kam: Kam, chosen: Settings) -> None:
    ran = kam("aaaa")
    assert ran.exit_code == 0
    checkout = chosen.playbooks_folder.parent
    subprocess.run(["git", "-C", str(checkout), "apply", "-"], input=ran.stdout, text=True, check=True)
    loaded = loader.load(chosen.playbooks_folder)
    assert loaded.findings == ()
    assert loaded.library.by_id["step-back"].wordings.en[1].say == SENTENCE


def test_it_is_written_where_that_is_asked_for(kam: Kam, chosen: Settings) -> None:
    assert kam("aaaa", "--write").stdout.splitlines() == [
        "changed playbooks/pace-deliberately/step-back.yaml",
        "changed playbooks/pace-deliberately/step-back.cases.yaml",
    ]
    assert loader.load(chosen.playbooks_folder).library.by_id["step-back"].wordings.en[1].say == SENTENCE
    again = kam("aaaa")
    assert again.exit_code == 1
    assert "the play does so already" in again.stderr


def test_a_copy_of_what_lies_on_a_git_host_is_not_changed(chosen: Settings, tmp_path: Path) -> None:
    with githosts.running("github") as host, capture_logs():
        host.push_folder(ROOT / "playbooks", "playbooks")
        theirs = {"playbooks": host.address, "git_token": SecretStr(host.token)}
        copied = chosen.model_copy(update=theirs | {"test_clock": True, "allow_loopback_fetch": True})
        kam = Kam(copied)
        diff = kam("aaaa").stdout
        ran = kam("aaaa", "--write")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "Make the pull request" in ran.stderr
    assert "kam playbooks patch aaaa1111 > change.diff" in " ".join(ran.stderr.split())
    assert SENTENCE not in (copied.playbooks_folder / "pace-deliberately" / "step-back.yaml").read_text("utf-8")
    clone = chosen.playbooks_folder.parent
    subprocess.run(["git", "-C", str(clone), "apply", "-"], input=diff, text=True, check=True)  # the other way works


@pytest.mark.parametrize(
    ("which", "code", "said"),
    [
        ("bbbb", 1, "There is no finished change: kam check says: do, say and not have"),
        ("cccc", 2, "There is none whose id begins with 'cccc'."),
    ],
)
def test_what_cannot_be_done_is_said_with_its_reason(kam: Kam, which: str, code: int, said: str) -> None:
    ran = kam(which)
    assert (ran.exit_code, said in ran.stderr, ran.stdout) == (code, True, "")
