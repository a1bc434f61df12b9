"""Draws a chart: JSON on standard input, a PNG on standard output. Runs in a process of its own.

Nothing else imports this module: matplotlib takes its time and memory, which the server keeps for itself.
"""

import json
import sys
import warnings
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 200
INCHES = (4.8, 2.7)  # 960 by 540 pixels: twice what Slack shows
SHORT, LONG, INK, PALE = "#9dc3e6", "#1f4e79", "#222222", "#666666"  # apart in lightness, for every eye and printer
LOWEST = 4  # a single problem shall not fill the picture
LATIN = "DejaVu Sans"  # comes with matplotlib
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)
FILES = ("cjk", "sourcehan", "wqy", "notosanssc", "droidsansfallback", "msyh", "pingfang", "simhei")


def draw(spec: dict[str, Any], chinese: Sequence[str] = CHINESE) -> bytes:
    """The picture of a `bot.core.chart.Chart` in JSON. Where no font has its characters, it shows digits only."""
    bars, words = spec["bars"], [spec["title"], spec["short"], spec["long"]]
    families = families_for([*words, *(bar["label"] for bar in bars)], chinese)
    mpl.rcParams["font.family"] = families or [LATIN]
    figure = Figure(figsize=INCHES, dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.03, 0.11, 0.94, 0.62 if families else 0.8))
    _bars(axes, bars, "label" if families else "plain")
    if families:
        _words(figure, *words)
    png = BytesIO()
    figure.savefig(png, format="png", facecolor="white")
    return png.getvalue()


def _bars(axes: Axes, bars: Sequence[dict[str, Any]], label: str) -> None:
    """The longer part stands on the ground, so that its growth is seen; each bar bears its number."""
    places = range(len(bars))
    long, short = [bar["long"] for bar in bars], [bar["short"] for bar in bars]
    axes.bar(places, long, 0.66, color=LONG)
    axes.bar(places, short, 0.66, bottom=long, color=SHORT)
    height = max([LOWEST, *(a + b for a, b in zip(long, short, strict=True))])
    for place, below, above in zip(places, long, short, strict=True):
        total = below + above
        axes.text(place, total + height * 0.03, str(total), ha="center", va="bottom", size=9, weight="bold", color=INK)
        if below and above and below >= height * 0.12:
            axes.text(place, below / 2, str(below), ha="center", va="center", size=8, color="white")
    axes.set_ylim(0, height * 1.18)
    axes.set_xlim(-0.6, len(bars) - 0.4)
    axes.set_xticks(list(places), [bar[label] for bar in bars], size=7.5, color=PALE)
    axes.tick_params(length=0, pad=4)
    axes.yaxis.set_visible(False)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#bbbbbb")


def _words(figure: Figure, title: str, short: str, long: str) -> None:
    figure.text(0.03, 0.93, title, size=10.5, weight="bold", color=INK, va="center")
    left = 0.03
    for colour, name in ((LONG, long), (SHORT, short)):
        figure.text(left, 0.83, "■", size=9, color=colour, va="center", family=LATIN)
        written = figure.text(left + 0.03, 0.83, name, size=8.5, color=INK, va="center")
        left = written.get_window_extent().x1 / (INCHES[0] * DPI) + 0.04


# --- fonts ----------------------------------------------------------------------------------------------------------


def families_for(texts: Iterable[str], chinese: Sequence[str] = CHINESE) -> list[str]:
    """The families that together have every character of the texts; none where there are none."""
    needed = {ord(char) for text in texts for char in text if not char.isspace()}
    missing = needed - _characters(LATIN)
    if not missing:
        return [LATIN]
    known = _known(chinese) or _known(_found(chinese))
    return next(([family, LATIN] for family in known if missing <= _characters(family)), [])


def _known(families: Iterable[str]) -> list[str]:
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return [family for family in families if family in there]


def _found(families: Sequence[str]) -> Sequence[str]:
    """The same families, after looking for fonts that came since matplotlib made its list."""
    for path in font_manager.findSystemFonts():
        if any(part in path.lower() for part in FILES):
            font_manager.fontManager.addfont(path)
    return families


def _characters(family: str) -> set[int]:
    path = font_manager.findfont(font_manager.FontProperties(family=[family]), fallback_to_default=False)
    return set(font_manager.get_font(path).get_charmap())


def main() -> None:
    """What is wrong, a missing glyph among it, ends the process with a trace and without a picture."""
    warnings.simplefilter("error")
    png = draw(json.load(sys.stdin))
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
