from __future__ import annotations

import os
import stat
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.model import FileEntry, Tree
from impactgraph.sources.disk import Disk
from impactgraph.sources.git import Repository, State
from tests.gitrepo import GitRepo

ODD_NAMES = [
    "-rf.py",
    " spaced  name .py",
    "line\nbreak.py",
    "tab\there.py",
    "quote'\"`$(x).py",
    "back\\slash.py",
    "\udcff\udcfe.py",
    "\U0001f40d.py",
    "e\u0301.py",
    "*.py",
    "sub dir/-x\n/\udce9.py",
    ":(top)a.py",
]


def _worktree(repo: GitRepo) -> Tree:
    return Repository.open(str(repo.path)).worktree()


def _oid(repo: GitRepo, path: str) -> str:
    return repo.git("hash-object", "--no-filters", "--", path)


def test_tracked_staged_and_untracked_files_are_there_ignored_and_deleted_are_not(repo: GitRepo) -> None:
    repo.commit({".gitignore": "*.log\n", "a.py": "a", "gone.py": "g", "staged_gone.py": "s", "pkg/b.py": "b"})
    repo.write({"staged.py": "1", "new/untracked.py": "2", "x.log": "3", "a.py": "changed", "gone.py": None})
    repo.git("add", "staged.py")
    repo.git("rm", "-q", "staged_gone.py")
    tree = _worktree(repo)
    assert list(tree.files) == [".gitignore", "a.py", "new/untracked.py", "pkg/b.py", "staged.py"]
    assert all(tree.files[path].oid == _oid(repo, path) for path in tree.files)
    assert tree.read(["a.py", "new/untracked.py", "gone.py"]) == {"a.py": b"changed", "new/untracked.py": b"2"}
    assert (tree.is_worktree, tree.revision) == (True, repo.git("rev-parse", "HEAD"))


def _touch(repo: GitRepo) -> None:
    os.utime(repo.path / "a.py", (1, 1))


#: What can be done to a clean checkout, and whether it then differs from its commit.
DONE: dict[str, tuple[Callable[[GitRepo], object], bool]] = {
    "nothing": (lambda repo: repo.git("status"), False),
    "touched": (_touch, False),
    "changed": (lambda repo: repo.write({"a.py": "other"}), True),
    "changed to the same size": (lambda repo: repo.write({"a.py": "b"}), True),
    "deleted": (lambda repo: repo.write({"pkg/b.py": None}), True),
    "staged": (lambda repo: (repo.write({"a.py": "other"}), repo.git("add", "a.py")), True),
    "staged and changed back": (lambda repo: (repo.write({"a.py": "x"}), repo.git("add", "a.py"), repo.write({"a.py": "a"})), False),
    "unstaged": (lambda repo: repo.git("rm", "-q", "--cached", "a.py"), False),
    "removed": (lambda repo: repo.git("rm", "-q", "a.py"), True),
    "untracked": (lambda repo: repo.write({"new.py": ""}), True),
    "ignored": (lambda repo: repo.write({"x.log": ""}), False),
    "a pipe": (lambda repo: os.mkfifo(repo.path / "pipe"), False),
    "an environment": (lambda repo: repo.write({"env/pyvenv.cfg": "", "env/x.py": ""}), False),
    "executable": (lambda repo: os.chmod(repo.path / "a.py", 0o744), True),
    "another commit": (lambda repo: repo.git("reset", "-q", "--soft", "HEAD~1"), True),
    "another commit, mixed": (lambda repo: repo.git("reset", "-q", "HEAD~1"), True),
    "intended": (lambda repo: (repo.write({"new.py": ""}), repo.git("add", "--intent-to-add", "new.py")), True),
    "a split index": (lambda repo: repo.git("update-index", "--split-index"), False),
    "no index": (lambda repo: os.remove(repo.path / ".git" / "index"), False),
    "a repository inside": (lambda repo: GitRepo(repo.path / "inside").commit({"a.py": ""}), True),
}


