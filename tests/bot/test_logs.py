"""Logs hold ids only: no name, no text, no address, no token, whatever happens and at every level."""

import csv
import json
import logging
import os
import subprocess
import sys

import pytest
from sqlalchemy.exc import IntegrityError

from bot import errors, log, stage
from bot.settings import ROOT, Mode
from storage.session import Database
from storage.tables import AccountRow
from tests.bot.conftest import StartCoach
from tests.coach import TEAM, Coach

WORDS = {
    "account": "Ziegelwerk Obermoos",
    "question": "the furnace master threatens to throw us out",
    "contact": "Wendelin Tausendfreund",
    "email": "wendelin@ziegelwerk.example",
    "feed": "https://calendar.example/secret-9f8e7d/basic.ics",
    "promise": "two copies of the quench report",
    "problem": "the kiln cracked on Sunday",
    "zh": "窑炉师傅气得要换掉我们",
}


def told(written: str) -> str:
    """What a log says, its escapes undone."""
    lines = []
    for line in written.splitlines():
        try:
            lines.append(json.dumps(json.loads(line), ensure_ascii=False))
        except ValueError:
            lines.append(line)
    return "\n".join(lines)


# --- the demo -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], str]:
    """The messages of fourteen days, line by line, and the log at its most talkative."""
    environment = {**os.environ, "KAM_LOG_LEVEL": "DEBUG", "KAM_DATA_DIR": str(tmp_path_factory.mktemp("data"))}
    command = [sys.executable, "-m", "bot", "demo", "--headless", "--days", "14", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=True)
    texts = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    return [part for text in texts for part in text.splitlines()], told(done.stderr)


def names() -> set[str]:
    """Every name and text of the sample portfolio, and of those who play."""
    with stage.SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    fields = ("account", "contact", "contact_boss", "promise_text", "important")
    found = {row[field] for row in rows for field in fields if len(row[field]) > 1}
    return found | set(stage.PEOPLE.values())


def test_the_log_of_the_demo_holds_no_name_and_no_text(played: tuple[list[str], str]) -> None:
    texts, written = played
    assert "nudge_sent" in written
    assert len(names()) > 60
    assert [name for name in names() if name in written] == []
    assert [text for text in texts if len(text) > 7 and text in written] == []
    assert "xoxb-" not in written
    assert "xapp-" not in written


# --- what reps type -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(Mode))
def test_the_log_holds_nothing_that_a_rep_typed(
    start_coach: StartCoach, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)  # of the libraries, as in service
    coach = start_coach(mode)
    coach.refusals_allowed = True
    type_everything(coach)
    coach.until("2026-03-05 19:00")
    written = f"{coach.lines}\n{caplog.text}"
    assert "nudge_sent" in written
    secrets = [coach.srv.bot_token, coach.srv.app_token, coach.srv.signing_secret]
    assert [word for word in (*WORDS.values(), *secrets, "secret-9f8e7d") if word in written] == []


def type_everything(coach: Coach) -> None:
    anna, name = coach.anna, WORDS["account"]
    anna.types(f"account add {name}")
    anna.types(f"contact add {name} {WORDS['contact']}, purchasing, {WORDS['email']}")
    anna.types(f"visit {name} thu 15:00")
    anna.types(f"advice {WORDS['question']}")
    anna.writes(WORDS["zh"])
    anna.types(f"calendar add {WORDS['feed']}")
    anna.types(f"promise {name} {WORDS['promise']} by fri")
    anna.types(f"problem {name} {WORDS['problem']}")
    anna.types(f"accuont {name}")
    anna.types(f"note {name} {WORDS['question']}")


SCRIPT = """
import logging
from bot import log

log.configure("DEBUG")

def breaks(words):
    try:
        {}[words]
    except KeyError as error:
        raise ValueError(f"cannot read {words!r}") from error

try:
    breaks("Ziegelwerk " + "Obermoos")
except ValueError:
    log.log.exception("tick_failed")
    logging.getLogger("waitress").exception("Exception while serving")
"""


def test_an_error_that_nobody_foresaw_is_told_without_its_message() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.count("builtins.ValueError") == done.stderr.count("builtins.KeyError") == 2
    assert "in breaks" in done.stderr
    assert WORDS["account"] not in done.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.Refused("No Nordhaus.", code="no_account"), "bot.errors.Refused (no_account)"),
        (PermissionError(13, "Permission denied", "Nordhaus"), "builtins.PermissionError (Permission denied)"),
        (ValueError("Nordhaus"), "builtins.ValueError"),
    ],
)
def test_what_an_error_may_say_is_its_code(error: Exception, said: str) -> None:
    assert log.told((type(error), error, None)) == said


def test_a_row_that_a_database_refuses_is_not_told(database: Database) -> None:
    values = {"id": "a", "team_id": TEAM, "rep_id": "U1", "name": WORDS["account"], "name_key": WORDS["account"]}
    with pytest.raises(IntegrityError) as caught, database.write() as session:
        session.add(AccountRow(**values))  # what must not be empty is missing
    written = log.told((caught.type, caught.value, caught.tb))
    assert "IntegrityError" in written
    assert WORDS["account"] not in written
