"""The chart: a picture that says what it shows in either language, drawn by a process that may fail without harm."""

import io
import subprocess
import sys
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.connectors import chart as drawer
from bot.connectors import drawing
from bot.core import chart
from bot.core.account import Language
from bot.core.chart import Chart
from bot.core.team import Week

WEEKS = [
    Week(date(2026, 1, 5) + timedelta(weeks=n), short, long)
    for n, (short, long) in enumerate([(2, 0), (3, 1), (1, 2), (4, 2), (5, 3), (2, 5), (1, 4), (0, 0)])
]
DARK, PALE, WHITE = (31, 78, 121), (157, 195, 230), (255, 255, 255)


def a_chart(language: Language = Language.EN) -> Chart:
    return chart.of_weeks(WEEKS, language)


def a_picture(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image.convert("RGB")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of fonts is made once."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("language", Language)
def test_the_process_draws_a_picture_without_a_missing_glyph(cache: Path, language: Language) -> None:
    """In that process warnings are errors: a glyph that a font lacks would leave no picture."""
    png = drawing.draw(a_chart(language), cache)
    assert png is not None
    picture = a_picture(png)
    assert picture.size == (960, 540)
    assert picture.getpixel((2, 2)) == WHITE
    colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert {DARK, PALE} <= colours


def test_bars_are_as_high_as_their_numbers() -> None:
    picture = a_picture(drawer.draw(asdict(a_chart())))
    heights = [_coloured(picture, place) for place in range(8)]
    totals = [week.short + week.long for week in WEEKS]
    unit = heights[4] / totals[4]
    assert heights == pytest.approx([total * unit for total in totals], abs=3)


def _coloured(picture: Image.Image, place: int) -> int:
    """The coloured pixels in a column near a bar's left edge, where no number stands."""
    left, right = 0.03 * 960, 0.97 * 960
    x = int(left + (right - left) * (place + 0.6 - 0.28) / 8.2)
    pixels = [picture.getpixel((x, y)) for y in range(110, 490)]
    return sum(_near(pixel, DARK) or _near(pixel, PALE) for pixel in pixels)


def _near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 12 for a, b in zip(pixel, colour, strict=True))


def test_the_two_parts_differ_in_lightness_so_that_no_eye_confuses_them() -> None:
    def light(colour: tuple[int, int, int]) -> float:
        return sum(part * weight for part, weight in zip(colour, (0.299, 0.587, 0.114), strict=True))

    assert light(PALE) - light(DARK) > 100


def test_without_a_chinese_font_only_digits_are_drawn() -> None:
    spec = asdict(a_chart(Language.ZH))
    assert drawer.families_for([spec["title"]], chinese=[]) == []
    picture = a_picture(drawer.draw(spec, chinese=[]))
    top = picture.crop((0, 0, 960, 40))
    assert top.getcolors() == [(960 * 40, WHITE)], "no title"


def test_words_in_latin_need_no_other_font() -> None:
    assert drawer.families_for(["Open problems", "5 Jan"], chinese=[]) == [drawer.LATIN]


def test_it_takes_no_longer_than_it_may(cache: Path) -> None:
    with capture_logs() as lines:
        assert drawing.draw(a_chart(), cache, seconds=0.01) is None
    assert [line["event"] for line in lines] == ["chart_not_drawn"]


def test_a_process_that_fails_leaves_no_picture_and_a_line_without_words(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = Chart("SECRET", "a", "b", (chart.Bar("x", "x", short="SECRET", long=0),))  # type: ignore[arg-type]
    with capture_logs() as lines:
        assert drawing.draw(broken, cache) is None
    said = str(lines) + "".join(capfd.readouterr())
    assert [line["event"] for line in lines] == ["chart_not_drawn"]
    assert "SECRET" not in said
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert drawing.draw(a_chart(), cache) is None


def test_the_process_knows_no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KAM_SLACK_BOT_TOKEN", "xoxb-secret")
    assert not any(name.startswith("KAM") for name in drawing._environment(tmp_path))


def test_nothing_of_the_server_imports_the_plotting_library() -> None:
    """Neither does anything that it imports."""
    code = "import sys, bot.wiring, bot.__main__; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- words ------------------------------------------------------------------------------------------------------------


def test_the_picture_is_told_in_words_within_what_slack_takes() -> None:
    assert "Open problems at the end of each week: 11 Jan 2, 0 of them for more than a week; 18 Jan 4, 1 of" in (
        chart.in_words(a_chart(), Language.EN)
    )
    chinese = chart.in_words(a_chart(Language.ZH), Language.ZH)
    assert "每周末还没解决的问题：1月11日 2 个，其中 0 个超过一周；1月18日 4 个" in chinese
    huge = chart.of_weeks([Week(w.monday, 9999, 9999) for w in WEEKS], Language.EN)
    assert len(chart.in_words(huge, Language.EN)) < 1000


def test_weeks_in_which_nothing_was_open_make_no_chart() -> None:
    assert chart.of_weeks([Week(w.monday, 0, 0) for w in WEEKS], Language.EN).is_empty
    assert not a_chart().is_empty
