from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.model import FileChange, FileEntry, Tree
from impactgraph.sources.changes import compare
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo

_BODY = "".join(f"line {number}\n" for number in range(20))


def _changes(repo: GitRepo, base: str = "HEAD") -> list[tuple[str, str, str | None]]:
    opened = Repository.open(str(repo.path))
    return [
        (change.path, change.status, change.old_path) for change in compare(opened.revision_tree(opened.resolve(base)), opened.worktree())
    ]


def test_added_modified_and_deleted_files_are_sorted_by_path(repo: GitRepo) -> None:
    repo.commit({"m.py": "1", "d.py": "2", "same.py": "3"})
    repo.write({"m.py": "4", "d.py": None, "a.py": "5"})
    assert _changes(repo) == [("a.py", "A", None), ("d.py", "D", None), ("m.py", "M", None)]


def test_a_clean_checkout_has_no_changes(repo: GitRepo) -> None:
    repo.commit({"a.py": "1", "b/c.py": "2"})
    assert _changes(repo) == []


def test_a_change_of_mode_alone_is_a_modification(repo: GitRepo) -> None:
    repo.commit({"a.py": "1"})
    (repo.path / "a.py").chmod(0o755)
    assert _changes(repo) == [("a.py", "M", None)]


def test_a_file_that_becomes_a_symlink_changes_its_type(repo: GitRepo) -> None:
    repo.commit({"a.py": "1", "b.py": "2"})
    repo.write({"a.py": None})
    (repo.path / "a.py").symlink_to("b.py")
    assert _changes(repo) == [("a.py", "T", None)]


def test_a_submodule_moved_to_another_commit(repo: GitRepo) -> None:
    repo.commit({"a.py": ""})
    inner = GitRepo(repo.path / "inner")
    inner.commit({"b.py": "1"})
    repo.commit()
    inner.commit({"b.py": "2"})
    assert _changes(repo) == [("inner", "S", None)]


def test_moved_files_are_renames(repo: GitRepo) -> None:
    repo.commit({"old/a.py": _BODY, "old/b.py": _BODY + "b\n"})
    repo.write({"old/a.py": None, "old/b.py": None, "new/a.py": _BODY, "new/c.py": _BODY.replace("line 3\n", "other\n") + "b\n"})
    assert _changes(repo) == [("new/a.py", "R", "old/a.py"), ("new/c.py", "R", "old/b.py")]


def test_renames_in_case_alone(repo: GitRepo) -> None:
    repo.commit({"Module.py": _BODY})
    repo.write({"Module.py": None, "module.py": _BODY})
    assert _changes(repo) == [("module.py", "R", "Module.py")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(("a.py", "1\n2\n3\n"), ("b.py", "1\n4\n5\n"), id="a third of the lines"),
        pytest.param(("a.py", _BODY), ("a.txt", _BODY + "x\n"), id="another suffix"),
        pytest.param(("a/__init__.py", ""), ("b/__init__.py", ""), id="empty"),
    ],
)
def test_unlike_files_are_no_rename(repo: GitRepo, old: tuple[str, str], new: tuple[str, str]) -> None:
    repo.commit({old[0]: old[1], "keep.py": ""})
    repo.write({old[0]: None, new[0]: new[1]})
    assert _changes(repo) == sorted([(old[0], "D", None), (new[0], "A", None)])


def test_equal_files_pair_by_name_first(repo: GitRepo) -> None:
    repo.commit({"x/b.py": _BODY, "x/a.py": _BODY})
    repo.write({"x/b.py": None, "x/a.py": None, "y/b.py": _BODY, "y/a.py": _BODY})
    assert _changes(repo) == [("y/a.py", "R", "x/a.py"), ("y/b.py", "R", "x/b.py")]


def test_the_work_for_similar_files_is_bounded() -> None:
    def tree(prefix: str) -> Tree:
        files = {f"{prefix}/{number:04}.py": FileEntry("100644", f"{prefix}{number:039}") for number in range(3000)}
        return Tree(files, read, label=prefix)

    def read(paths: Sequence[str]) -> dict[str, bytes]:
        return {path: b"".join(b"%s %d\n" % (path[2:].encode(), line) for line in range(5)) for path in paths}

    changes = compare(tree("a"), tree("b"))
    assert [change.status for change in changes] == ["R"] * 3000
    assert all(change.old_path == "a" + change.path[1:] for change in changes)


_paths = st.sampled_from(["a.py", "b.py", "c/a.py", "c/b.py", "d.txt", "Z.py"])
_contents = st.sampled_from(["", "x\n", "x\ny\n", "x\ny\nz\n", "q\n"])


def _tree(contents: dict[str, str]) -> Tree:
    files = {path: FileEntry("100644", f"{content!r:>40}") for path, content in sorted(contents.items())}
    return Tree(files, lambda paths: {path: contents[path].encode() for path in paths}, label="")


def _apply(base: dict[str, str], head: dict[str, str], changes: Sequence[FileChange]) -> dict[str, str]:
    gone = {change.path for change in changes if change.status == "D"} | {change.old_path for change in changes}
    kept = {path: content for path, content in base.items() if path not in gone}
    return kept | {change.path: head[change.path] for change in changes if change.status in {"A", "M", "R"}}


@given(st.dictionaries(_paths, _contents), st.dictionaries(_paths, _contents))
def test_the_changes_lead_from_base_to_head(base: dict[str, str], head: dict[str, str]) -> None:
    changes = compare(_tree(base), _tree(head))
    assert _apply(base, head, changes) == head
    assert list(changes) == sorted(changes)
    assert len({change.path for change in changes}) == len(changes)
    assert all(change.path not in base for change in changes if change.status in {"A", "R"})
    assert all(change.old_path in base and change.old_path not in head for change in changes if change.status == "R")
