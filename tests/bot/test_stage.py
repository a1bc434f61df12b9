"""The stage that people play on: its scheduler works beside whoever moves the clock."""

from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from bot.settings import Settings
from bot.stage import Stage
from tests.coach import wait_until


def test_the_ticks_of_the_page_run(tmp_path: Path) -> None:
    """Those that the scheduler pokes, not only those that moving the clock calls."""
    chosen = Settings(test_clock=True, clock_speed=100.0, data_dir=tmp_path)
    with capture_logs() as lines, Stage(chosen, tmp_path / "stage", headless=False, port=0) as stage:
        jobs = stage._scheduler
        assert jobs is not None
        for job in jobs._scheduler.get_jobs():
            job.func()
        stage.advance({"advance": timedelta(hours=2).total_seconds()})
        wait_until(lambda: any(line["event"] == "nudge_sent" for line in lines))
    assert [line for line in lines if line["event"] == "tick_failed"] == []
