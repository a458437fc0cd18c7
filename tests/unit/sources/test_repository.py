from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo


def _open(repo: GitRepo) -> Repository:
    return Repository.open(str(repo.path))


def _clone(repo: GitRepo, path: Path, *options: str) -> Path:
    subprocess.run(["git", "clone", "-q", *options, f"file://{repo.path}", str(path)], check=True, capture_output=True)
    return path


def test_open_finds_the_top_from_a_subdirectory(repo: GitRepo) -> None:
    head = repo.commit({"src/pkg/a.py": ""})
    opened = Repository.open(str(repo.path / "src/pkg"))
    assert opened.root == str(repo.path)
    assert opened.git_dir == opened.common_dir == str(repo.path / ".git")
    assert (opened.head_oid, opened.is_shallow, opened.object_format) == (head, False, "sha1")
    assert "src/pkg/a.py" in opened.worktree().files


def test_open_survives_line_breaks_in_the_path(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "a\nsha1 b\nc")
    head = repo.commit({"a.py": ""})
    opened = _open(repo)
    assert (opened.root, opened.head_oid) == (str(repo.path), head)
    assert list(opened.worktree().files) == ["a.py"]


def test_open_of_a_repository_without_commits(repo: GitRepo) -> None:
    repo.write({"a.py": "x"})
    opened = _open(repo)
    assert opened.head_oid is None
    assert list(opened.worktree().files) == ["a.py"]
    with pytest.raises(SourceError) as caught:
        opened.resolve("HEAD")
    assert "no commits" in caught.value.hint


def test_open_outside_of_a_repository_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SourceError, match="not a git repository") as caught:
        Repository.open(str(tmp_path))
    assert caught.value.hint


def test_open_of_what_is_no_directory_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a directory"):
        Repository.open(str(tmp_path / "missing"))


@pytest.mark.parametrize("inside", ["bare", "inner"])
def test_open_needs_a_work_tree(tmp_path: Path, inside: str) -> None:
    bare = GitRepo(tmp_path / "bare", "--bare").path
    inner = GitRepo(tmp_path / "plain").path / ".git"
    with pytest.raises(SourceError, match="no work tree") as caught:
        Repository.open(str(bare if inside == "bare" else inner))
    assert "bare" in caught.value.hint


def test_open_without_git_says_so(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SourceError, match="git was not found") as caught:
        _open(repo)
    assert "install git" in caught.value.hint


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_open_of_another_users_repository_names_safe_directory(repo: GitRepo) -> None:
    for path in (repo.path, repo.path / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(SourceError, match="another user") as caught:
        _open(repo)
    assert f"safe.directory {repo.path}" in caught.value.hint


def test_open_of_a_damaged_repository_says_so(repo: GitRepo) -> None:
    (repo.path / ".git/config").write_text("[core\n")
    with pytest.raises(SourceError, match="bad config"):
        _open(repo)


def test_missing_objects_are_an_error(repo: GitRepo) -> None:
    head = repo.commit({"a.py": "x\n"})
    oid = repo.git("rev-parse", "HEAD:a.py")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    tree = _open(repo).revision_tree(head)
    with pytest.raises(SourceError, match=oid):
        tree.read(["a.py"])


def test_a_git_directory_that_claims_another_work_tree_is_refused(repo: GitRepo) -> None:
    repo.commit({"a.py": ""})
    repo.git("config", "core.worktree", "/")
    with pytest.raises(SourceError, match=r"core\.worktree|elsewhere"):
        _open(repo)


def test_linked_worktrees_have_their_own_index(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"a.py": ""})
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "linked/b.py").write_text("")
    opened = Repository.open(str(tmp_path / "linked"))
    assert opened.root == str(tmp_path / "linked")
    assert opened.common_dir == str(repo.path / ".git") != opened.git_dir
    assert list(opened.worktree().files) == ["a.py", "b.py"]


def test_resolve_takes_what_names_a_commit(repo: GitRepo) -> None:
    first = repo.commit({"a.py": "1"})
    second = repo.commit({"a.py": "2"})
    repo.git("tag", "-a", "-m", "x", "v1", first)
    repo.git("checkout", "-q", second)
    opened = _open(repo)
    assert [opened.resolve(name) for name in ("v1", "HEAD", "main~1", second[:8])] == [first, second, first, second]


@pytest.mark.parametrize("name", ["", "nothing", "--output=stolen", "-h", "HEAD:a.py", "main..main", "--all", "a\0b", "origin/main"])
def test_resolve_refuses_what_names_none(repo: GitRepo, name: str) -> None:
    repo.commit({"a.py": ""})
    with pytest.raises(SourceError, match="unknown revision") as caught:
        _open(repo).resolve(name)
    assert caught.value.hint
    assert not (repo.path / "stolen").exists()


