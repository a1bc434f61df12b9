"""The docs against the code: what stands in one stands in the other."""

import ast
import importlib
import re
import string
import tomllib
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import pytest
import typer.main
from ruamel.yaml import YAML

from bot.cli.app import app
from bot.core import raising
from bot.core.account import OrderPhase, Stage
from bot.core.asked import SECONDS
from bot.core.nudge import Fate, Kind, Rule
from bot.core.problem import Step
from bot.core.texts import facts
from bot.core.wording import Text
from bot.settings import ROOT as CODE_ROOT
from bot.settings import Settings
from bot.slack.commands.help import COMMANDS

ROOT = Path(__file__).parents[1]
OURS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**/*.md", "playbooks/**/*.md", "benchmarks/**/*.md")
PAGES = sorted({page for pattern in OURS for page in ROOT.glob(pattern)})
TEXT_MODULES = sorted((ROOT / "bot" / "core" / "texts").glob("[a-z]*.py"))
HAN = r"[\u4e00-\u9fff]"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"no heading {heading!r}"
    return re.split(rf"\n#{{1,{level}}} ", rest)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in a text, without their headers."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    heads = {number - 1 for number, row in enumerate(cells) if set(row[0]) <= {"-", ":"}}
    return [row for number, row in enumerate(cells) if number not in heads and number - 1 not in heads]


def code(cell: str) -> str:
    """What a cell holds in code type."""
    return cell.strip("`")


# --- settings ---------------------------------------------------------------------------------------------------------


