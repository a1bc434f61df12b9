import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import yaml_reader

REFUSED = [
    ("200,000 nested brackets", b"[" * 200_000, 1, "larger than 64 KB"),
    ("60,000 nested brackets", b"[" * 60_000, 1, "more than 32 deep"),
    ("nested dashes", b"- " * 32_000, 1, "more than 32 deep"),
    ("10 MB", b"key: value\n" * 1_000_000, 1, "larger than 64 KB"),
    ("30,000 items", b"[" + b"a," * 30_000 + b"]", 1, "more than 20000 values"),
    ("an alias bomb", b"a: &a [x, x]\nb: [*a, *a]\n", 1, "(an anchor) is not read"),
    ("an alias", b"a: 1\nb: &b x\nc: *b\n", 3, "(an alias) is not read"),
    ("a tag", b"a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "(a tag) is not read"),
    ("a tag on a key", b"!!str a: 1\n", 1, "(a tag) is not read"),
    ("the same key twice", b"a: 1\nb: 2\na: 3\n", 3, "`a` stands here a second time (first on line 1)"),
    ("a key that is a list", b"x: 1\n? [a, b]\n: 2\n", 2, "a key must be a plain word"),
    ("two documents", b"a: 1\n---\nb: 1\n", 2, "a second document"),
    ("a directive", b"%YAML 1.1\n---\na: 1\n", 1, "begin with %"),
    ("an empty file", b"", 1, "the file is empty"),
    ("only comments", b"# a\n# b\n", 1, "the file is empty"),
    ("not UTF-8", b"a: 1\nb: \xff\n", 2, "not UTF-8"),
    ("a NUL", b"a: 1\nb: \x00\n", 2, "cannot be shown"),
    ("half a character", b'a: 1\nb: "\\ud800"\n', 2, "cannot be shown"),
    ("an escape too large", b'a: 1\nb: "\\UFFFFFFFF"\n', 2, "not YAML"),
    ("a colon in plain text", b"a: 1\nb: he said: no\n", 2, "a colon stands where none can be"),
    ("a quote left open", b'a: 1\nb: "open\nc: 2\n', 2, "does not end"),
    ("a tab", b"a:\n\tb: 1\n", 2, "begins with a character"),
    ("uneven indentation", b"a:\n  b: 1\n c: 2\n", 3, "indented differently"),
    ("a bracket left open", b"a: 1\nb: [1, 2\nc: 3\n", 3, "does not end"),
    ("a star", b"a: 1\nb: *\n", 2, "begins with * needs quotes"),
    ("a percent sign", b"a: 1\nb: %c\n", 2, "begins with a character"),
    ("a value, then keys", b"- a\nb: 1\n", 2, "indented differently"),
    ("a backslash", b'a: 1\nb: "C:\\d"\n', 2, "a backslash"),
    ("a key without colon", b"a: 1\nb\n", 2, "has no colon"),
]


@pytest.mark.parametrize(("content", "line", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_not_read_is_told_with_its_line_and_a_repair(content: bytes, line: int, message: str) -> None:
    began = time.perf_counter()
    document = yaml_reader.read(content, "some.yaml")
    assert any(f.line == line and message in f.message for f in document.findings), document.findings
    assert all(f.file == "some.yaml" and f.repair and f.severity == "error" for f in document.findings)
    assert time.perf_counter() - began < 5


def test_all_that_is_wrong_in_a_file_is_told_at_once() -> None:
    content = b"a: &x 1\na: 2\nb: *x\nc: !t 3\n"
    found = [(f.line, f.message.split()[-6:]) for f in yaml_reader.read(content, "f").findings]
    assert [line for line, _ in found] == [1, 2, 3, 4]


def test_a_key_given_twice_keeps_its_first_value_and_the_lines_of_the_rest() -> None:
    document = yaml_reader.read(b"a: {x: 1}\na:\n  y: [1, 2]\nb:\n  - 7\n", "f")
    assert document.data == {"a": {"x": 1}, "b": [7]}
    assert document.line_of(("b", 0)) == 5


WORDS = [
    ("~", None),
    ("null", None),
    ("true", True),
    ("False", False),
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("12", 12),
    ("-3", -3),
    ("0.5", 0.5),
    ("1e3", 1000.0),
    ("1e999", "1e999"),
    ("9" * 5000, "9" * 5000),
    ("10:00", "10:00"),
    ("2027-05-31", "2027-05-31"),
    ("0x1f", "0x1f"),
    ("1_000", "1_000"),
    ('"12"', "12"),
    ("'true'", "true"),
    ("<<", "<<"),
]


@pytest.mark.parametrize(("written", "meant"), WORDS)
def test_a_word_means_what_yaml_1_2_says(written: str, meant: object) -> None:
    document = yaml_reader.read(f"key: {written}\n".encode(), "f")
    assert document.findings == ()
    assert document.data == {"key": meant}
    assert type(document.data["key"]) is type(meant)


def test_every_value_knows_its_line_and_what_is_missing_knows_its_parent() -> None:
    document = yaml_reader.read(b"a: 1\nb:\n  c:\n    - x\n    - d: {e: 1,\n          f: 2}\n", "f")
    lines = {("a",): 1, ("b",): 2, ("b", "c"): 3, ("b", "c", 0): 4, ("b", "c", 1): 5, ("b", "c", 1, "d", "f"): 6}
    assert {place: document.line_of(place) for place in lines} == lines
    assert document.line_of(("b", "c", 7, "nothing")) == 3
    assert document.line_of(("z",)) == 1


def test_a_byte_order_mark_and_windows_lines_are_read() -> None:
    document = yaml_reader.read("\ufeffa: 1\r\nb: 中文\r\n".encode(), "f")
    assert document.data == {"a": 1, "b": "中文"}
    assert document.line_of(("b",)) == 2


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert "cannot be read" in yaml_reader.read(tmp_path / "none.yaml", "none.yaml").findings[0].message
    assert "cannot be read" in yaml_reader.read(tmp_path, "folder.yaml").findings[0].message


PIECES = [
    *"[]{}:-?*&!%\"'|>#,\\~<=@`.xu09aé中",
    *(" ", "  ", "\n", "\t", "\r", "\u2028", "\ufeff", "\x00", "\x85"),
    *("---", "...", "- ", ": ", "a: ", "? ", "%YAML 1.1", "%TAG ! x:", "!!str", "<<", "\\U", "FFFFFFFF", "|9", ">-"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_no_text_raises(text: str) -> None:
    document = yaml_reader.read(text.encode(), "f")
    assert all(
        1 <= f.line <= text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + 1
        for f in document.findings
    )


@given(st.binary(max_size=400))
def test_no_bytes_raise(content: bytes) -> None:
    yaml_reader.read(content, "f")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef-_", min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=30,
)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=8), json_values, min_size=1, max_size=5))
def test_what_is_written_as_json_is_read_as_it_was_meant(value: object) -> None:
    document = yaml_reader.read(json.dumps(value, ensure_ascii=False, indent=1).encode(), "f")
    assert document.findings == ()
    assert document.data == value
