# ruff: noqa: E501 -- a row of a table reads best on one line
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import errors
from bot.content import loader
from bot.content.findings import Unsound
from bot.core.manners import Manners

WRONG_PLAYS = [
    # what is replaced, by what, line of the finding (0 = of the change), its place, what it says, its repair
    ("status: experimental", "status: experimntal", 0, "status", "`status` is `experimntal`", "did you mean `experimental`?"),
    ("type: next_working_morning", "type: tomorow", 0, "nudge.due", "`nudge.due.type` is `tomorow`", "at_once, next_working_morning"),
    ("type: phase_entered", "type: phase_enterd", 0, "nudge.cue", "is `phase_enterd`", "did you mean `phase_entered`?"),
    ("cue: { type: phase_entered, phase", "cue: { phase", 0, "nudge.cue", "does not say its `type`", "{type: …}"),
    ("phase: delivered", "phase: arrived", 0, "nudge.cue.phase", "`nudge.cue.phase` is `arrived`", "in_use"),
    ("phase: delivered", "phase: delivered, days: 3", 0, "nudge.cue.days", "`nudge.cue.days` is not a key", "first_order"),
    (", phase: delivered", "", 0, "nudge.cue.phase", "`nudge.cue.phase` is missing", "add `phase: …` under `nudge.cue`"),
    ("type: days, days: 7", "type: days, days: -7", 0, "nudge.until.days", "`nudge.until.days` is `-7`", "at least 0"),
    ("type: days, days: 7", "type: days, days: seven", 0, "nudge.until.days", "not a number", "without quotes"),
    ("type: days, days: 7", 'type: days, days: "7"', 0, "nudge.until.days", "not a number", "without quotes"),
    ("stages: [introduction, early, middle]", "stages: [introduction, erly]", 0, "fits.stages.2", "is `erly`", "did you mean `early`?"),
    ("stages: [introduction, early, middle]", "stages: early", 0, "fits.stages", "`fits.stages` is `early`, not a list", "`- `"),
    ("stages: [introduction, early, middle]", "on_visits: yes", 0, "fits.on_visits", "`fits.on_visits` is `yes`", "true or false"),
    ("stages: [introduction, early, middle]", "stage: [early]", 0, "fits.stage", "`fits.stage` is not a key", "did you mean `stages`?"),
    ("review: 2027-05-31", "review: 31.5.2027", 0, "review", "not a date", "2027-05-31"),
    ("review: 2027-05-31", "review: 20270531", 0, "review", "not a date", "2027-05-31"),
    ("type: next_working_morning", "type: weekday, day: tuesday, at: noon", 0, "nudge.due.at", "not a time of day", "10:00"),
    ("type: next_working_morning", "type: weekday, day: sunday, at: 10:00", 0, "nudge.due.day", "is `sunday`", "monday"),
    ("section: 2", "section: two", 0, "source.section", "not a number", "without quotes"),
    ('en: "Thank those who took the goods in"\n  zh:', "zh:", 6, "title", "`title.en` is missing", "add `en: …`"),
    ('en: "Thank those who took the goods in"', "en: 12", 0, "title.en", "`title.en` is `12`, not a text", '"…"'),
    ('en: "Thank those who took the goods in"', 'en: ""', 0, "title.en", "`title.en` is empty", "write the text"),
    ('en: "Thank those who took the goods in"', f'en: "{"a" * 301}"', 0, "title.en", "is too long", "300 characters"),
    ("title:\n", "titel:\n", 2, "title", "`title` is missing", "add `title: …` to the file"),
    ("not: \"Thanking only the buyer.\"", "avoid: \"x\"", 0, "wordings.en.1.avoid", "is not a key", "write `not` instead"),
    ("id: who\n", "id: Who Is It\n", 0, "Who Is It", "`dialogue.steps.1.id` is", "single hyphens"),
    ("owner: U0MEILIN", "playbook: credit-the-client\nowner: U0MEILIN", 0, "playbook", "folder's name", "delete the line"),
    ("owner: U0MEILIN", "owner: U0MEILIN\nowner: U0MEILIN", 5, "", "a second time", "keep one"),
    ("- id: no\n          label: {", "- id: no\n          labl: {", 0, "who", "`dialogue.steps.1.replies.2.label` is missing", "add"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "step", "message", "repair"), WRONG_PLAYS)
