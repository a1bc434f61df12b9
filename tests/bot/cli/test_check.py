import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import check

SAMPLE = Path(__file__).parents[1] / "content/sample"
TODAY = date(2026, 6, 1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "content/playbooks")
    monkeypatch.chdir(tmp_path)
    return Path("content/playbooks")


def spoil(folder: Path) -> None:
    play = folder / "credit-the-client/thank-the-receivers.yaml"
    play.write_text(play.read_text(encoding="utf-8").replace("section: 2", "section: 9, 100%"), encoding="utf-8")


def test_warnings_only_exit_0_and_json_counts_what_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(folder, as_json=True, github=False, today=TODAY) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["plays"], answer["cases"]) == (True, 1, 6)
    assert {f["severity"] for f in answer["findings"]} == {"warning"}


def test_an_error_exits_1_and_json_names_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder)
    assert check.run(folder, as_json=True, github=False, today=TODAY) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["plays"], answer["cases"]) == (False, 0, 0)
    (finding,) = answer["findings"]
    assert list(finding) == ["severity", "file", "line", "play", "step", "message", "repair"]
    assert finding["file"] == "playbooks/credit-the-client/thank-the-receivers.yaml"
    assert (finding["severity"], finding["line"], finding["play"], finding["step"]) == (
        "error",
        13,
        "thank-the-receivers",
        "source.section",
    )


def test_github_gets_an_annotation_on_the_line_of_the_file_in_the_repository(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder)
    assert check.run(folder, as_json=False, github=True, today=TODAY) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (
        "::error file=content/playbooks/credit-the-client/thank-the-receivers.yaml,line=13::"
        "`source.section` is `9, 100%25`, not a number. Write a number without quotes: 14"
    )


def test_people_read_file_line_mistake_and_repair(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder)
    assert check.run(folder, as_json=False, github=False, today=TODAY) == 1
    assert capsys.readouterr().out.splitlines() == [
        "content/playbooks/credit-the-client/thank-the-receivers.yaml",
        "    13  error  `source.section` is `9, 100%`, not a number.",
        "        → Write a number without quotes: 14",
        "0 plays and 0 cases hold; 1 error, 0 warnings",
    ]


def test_text_in_a_file_is_never_taken_for_markup(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play = folder / "credit-the-client/thank-the-receivers.yaml"
    play.write_text(
        play.read_text(encoding="utf-8").replace("section: 2", 'section: "[red]x[/blue]"'), encoding="utf-8"
    )
    check.run(folder, as_json=False, github=False, today=TODAY)
    assert "`[red]x[/blue]`" in capsys.readouterr().out


def test_a_folder_that_is_not_there_exits_2_and_says_what_to_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.run(tmp_path / "none", as_json=True, github=False, today=TODAY) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "playbooks_unreadable"
    assert error["message"]
    assert error["repair"]
    assert check.run(tmp_path / "none", as_json=False, github=False, today=TODAY) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "cannot be read" in captured.err


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--json"], 0), (["--github"], 0), (["nowhere"], 2)])
def test_the_command_takes_a_folder_and_one_form(folder: Path, arguments: list[str], code: int) -> None:
    app = typer.Typer()
    app.command()(check.command(lambda: TODAY))
    given = arguments if "nowhere" in arguments else [str(folder), *arguments]
    assert CliRunner().invoke(app, given).exit_code == code
