"""`kam effect`: what a change of playbooks does to the reps of a portfolio, told as JSON, Markdown and a page."""

import io
import json
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from typer.testing import CliRunner
from typing_extensions import override

from bot import errors
from bot.__main__ import services
from bot.cli import effect as command
from bot.cli import plan as planning
from bot.cli.app import app
from bot.cli.effect import Call
from bot.connectors import files
from bot.content import comparison
from bot.content.comparison import Side
from bot.core import effect, effect_groups, holdout, portfolio, simulate
from bot.core.account import Language
from bot.core.effect import Change, Effect, Run
from bot.core.holdout import Arm
from bot.core.nudge import Fate, Kind
from bot.core.portfolio import Portfolio, known
from bot.core.simulate import PlanLine
from bot.settings import Settings

ROOT = Path(__file__).parents[3]
PLAYBOOKS = ROOT / "playbooks"
SAMPLE = PLAYBOOKS / "examples" / "portfolio.csv"
SMALL = ROOT / "tests" / "bot" / "content" / "sample"
START = date(2026, 3, 2)
DAYS = 60
KEYS = ["appear", "vanish", "move", "reword", "overflow", "advice"]
ENTRY = ["rep", "account", "play", "before", "after"]
STATE = ["due_at", "fate", "rule", "waited_for", "title", "do", "say", "not", "source"]
PLAY = "credit-the-client/thank-the-receivers.yaml"


# --- a small tree: one play, two accounts ---------------------------------------------------------------------------


@dataclass
class Desk:
    """A tree, an edited copy of it, and a portfolio."""

    folder: Path

    @property
    def base(self) -> Path:
        return self.folder / "base"

    @property
    def head(self) -> Path:
        return self.folder / "head"

    @property
    def accounts(self) -> Path:
        return self.folder / "accounts.csv"

    def edit(self, old: str, new: str, file: str = PLAY) -> None:
        text = (self.head / file).read_text(encoding="utf-8")
        assert old in text
        (self.head / file).write_text(text.replace(old, new), encoding="utf-8")

    def call(self, **changes: Any) -> Call:
        values: dict[str, Any] = {
            "base": str(self.base),
            "head": str(self.head),
            "accounts": self.accounts,
            "start": START,
            "days": 30,
            "playbooks": self.base,
            "cache": self.folder / "cache",
        }
        return Call(**{**values, **changes})

    def run(self, call: Call | None = None, **options: Any) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        code = command.run(call or self.call(), out=out, err=err, **options)
        return code, out.getvalue(), err.getvalue()

    def json(self) -> Any:
        code, out, err = self.run(as_json=True)
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    shutil.copytree(SMALL, tmp_path / "base")
    shutil.copytree(SMALL, tmp_path / "head")
    rows = [
        "account,rep,timezone,language,account_language,stage,order_phase,order_since",
        "Hallmann,U0ANNA,Europe/Berlin,en,,introduction,delivered,2026-03-02",
        "江澜水务,U0LI,Asia/Shanghai,zh,en,early,delivered,2026-03-04",
    ]
    (tmp_path / "accounts.csv").write_text("\n".join(rows), encoding="utf-8")
    return Desk(tmp_path)


def test_equal_playbooks_have_no_effect_in_any_form(desk: Desk) -> None:
    assert desk.json() == {key: [] for key in KEYS}
    page = desk.folder / "page.html"
    code, out, _ = desk.run(markdown=True, html=page)
    assert code == 0
    assert out.startswith("### No effect: reps get the same nudges and answers\n")
    assert "No effect" in page.read_text(encoding="utf-8")


def test_another_moment_is_a_move_with_both_states(desk: Desk) -> None:
    desk.edit("due: { type: next_working_morning }", "due: { type: working_days, days: 3 }")
    found = desk.json()
    assert list(found) == KEYS
    assert [len(found[key]) for key in KEYS] == [0, 0, 2, 0, 0, 0]
    anna, li = found["move"]
    assert list(anna) == ENTRY
    assert list(anna["before"]) == list(anna["after"]) == STATE
    assert [(m["rep"], m["account"], m["play"]) for m in (anna, li)] == [
        ("U0ANNA", "Hallmann", "thank-the-receivers"),
        ("U0LI", "江澜水务", "thank-the-receivers"),
    ]
    assert [m["before"]["due_at"] for m in (anna, li)] == ["2026-03-03T09:00:00+01:00", "2026-03-05T09:00:00+08:00"]
    assert [m["after"]["due_at"] for m in (anna, li)] == ["2026-03-05T09:00:00+01:00", "2026-03-09T09:00:00+08:00"]
    assert {m["after"]["fate"] for m in (anna, li)} == {"planned"}