def test_a_wrong_value_is_told_with_file_line_play_place_and_repair(
    sample, old: str, new: str, line: int, step: str, message: str, repair: str
) -> None:
    changed = sample.edit("play", old, new)
    found = [f for f in sample.errors() if message in f.message]
    assert found, sample.errors()
    wanted = (line or changed, "playbooks/credit-the-client/thank-the-receivers.yaml", "thank-the-receivers")
    assert (found[0].line, found[0].file, found[0].play) == wanted
    assert step in found[0].step
    assert repair in found[0].repair
    assert sample.load().library.plays == ()


def test_what_the_reader_refuses_is_not_told_twice(sample) -> None:
    sample.edit("play", "section: 2", "section: *two")
    assert [f.message for f in sample.errors()] == ["`*name` (an alias) is not read here"]


WRONG_CASES = [
    ("stage: introduction,", "stage: introductory,", "is `introductory`", "did you mean `introduction`?"),
    ("order_days_ago: 1 }", "order_day_ago: 1 }", "is not a key", "did you mean `order_days_ago`?"),
    ("rule: open_problem", "rule: open_problems", "is `open_problems`", "did you mean `open_problem`?"),
    ("language: en", "language: english", "is `english`", "en, zh"),
    ("play: thank-the-receivers", "play: thank-them", "the cases are for `thank-them`", "write `play: thank-the-receivers`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "repair"), WRONG_CASES)
def test_a_wrong_case_is_told_where_it_stands(sample, old: str, new: str, message: str, repair: str) -> None:
    line = sample.edit("cases", old, new)
    (found,) = [f for f in sample.errors() if message in f.message]
    assert (found.file[-10:], found.line, found.play) == ("cases.yaml", line, "thank-the-receivers")
    assert repair in found.repair


def test_fewer_than_two_cases_that_fit_are_too_few(sample) -> None:
    text = sample.path("cases").read_text(encoding="utf-8")
    second = text.index('  - name: "Delivered on Friday')
    sample.path("cases").write_text(text[:second] + text[text.index("does_not_fit") :], encoding="utf-8")
    (found,) = sample.errors()
    assert (found.line, found.message, found.repair) == (2, "`fits` holds 1", "write at least 2")


def test_the_sample_is_all_right(sample) -> None:
    loaded = sample.load()
    assert sample.findings() == []
    assert [p.id for p in loaded.library.plays] == ["thank-the-receivers"] == list(loaded.cases)
    assert loaded.library.plays[0].playbook == "credit-the-client"
    assert loaded.ok


def test_a_bad_play_is_left_out_and_the_rest_runs(sample) -> None:
    sample.edit("play", "section: 2", "section: 9")
    (sample.folder / "set-expectations").mkdir()
    shutil.copy(sample.path("playbook"), sample.folder / "set-expectations/playbook.yaml")
    sample.edit("set-expectations/playbook.yaml", "id: credit-the-client", "id: set-expectations")
    for suffix in (".yaml", ".cases.yaml"):
        original = Path(__file__).parent / f"sample/credit-the-client/thank-the-receivers{suffix}"
        text = original.read_text(encoding="utf-8").replace("thank-the-receivers", "another")
        (sample.folder / f"set-expectations/another{suffix}").write_text(text, encoding="utf-8")
    loaded = sample.load()
    assert [p.id for p in loaded.library.plays] == ["another"]
    assert not loaded.ok
    assert {f.play for f in loaded.findings if f.severity == "error"} == {"thank-the-receivers"}
    with pytest.raises(Unsound, match="1 errors") as error:
        loader.load(sample.folder, strict=True)
    assert error.value.findings == loaded.findings
    assert error.value.repair


def test_everything_wrong_in_all_files_is_told_at_once(sample) -> None:
    wrong = [
        ("cadence.yaml", sample.edit("cadence", "per_day: 1", "per_day: lots")),
        ("playbook.yaml", sample.edit("playbook", "order: 2", "order: 0")),
        ("thank-the-receivers.cases.yaml", sample.edit("cases", "language: en", "language: english")),
        ("thank-the-receivers.yaml", sample.edit("play", "status: experimental", "status: experimntal")),
        ("thank-the-receivers.yaml", sample.edit("play", "section: 2", "section: two")),
    ]
    assert [(f.file.rpartition("/")[2], f.line) for f in sample.errors()] == wrong


def test_a_playbook_without_its_file_gives_no_plays(sample) -> None:
    sample.path("playbook").unlink()
    (found,) = sample.errors()
    assert found.file == "playbooks/credit-the-client/playbook.yaml"
    assert sample.load().library.plays == ()


def test_a_playbook_must_be_called_as_its_folder(sample) -> None:
    sample.edit("playbook", "id: credit-the-client", "id: credit")
    assert [(f.line, f.repair) for f in sample.errors()] == [(1, "write `id: credit-the-client`")]


def test_a_play_without_cases_and_cases_without_a_play_are_told(sample) -> None:
    sample.path("cases").rename(sample.folder / "credit-the-client/other.cases.yaml")
    found = [(f.file.rpartition("/")[2], f.message) for f in sample.errors()]
    assert ("thank-the-receivers.yaml", "the play has no cases") in found
    assert ("other.cases.yaml", "there is no play `other` beside these cases") in found


def test_a_file_that_is_no_list_of_keys_is_told(sample) -> None:
    sample.path("play").write_text("- a\n- b\n", encoding="utf-8")
    assert "not a list of `key: value` lines" in sample.errors()[0].message


def test_examples_hidden_files_and_links_are_not_read(sample) -> None:
    shutil.copytree(sample.folder / "credit-the-client", sample.folder / "examples")
    shutil.copytree(sample.folder / "credit-the-client", sample.folder / ".hidden")
    (sample.folder / "credit-the-client/.draft.yaml").write_text("{", encoding="utf-8")
    (sample.folder / "credit-the-client/notes.txt").write_text("{", encoding="utf-8")
    assert sample.findings() == []
    os.symlink("/etc/hostname", sample.folder / "credit-the-client/link.yaml")
    (sample.folder / "credit-the-client/old.yml").write_text("{", encoding="utf-8")
    assert [(f.severity, f.message) for f in sample.findings()] == [("warning", "this file is not read")] * 2


def test_a_folder_that_is_not_there_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(errors.BadInput, match="cannot be read"):
        loader.load(tmp_path / "nowhere")


# --- numbers of the cadence ------------------------------------------------------------------------------------------


def test_the_cadence_gives_the_manners(sample) -> None:
    sample.path("cadence").write_text(
        'per_week: 5\neve_at: "16:30"\ncountry: CN\nproblem_targets:\n  - {step: owned, hours: 1}\n', encoding="utf-8"
    )
    manners = sample.load().library.manners
    assert (manners.per_week, manners.eve_at.hour, manners.country) == (5, 16, "CN")
    assert manners.problem_targets[0].hours == 1


def test_a_bad_cadence_is_an_error_and_a_missing_one_a_hint(sample) -> None:
    sample.edit("cadence", "per_day: 1", "fresh_problem_days: 3")
    (found,) = sample.errors()
    assert (found.file, found.line, found.repair) == ("playbooks/cadence.yaml", 1, "write a number that is at least 14")
    assert sample.load().library.manners == Manners()
    sample.path("cadence").unlink()
    assert [f.severity for f in sample.findings()] == ["warning"]


# --- the version --------------------------------------------------------------------------------------------------------


def test_comments_the_order_of_keys_and_layout_do_not_change_the_version(sample) -> None:
    before = sample.load().library.version
    sample.edit(
        "play", "status: experimental # experimental, stable or retired; a play is retired, never deleted\n", ""
    )
    sample.edit("play", "fits:\n", "status: experimental\n# a comment\n\nfits:\n")
    sample.edit("play", "{ type: next_working_morning }", "\n    type: next_working_morning")
    sample.edit("play", '"Thank those who took the goods in"', "'Thank those who took the goods in'")
    sample.edit("cadence", "per_day: 1", "per_day: 1\nper_week: 3 # as built in")
    assert sample.errors() == []
    assert sample.load().library.version == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("play", "days: 7", "days: 8"),
        ("play", "status: experimental", "status: stable"),
        ("play", "at their place of work", "where they work"),
        ("play", "anything I should do", "should I do anything"),
        ("playbook", "order: 2", "order: 3"),
        ("cadence", "per_day: 1", "per_day: 2"),
    ],
)
def test_any_change_of_meaning_changes_the_version(sample, name: str, old: str, new: str) -> None:
    before = sample.load().library.version
    sample.edit(name, old, new)
    assert sample.errors() == []
    assert sample.load().library.version != before


