from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.model import FileChange
from impactgraph.sources.git import Repository
from impactgraph.sources.past import past_commits, recent_commits
from tests.gitrepo import GitRepo

LINES = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def past(repo: GitRepo) -> list[str]:
    """A history in which everything happens to files that can; its commits, newest first."""
    repo.commit({"a.py": LINES, "b.py": "b\n", "c.py": "c\n"})
    repo.commit({"a.py": None, "pkg/a é\n.py": LINES + "more\n", "b.py": None, "c.py": "c2\n", "R": "x\n"})
    repo.commit()
    (repo.path / "c.py").unlink()
    (repo.path / "c.py").symlink_to("R")
    repo.commit()
    return repo.git("rev-list", "HEAD").split()


def test_a_commit_is_told_with_what_it_changed(repo: GitRepo, past: list[str]) -> None:
    commits = past_commits(Repository.open(str(repo.path)), "HEAD")
    assert [commit.oid for commit in commits] == past[:-1]
    assert commits[0].changes == (FileChange("c.py", "T"),)
    assert commits[1].changes == ()
    assert set(commits[2].changes) == {
        *(FileChange("R", "A"), FileChange("b.py", "D"), FileChange("c.py", "M")),
        FileChange("pkg/a é\n.py", "R", "a.py"),
    }


def test_a_window_is_open_at_its_beginning(repo: GitRepo, past: list[str]) -> None:
    repository = Repository.open(str(repo.path))
    times = [commit.time for commit in past_commits(repository, "HEAD")]
    found = past_commits(repository, "HEAD", since=times[2], until=times[1])
    assert [commit.oid for commit in found] == [past[1]]
    assert past_commits(repository, "HEAD", since=times[0]) == []


def test_a_merge_is_one_change(repo: GitRepo, past: list[str]) -> None:
    repo.git("checkout", "-q", "-b", "side", past[1])
    repo.commit({"one.py": "1\n"})
    repo.commit({"two.py": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    (merge, *_) = past_commits(Repository.open(str(repo.path)), "HEAD")
    assert merge.changes == (FileChange("one.py", "A"), FileChange("two.py", "A"))


def test_the_oldest_commits_of_a_shallow_clone_are_left_out(repo: GitRepo, past: list[str], tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", "--depth", "2", f"file://{repo.path}", str(tmp_path / "clone")], check=True)
    assert [commit.oid for commit in past_commits(Repository.open(str(tmp_path / "clone")), "HEAD")] == past[:1]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_commits_that_touched_code_are_found_however_far_back(repo: GitRepo, count: int) -> None:
    repo.commit({"a.txt": "0\n"})
    for number in range(2):
        repo.commit({"a.py": f"{number}\n"})
    for number in range(9):
        repo.commit({"a.txt": f"{number}\n"})
    found = recent_commits(Repository.open(str(repo.path)), "HEAD", ".py", count)
    assert [commit.oid for commit in found] == repo.git("rev-list", "HEAD").split()[9:11][:count]


def test_a_revision_that_is_none_is_told(repo: GitRepo) -> None:
    repo.commit({"a.py": ""})
    with pytest.raises(SourceError, match="unknown revision"):
        past_commits(Repository.open(str(repo.path)), "nowhere")
