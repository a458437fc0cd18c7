"""Against what a change is judged, on real repositories. What isn't clear makes everything run."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.questions.base import Base, find_base
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo


class Commits:
    """main: root - fork - newer; work (checked out): fork - one - two."""

    def __init__(self, repo: GitRepo) -> None:
        self.repo = repo
        self.root = repo.commit({"a.py": "1"})
        self.fork = repo.commit({"a.py": "2"})
        self.newer = repo.commit({"a.py": "3"})
        repo.git("checkout", "-q", "-b", "work", self.fork)
        self.one = repo.commit({"b.py": "1"})
        self.two = repo.commit({"b.py": "2"})


@pytest.fixture
def commits(repo: GitRepo) -> Commits:
    return Commits(repo)


def base_of(
    path: Path,
    option: str | None = None,
    configured: str | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    merge_base: bool = True,
) -> Base:
    repository = Repository.open(str(path))
    return find_base(repository, repository.head_oid, option, configured, environ or {}, merge_base=merge_base)


def fallback_of(base: Base) -> str:
    assert base.revision is None
    assert base.fallback is not None
    assert base.fallback.message
    assert base.fallback.hint
    return base.fallback.code


def clone_of(repo: GitRepo, path: Path, *options: str) -> Path:
    subprocess.run(["git", "clone", "-q", *options, f"file://{repo.path}", str(path)], check=True, capture_output=True)
    return path


def test_an_option_means_the_point_where_the_revision_was_left(commits: Commits) -> None:
    assert base_of(commits.repo.path, "main") == Base(commits.fork, "option", "main")
    assert base_of(commits.repo.path, commits.newer) == Base(commits.fork, "option", commits.newer)


def test_without_merge_base_an_option_means_the_revision_itself(commits: Commits) -> None:
    assert base_of(commits.repo.path, "main", merge_base=False) == Base(commits.newer, "option", "main")


def test_an_ancestor_is_its_own_merge_base(commits: Commits) -> None:
    assert base_of(commits.repo.path, "HEAD~1") == Base(commits.one, "option", "HEAD~1")
    assert base_of(commits.repo.path, "HEAD") == Base(commits.two, "option", "HEAD")


@pytest.mark.parametrize("name", ["IMPACTGRAPH_BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA"])
def test_a_variable_names_a_revision(commits: Commits, name: str) -> None:
    assert base_of(commits.repo.path, environ={name: "main"}) == Base(commits.fork, "environment", "main")


def test_github_names_a_branch_of_origin(commits: Commits, tmp_path: Path) -> None:
    clone = clone_of(commits.repo, tmp_path / "clone")
    assert base_of(clone, environ={"GITHUB_BASE_REF": "main"}) == Base(commits.fork, "environment", "origin/main")


def test_the_first_wish_counts(commits: Commits) -> None:
    environ = {"GITHUB_BASE_REF": "none", "CI_MERGE_REQUEST_DIFF_BASE_SHA": commits.root, "IMPACTGRAPH_BASE": commits.one}
    path = commits.repo.path
    assert base_of(path, commits.two, "none", environ).revision == commits.two
    assert base_of(path, None, "none", environ).revision == commits.one
    assert base_of(path, None, "none", {**environ, "IMPACTGRAPH_BASE": ""}).revision == commits.root
    assert base_of(path, None, commits.root, {"GITHUB_BASE_REF": ""}).revision == commits.root


def test_a_configured_base_goes_before_the_default_branch(commits: Commits) -> None:
    assert base_of(commits.repo.path, configured="HEAD~1") == Base(commits.one, "merge-base", "HEAD~1")


def test_without_any_wish_it_is_the_default_branch(commits: Commits, tmp_path: Path) -> None:
    assert base_of(commits.repo.path) == Base(commits.fork, "merge-base", "main")
    commits.repo.git("checkout", "-q", "main")
    clone = clone_of(commits.repo, tmp_path / "clone")
    GitRepo(clone).git("checkout", "-q", "-b", "mine", commits.one)
    assert base_of(clone) == Base(commits.fork, "merge-base", "origin/main")


def test_a_detached_head_is_a_head(commits: Commits) -> None:
    commits.repo.git("checkout", "-q", "--detach", commits.one)
    assert base_of(commits.repo.path) == Base(commits.fork, "merge-base", "main")


def test_no_commits_is_everything(repo: GitRepo) -> None:
    assert fallback_of(base_of(repo.path)) == "no-commits"
    assert fallback_of(base_of(repo.path, "main")) == "no-commits"


def test_no_default_branch_is_everything(commits: Commits) -> None:
    commits.repo.git("branch", "-q", "-m", "main", "other")
    assert fallback_of(base_of(commits.repo.path)) == "no-base"


def test_an_unknown_option_is_an_error(commits: Commits) -> None:
    with pytest.raises(SourceError, match="unknown revision: 'no-such'") as caught:
        base_of(commits.repo.path, "no-such")
    assert caught.value.hint


@pytest.mark.parametrize(
    "wish", [{"environ": {"GITHUB_BASE_REF": "gone"}}, {"environ": {"IMPACTGRAPH_BASE": "gone"}}, {"configured": "gone"}]
)
def test_a_base_that_is_missing_is_everything(commits: Commits, wish: dict[str, object]) -> None:
    assert fallback_of(base_of(commits.repo.path, **wish)) == "missing-base"  # type: ignore[arg-type]  # one of two


def test_an_option_that_looks_like_one_of_gits_is_a_revision_that_is_unknown(commits: Commits) -> None:
    for name in ("--all", "-h", "--output=x"):
        with pytest.raises(SourceError, match="unknown revision"):
            base_of(commits.repo.path, name)


def test_no_common_commit_is_everything(commits: Commits) -> None:
    commits.repo.git("checkout", "-q", "--orphan", "alone")
    alone = commits.repo.commit({"c.py": "1"})
    assert fallback_of(base_of(commits.repo.path)) == "no-merge-base"
    assert base_of(commits.repo.path, "main", merge_base=False) == Base(commits.newer, "option", "main")
    assert base_of(commits.repo.path, "alone") == Base(alone, "option", "alone")


class TestShallow:
    def test_a_clone_that_does_not_reach_back_to_the_fork_is_everything(self, commits: Commits, tmp_path: Path) -> None:
        clone = clone_of(commits.repo, tmp_path / "clone", "--depth=1", "--no-single-branch")
        base = base_of(clone, "origin/main")
        assert fallback_of(base) == "shallow"
        assert base.fallback is not None
        assert "--unshallow" in base.fallback.hint

    def test_a_base_that_was_not_fetched_is_everything_even_where_it_was_asked_for(self, commits: Commits, tmp_path: Path) -> None:
        clone = clone_of(commits.repo, tmp_path / "clone", "--depth=1")
        assert fallback_of(base_of(clone, "origin/main")) == "shallow"
        assert fallback_of(base_of(clone, commits.root)) == "shallow"
        assert fallback_of(base_of(clone, environ={"GITHUB_BASE_REF": "main"})) == "shallow"

    def test_a_clone_that_reaches_back_far_enough_is_as_good_as_any(self, commits: Commits, tmp_path: Path) -> None:
        clone = clone_of(commits.repo, tmp_path / "clone", "--depth=3", "--no-single-branch")
        assert base_of(clone, "origin/main") == Base(commits.fork, "option", "origin/main")


def test_a_build_of_the_default_branch_has_nothing_to_compare_with(commits: Commits) -> None:
    commits.repo.git("switch", "-q", "main")
    repository = Repository.open(str(commits.repo.path))
    asked = {"option": None, "configured": None, "merge_base": True}
    in_ci = find_base(repository, repository.head_oid, environ={"CI": "true"}, **asked)
    assert in_ci.revision is None
    assert in_ci.fallback is not None
    assert in_ci.fallback.code == "same-commit"
    # At a desk the same comparison is a question about what isn't committed yet.
    assert find_base(repository, repository.head_oid, environ={}, **asked).revision == repository.head_oid
