from __future__ import annotations

import os
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources.clones import clone_with, is_address, shown, updated_clone
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo


@pytest.fixture
def origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = GitRepo(tmp_path / "shop")
    repo.commit({"a.py": "x = 1\n"})
    return repo


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("https://example.org/shop.git", True),
        ("file:///srv/shop", True),
        ("ssh://git@example.org/shop", True),
        ("git@example.org:me/shop.git", True),
        ("ext::sh -c true", False),
        ("--upload-pack=sh", False),
        ("../shop", False),
        ("C:/shop", False),
        ("shop", False),
    ],
)
def test_an_address_is_told_from_a_path(place: str, expected: bool) -> None:
    assert is_address(place) is expected


def test_who_logs_in_is_not_shown() -> None:
    assert shown("https://me:secret@example.org/a@b") == "https://example.org/a@b"
    assert shown("git@example.org:me/shop.git") == "git@example.org:me/shop.git"


def test_a_clone_is_made_once_and_follows_the_default_branch(origin: GitRepo) -> None:
    url = f"file://{origin.path}"
    directory = updated_clone(url)
    assert os.path.basename(directory) == "shop"
    first = Repository.open(directory)
    assert first.head_oid == origin.git("rev-parse", "HEAD")
    assert os.listdir(directory) == [".git"]  # no work tree
    assert list(first.worktree().files) == []
    newer = origin.commit({"b.py": "y = 2\n"})
    origin.git("branch", "-m", "main", "trunk")
    origin.git("tag", "v1")
    assert updated_clone(url) == directory
    second = Repository.open(directory)
    assert second.head_oid == newer
    assert second.resolve("v1") == second.resolve("origin/trunk") == newer
    assert list(second.revision_tree(newer).files) == ["a.py", "b.py"]
    rewritten = origin.git("commit-tree", "-m", "another past", f"{newer}^{{tree}}")
    origin.git("reset", "-q", "--hard", rewritten)
    assert Repository.open(updated_clone(url)).head_oid == rewritten


def test_who_needs_a_commit_fetches_only_where_it_is_not_there(origin: GitRepo) -> None:
    url = f"file://{origin.path}"
    oid = origin.git("rev-parse", "HEAD")
    directory = clone_with(url, oid)
    newer = origin.commit({"b.py": "y = 2\n"})
    assert clone_with(url, oid) == directory
    assert Repository.open(directory).head_oid == oid
    assert clone_with(url, newer) == directory
    assert Repository.open(directory).head_oid == newer
    with pytest.raises(SourceError, match="unknown revision"):
        clone_with(url, "0" * 40)


def test_what_can_not_be_fetched_is_told_and_tried_again(tmp_path: Path, origin: GitRepo) -> None:
    url = f"file://me:secret@{tmp_path}/later"
    with pytest.raises(SourceError, match="can't fetch file://") as failure:
        updated_clone(url)
    assert "secret" not in failure.value.message
    url = f"file://{tmp_path}/later"
    with pytest.raises(SourceError, match="can't fetch"):
        updated_clone(url)
    os.rename(origin.path, tmp_path / "later")
    assert Repository.open(updated_clone(url)).head_oid
    (tmp_path / "cache").rename(tmp_path / "moved")
    (tmp_path / "cache").write_text("a file in its place\n")
    with pytest.raises(SourceError, match="no clone can be kept"):
        updated_clone(url)


def test_a_hook_that_came_along_is_not_run(origin: GitRepo, tmp_path: Path) -> None:
    directory = updated_clone(f"file://{origin.path}")
    hooks = Path(directory) / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "reference-transaction").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (hooks / "reference-transaction").chmod(0o755)
    origin.commit({"b.py": "y = 2\n"})
    updated_clone(f"file://{origin.path}")
    assert not (tmp_path / "ran").exists()