@pytest.mark.parametrize("done", DONE)
def test_the_state_is_what_comparing_the_trees_would_say(repo: GitRepo, done: str) -> None:
    repo.commit({".gitignore": "*.log\n", "a.py": "z", "pkg/b.py": "b"})
    repo.commit({"a.py": "a"})
    act, is_dirty = DONE[done]
    act(repo)
    opened = Repository.open(str(repo.path))
    files = opened.worktree().files
    assert (files != opened.revision_tree(opened.head_oid or "").files) is is_dirty
    state = opened.state()
    assert (sorted(state.paths), state.is_dirty) == (list(files), is_dirty)
    tree, committed = opened.compared()
    assert (tree.files, committed) == (files, opened.revision_tree(opened.head_oid or "").files)


def test_the_state_of_a_clean_checkout_is_told_without_its_commit(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.py": "a", "pkg/b.py": "b"})
    time.sleep(0.02)  # git does not vouch for files as young as its index
    repo.git("update-index", "--really-refresh")
    monkeypatch.setattr(Repository, "revision_tree", None)
    assert Repository.open(str(repo.path)).state() == State(["a.py", "pkg/b.py"], is_dirty=False)
    repo.write({"c.py": ""})
    opened = Repository.open(str(repo.path))
    assert opened.state() == State(["a.py", "c.py", "pkg/b.py"], is_dirty=True)
    tree, committed = opened.compared()
    assert (list(tree.files), list(committed or ())) == (["a.py", "c.py", "pkg/b.py"], ["a.py", "pkg/b.py"])


def test_before_the_first_commit_there_is_nothing_to_differ_from(repo: GitRepo) -> None:
    repo.write({"a.py": "a"})
    opened = Repository.open(str(repo.path))
    assert opened.state() == State(["a.py"], None)
    assert opened.compared()[1] is None


def test_odd_names_survive_in_work_trees_and_revisions(repo: GitRepo) -> None:
    committed = repo.commit(dict.fromkeys(ODD_NAMES, "x = 1\n"))
    repo.write({f"new/{name}": "y" for name in ODD_NAMES})
    opened = Repository.open(str(repo.path))
    assert set(opened.worktree().files) == {*ODD_NAMES, *(f"new/{name}" for name in ODD_NAMES)}
    revision = opened.revision_tree(committed)
    assert list(revision.files) == sorted(ODD_NAMES)
    assert revision.read(ODD_NAMES) == opened.worktree().read(ODD_NAMES) == dict.fromkeys(ODD_NAMES, b"x = 1\n")


def test_every_python_file_of_a_real_package_is_there_exactly_once(repo: GitRepo) -> None:
    package = Path(sysconfig.get_paths()["stdlib"]) / "email"
    files = {f"email/{path.relative_to(package)}": path.read_bytes() for path in package.rglob("*.py")}
    head = repo.commit(dict(files))
    repo.settle()
    opened = Repository.open(str(repo.path))
    tracked = sorted(repo.git("ls-files", "*.py").splitlines())
    for tree in (opened.worktree(), opened.revision_tree(head)):
        assert [path for path in tree.files if path.endswith(".py")] == tracked
        assert tree.read(tree.files) == files


def test_clean_files_are_not_read(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.py": "a\n", "b.py": "", "c.py": "c\n"})
    repo.settle()
    os.utime(repo.path / "c.py")
    read = []
    identify = Disk.identify

    def note(disk: Disk, path: bytes, status: os.stat_result) -> tuple[FileEntry, os.stat_result]:
        read.append(path)
        return identify(disk, path, status)

    monkeypatch.setattr(Disk, "identify", note)
    _worktree(repo)
    assert read == [b"c.py"]


def test_a_same_size_edit_right_after_the_commit_is_seen(repo: GitRepo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    status = os.lstat(repo.path / "a.py")
    repo.write({"a.py": "a = 2\n"})
    os.utime(repo.path / "a.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert _worktree(repo).files["a.py"].oid == _oid(repo, "a.py")


def test_symlinks_are_entries_and_lead_nowhere(repo: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.py").write_text("secret")
    repo.commit({"pkg/b.py": "inside", "a.py": ""})
    (repo.path / "pkg/b.py").unlink()
    (repo.path / "pkg").rmdir()
    (repo.path / "pkg").symlink_to(outside)
    (repo.path / "loop").symlink_to("loop")
    (repo.path / "link.py").symlink_to("/etc/passwd")
    repo.git("add", "link.py")
    tree = _worktree(repo)
    assert list(tree.files) == ["a.py", "link.py", "loop", "pkg"]
    assert tree.read(tree.files) == {"a.py": b"", "link.py": b"/etc/passwd", "loop": b"loop", "pkg": os.fsencode(outside)}
    assert tree.files["link.py"] == FileEntry("120000", repo.git("rev-parse", ":link.py"))


def test_a_file_that_became_a_directory_or_a_fifo_is_gone(repo: GitRepo) -> None:
    repo.commit({"a.py": "", "b.py": "", "c.py": ""})
    for name in ("a.py", "b.py"):
        (repo.path / name).unlink()
    os.mkfifo(repo.path / "a.py")
    os.mkfifo(repo.path / "untracked.py")
    repo.write({"b.py/inner.py": ""})
    assert list(_worktree(repo).files) == ["b.py/inner.py", "c.py"]


def test_the_executable_bit_counts_where_git_trusts_it(repo: GitRepo) -> None:
    repo.commit({"a.py": "", "b.py": ""})
    (repo.path / "a.py").chmod(0o755)
    assert _worktree(repo).files["a.py"].mode == "100755"
    repo.git("config", "core.fileMode", "false")
    assert _worktree(repo).files["a.py"].mode == "100644"


def test_conflicts_count_as_they_are_on_disk(repo: GitRepo) -> None:
    repo.commit({"a.py": "base\n", "b.py": "base\n"})
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"a.py": "topic\n", "b.py": None})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": "main\n", "b.py": "main\n"})
    with pytest.raises(AssertionError):
        repo.git("merge", "topic")
    tree = _worktree(repo)
    assert list(tree.files) == ["a.py", "b.py"]
    assert b"<<<<<<<" in (tree.read_one("a.py") or b"")
    assert tree.files["a.py"].oid == _oid(repo, "a.py")


def test_intent_to_add_counts_as_its_content(repo: GitRepo) -> None:
    repo.commit({"a.py": ""})
    repo.write({"b.py": "b\n"})
    repo.git("add", "-N", "b.py")
    assert _worktree(repo).files["b.py"].oid == _oid(repo, "b.py")


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_files_on_disk_count_whatever_the_index_was_told(repo: GitRepo, flag: str) -> None:
    repo.commit({"a.py": "1\n"})
    repo.git("update-index", flag, "a.py")
    repo.write({"a.py": "two\n"})
    assert _worktree(repo).read_one("a.py") == b"two\n"
    assert _worktree(repo).files["a.py"].oid == _oid(repo, "a.py")


@pytest.mark.parametrize("sparse_index", ["--no-sparse-index", "--sparse-index"])
def test_files_outside_of_a_sparse_checkout_are_read_from_git(repo: GitRepo, sparse_index: str) -> None:
    committed = {"in/a.py": "a", "out/b.py": "b", "out/deep/c.py": "c", "top.py": ""}
    head = repo.commit(dict(committed))
    repo.git("sparse-checkout", "set", "--cone", sparse_index, "in")
    assert not (repo.path / "out").exists()
    opened = Repository.open(str(repo.path))
    tree = opened.worktree()
    assert tree.files == opened.revision_tree(head).files
    assert tree.read(tree.files) == {path: content.encode() for path, content in committed.items()}


@pytest.mark.parametrize("layout", [("--index-version", "2"), ("--index-version", "4"), ("--split-index",), ("--untracked-cache",)])
def test_every_layout_of_the_index_gives_the_same_tree(repo: GitRepo, layout: tuple[str, ...]) -> None:
    files = {f"{'long_' * (number % 9)}dir{number % 7}/file{number}.py": f"{number}\n" for number in range(60)}
    head = repo.commit(dict(files))
    repo.git("update-index", *layout)
    opened = Repository.open(str(repo.path))
    assert dict(opened.worktree().files) == dict(opened.revision_tree(head).files)


def test_submodules_are_entries_and_never_entered(repo: GitRepo, tmp_path: Path) -> None:
    library = GitRepo(tmp_path / "library")
    first = library.commit({"lib.py": ""})
    repo.git("submodule", "add", "-q", str(library.path), "vendor/library")
    repo.commit({"a.py": ""})
    inner = GitRepo.__new__(GitRepo)
    inner.path, inner._commits = repo.path / "vendor/library", 5
    inner.write({"untracked.py": ""})
    tree = _worktree(repo)
    assert tree.files["vendor/library"] == FileEntry("160000", first)
    assert [path for path in tree.files if path.startswith("vendor/")] == ["vendor/library"]
    second = inner.commit({"lib.py": "2"})
    assert _worktree(repo).files["vendor/library"] == FileEntry("160000", second)
    assert Repository.open(str(inner.path)).head_oid == second
    repo.git("submodule", "deinit", "-q", "--force", "vendor/library")
    assert _worktree(repo).files["vendor/library"] == FileEntry("160000", first)


def test_an_untracked_repository_inside_counts_as_a_submodule(repo: GitRepo) -> None:
    repo.commit({"a.py": ""})
    inner = GitRepo(repo.path / "inner").commit({"b.py": ""})
    assert _worktree(repo).files["inner"] == FileEntry("160000", inner)


def test_unreadable_files_keep_their_place_and_are_named(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.py": "a", "b.py": "b"})
    repo.settle()
    tree = _worktree(repo)
    real = os.open

    def refuse(path: str | bytes, flags: int) -> int:
        if os.fsencode(path).endswith(b"b.py"):
            raise PermissionError(path)
        return real(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    assert tree.read(["a.py", "b.py"]) == {"a.py": b"a"}
    assert tree.unreadable == {"b.py"}
    os.utime(repo.path / "b.py")
    assert _worktree(repo).files["b.py"].oid.strip("0") == ""


def test_a_file_that_changes_during_the_analysis_is_an_error(repo: GitRepo) -> None:
    repo.commit({"a.py": "a", "b.py": "b", "c.py": "c"})
    tree = _worktree(repo)
    os.utime(repo.path / "a.py", ns=(1, 1))
    repo.write({"b.py": "other", "c.py": None})
    assert tree.read_one("a.py") == b"a"
    for path in ("b.py", "c.py"):
        with pytest.raises(SourceError, match=f"{path} changed"):
            tree.read([path])


def test_large_files_are_readable(repo: GitRepo) -> None:
    size = 50 << 20
    repo.write({"big.py": b"#" * size})
    head = repo.commit()
    opened = Repository.open(str(repo.path))
    assert opened.worktree().files == opened.revision_tree(head).files
    assert len(opened.worktree().read_one("big.py") or b"") == len(opened.revision_tree(head).read_one("big.py") or b"") == size


def test_reading_many_objects_at_once_does_not_deadlock(repo: GitRepo) -> None:
    files = {f"d{number % 10}/f{number}.py": f"{number}\n" * 400 for number in range(3000)}
    head = repo.commit(dict(files))
    tree = Repository.open(str(repo.path)).revision_tree(head)
    assert tree.read(files) == {path: content.encode() for path, content in files.items()}


def test_the_work_tree_is_left_as_it_was(repo: GitRepo) -> None:
    repo.commit({"a.py": "a"})
    repo.write({"a.py": "b"})
    index = repo.path / ".git/index"
    before = (index.read_bytes(), index.stat()[stat.ST_MTIME])
    _worktree(repo).read(["a.py"])
    assert (index.read_bytes(), index.stat()[stat.ST_MTIME]) == before


def test_a_virtual_environment_that_nobody_ignores_is_no_part_of_the_tree(repo: GitRepo) -> None:
    repo.commit({"a.py": ""})
    repo.write({".venv/pyvenv.cfg": "home = /usr", ".venv/lib/python3.11/site-packages/b.py": "", "venv_notes.txt": ""})
    assert set(Repository.open(str(repo.path)).worktree().files) == {"a.py", "venv_notes.txt"}
