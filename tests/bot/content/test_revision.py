"""A tree of playbooks is read from a git revision as it is there, and nothing else of the repository is touched."""

import os
import subprocess
from pathlib import Path

import pytest

from bot import errors
from bot.content import loader, revision
from tests.bot.content.conftest import SAMPLE, Sample


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, in which the working folder lies."""
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "playbooks")
    git(tmp_path, "commit", "-qm", "first")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def refusal(spec: str, playbooks: Path = Path("playbooks")) -> errors.BadInput:
    with pytest.raises(errors.BadInput) as refused, revision.tree(spec, playbooks):
        pass
    assert refused.value.repair
    return refused.value


def test_a_folder_is_given_as_it_is() -> None:
    with revision.tree(str(SAMPLE), Path("playbooks")) as folder:
        assert folder == SAMPLE


@pytest.mark.parametrize("spec", ["main", "HEAD", "HEAD~0", "refs/heads/main", "main:playbooks", "main:playbooks/"])
def test_a_revision_has_its_tree_whatever_was_changed_since(repository: Path, sample: Sample, spec: str) -> None:
    sample.edit("play", "status: experimental", "status: retired")
    with revision.tree(spec, Path("playbooks")) as folder:
        assert folder.name == "playbooks"
        assert names(folder) == {n for n in names(SAMPLE) if n.endswith(".yaml")}
        for name in names(folder):
            assert (folder / name).read_bytes() == (SAMPLE / name).read_bytes()
        assert loader.load(folder).ok
    assert not folder.exists()
    assert git(repository, "status", "--porcelain").split() == [
        "M",
        "playbooks/credit-the-client/thank-the-receivers.yaml",
    ]


def test_the_playbooks_own_place_in_the_repository_is_used(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "mv", "playbooks", "coaching")
    git(repository, "commit", "-qm", "moved")
    with revision.tree("HEAD", repository / "coaching") as folder:
        assert folder.name == "coaching"
        assert "cadence.yaml" in names(folder)
    assert refusal("HEAD", repository / "playbooks").code == "no_playbooks_in_revision"


def test_only_yaml_of_the_tree_comes_along(repository: Path, sample: Sample, tmp_path: Path) -> None:
    inner = sample.folder / "credit-the-client"
    (inner / "notes.txt").write_text("mine", encoding="utf-8")
    (inner / ".hidden.yaml").write_text("a: 1", encoding="utf-8")
    os.symlink("/etc/passwd", inner / "link.yaml")
    deep = inner / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    (deep / "deep.yaml").write_text("a: 1", encoding="utf-8")
    (tmp_path / ".gitattributes").write_text("*.yaml export-ignore export-subst\n", encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "odd")
    with revision.tree("main", Path("playbooks")) as folder:
        assert names(folder) == {n for n in names(SAMPLE) if n.endswith(".yaml")}


def test_names_that_are_not_ascii_and_empty_files_arrive_whole(repository: Path, sample: Sample) -> None:
    (sample.folder / "打法").mkdir()
    (sample.folder / "打法" / "空.yaml").write_bytes(b"")
    (sample.folder / "打法" / "二.yaml").write_bytes(b"a: 1\n\nb: \xe4\xb8\xad")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "names")
    with revision.tree("main", Path("playbooks")) as folder:
        assert (folder / "打法" / "空.yaml").read_bytes() == b""
        assert (folder / "打法" / "二.yaml").read_bytes() == b"a: 1\n\nb: \xe4\xb8\xad"


@pytest.mark.parametrize("spec", ["nowhere", "--help", "-1", "HEAD^{tree}", "", "main\x00", ":playbooks", "a..b"])
def test_an_unknown_revision_is_refused(repository: Path, spec: str) -> None:
    assert refusal(spec).code in ("revision_unknown", "bad_path")


@pytest.mark.parametrize(
    ("spec", "code"),
    [("main:../x", "bad_path"), ("main:/etc", "bad_path"), ("main:docs", "no_playbooks_in_revision")],
)
def test_a_path_that_is_not_there_or_leads_out_is_refused(repository: Path, spec: str, code: str) -> None:
    assert refusal(spec).code == code


def test_outside_a_repository_only_folders_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert refusal("main", tmp_path).code == "not_a_repository"


def test_without_git_only_folders_will_do(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert refusal("main").code == "no_git"


@pytest.mark.parametrize(("limit", "value"), [("MOST_FILES", 2), ("LARGEST_FILE", 100), ("LARGEST_TREE", 1000)])
def test_a_tree_that_is_too_large_is_refused_before_it_is_read(
    repository: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(revision, limit, value)
    assert refusal("main").code == "playbooks_large"