def test_with_a_hold_out_what_is_left_out_on_both_sides_does_not_move(desk: Desk) -> None:
    desk.edit("due: { type: next_working_morning }", "due: { type: working_days, days: 3 }")
    rows = ["account,rep,timezone,stage,order_phase,order_since"]
    names = [f"Haus {number}" for number in range(8)]
    rows += [f"{name},U{name[-1]},Europe/Berlin,introduction,delivered,2026-03-02" for name in names]
    desk.accounts.write_text("\n".join(rows), encoding="utf-8")
    code, out, _ = desk.run(desk.call(holdout=50), as_json=True)
    ids = {name: portfolio.identity(f"U{name[-1]}", name) for name in names}
    nudged = [n for n in names if holdout.arm(simulate.TEAM, ids[n], "thank-the-receivers", 50) is Arm.NUDGED]
    moved = [entry["account"] for entry in json.loads(out)["move"]]
    assert (code, moved) == (0, nudged)
    assert 0 < len(nudged) < len(names)


def test_words_are_in_the_reps_language_but_what_is_said_is_in_the_clients(desk: Desk) -> None:
    text = (desk.head / PLAY).read_text(encoding="utf-8")
    (desk.head / PLAY).write_text(re.sub(r'(      say: ")', r"\1Well, ", text), encoding="utf-8")
    found = desk.json()
    assert [len(found[key]) for key in KEYS[:4]] == [0, 0, 0, 2]
    (li,) = [entry for entry in found["reword"] if entry["rep"] == "U0LI"]
    assert not re.search("[一-鿿]", li["after"]["say"])
    assert re.search("[一-鿿]", li["after"]["do"])
    assert li["after"]["say"] == "Well, " + li["before"]["say"]
    assert li["after"]["do"] == li["before"]["do"]


def test_a_retired_play_takes_its_nudges_and_its_answers_with_it(desk: Desk) -> None:
    desk.edit("status: experimental", "status: retired")
    found = desk.json()
    assert [len(found[key]) for key in KEYS[:4]] == [0, 2, 0, 0]
    assert {entry["after"] for entry in found["vanish"]} == {None}
    assert found["advice"]
    assert {(a["before"], a["after"]) for a in found["advice"]} == {("thank-the-receivers", None)}
    assert list(found["advice"][0]) == ["question", "before", "after"]


def test_the_other_way_round_it_appears(desk: Desk) -> None:
    desk.edit("status: experimental", "status: retired")
    code, out, _ = desk.run(desk.call(base=str(desk.head), head=str(desk.base)), as_json=True)
    found = json.loads(out)
    assert (code, [len(found[key]) for key in KEYS[:4]]) == (0, [2, 0, 0, 0])
    assert {entry["before"] for entry in found["appear"]} == {None}


def test_a_broken_play_is_named_and_is_not_taken_for_one_that_is_gone(desk: Desk) -> None:
    desk.edit("section: 2", "section: 9")
    code, out, err = desk.run(as_json=True)
    found = json.loads(out)
    assert code == 1
    assert {key: found[key] for key in KEYS} == {key: [] for key in KEYS}
    (finding,) = found["findings"]
    assert (finding["file"], finding["line"], finding["play"]) == (f"head/{PLAY}", 13, "thank-the-receivers")
    assert f"head: head/{PLAY}:13: " in err
    code, out, _ = desk.run(markdown=True)
    assert code == 1
    assert "#### Not compared: these plays do not hold (1)" in out
    assert f"`head/{PLAY}:13`" in out