# --- the cache ---------------------------------------------------------------------------------------------------------


def test_the_cache_changes_nothing_but_the_time(sample, tmp_path: Path) -> None:
    cache = tmp_path / "data/playbooks.json"
    sample.edit("play", "section: 2", "section: 4\n  # later")
    cold, fresh, warm = sample.load(), sample.load(cache=cache), sample.load(cache=cache)
    assert cold == fresh == warm
    sample.edit("play", "section: 4", "section: 9")
    assert sample.load(cache=cache) == sample.load()
    assert not sample.load(cache=cache).ok
    assert [p.name for p in cache.parent.iterdir()] == ["playbooks.json"]


def test_a_document_with_findings_is_not_cached(sample, tmp_path: Path) -> None:
    sample.edit("play", "owner: U0MEILIN", "owner: U0MEILIN\nowner: U0MEILIN")
    cache = tmp_path / "cache.json"
    assert sample.load(cache=cache) == sample.load(cache=cache) == sample.load()


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"\xff", b'{"format": 0, "documents": {}}', b"[" * 100_000])
def test_a_broken_cache_is_ignored_and_written_again(sample, tmp_path: Path, broken: bytes) -> None:
    cache = tmp_path / "cache.json"
    cache.write_bytes(broken)
    assert sample.load(cache=cache) == sample.load()
    assert cache.read_bytes() != broken


def test_a_cache_that_lies_about_lines_or_values_raises_nothing(sample, tmp_path: Path) -> None:
    cache = tmp_path / "cache.json"
    sample.load(cache=cache)
    cache.write_text(
        cache.read_text(encoding="utf-8").replace('"numbers":[1', '"numbers":[]}, "x":{"data":1,"numbers":[1')
    )
    sample.load(cache=cache)


def test_a_cache_that_cannot_be_written_costs_only_time(sample, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert sample.load(cache=tmp_path / "file/cache.json").ok


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_cut_from_a_play_nothing_raises(sample, data) -> None:
    original = (Path(__file__).parent / "sample/credit-the-client/thank-the-receivers.yaml").read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 200)))
    put = data.draw(st.sampled_from(["", " ", "\n", ":", "[", "{", "}", "'", '"', "x", "null", "1", "- ", "中", "{x}"]))
    sample.path("play").write_text(original[:start] + put + original[end:], encoding="utf-8")
    loaded = sample.load()
    assert loaded.ok is bool(loaded.library.plays)
    assert all(f.repair and f.line >= 1 for f in loaded.findings)
