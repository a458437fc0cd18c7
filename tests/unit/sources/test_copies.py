from __future__ import annotations

import os
from pathlib import Path

import pytest

from impactgraph.sources.copies import temporary_copy
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({".gitignore": "*.log\n", ".gitattributes": "*.txt text eol=crlf\n", "a b/ü.py": "x = 1\n", "note.txt": "one\ntwo\n"})
    repo.write({"kept.log": "ignored, and tracked all the same\n", "run.sh": "#!/bin/sh\n", "new.py": "untracked\n"})
    (repo.path / "run.sh").chmod(0o755)
    (repo.path / "link.py").symlink_to("a b/ü.py")
    repo.git("add", "--force", "kept.log", "run.sh", "link.py")
    inner = GitRepo(repo.path / "vendored")
    inner.commit({"inside.py": ""})
    repo.git("add", "vendored")
    return repo


def test_a_copy_has_the_same_files(repo: GitRepo) -> None:
    tree = Repository.open(str(repo.path)).worktree()
    assert tree.files["vendored"].is_submodule
    with temporary_copy(tree, {}) as copy:
        assert {path: entry.mode for path, entry in copy.files.items()} == {path: entry.mode for path, entry in tree.files.items()}
        assert copy.read(copy.files) == tree.read(tree.files)
        top = Path(copy.label)
        assert not top.is_relative_to(repo.path)
    assert not top.parent.exists()


def test_what_is_edited_is_so_in_the_copy_alone(repo: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("theirs\n")
    (repo.path / "away.py").symlink_to(outside)
    tree = Repository.open(str(repo.path)).worktree()
    before = {path: (repo.path / path).read_bytes() for path in ("a b/ü.py", "new.py")}
    with temporary_copy(tree, {"a b/ü.py": b"x = 2\n", "new.py": b"", "run.sh": b"#\n"}) as copy:
        assert copy.read(["a b/ü.py", "new.py", "run.sh"]) == {"a b/ü.py": b"x = 2\n", "new.py": b"", "run.sh": b"#\n"}
        assert copy.files["run.sh"].mode == "100755"
    with temporary_copy(tree, {"away.py": os.fsencode("elsewhere")}):
        assert outside.read_text() == "theirs\n"
    assert {path: (repo.path / path).read_bytes() for path in before} == before
    assert repo.git("status", "--porcelain") == "A  kept.log\nA  link.py\nA  run.sh\nA  vendored\n?? away.py\n?? new.py"


def test_a_copy_goes_when_it_is_interrupted(repo: GitRepo) -> None:
    tree = Repository.open(str(repo.path)).worktree()
    held = temporary_copy(tree, {})
    top = Path(held.__enter__().label)
    assert top.exists()
    assert not held.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not top.parent.exists()
