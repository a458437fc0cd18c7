from __future__ import annotations

import os
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources.git import Repository
from impactgraph.sources.trees import directory_tree
from tests.gitrepo import GitRepo


def test_a_directory_and_the_checkout_in_it_are_the_same_files(repo: GitRepo) -> None:
    repo.commit({"a.py": "a", "pkg/b.py": "b", "\udcff -x\n.py": "c", "run.sh": "#!"})
    (repo.path / "run.sh").chmod(0o755)
    (repo.path / "link").symlink_to("pkg")
    directory, worktree = directory_tree(str(repo.path)), Repository.open(str(repo.path)).worktree()
    assert list(directory.files.items()) == list(worktree.files.items())
    assert directory.read(directory.files) == worktree.read(worktree.files)
    assert (directory.revision, directory.is_worktree) == (None, False)


def test_caches_and_environments_are_skipped(tmp_path: Path) -> None:
    for name in (
        "a.py",
        "__pycache__/a.pyc",
        "env/pyvenv.cfg",
        "env/lib/x.py",
        "js/node_modules/y.py",
        ".git/config",
        "sub/.git",
        ".hidden/b.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert list(directory_tree(str(tmp_path)).files) == [".hidden/b.py", "a.py"]


def test_symlinks_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "root/pkg").mkdir(parents=True)
    (tmp_path / "secret.py").write_text("secret")
    (tmp_path / "root/pkg/up").symlink_to("..")
    (tmp_path / "root/outside.py").symlink_to("../secret.py")
    os.mkfifo(tmp_path / "root/fifo.py")
    tree = directory_tree(str(tmp_path / "root"))
    assert tree.read(tree.files) == {"outside.py": b"../secret.py", "pkg/up": b".."}
    assert {entry.mode for entry in tree.files.values()} == {"120000"}


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_directory_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="not a directory"):
        directory_tree(str(tmp_path / name))
