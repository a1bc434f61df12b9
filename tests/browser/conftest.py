"""One Chromium for all; a stage with the real app, or a bare workspace, for each test that asks for it."""

import gc
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from bot.clock import TestClock
from bot.practice.records import Member
from bot.practice.server import Server
from bot.practice.workspace import Workspace
from bot.settings import ROOT, Settings
from bot.stage import Stage
from tests.browser.png import small_png
from tests.browser.window import Window
from tests.conftest import HOW_TO_INSTALL

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none"),
]
PICTURES = ROOT / "docs" / "images"
REWRITE = "SCREENSHOTS"
LARGEST = 120_000
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
PEOPLE = (
    Member("U1", "Anna Keller", tz="Europe/Berlin"),
    Member("U2", "李伟", tz="Asia/Shanghai", locale="zh-CN"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if shutil.which("chromium") is None:
        pytest.skip(HOW_TO_INSTALL["browser"])
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    yield browser
    browser.close()


OpenWindow = Callable[..., Window]


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[OpenWindow]:
    """Opens a page as somebody; at the end nothing may have failed in it, and nothing have left the machine."""
    with ExitStack() as held:
        windows: list[Window] = []

        def open_as(url: str, user: str = "", *, wide: int = 1280, high: int = 800, scheme: str = "light") -> Window:
            context = chromium.new_context(viewport={"width": wide, "height": high}, color_scheme=scheme)
            held.callback(context.close)
            window = Window(context.new_page(), url)
            windows.append(window)
            window.open(user)
            return window

        yield open_as
        for window in windows:
            assert window.complaints == []
            assert {asked for asked in window.asked if not asked.startswith((window.url, "data:"))} == set()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was built from the playbooks at set-up; else each run builds its own."""
    built = ROOT / ".kam-cache"
    return built if built.is_dir() else tmp_path_factory.mktemp("cache")


@contextmanager
def _stage(folder: Path, cache: Path, **more: object) -> Iterator[Stage]:
    """The stage of `kam demo`: the real app, the sample portfolio, a clock that stands until it is moved."""
    chosen = Settings(test_clock=True, clock_speed=0.001, cache_dir=cache, **more)
    with Stage(chosen, folder, headless=False, port=0) as stage:
        yield stage
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the SDK forgets a socket when it leaves
        gc.collect()


@pytest.fixture
def new_stage(tmp_path: Path, cache: Path) -> Iterator[Callable[..., Stage]]:
    with ExitStack() as held:
        yield lambda **more: held.enter_context(_stage(tmp_path / "data", cache, **more))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, playwright: Playwright, cache: Path) -> Iterator[Stage]:
    """One stage for tests that leave the clock alone, each as somebody else."""
    with _stage(tmp_path_factory.mktemp("shared"), cache) as stage:
        yield stage


@pytest.fixture
def stage(new_stage: Callable[..., Stage]) -> Stage:
    return new_stage()


@pytest.fixture
def bare() -> Iterator[Server]:
    """A workspace without any app."""
    with Server(Workspace(TestClock(NOON, 0).now, PEOPLE)) as server:
        yield server


@pytest.fixture
def picture() -> Callable[[Window, str], None]:
    """Takes the picture that the docs show; it is written only when asked for, so that tests change no file."""

    def take(window: Window, name: str) -> None:
        file = PICTURES / f"{name}.png"
        if os.environ.get(REWRITE):
            file.write_bytes(small_png(window.page))
        assert file.is_file(), f"run the browser tests with {REWRITE}=1"
        assert file.stat().st_size <= LARGEST

    return take
