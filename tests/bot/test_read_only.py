"""A file system that is read-only but for the data folder, as in a hardened container: the coach starts and serves."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import ROOT
from tests import coach as coaches
from tests.bot.test_serve import Served


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The code and the playbooks as somebody else installed them, with an empty cache; nothing can be written."""
    app = tmp_path_factory.mktemp("installed") / "app"
    for folder in ("bot", "storage", "playbooks"):
        shutil.copytree(ROOT / folder, app / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (app / ".kam-cache").mkdir()
    subprocess.run(["chmod", "-R", "a-w", str(app)], check=True)
    yield app
    subprocess.run(["chmod", "-R", "u+w", str(app)], check=True)


def as_nobody_special() -> list[str]:
    """Root may write everywhere; what goes before a command so that it may not, nor gets back what lets it."""
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"] if os.geteuid() == 0 else []


def environment(data: Path, **more: str) -> dict[str, str]:
    """Bare: no HOME, nothing that keeps Python from trying to write byte code."""
    return {"PATH": os.environ["PATH"], "KAM_DATA_DIR": str(data), **more}


def test_the_code_really_cannot_be_written(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [*as_nobody_special(), "sh", "-c", "touch bot/x || mkdir .kam-cache/x || rm bot/log.py"],
        cwd=installed, env=environment(tmp_path), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert (installed / "bot" / "log.py").exists()


def test_it_starts_serves_and_stops_with_nothing_but_its_data_folder(installed: Path, tmp_path: Path) -> None:
    space = Workspace(lambda: datetime.now(UTC), coaches.PEOPLE, team_id=coaches.TEAM)
    with Server(space) as practice:
        more = {
            "KAM_HTTP_PORT": "0",
            "KAM_SLACK_API_URL": practice.api_url,
            "KAM_SLACK_BOT_TOKEN": practice.bot_token,
            "KAM_SLACK_APP_TOKEN": practice.app_token,
        }
        served = Served(environment(tmp_path / "data", **more), before=as_nobody_special(), folder=installed)
        try:
            served.ready()
            assert practice.wait_connected(10)
            assert practice.slash("U1", "advice they are angry about a late delivery").acked
            assert space.wait_for(lambda: any("late" in seen.text for seen in space.seen("U1")), 20)
            served.process.terminate()
            assert served.ends(15) == (0, "")
        finally:
            served.close()
    assert [line for line in served.lines if line["level"] in ("warning", "error")] == []
    assert sorted(file.name for file in (tmp_path / "data").iterdir()) == ["cache", "kam.sqlite3", "sender.lock"]
    assert not list(installed.rglob("__pycache__"))


def test_a_chart_is_drawn_there_too(installed: Path, tmp_path: Path) -> None:
    draw = (
        "from bot import settings; from bot.connectors import drawing; from bot.core.chart import Bar, Chart;"
        "chart = Chart('Open problems', 'short', 'long', (Bar('1 Mar', '03-01', 1, 2),));"
        "print(len(drawing.draw(chart, settings.read().writable_cache) or b''))"
    )
    done = subprocess.run(
        [*as_nobody_special(), sys.executable, "-c", draw],
        cwd=installed, env=environment(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) > 1000, done.stderr