def test_merge_base_is_the_fork_or_none(repo: GitRepo) -> None:
    fork = repo.commit({"a.py": "1"})
    repo.git("checkout", "-q", "-b", "topic")
    topic = repo.commit({"b.py": "2"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": "3"})
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit({"c.py": "4"})
    opened = _open(repo)
    assert opened.merge_base("main", topic) == fork
    assert opened.merge_base("main", "other") is None


def test_default_branch_prefers_what_origin_calls_head(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"a.py": ""})
    assert _open(repo).default_branch() == "refs/heads/main"
    repo.git("branch", "-m", "trunk")
    assert _open(repo).default_branch() is None
    clone = _clone(repo, tmp_path / "clone")
    assert Repository.open(str(clone)).default_branch() == "refs/remotes/origin/trunk"


def test_default_branch_without_origin_head(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"a.py": ""})
    clone = _clone(repo, tmp_path / "clone")
    subprocess.run(["git", "-C", str(clone), "remote", "set-head", "origin", "--delete"], check=True)
    assert Repository.open(str(clone)).default_branch() == "refs/remotes/origin/main"


def test_commits_follow_first_parents(repo: GitRepo) -> None:
    first = repo.commit({"a.py": "1"}, "first | \u00fc")
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"b.py": "2"}, "side")
    repo.git("checkout", "-q", "main")
    second = repo.commit({"a.py": "3"}, "second")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    found = _open(repo).commits(10, "HEAD")
    assert [(commit.parent, commit.subject) for commit in found] == [(second, "merge"), (first, "second"), (None, "first | \u00fc")]
    assert found[2].time == 1_600_000_000
    assert [commit.oid for commit in _open(repo).commits(1, "main~1")] == [second]


def test_commits_of_paths_keep_their_true_parent(repo: GitRepo) -> None:
    repo.commit({"-a *.py": "1", "b.py": "1"})
    parent = repo.commit({"b.py": "2"})
    last = repo.commit({"-a *.py": "2"})
    found = _open(repo).commits(10, "HEAD", ["-a *.py"])
    assert (len(found), found[0].oid) == (2, last)
    assert found[0].parent == parent


def test_shallow_clones_leave_out_commits_without_a_known_parent(repo: GitRepo, tmp_path: Path) -> None:
    for number in range(3):
        repo.commit({"a.py": str(number)})
    opened = Repository.open(str(_clone(repo, tmp_path / "clone", "--depth=2")))
    assert opened.is_shallow
    assert [commit.oid for commit in opened.commits(10, "HEAD")] == [opened.head_oid]
    with pytest.raises(SourceError) as caught:
        opened.resolve("HEAD~2")
    assert "fetch-depth: 0" in caught.value.hint


@pytest.mark.parametrize("leave_out", ["blob:none", "tree:0"])
def test_partial_clones_never_fetch(repo: GitRepo, tmp_path: Path, leave_out: str) -> None:
    old = repo.commit({"a.py": "1"})
    repo.commit({"a.py": "2"})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = _clone(repo, tmp_path / "clone", f"--filter={leave_out}")
    opened = Repository.open(str(clone))
    assert opened.worktree().read_one("a.py") == b"2"
    before = sorted(path.name for path in clone.joinpath(".git/objects").rglob("*"))
    with pytest.raises(SourceError, match=r"partial clone|missing") as caught:
        opened.revision_tree(old).read(["a.py"])
    assert "git fetch" in caught.value.hint
    assert sorted(path.name for path in clone.joinpath(".git/objects").rglob("*")) == before


def test_sha256_repositories(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo", "--object-format=sha256")
    head = repo.commit({"a.py": "a\n", "b.py": "b\n"})
    repo.write({"b.py": "c\n"})
    opened = _open(repo)
    assert opened.object_format == "sha256"
    assert opened.worktree().files["b.py"].oid == repo.git("hash-object", "b.py")
    assert opened.revision_tree(head).read(["a.py"]) == {"a.py": b"a\n"}
    assert opened.worktree().files["a.py"] == opened.revision_tree(head).files["a.py"]


def test_an_index_file_of_this_repository_is_honoured_and_no_other(repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.py": "", ".gitignore": "*.log\n"})
    repo.write({"kept.log": "x"})
    repo.git("add", "-f", "kept.log", environment={"GIT_INDEX_FILE": str(repo.path / ".git/next-index")})
    monkeypatch.setenv("GIT_INDEX_FILE", str(repo.path / ".git/next-index"))
    assert "kept.log" in _open(repo).worktree().files
    other = GitRepo(tmp_path / "other")
    other.commit({"b.py": ""})
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repo.path))
    assert list(_open(other).worktree().files) == ["b.py"]
