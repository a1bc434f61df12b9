"""A database that is out for a while: everybody is told calmly, nothing is lost or doubled, and it passes by itself."""

import resource
import subprocess
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from structlog.testing import capture_logs

from bot import errors
from bot.practice.server import Server
from storage import accounts, migrate, outage, turns
from storage.session import Database, answering
from storage.tables import AccountRow
from tests import coach as coaches
from tests import postgres
from tests.bot.test_processes import plan, posted, practice, serve, states
from tests.bot.test_serve import Served
from tests.coach import Coach
from tests.factories import an_account
from tests.postgres import Postgres

__all__ = ["practice", "serve"]  # fixtures
WORDS = "I cannot get at my records just now, so I could not do that. Please try again in a minute."
WORTE = "我这会儿打不开自己的记录，刚才这一步没做成。请过一分钟再试一次。"


def ready(served: Served) -> tuple[int, dict[str, bool]]:
    answer = httpx.get(f"http://127.0.0.1:{served.ready()}/readyz", trust_env=False)
    return answer.status_code, answer.json()


def is_up(served: Served) -> str:
    page = httpx.get(f"http://127.0.0.1:{served.ready()}/metrics", trust_env=False).text
    return next(line for line in page.splitlines() if line.startswith("kam_database_up "))


def said(served: Served) -> Counter[str]:
    """The events that were logged, but for what the SDK says of Slack."""
    assert served.plain == []
    return Counter(line["event"] for line in served.lines if not line["event"].startswith("Failed to send"))


# --- PostgreSQL is restarted ----------------------------------------------------------------------------------------


@pytest.fixture
def own_server() -> Iterator[Postgres]:
    """A server that this test may stop."""
    if not postgres.is_installed():
        pytest.skip(postgres.HOW_TO_INSTALL)
    server = Postgres()
    try:
        server.make()
        server.start()
        server.run("CREATE DATABASE kam")
        yield server
    finally:
        server.remove()


@pytest.mark.postgres
def test_postgresql_that_crashes_in_the_midst_of_posts_is_waited_for(
    practice: Server, serve: Callable[..., Served], own_server: Postgres
) -> None:
    url = own_server.url("kam")
    pair = [serve(KAM_DATABASE_URL=url) for _ in range(2)]
    database = Database(url)
    for one in pair:
        assert ready(one)[0] == 200
    practice.use_http(f"http://127.0.0.1:{pair[0].ready()}/slack/events")
    assert practice.slash("U01", "help").acked
    practice.space.faults.add("chat.postMessage", "timeout", times=2, seconds=2, stored=True)
    mine = plan(database, 40)
    coaches.wait_until(lambda: states(database)["sending"] >= 1)
    own_server.stop("immediate")

    for one in pair:
        coaches.wait_until(lambda one=one: one.said("database_out"))
        assert ready(one) == (503, {"database": False})
        assert is_up(one) == "kam_database_up 0.0"
    asked = practice.slash("U01", "advice they are angry")
    assert asked.acked
    assert practice.space.seen("U01")[-1].text.splitlines() == [WORDS, WORTE]

    own_server.start()
    for one in pair:
        coaches.wait_until(lambda one=one: ready(one)[0] == 200, 6)
        assert is_up(one) == "kam_database_up 1.0"
    coaches.wait_until(lambda: set(states(database)) == {"sent"}, 60)  # what was in hand when its lease is over
    assert posted(practice) == dict.fromkeys(mine, 1)
    assert practice.slash("U01", "help").acked
    for one in pair:
        assert said(one)["database_out"] == said(one)["database_back"] == 1
        assert [line for line in one.lines if "exception" in line] == []
    database.close()


@pytest.mark.postgres
def test_a_turn_that_a_restart_took_away_can_be_taken_again(own_server: Postgres) -> None:
    mine, other = Database(own_server.url("kam")), Database(own_server.url("kam"))
    migrate.upgrade(mine)
    with turns.turn(mine, "plan") as first:
        own_server.stop("fast")
        own_server.start()
        with turns.turn(other, "plan") as second:
            assert (first, second) == (True, True)
            with turns.turn(mine, "plan") as third:
                assert third is False
    with turns.turn(mine, "plan") as again:
        assert again
    for one in (mine, other):
        one.close()


# --- the disk is full -----------------------------------------------------------------------------------------------


