"""Archives of strangers: what is a playbook is read, whatever else they hold; nothing is ever written outside."""

import gzip
import io
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.connectors import archive
from bot.connectors.archive import BadArchive
from bot.connectors.git_host import Commit
from bot.connectors.good_copy import GoodCopy
from bot.errors import KamError
from tests.githosts import tarball

PLAYS = {"top/cadence.yaml": "per_day: 1\n", "top/own/a.yaml": "id: a\n"}
MADE = Commit("ab" * 20, "Mei Lin", datetime(2026, 3, 3, tzinfo=UTC), "First plays")


def packed(fill: Callable[[tarfile.TarFile], None], files: dict[str, str] = PLAYS) -> bytes:
    """The usual playbooks, and what `fill` adds."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for path, text in files.items():
            add(tar, path, text.encode())
        fill(tar)
    return made.getvalue()


def add(tar: tarfile.TarFile, name: str, data: bytes = b"x", **more: object) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    for key, value in more.items():
        setattr(entry, key, value)
    tar.addfile(entry, io.BytesIO(data))


# --- what is read -----------------------------------------------------------------------------------------------------


def test_playbooks_are_read_and_everything_else_is_passed_over() -> None:
    def fill(tar: tarfile.TarFile) -> None:
        for name in (
            "top/run.sh",
            "top/.github/x.yml",
            "top/own/.b.yaml",
            "top/image.PNG",
            "loose.yaml",
            "top/caf\udce9",
        ):
            add(tar, name)
        add(tar, "top/README.md", b"Read")
        add(tar, "top/link.sh", type=tarfile.SYMTYPE, linkname="/etc/passwd", size=0)

    found = archive.read(packed(fill))
    assert (found.path, set(found.files)) == ("", {"cadence.yaml", "own/a.yaml", "README.md"})
    assert found.files["own/a.yaml"] == b"id: a\n"


@pytest.mark.parametrize(
    ("files", "path", "found"),
    [
        ({"t/cadence.yaml": "", "t/x/cadence.yaml": ""}, "", ""),
        ({"t/a/b/cadence.yaml": "", "t/a/b/c/d.yaml": "", "t/e.yaml": ""}, "", "a/b"),
        ({"t/a/cadence.yaml": "", "t/b/cadence.yaml": ""}, "b", "b"),
    ],
)
def test_the_folder_is_found_or_named(files: dict[str, str], path: str, found: str) -> None:
    read = archive.read(tarball(files), path)
    assert read.path == found
    assert "cadence.yaml" in read.files
    assert not any(name.startswith(("a/", "b/")) for name in read.files)


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ({"t/own/a.yaml": ""}, "", "has no cadence.yaml in any folder"),
        ({"t/a/cadence.yaml": ""}, "b", "has no cadence.yaml in b"),
        ({"t/a/cadence.yaml": "", "t/b/cadence.yaml": ""}, "", "several folders"),
    ],
)
def test_a_folder_that_is_not_clear_is_asked_for(files: dict[str, str], path: str, said: str) -> None:
    with pytest.raises(BadArchive, match=said) as raised:
        archive.read(tarball(files), path)
    assert "FOLDER" in raised.value.repair


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fill",
    [
        lambda tar: add(tar, "/etc/a.yaml"),
        lambda tar: add(tar, "/etc/passwd"),
        lambda tar: add(tar, "top/../../a.yaml"),
        lambda tar: add(tar, "top/own/a.yaml"),
        lambda tar: add(tar, "top/./own/a.yaml"),
        lambda tar: add(tar, "top/own/a.yaml/b.yaml"),
        lambda tar: add(tar, "top/own/b.yaml", b"", type=tarfile.SYMTYPE, linkname="../../../etc/passwd"),
        lambda tar: add(tar, "top/own/b.yaml", b"", type=tarfile.LNKTYPE, linkname="top/own/a.yaml"),
        lambda tar: add(tar, "top/own/b.yaml", b"", type=tarfile.FIFOTYPE),
        lambda tar: add(tar, "top/own/b.yaml", b"", type=tarfile.CHRTYPE),
        lambda tar: add(tar, "top/own/b\n.yaml"),
        lambda tar: add(tar, "top/own\\b.yaml"),
        lambda tar: add(tar, "top/" + "d/" * 12 + "b.yaml"),
        lambda tar: add(tar, f"top/{'b' * 200}.yaml"),
    ],
)
def test_what_no_honest_archive_holds_is_refused(fill: Callable[[tarfile.TarFile], None]) -> None:
    with pytest.raises(BadArchive) as raised:
        archive.read(packed(fill))
    assert (raised.value.code, bool(raised.value.repair)) == ("archive_unsafe", True)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, limit in (("MOST_FILES", 5), ("MOST_ENTRIES", 30), ("LARGEST_FILE", 90), ("LARGEST_TREE", 200)):
        monkeypatch.setattr(archive, name, limit)
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", 100_000)
    fills: list[Callable[[tarfile.TarFile], None]] = [
        lambda tar: add(tar, "top/b.yaml", b"x" * 91),
        lambda tar: [add(tar, f"top/{i}.md", b"x" * 80) for i in range(3)] and None,
        lambda tar: [add(tar, f"top/{i}.md") for i in range(4)] and None,
        lambda tar: [add(tar, f"top/{i}.png") for i in range(29)] and None,
        lambda tar: add(tar, "top/bomb.png", b"\0" * 200_000),
    ]
    for fill in fills:
        with pytest.raises(BadArchive) as raised:
            archive.read(packed(fill))
        assert raised.value.code == "archive_too_large"


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", gzip.compress(b"no tar"), packed(lambda _: None)[:-40]],
    ids=["empty", "no archive", "no tar", "cut off"],  # a packed one holds the time
)
def test_a_damaged_archive_is_said_to_be_one(content: bytes) -> None:
    with pytest.raises(BadArchive):
        archive.read(content)


NAMES = st.lists(st.sampled_from(["..", ".", "", "a", "b.yaml", "cadence.yaml", "/", "\\", "é", "\0"]), max_size=6)
ENTRIES = st.tuples(
    NAMES.map("/".join),
    st.binary(max_size=20),
    st.sampled_from([tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE, b"9"]),
    NAMES.map("/".join),
)


@given(st.lists(ENTRIES, max_size=6), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_archive_writes_outside_its_folder_or_ends_in_anything_but_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory,
    entries: list[tuple[str, bytes, bytes, str]],
    damage: list[tuple[int, int]],
) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as tar:
        add(tar, "t/cadence.yaml")
        for name, data, kind, link in entries:
            add(tar, name, data if kind == tarfile.REGTYPE else b"", type=kind, linkname=link)
    content = bytearray(plain.getvalue())
    for place, value in damage:
        content[place % len(content)] = value
    home = tmp_path_factory.mktemp("home")
    copies = GoodCopy(home / "data" / "playbooks", "here")
    failed: KamError | None = None
    try:
        copies.use(copies.keep(archive.read(gzip.compress(bytes(content))), MADE, "plays"))
    except KamError as error:
        failed = error
    assert failed is None or (failed.message and failed.repair)
    top = home / "data" / "playbooks" / MADE.revision
    outside = [p for p in home.rglob("*") if p.is_file() and not p.is_relative_to(top)]
    assert all(p.is_relative_to(copies.link) for p in outside)
    assert not any(p.is_symlink() for p in home.rglob("*") if p != copies.link)


# --- the good copy ----------------------------------------------------------------------------------------------------


def copy_of(root: Path, address: str = "here") -> GoodCopy:
    return GoodCopy(root, address)


def test_a_revision_is_in_use_only_once_it_is_put_to_use_and_then_in_one_step(tmp_path: Path) -> None:
    copies = copy_of(tmp_path / "playbooks")
    assert copies.current() is None
    first = copies.keep(archive.read(tarball(PLAYS)), MADE, "plays")
    assert copies.current() is None
    copies.use(first)
    assert copies.current() == first
    assert first.folder == tmp_path / "playbooks" / MADE.revision / "plays"
    assert (copies.link / "own" / "a.yaml").read_text() == "id: a\n"
    second = copies.keep(archive.read(tarball({"t/cadence.yaml": ""})), Commit("cd" * 20, "", None, ""), "plays")
    assert copies.current() == first
    copies.use(second)
    assert copies.current() == second
    assert sorted(p.name for p in copies.root.iterdir()) == ["cd" * 20, "current"]


def test_a_revision_that_was_not_used_can_be_forgotten(tmp_path: Path) -> None:
    copies = copy_of(tmp_path)
    kept = copies.keep(archive.read(tarball(PLAYS)), MADE, "plays")
    copies.use(kept)
    again = copies.keep(archive.read(tarball(PLAYS)), MADE, "plays")
    copies.forget(again)
    copies.forget(kept)
    assert copies.current() == kept
    assert len(list(copies.root.iterdir())) == 2


def test_the_copy_of_another_repository_is_not_taken_for_ours(tmp_path: Path) -> None:
    copies = copy_of(tmp_path)
    copies.use(copies.keep(archive.read(tarball(PLAYS)), MADE, "plays"))
    assert copy_of(tmp_path, "elsewhere").current() is None
    (copies.link.resolve().parent / "about.json").write_text("{")
    assert copies.current() is None


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "playbooks").write_text("a file")
    with pytest.raises(KamError, match="cannot be written"):
        copy_of(tmp_path / "playbooks").keep(archive.read(tarball(PLAYS)), MADE, "plays")