def written(value: Any) -> str:
    """A default as the table writes it."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    match value:
        case None | "":
            return "–"
        case bool():
            return f"`{str(value).lower()}`"
        case Enum():
            return f"`{value.value}`"
        case Path() if value.is_absolute():
            return f"`{value.relative_to(CODE_ROOT)}`"
        case _:
            return f"`{value}`"


def test_every_setting_stands_in_the_table_with_its_default_and_no_other() -> None:
    in_code = {f"KAM_{name.upper()}": written(f.default) for name, f in Settings.model_fields.items()}
    in_docs = {code(name): default for name, default, _ in rows(read("docs/settings.md"))}
    assert in_docs == in_code


@pytest.mark.parametrize(
    "page", [*PAGES, *(ROOT / n for n in (".env.example", "compose.yaml", "Dockerfile"))], ids=relative
)
def test_only_settings_that_exist_are_named(page: Path) -> None:
    named = set(re.findall(r"KAM_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8")))
    assert named <= {f"KAM_{name.upper()}" for name in Settings.model_fields} | {"KAM_CI"}


# --- commands ---------------------------------------------------------------------------------------------------------


def command_line(command: Any = None, path: tuple[str, ...] = ("kam",)) -> Iterator[tuple[str, list[str], set[str]]]:
    """Every command: its words, its arguments in order, its options."""
    command = command or typer.main.get_command(app)
    for name, inner in command.commands.items():
        if hasattr(inner, "commands"):
            yield from command_line(inner, (*path, name))
        if hasattr(inner, "commands") and not inner.invoke_without_command:
            continue
        arguments = [p.name for p in inner.params if p.param_type_name == "argument"]
        options = {flag for p in inner.params if p.param_type_name == "option" for flag in p.opts if flag != "--help"}
        yield " ".join((*path, name)), arguments, options


def documented(usage: str) -> tuple[str, list[str], set[str]]:
    """The same, as a line of docs/commands.md writes it: `kam visit add ACCOUNT WHEN --rep ID [--json]`."""
    options = re.findall(r"--[a-z-]+", usage)
    bare = re.sub(r"\[?--[a-z-]+( [A-Z]+)?\]?", "", usage)
    words = [word.strip("[]") for word in bare.split()]
    return " ".join(w for w in words if w.islower()), [w.lower() for w in words if w.isupper()], set(options)


def test_every_command_stands_in_the_docs_with_its_arguments_and_options_and_no_other() -> None:
    table = section(read("docs/commands.md"), "## `kam` on the command line")
    in_docs = [documented(code(first)) for first, *_ in rows(table) if first.startswith("`kam ")]
    assert sorted(in_docs) == sorted(command_line())


def test_options_are_marked_as_needed_or_not_as_they_are() -> None:
    table = section(read("docs/commands.md"), "## `kam` on the command line")
    for usage in (code(first) for first, *_ in rows(table) if first.startswith("`kam ")):
        needed = set(re.findall(r"(?<!\[)(--[a-z-]+)", usage))
        command = typer.main.get_command(app)
        for word in documented(usage)[0].split()[1:]:
            command = command.commands[word]  # type: ignore[attr-defined]
        assert needed == {p.opts[0] for p in command.params if p.param_type_name == "option" and p.required}, usage


def test_every_subcommand_of_slack_stands_in_the_docs_with_its_usage_and_other_names() -> None:
    text = " ".join(section(read("docs/commands.md"), "## `/kam` in Slack").split())
    listed = re.findall(r"- \*\*`/kam ([^`]+)`\*\* \(([^)]+)\):", text)
    in_docs = {usage: re.findall(r"`([^`]+)`", others) for usage, others in listed}
    assert in_docs == {c.usage.en: list(c.aliases) for c in COMMANDS}


def not_yet() -> set[str]:
    """The commands of which the README says that they are not there yet."""
    limits = section(read("README.md"), "## Limits known")
    said = re.search(r"\*\*Not on the command line yet:\*\* ([^.]+)\.", limits)
    return set(re.findall(r"`([a-z-]+)`", said[1])) if said else set()


def test_what_the_readme_says_is_not_there_yet_is_not() -> None:
    there = {word for words, *_ in command_line() for word in words.split()[1:2]}
    assert not there & not_yet()


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_pages_name_only_commands_that_exist(page: Path) -> None:
    """In code type: `kam …` and `/kam …`. What the README's limits speak of may be named too."""
    text = re.sub(r"## Limits known.*?\n## ", "\n## ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    shell = re.findall(r"(?:^|`|bin/)kam ([a-z-]+)|(?:python -m|exec kam python -m) bot ([a-z-]+)", _code(text), re.M)
    there = {word for words, *_ in command_line() for word in words.split()[1:2]}
    assert {one or other for one, other in shell} <= there | not_yet()
    in_slack = {word.rstrip(",") for word in re.findall(r"`/kam ([^\s`]+)", text)}
    assert in_slack <= {word for c in COMMANDS for word in (c.name, *c.aliases)} | {"the"}  # "/kam the client is angry"


def _code(text: str) -> str:
    """What stands in code type and is meant for a shell."""
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    spans = re.findall(
        r"`((?:\.venv/bin/)?kam [^`]+|python -m bot [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    )
    return "\n".join([*blocks, *spans])


# --- the glossary -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "ids"),
    [
        ("## Stages", Stage),
        ("## Order phases", OrderPhase),
        ("## Steps of a problem", Step),
        ("## Kinds", Kind),
        ("## Fates", Fate),
        ("## Rules", Rule),
        ("## Cues", facts.CUES),
    ],
)
def test_the_glossary_explains_every_id_in_order_and_no_other(
    heading: str, ids: type[StrEnum] | dict[str, Text]
) -> None:
    table = rows(section(read("docs/glossary.md"), heading))
    assert [code(row[0]) for row in table] == [str(item) for item in ids]
    assert all(row[-1] for row in table)


def test_every_cue_of_the_playbooks_has_words_and_the_others_are_named_as_the_coachs_own() -> None:
    kinds = get_args(get_args(raising.Cue)[0])
    in_files = {get_args(kind.model_fields["type"].annotation)[0] for kind in kinds}
    _, _, last = section(read("docs/glossary.md"), "## Cues").rpartition("|\n")
    assert set(re.findall(r"`([a-z_]+)`", last)) == set(facts.CUES) - in_files
    assert in_files <= set(facts.CUES)


def test_the_seconds_of_the_team_page_are_those_that_are_counted() -> None:
    table = rows(section(read("docs/howto/team.md"), "## The seconds"))
    assert {code(kind): int(seconds) for kind, seconds, _ in table} == dict(SECONDS)


# --- words we do not use ----------------------------------------------------------------------------------------------

AVOIDED = [row[0] for row in rows(section(read("docs/glossary.md"), "## Words we do not use"))]
SAID = sorted(
    [
        *PAGES,
        *TEXT_MODULES,
        *(ROOT / "bot" / "slack" / "commands").glob("*.py"),
        *(ROOT / "bot" / "cli").glob("*.py"),
        *ROOT.glob("manifest*.json"),
        *(f for f in (ROOT / "playbooks").rglob("*.yaml") if not f.name.endswith(".cases.yaml")),
    ]
)


def test_the_glossary_names_the_words_to_avoid() -> None:
    assert {"customer", "ticket", "trigger"} <= set(AVOIDED)


@pytest.mark.parametrize("file", SAID, ids=relative)
def test_words_to_avoid_stand_nowhere(file: Path) -> None:
    """Reps may put it as they like (`asks`); Slack calls one of its fields trigger_id."""
    text = file.read_text(encoding="utf-8")
    if file.name == "glossary.md":
        text = text.replace(section(text, "## Words we do not use"), "")
    if file.suffix == ".yaml":
        text = "\n".join(_strings({k: v for k, v in (YAML(typ="safe").load(text) or {}).items() if k != "asks"}))
    if file.name == "out_of_scope.yaml":
        return
    found = re.findall(rf"\b(?:{'|'.join(AVOIDED)})s?\b", text.replace("trigger_id", ""), flags=re.IGNORECASE)
    assert not found


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)


# --- pages ------------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads)
    return set(kept)


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def test_the_index_leads_to_every_page() -> None:
    links = {
        (ROOT / "docs" / link.partition("#")[0]).resolve()
        for link in re.findall(r"\]\(([^)]+)\)", read("docs/index.md"))
    }
    docs = [page for page in PAGES if page.is_relative_to(ROOT / "docs") and page.name != "index.md"]
    assert [relative(page) for page in docs if page not in links and page.parent not in links] == []


def test_the_readme_draws_the_floors_as_they_are_held() -> None:
    drawn = re.findall(
        r"^ ?\d+  ((?:bot|storage)\S*(?: \| \S+)*)", section(read("README.md"), "## The floors"), re.MULTILINE
    )
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    assert drawn == next(c["layers"] for c in contracts if c["type"] == "layers")


def test_the_readme_tells_how_many_playbooks_and_plays_there_are() -> None:
    plays = [f for f in (ROOT / "playbooks").glob("*/*.yaml") if f.with_suffix("").with_suffix(".cases.yaml").exists()]
    plays = [f for f in plays if not f.name.endswith((".cases.yaml", ".scene.yaml"))]
    books = list((ROOT / "playbooks").glob("*/playbook.yaml"))
    assert len(books) == 9
    assert f"Nine are in the box, {len(plays)} plays" in read("README.md")
    assert f"九套、{len(plays)} 条打法" in read("README.md")
    assert f"Nine playbooks with {len(plays)} plays" in read("CHANGELOG.md")


def test_the_taste_in_the_readme_is_what_the_plays_say() -> None:
    shown = re.findall(
        r"^ +(?:Do|Say|Not|做|说|别)[:：] ?(.+)$", section(read("README.md"), "## A taste"), re.MULTILINE
    )
    said = "\n".join(s for f in (ROOT / "playbooks").glob("*/*.yaml") for s in _strings(YAML(typ="safe").load(f)))
    assert len(shown) == 6
    assert [line for line in shown if line.strip('"“”') not in said and line not in said] == []


# --- texts ------------------------------------------------------------------------------------------------------------


def texts() -> Iterator[tuple[str, Text]]:
    """Every text in bot/core/texts, with the place where it stands."""
    for file in TEXT_MODULES:
        module = importlib.import_module(f"bot.core.texts.{file.stem}")
        for name in (n for n in vars(module) if n.isupper()):
            yield from _inside(f"{file.stem}.{name}", getattr(module, name))


def _inside(place: str, value: Any) -> Iterator[tuple[str, Text]]:
    match value:
        case Text():
            yield place, value
        case dict():
            for key, inner in value.items():
                yield from _inside(f"{place}[{key}]", inner)
        case tuple():
            for number, inner in enumerate(value):
                yield from _inside(f"{place}[{number}]", inner)


TEXTS = sorted(texts(), key=lambda item: item[0])


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("place", "text"), TEXTS, ids=[place for place, _ in TEXTS])
def test_a_text_has_both_languages_with_the_same_names_to_fill_in(place: str, text: Text) -> None:
    assert text.en.strip()
    assert text.zh.strip()
    assert fields(text.en) == fields(text.zh)


@pytest.mark.parametrize(("place", "text"), TEXTS, ids=[place for place, _ in TEXTS])
def test_chinese_is_written_with_chinese_punctuation(place: str, text: Text) -> None:
    half = re.findall(rf"{HAN}[,?!;]|[,?!;]{HAN}|{HAN}:{HAN}|{HAN}\({HAN}|{HAN}\.(?:\s|$)|\.\.\.", text.zh)
    assert not half


def test_english_holds_no_chinese_but_examples() -> None:
    with_han = {place for place, text in TEXTS if re.search(HAN, text.en)}
    assert with_han <= {"talk.REFUSALS[when_not_understood]"}


def test_every_text_is_used_somewhere() -> None:
    used = {name for file in (ROOT / "bot").rglob("*.py") for name in _texts_used(file)}
    assert sorted({place.partition("[")[0] for place, _ in TEXTS} - used) == []


def _texts_used(file: Path) -> Iterator[str]:
    """Every text that a module reads, as `cards.COMMIT`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    known = {f.stem for f in TEXT_MODULES}
    imported = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "bot.core.texts"]
    called = {a.asname or a.name: a.name for node in imported for a in node.names if a.name in known}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in called:
            yield f"{called[node.value.id]}.{node.attr}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and file in TEXT_MODULES:
            yield f"{file.stem}.{node.id}"


def test_every_refusal_is_raised_somewhere() -> None:
    refusals = {place.partition("[")[2].rstrip("]") for place, _ in TEXTS if place.startswith("talk.REFUSALS[")}
    source = "\n".join(f.read_text(encoding="utf-8") for f in (ROOT / "bot").rglob("*.py") if f.name != "talk.py")
    assert sorted(code for code in refusals if f'"{code}"' not in source) == []


def test_every_module_of_the_texts_is_looked_at() -> None:
    assert {place.partition(".")[0] for place, _ in TEXTS} == {f.stem for f in TEXT_MODULES}
