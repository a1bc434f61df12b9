"""Playbooks on a git host: asked for what is new, patient where it is silent, and a good copy on disk meanwhile."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import errors
from bot.connectors import git_host
from bot.connectors.good_copy import GoodCopy
from bot.content import training
from bot.core.library import Library
from bot.core.matching import Weights
from bot.jobs.playbook_sources import Candidate, HostSource
from bot.settings import ROOT
from storage.tables import NudgeRow, PlaybookVersionRow
from tests import githosts
from tests.bot.conftest import StartCoach
from tests.coach import Coach, Person, wait_until
from tests.githosts import GitHost

SAMPLE = ROOT / "tests" / "bot" / "content" / "sample"
SLOW = 60


@pytest.fixture
def host() -> Iterator[GitHost]:
    """A GitHub with the shipped playbooks in a folder of a repository."""
    with githosts.running("github") as running:
        running.push_folder(ROOT / "playbooks", "coach/playbooks", title="First plays", at="2026-03-03T08:30:00Z")
        yield running


def source(host: GitHost, folder: Path, seconds: float = 60) -> HostSource:
    repository = git_host.of(host.address, host.token, allow_loopback=True)
    return HostSource(repository, GoodCopy(folder / "playbooks", host.address), seconds)


def waited(source: HostSource) -> Candidate | None:
    """What it finds at its next question."""
    over, found = threading.Event(), []
    asking = threading.Thread(target=lambda: found.append(source.wait(over)))
    asking.start()
    asking.join(SLOW)
    return found[0] if found else None


def test_without_a_copy_the_newest_is_fetched_and_kept(host: GitHost, tmp_path: Path) -> None:
    found = source(host, tmp_path).now()
    assert found.folder == tmp_path / "playbooks" / host.branches["main"] / "playbooks"
    assert (found.folder / "cadence.yaml").is_file()
    assert found.origin.author == "Mei Lin"
    assert found.origin.source.endswith(f"{host.project} @ {host.branches['main'][:7]}")
    asked = len(host.asked)
    assert source(host, tmp_path).now().folder == found.folder  # from disk
    assert len(host.asked) == asked


def test_without_a_copy_and_without_an_answer_it_says_what_to_do(host: GitHost, tmp_path: Path) -> None:
    host.faults.append((503, {}))
    with pytest.raises(errors.KamError) as raised:
        source(host, tmp_path).now()
    assert raised.value.repair
    host.archive = githosts.tarball({"top/README.md": "nothing"})
    with pytest.raises(errors.KamError, match=r"has no cadence\.yaml"):
        source(host, tmp_path).now()
    assert not (tmp_path / "playbooks" / "current").exists()


def test_a_silent_host_is_asked_ever_more_rarely_and_the_copy_stays(host: GitHost, tmp_path: Path) -> None:
    theirs = source(host, tmp_path, seconds=60)
    kept = theirs.now().folder
    pauses = []
    with capture_logs() as lines:
        for _ in range(9):
            host.faults.append((503, {}))
            with pytest.raises(errors.KamError) as raised:
                theirs.look()
            theirs._failed(raised.value)
            pauses.append(theirs.pause)
    assert all(0.75 * 60 * 2 ** (n + 1) <= p <= 60 * 2 ** (n + 1) for n, p in enumerate(pauses[:5]))
    assert all(2700 <= pause <= 3600 for pause in pauses[6:])
    assert len(set(pauses)) == len(pauses)  # never all at the same moment
    assert {line["event"] for line in lines} == {"playbooks_not_fetched"}
    assert source(host, tmp_path).now().folder == kept


def test_a_host_that_names_its_pause_gets_it(host: GitHost, tmp_path: Path) -> None:
    theirs = source(host, tmp_path, seconds=1)
    theirs.now()
    host.faults.append((429, {"Retry-After": "7200"}))
    with capture_logs() as lines:
        over = threading.Event()
        asking = threading.Thread(target=theirs.wait, args=(over,))
        asking.start()
        wait_until(lambda: lines)
        assert theirs.pause == 7200
        over.set()
        asking.join()
    assert lines[0]["again_in"] == 7200


def test_a_host_that_allows_few_questions_gets_few(host: GitHost, tmp_path: Path) -> None:
    theirs = source(host, tmp_path, seconds=60)
    theirs.now()
    theirs._repository.pace = 400.0
    assert 360 <= theirs._until_next() <= 440
    theirs._repository.pace = 86_000.0
    assert theirs._until_next() <= 3600 * 1.1
    theirs._repository.pace = 5.0
    assert 54 <= theirs._until_next() <= 66


def test_each_version_is_found_once(host: GitHost, tmp_path: Path) -> None:
    theirs = source(host, tmp_path, seconds=1)
    theirs.now()
    assert theirs.look() is None
    host.push_folder(SAMPLE)
    found = waited(theirs)
    assert found is not None
    assert found.files == host.branches["main"]
    assert theirs.look() is None
    found.drop()
    assert not found.folder.exists()


# --- the running bot --------------------------------------------------------------------------------------------------


@pytest.fixture
def coach(
    start_coach: StartCoach, host: GitHost, monkeypatch: pytest.MonkeyPatch, shipped: tuple[Library, Weights]
) -> Coach:
    """It follows the repository; Bob is the admin. The matcher does not learn again."""
    monkeypatch.setattr(training, "ready", lambda *_: shipped[1])
    coach = start_coach(
        playbooks=host.address, playbooks_seconds=1, git_token=host.token, allow_loopback_fetch=True, admins="U6"
    )
    for person in (coach.anna, coach.bob):
        person.types("help")
    cache = coach.settings.data_dir / "cache"
    cache.mkdir()
    shutil.copy(ROOT / ".kam-cache" / "playbooks.json", cache)
    coach.bot.follow_playbooks()
    wait_until(lambda: coach.said("playbooks_in_use"), SLOW)
    return coach


def push(coach: Coach, host: GitHost, work: Callable[[str], str], event: str, **more: str) -> None:
    """Somebody merges a change; waits until it was taken or refused."""
    count = len(coach.said(event))
    path = "coach/playbooks/own-the-problem/bad-news-first.yaml"
    files = host.files("main")
    host.push({**files, path: work(files[path])}, **more)
    wait_until(lambda: len(coach.said(event)) > count, SLOW)


def hear(coach: Coach) -> None:
    """Whoever can mend it reads what was refused."""
    wait_until(lambda: coach.rows(NudgeRow, cue="playbooks_refused"))
    coach.deliver()


def test_what_is_merged_is_in_use_and_what_is_broken_is_not(coach: Coach, host: GitHost) -> None:
    old, new = "Ring your boss now, even at night", "Ring your boss at once, even at night"
    push(coach, host, lambda t: t.replace(old, new), "playbooks_in_use", author="Mei Lin", at="2026-03-04T08:59:00Z")
    first = host.branches["main"]
    current = coach.settings.playbooks_folder
    assert current.resolve().parent.name == first
    view = coach.anna.types("playbooks")
    assert "Last change: Mei Lin, today 09:59" in view
    assert "“Bad news that only we know” has new words" in view

    push(coach, host, lambda t: t.replace("status: stable", "status: stabel"), "playbooks_refused", author="Priya")
    assert current.resolve().parent.name == first
    assert coach.bot.base.shelf.library.version == coach.rows(PlaybookVersionRow, refused=False)[-1].version
    hear(coach)
    told = coach.bob.got()[-1]
    assert "The newest playbooks can't be used yet" in told
    assert "The change: Priya, " in told
    assert "playbooks/own-the-problem/bad-news-first.yaml, line 2" in told

    push(coach, host, lambda t: t.replace("status: stabel", "status: stable"), "playbooks_in_use")
    assert current.resolve().parent.name == host.branches["main"]
    assert len(coach.rows(NudgeRow, cue="playbooks_refused")) == 1
    assert [p.name for p in coach.settings.playbooks_copies.iterdir() if not p.is_symlink()] == [host.branches["main"]]


def test_an_archive_that_cannot_be_used_is_told_like_a_broken_play(coach: Coach, host: GitHost) -> None:
    host.archive = githosts.tarball({"top/cadence.yaml": "", "top/../../evil.yaml": ""})
    push(coach, host, lambda text: text + "\n# again\n", "playbooks_refused")
    hear(coach)
    assert "top/../../evil.yaml leads out of the archive." in coach.bob.got()[-1]
    assert not list(coach.settings.data_dir.rglob("evil.yaml"))


def test_the_others_hear_nothing(coach: Coach, host: GitHost) -> None:
    push(coach, host, lambda t: t.replace("status: stable", "status: stabel"), "playbooks_refused")
    hear(coach)
    assert not any("newest playbooks" in seen for seen in Person(coach, "U1").got())