class Disk:
    """A folder whose disk can be filled: one of its own where this machine lets us make one, else by a limit.

    The limit forbids a process to write into files at all; everything else it may go on doing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        made = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
        with suppress(OSError):
            self.own = subprocess.run(made, check=False, capture_output=True).returncode == 0

    own = False

    def fill(self, pid: int) -> None:
        if not self.own:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            return
        with suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))

    def empty(self, pid: int) -> None:
        if self.own:
            (self.folder / "ballast").unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def remove(self) -> None:
        if self.own:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.remove()


def test_a_full_disk_is_said_and_waited_for(practice: Server, serve: Callable[..., Served], disk: Disk) -> None:
    served = serve(KAM_DATA_DIR=str(disk.folder), KAM_NOW="2026-03-04T09:59:55+00:00")
    practice.use_http(f"http://127.0.0.1:{served.ready()}/slack/events")
    database = Database(f"sqlite:///{disk.folder}/kam.sqlite3")
    mine = plan(database, 40)  # due in some seconds
    assert practice.slash("U01", "account add Nordhaus").acked
    coaches.wait_until(lambda: any("Nordhaus" in seen.text for seen in practice.space.seen("U01")))
    disk.fill(served.process.pid)
    coaches.wait_until(lambda: served.said("database_out"), 15)

    assert practice.slash("U01", "account add Suedhaus").acked
    assert practice.space.seen("U01")[-1].text == WORDS
    assert ready(served)[0] == 503
    assert is_up(served) == "kam_database_up 0.0"
    assert posted(practice) == {}  # no post without its intent on disk
    assert states(database) == {"planned": 40}

    disk.empty(served.process.pid)
    coaches.wait_until(lambda: ready(served)[0] == 200, 15)
    coaches.wait_until(lambda: set(states(database)) == {"sent"}, 40)
    assert posted(practice) == dict.fromkeys(mine, 1)
    assert practice.slash("U01", "account list").acked
    assert "Suedhaus" not in practice.space.seen("U01")[-1].text
    assert said(served)["database_out"] == said(served)["database_back"] == 1
    assert [line for line in served.lines if "exception" in line] == []
    database.close()


def test_a_start_on_a_full_disk_ends_with_a_sentence(serve: Callable[..., Served], disk: Disk) -> None:
    if not disk.own:
        return
    disk.fill(0)
    code, told = serve(KAM_DATA_DIR=str(disk.folder)).ends()
    assert code == 1
    assert "disk" in told
    assert "Traceback" not in told


@pytest.fixture
def full(coach: Coach) -> Iterator[Callable[[], None]]:
    """Lets SQLite's file grow no more once it is called, and fills what room it has; at the end there is room again."""
    database = coach.bot.base.database
    coach.allowed_errors = {"database_out"}

    def no_more(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # no more than there are

    def more(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1073741823")

    def ballast(number: int) -> None:
        with database.write() as session:
            accounts.add(session, an_account(id=f"b{number}", rep_id="U9", name=f"Ballast {number}"), coach.now)

    def fill() -> None:
        event.listen(database.engine, "checkout", no_more)
        with pytest.raises(OperationalError, match="full"):
            deque(map(ballast, range(5000)), maxlen=0)

    yield fill
    event.remove(database.engine, "checkout", no_more)
    event.listen(database.engine, "checkout", more)


def test_a_form_that_cannot_be_kept_stays_open_with_what_was_typed(coach: Coach, full: Callable[[], None]) -> None:
    coach.anna.types("account add")
    full()
    coach.anna.fills(name="Nordhaus", important="a person who answers, and prices that hold for a year")
    form = coach.space.modal("U1")
    assert form is not None
    assert form.errors == {"name": WORDS}
    assert "Nordhaus" in str(form.state["name"])
    assert coach.rows(AccountRow, name="Nordhaus") == []
    assert coach.anna.types("account add Nordhaus") == WORDS
    assert coach.rows(AccountRow, name="Nordhaus") == []
    assert coach.said("listener_failed") == []


# --- what counts as an outage ---------------------------------------------------------------------------------------


def test_a_fault_of_the_code_is_no_outage(database: Database) -> None:
    for statement in ("SELECT * FROM nowhere", "INSERT INTO account (id) VALUES ('a')"):
        with pytest.raises(DBAPIError) as raised, database.write() as session:
            session.execute(text(statement))
        assert outage.kind(raised.value) is None
    assert database.outage.kind is None


def test_an_outage_that_flickers_is_told_once(sqlite: Database) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            with sqlite.write() as session:
                session.execute(text("PRAGMA query_only = ON"))
            with pytest.raises(OperationalError):
                sqlite.try_to_write()
            with sqlite.read() as session:
                session.execute(text("PRAGMA query_only = OFF"))
            with sqlite.write():
                pass
    assert [(line["event"], line["kind"]) for line in lines] == [("database_out", "read_only")]


def test_an_outage_is_a_sentence_on_the_command_line(sqlite: Database) -> None:
    with sqlite.write() as session:
        session.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(errors.Unavailable, match="can only be read") as told, answering():
        sqlite.try_to_write()
    assert "primary" in told.value.repair