def test_a_bad_row_is_named_and_the_rest_is_compared(desk: Desk) -> None:
    with desk.accounts.open("a", encoding="utf-8") as file:
        file.write("\nBad,U9,Mars/Olympus,,,,,")
    desk.edit("status: experimental", "status: retired")
    code, out, err = desk.run(as_json=True)
    found = json.loads(out)
    assert (code, len(found["vanish"]), found["bad_rows"][0]["line"]) == (1, 2, 4)
    assert "timezone" in err


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"accounts": Path("nowhere.csv")}, "portfolio_unreadable"),
        ({"days": 0}, "bad_days"),
        ({"head": "no-such-branch"}, "revision_unknown"),
    ],
)
def test_what_cannot_be_read_is_refused(desk: Desk, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(errors.BadInput) as refused:
        desk.run(desk.call(**changes))
    assert refused.value.code == code
    assert refused.value.repair


def test_the_command_exits_2_with_an_error_document(desk: Desk) -> None:
    built = services(Settings(data_dir=desk.folder, cache_dir=desk.folder / "cache", playbooks=desk.base))
    rest = ["--accounts", str(desk.accounts), "--from", "2026-03-02", "--days", "30", "--json"]
    done = CliRunner().invoke(app, ["effect", str(desk.base), "no-such-branch", *rest], obj=built)
    assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (2, "revision_unknown")
    both = CliRunner().invoke(app, ["effect", str(desk.base), str(desk.head), *rest, "--markdown"], obj=built)
    assert (both.exit_code, json.loads(both.stdout)["error"]["code"]) == (2, "usage")
    good = CliRunner().invoke(app, ["effect", str(desk.base), str(desk.head), *rest], obj=built)
    assert (good.exit_code, json.loads(good.stdout)) == (0, {key: [] for key in KEYS})


def test_a_git_revision_is_compared_with_a_folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(desk.folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "base"], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    desk.edit("status: experimental", "status: retired")
    monkeypatch.chdir(desk.folder)
    code, out, _ = desk.run(desk.call(base="HEAD"), as_json=True)
    assert (code, len(json.loads(out)["vanish"])) == (0, 2)


# --- Markdown and the page ------------------------------------------------------------------------------------------


def test_markdown_tells_who_when_and_what_in_a_line_each(desk: Desk) -> None:
    desk.edit("due: { type: next_working_morning }", "due: { type: working_days, days: 3 }")
    code, out, _ = desk.run(markdown=True)
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "### Nudges: 2 at another time"
    assert "30 simulated days (Mon 2 Mar to Tue 31 Mar 2026), 2 accounts, 2 reps" in lines[2]
    assert "Changed in its file: nudge." in lines
    assert "- U0ANNA · Hallmann · Tue 3 Mar 09:00 → Thu 5 Mar" in lines
    assert "- U0LI · 江澜水务 · Thu 5 Mar 09:00 → Mon 9 Mar" in lines


def test_nothing_that_a_playbook_says_can_mention_link_or_format_in_a_comment(desk: Desk) -> None:
    nasty = "@everyone see https://evil.example <img src=x> **now** `x` [a](b) www.evil.example org/repo#1"
    text = (desk.head / PLAY).read_text(encoding="utf-8")
    text = re.sub(r'(\n    - do: )"[^"]*"', lambda m: f'{m[1]}"{nasty} {m.start()}"', text, count=3)
    (desk.head / PLAY).write_text(text, encoding="utf-8")
    _, out, _ = desk.run(markdown=True)
    assert "everyone" in out
    assert not re.search(r"@(?!\u200b)|://(?!\u200b)|(?<!\\)<img|www\.|(?<!\\)\*\*now|\w#\d", out)
    page = desk.folder / "page.html"
    desk.run(html=page)
    assert "<img" not in page.read_text(encoding="utf-8")
    assert "&lt;img" in page.read_text(encoding="utf-8")


class _Outside(HTMLParser):
    """Collects whatever would make a browser ask somebody else."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.tags: Counter[str] = Counter()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.found += [(tag, name) for name, _ in attrs if name in ("src", "href", "action", "data", "srcset")]


def test_the_page_needs_nothing_else_and_shows_cards_and_changed_days(desk: Desk) -> None:
    text = (desk.head / PLAY).read_text(encoding="utf-8")
    (desk.head / PLAY).write_text(re.sub(r'(      not: ")', r"\1Never ", text), encoding="utf-8")
    page = desk.folder / "page.html"
    code, out, _ = desk.run(html=page)
    assert (code, out) == (0, "")
    text = page.read_text(encoding="utf-8")
    outside = _Outside()
    outside.feed(text)
    assert (outside.found, outside.tags["script"], outside.tags["link"]) == ([], 0, 0)
    assert "url(" not in text
    assert "@import" not in text
    assert text.count("<figcaption>Before</figcaption>") == text.count("<figcaption>After</figcaption>") == 2
    assert text.count('class="differs"') == 4  # the one line that differs, on each of four cards
    assert "3<br><i" in text  # Tuesday the third is marked
    assert "5<br><i" in text


# --- a hundred edits of the shipped playbooks -------------------------------------------------------------------------


@dataclass
class Shop:
    """The shipped tree in a folder of its own, and what the planner gives with it."""

    folder: Path
    cache: Path
    accounts: Portfolio
    side: Side
    run: Run

    def planned(self, side: Side) -> Run:
        lines = simulate.plan(side.library, self.accounts, START, DAYS, planning.holidays_of(START, DAYS))
        return Run(side.library, tuple(lines))

    def read(self) -> Side:
        return comparison.read(self.folder, self.cache)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(PLAYBOOKS, folder / "playbooks")
    accounts = files.load(SAMPLE)
    accounts = replace(accounts, rows=accounts.rows[::2])
    side = comparison.read(folder / "playbooks", folder / "cache.json")
    made = Shop(folder / "playbooks", folder / "cache.json", accounts, side, Run(side.library, ()))
    made.run = made.planned(side)
    return made


Editor = Callable[[CommentedMap, random.Random, "Shop"], Any]


def a_wording(play: CommentedMap, dice: random.Random, shop: Shop) -> tuple[str, int, str]:
    language, index, key = dice.choice(["en", "zh"]), dice.randrange(3), dice.choice(["do", "say", "not"])
    number = dice.randrange(10**6)
    text = f"Seeded line number {number}." if language == "en" else f"改写的第{number}句。"
    play["wordings"][language][index][key] = text
    return language, index, key


def a_stage(play: CommentedMap, dice: random.Random, shop: Shop) -> None:
    stages = play["fits"]["stages"]
    every = ["winning", "introduction", "early", "middle", "plateau", "mature"]
    if len(stages) > 1 and dice.random() < 0.5:
        stages.remove(dice.choice(list(stages)))
    else:
        stages.append(dice.choice([s for s in every if s not in stages]))


def a_number(play: CommentedMap, dice: random.Random, shop: Shop) -> None:
    cue = play["nudge"]["cue"]
    key = dice.choice([k for k, v in cue.items() if isinstance(v, int) and not isinstance(v, bool)])
    cue[key] = max(2, cue[key] + dice.choice([-3, -1, 1, 2, 5]))


def a_moment(play: CommentedMap, dice: random.Random, shop: Shop) -> None:
    moments: list[dict[str, Any]] = [
        {"type": "at_once"},
        {"type": "next_working_morning"},
        {"type": "same_working_day"},
        {"type": "working_days", "days": dice.randrange(1, 9)},
        {"type": "weekday", "day": "thursday", "at": "11:30"},
    ]
    play["nudge"]["due"] = dice.choice([m for m in moments if m["type"] != play["nudge"]["due"]["type"]])


def a_retirement(play: CommentedMap, dice: random.Random, shop: Shop) -> None:
    play["status"] = "retired"


def the_order_of_keys(play: CommentedMap, dice: random.Random, shop: Shop) -> None:
    for part in _maps(play):
        keys = list(part)
        dice.shuffle(keys)
        for key in keys:
            part.move_to_end(key)


def comments(play: CommentedMap, dice: random.Random, shop: Shop) -> None:
    for part in _maps(play):
        if dice.random() < 0.3:
            part.yaml_set_comment_before_after_key(dice.choice(list(part)), before=f"a thought {dice.random()}")


def the_layout(play: CommentedMap, dice: random.Random, shop: Shop) -> None:
    for part in _maps(play):
        if dice.random() < 0.5 and not any(isinstance(v, CommentedMap | CommentedSeq) for v in part.values()):
            part.fa.set_flow_style() if dice.random() < 0.5 else part.fa.set_block_style()
        for key, value in part.items():
            if isinstance(value, str):
                part[key] = str(value)  # without the quotes that it had


def _maps(node: Any) -> Iterator[CommentedMap]:
    if isinstance(node, CommentedMap):
        yield node
    for child in node.values() if isinstance(node, CommentedMap) else node if isinstance(node, CommentedSeq) else ():
        yield from _maps(child)


EDITORS: dict[Editor, int] = {
    a_wording: 32,
    a_stage: 11,
    a_number: 11,
    a_moment: 11,
    a_retirement: 11,
    the_order_of_keys: 8,
    comments: 8,
    the_layout: 8,
}
EDITS = [(editor, seed) for editor, count in EDITORS.items() for seed in range(count)]
WITHOUT_MEANING = {the_order_of_keys, comments, the_layout}


@dataclass(frozen=True)
class Edited:
    play: str
    what: Any
    side: Side


def edited(shop: Shop, editor: Editor, dice: random.Random) -> Edited:
    """One edit that `kam check` lets through, on a play that the plan shows; others are drawn again."""
    shown = sorted({line.play for line in shop.run.lines if line.wording is not None})
    for _ in range(400):
        play_id = dice.choice(shown)
        file = next(shop.folder.glob(f"*/{play_id}.yaml"))
        before = file.read_bytes()
        yaml = YAML()
        yaml.preserve_quotes, yaml.width = editor is not the_layout, dice.choice([60, 4096])
        play = yaml.load(before.decode())
        try:
            what = editor(play, dice, shop)
        except (KeyError, IndexError):  # this play has no such part
            continue
        with file.open("wb") as stream:
            yaml.dump(play, stream)
        side = shop.read()
        changed = file.read_bytes() != before
        file.write_bytes(before)
        if changed and not side.findings:
            return Edited(play_id, what, side)
    raise AssertionError("nothing could be edited")


def outcomes(lines: Iterable[PlanLine]) -> dict[str, tuple[str, str, str, datetime, Fate]]:
    """How each nudge ends: told apart from the code under test, by its last line; a check belongs to no play."""
    ends: dict[str, tuple[str, str, str, datetime, Fate]] = {}
    for line in sorted(lines, key=lambda x: x.fate is Fate.PLANNED):
        if line.nudge in ends and line.fate is Fate.HELD:
            continue
        play = "" if line.kind is Kind.CHECK else line.play
        ends[line.nudge] = (line.rep, line.account, play, line.due_at.astimezone(UTC), line.fate)
    return ends


def patched(before: Run, found: Effect, after: Run) -> tuple[Counter[Any], Counter[Any]]:
    """What reps get before with the effect applied, and what they get after: equal, if nothing is missed or made up."""
    gets = Counter(end for end in outcomes(before.lines).values() if end[-1] is Fate.PLANNED)
    for change in found.changes:
        for state, way in ((change.before, -1), (change.after, 1)):
            if state is not None and state.fate is Fate.PLANNED:
                play = "" if change.kind is Kind.CHECK else change.play
                gets[change.rep, change.account, play, state.due_at.astimezone(UTC), Fate.PLANNED] += way
    return +gets, Counter(end for end in outcomes(after.lines).values() if end[-1] is Fate.PLANNED)


def expected_rewordings(shop: Shop, play: str, language: str, index: int, key: str) -> Counter[Any]:
    rows = {(row.rep, row.account): row for row in shop.accounts.rows}
    found: Counter[Any] = Counter()
    for line in shop.run.lines:
        row = rows[line.rep, line.account]
        reads = known(row.account_language) or row.rep_language if key == "say" else row.rep_language
        if (line.play, line.wording) == (play, index) and reads is Language(language) and line.kind is not Kind.CHECK:
            found[line.rep, line.account, line.due_at, (key,)] += 1
    return found


def told(changes: Iterable[Change]) -> Counter[Any]:
    return Counter((c.rep, c.account, c.shown.due_at, c.reworded) for c in changes)


@pytest.mark.parametrize(("editor", "seed"), EDITS, ids=[f"{e.__name__}-{n}" for e, n in EDITS])
def test_an_edit_is_listed_exactly_or_is_no_effect(shop: Shop, editor: Editor, seed: int) -> None:
    made = edited(shop, editor, random.Random(f"{editor.__name__} {seed}"))
    if editor in WITHOUT_MEANING:
        assert made.side.library.version == shop.side.library.version
        return
    after = shop.planned(made.side)
    found = effect.compare(shop.run, after, shop.accounts)
    gets, wanted = patched(shop.run, found, after)
    assert gets == wanted
    assert {c.play for c in found.changes if not c.knock_on} <= {made.play}
    assert [edit.play for edit in found.edits] == [made.play]
    if editor is a_wording:
        assert (found.appear, found.vanish, found.move, found.overflow) == ((), (), (), ())
        assert told(found.reword) == expected_rewordings(shop, made.play, *made.what)
    elif editor is a_retirement:
        gone = [c for c in found.vanish if c.play == made.play and c.before is not None and c.after is None]
        lines = [x for x in outcomes(shop.run.lines).values() if x[2] == made.play]
        assert sorted((c.rep, c.account, c.before.due_at) for c in gone if c.before) == sorted(
            (*x[:2], x[3]) for x in lines
        )


def test_there_are_a_hundred_edits_and_those_that_matter_are_noticed(shop: Shop) -> None:
    assert len(EDITS) == 100
    edits = [edited(shop, a_moment, random.Random(f"a_moment {seed}")) for seed in range(9)]
    heads = [shop.planned(edit.side) for edit in edits]
    found = [effect.compare(shop.run, head, shop.accounts) for head in heads]
    noticed = [any(map(effect_groups.reaches, one.changes)) for one in found]
    assert noticed == [moments_of(head) != moments_of(shop.run) for head in heads]
    assert sum(noticed) >= 3, noticed  # a moment that lies before the days that are played changes nothing


def moments_of(run: effect.Run) -> set[tuple[str, datetime]]:
    """What reaches a rep, and when."""
    return {(line.nudge, line.due_at) for line in run.lines if line.fate is Fate.PLANNED}
