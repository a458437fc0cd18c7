"""A git checkout: where it is, its commits, and its trees."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.errors import SourceError
from impactgraph.sources.command import Git
from impactgraph.sources.index import Index, parse_index, parse_listing, recorded_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impactgraph.model import FileEntry, Tree
    from impactgraph.sources.index import IndexEntry
    from impactgraph.sources.trees import Worktree

_DEFAULT_BRANCHES = ("refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")
_OID_SIZE = {"sha1": 20, "sha256": 32}
_BUILT = (".py", ".so", ".pyd")
#: What `git ls-files --others` says of a work tree as well as of its index.
_UNTRACKED = ("ls-files", "--others", "--exclude-standard", "-z")


class Commit(NamedTuple):
    """A commit on a first-parent line. `parent` is None for a root; `time` is the committer's, in seconds since 1970."""

    oid: str
    parent: str | None
    time: int
    subject: str


class State(NamedTuple):
    """What a work tree has: all paths, and whether anything differs from the commit that is checked out (None: there is no commit yet)."""

    paths: list[str]
    is_dirty: bool | None


class Found(NamedTuple):
    """What git says of a checkout."""

    root: str
    git_dir: str
    common_dir: str
    head_oid: str | None
    head_tree: str | None
    is_shallow: bool
    object_format: str


class Repository:
    """An opened checkout. Paths are absolute; `head_oid` is None where there is no commit yet; `object_format` is sha1 or sha256."""

    __slots__ = ("_git", "_head_tree", "common_dir", "git_dir", "head_oid", "is_shallow", "object_format", "root")

    def __init__(self, found: Found) -> None:
        self.root = found.root
        self.git_dir = found.git_dir
        self.common_dir = found.common_dir
        self.head_oid = found.head_oid
        self._head_tree = found.head_tree
        self.is_shallow = found.is_shallow
        self.object_format = found.object_format
        self._git = Git(found.root, _callers_index(found.git_dir))

    @classmethod
    def open(cls, path: str) -> Repository:
        """The checkout that `path`, a directory, is in.

        Raises `SourceError`: not a directory, not a repository, bare, another user's, damaged, git missing.
        """
        directory = os.path.abspath(path)
        if not os.path.isdir(directory):
            message = f"not a directory: {path}"
            raise SourceError(message, "name a directory that exists")
        found = _discover(directory)
        if not _belongs_to(found.git_dir, found.root):
            message = f"{found.git_dir} puts its work tree elsewhere: {found.root}"
            raise SourceError(message, "core.worktree must not point out of the checkout; git config --unset core.worktree")
        return cls(found)

    def resolve(self, revision: str) -> str:
        """Id of the commit that `revision` names. Raises `SourceError` where it names none."""
        # No ref name starts with a dash; git refuses to make one.
        if revision and not revision.startswith("-") and "\0" not in revision:
            oid = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            if oid:
                return oid
        message = f"unknown revision: {revision!r}"
        raise SourceError(message, self._hint_for_unknown(revision))

    def _hint_for_unknown(self, revision: str) -> str:
        if self.head_oid is None:
            branches = self._git.try_("for-each-ref", "--count=3", "--format=%(refname:short)", "refs/heads", "refs/remotes")[0].split()
            if branches:
                return f"HEAD names a branch that is not there; there are others: {', '.join(branches)}"
            return "this repository has no commits yet"
        if self.is_shallow:
            return "this clone is shallow: git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)"
        if revision.startswith("origin/"):
            return "fetch it first: git fetch origin"
        return "name a branch, a tag or a commit of this checkout; git log shows them"

    def fork_point(self, revision: str, head: str) -> str | None:
        """The best common ancestor of what the user calls `revision` and the commit `head`, by one process; None if there is none.

        None also where `revision` is unknown: `resolve` tells why.
        """
        if not revision or revision.startswith("-") or "\0" in revision:
            return None
        oid, _ = self._git.try_("merge-base", f"{revision}^{{commit}}", head)
        return oid.strip() or None

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits, given by id; None where they have none."""
        return self._git.ask("merge-base", one, other)

    def default_branch(self) -> str | None:
        """Full name of the ref that work is merged into: what origin/HEAD points to, else main or master, of origin first."""
        names = ("refs/remotes/origin/HEAD", *_DEFAULT_BRANCHES)
        listing = self._git.run("for-each-ref", "--format=%(refname) %(symref)", *names)
        found = dict(line.partition(" ")[::2] for line in listing.splitlines())
        for name in names:
            if name in found:
                return found[name] or name
        return None

    def commits(self, count: int, revision: str, paths: Sequence[str] = ()) -> list[Commit]:
        """The last `count` commits on the first-parent line of `revision`, newest first; with `paths`, those that touch one of them.

        The oldest commits of a shallow clone are left out: git doesn't have what they changed.
        """
        arguments = ["--first-parent", f"--max-count={count}", "--format=%P%x00%ct%x00%s", "--encoding=UTF-8", self.resolve(revision)]
        lines = self._git.run("rev-list", *arguments, "--", *paths).split("\n")
        cut_off = self._cut_off()
        commits = [_commit(header, line) for header, line in zip(lines[0::2], lines[1::2], strict=False)]
        return [commit for commit in commits if commit.oid not in cut_off]

    def _cut_off(self) -> frozenset[str]:
        if not self.is_shallow:
            return frozenset()
        with open(os.path.join(self.common_dir, "shallow"), encoding="ascii") as boundary:
            return frozenset(boundary.read().split())

    def revision_tree(self, oid: str) -> Tree:
        """The tree of a commit. Its files are listed at once, their contents are read on demand."""
        from impactgraph.sources.trees import revision_tree

        listing = self._git.run("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", oid)
        return revision_tree(listing, self._git.read_objects, label=oid, revision=oid)

    def contents(self, oids: Iterable[str]) -> dict[str, bytes]:
        """Contents of blobs by id; those that git doesn't have are left out."""
        return self._git.read_objects(oids)

    def worktree(self) -> Tree:
        """The work tree: tracked files as they are on disk, and untracked ones that are not ignored."""
        return self._look()[1]

    def compared(self) -> tuple[Tree, Mapping[str, FileEntry] | None]:
        """The work tree, and what the commit that is checked out has; None where there is none yet. The index knows both, nearly always."""
        index, tree = self._look()
        if self.head_oid is None:
            return tree, None
        if index.tree is not None and index.tree == self._head_tree:
            return tree, {entry.path.decode("utf-8", "surrogateescape"): entry.file for entry in index.entries}
        return tree, self.revision_tree(self.head_oid).files

    def _look(self) -> tuple[Index, Tree]:
        with self._git.start(*_UNTRACKED) as process:
            # While git walks the directories, the tracked files are looked at here.
            index = self._index()
            worktree = self._tracked(index)
            untracked = self._git.finish(process)
        return index, self._whole(worktree, untracked)

    def _tracked(self, index: Index) -> Worktree:
        # With what follows it, not needed where the index says all.
        from impactgraph.sources.disk import Disk
        from impactgraph.sources.trees import Answers, Worktree

        worktree = Worktree(Disk(self.root, self.object_format), Answers(self._git.read_objects, self._submodule_head, self._trusts_mode))
        worktree.add_index(index.entries)
        return worktree

    def _whole(self, worktree: Worktree, untracked: str) -> Tree:
        from impactgraph.sources.trees import without_environments

        for path in without_environments(untracked.split("\0")[:-1]):
            worktree.add_untracked(path.encode("utf-8", "surrogateescape"))
        return worktree.tree(self.root, self.head_oid)

    def state(self) -> State:
        """What is there and whether it is as committed: by the index alone where that says so, a fraction of what comparing trees costs."""
        with self._git.start(*_UNTRACKED) as process:
            index = self._index()
            is_committed = index.tree is not None and index.tree == self._head_tree and self._is_on_disk(index.entries)
            untracked = self._git.finish(process)
        if is_committed and not untracked:
            return State([entry.path.decode("utf-8", "surrogateescape") for entry in index.entries], is_dirty=False)
        files = self._whole(self._tracked(index), untracked).files
        if is_committed:
            return State(list(files), len(files) > len(index.entries))
        return State(list(files), None if self.head_oid is None else files != self.revision_tree(self.head_oid).files)

    def _is_on_disk(self, entries: Sequence[IndexEntry]) -> bool:
        """Whether all of `entries` are certain to be as the index has them."""
        from impactgraph.sources.disk import Disk

        disk = Disk(self.root)
        try:
            statuses = ((entry, disk.status(entry.path)) for entry in entries)
            return all(status is not None and entry.recorded == recorded_of(status) for entry, status in statuses)
        except PermissionError:
            return False

    def built(self, tree: Tree) -> list[str]:
        """Files that git ignores and Python imports, beside modules of `tree`: what a build put there."""
        beside = {path.rpartition("/")[0] for path in tree.files if path.endswith(".py")}
        ignored = self._git.run(*_UNTRACKED, "--ignored").split("\0")[:-1]
        return [path for path in ignored if path.endswith(_BUILT) and path.rpartition("/")[0] in beside]

    def _index(self) -> Index:
        try:
            with open(self._git.index_file or os.path.join(self.git_dir, "index"), "rb") as file:
                written = os.fstat(file.fileno()).st_mtime_ns
                index = parse_index(file.read(), _OID_SIZE[self.object_format], written)
        except FileNotFoundError:
            return Index([], None)
        except (OSError, ValueError) as error:
            message = f"the index of {self.root} can't be read: {error}"
            raise SourceError(message, "git status rebuilds it, or tells what is wrong") from None
        return Index(parse_listing(self._git.run("ls-files", "--cached", "--stage", "-t", "-z")), None) if index is None else index

    def _submodule_head(self, path: bytes) -> str | None:
        git_dir = os.path.join(self.root, os.fsdecode(path), ".git")
        if not os.path.lexists(git_dir):
            return None
        # Of a submodule, only the name of its commit is read: nothing in it is run or listed.
        return Git(self.root).try_(f"--git-dir={git_dir}", "rev-parse", "--verify", "--quiet", "HEAD")[0].strip() or None

    def _trusts_mode(self) -> bool:
        return self._git.ask("config", "--type=bool", "core.fileMode") != "false"


def opened(path: str) -> Repository | None:
    """The checkout that `path`, a directory, is in; None where `Repository.open` would raise."""
    try:
        return Repository.open(path)
    except SourceError:
        return None


def _discover(directory: str) -> Found:
    """What git finds from `directory`, by one process."""
    git = Git(directory)
    # The format stands between the paths because they may hold line breaks.
    output, complaint = git.try_(
        *("rev-parse", "--show-object-format", "--is-shallow-repository", "--git-common-dir"),
        *("--show-object-format", "--absolute-git-dir", "--show-object-format", "--show-toplevel", "--show-object-format"),
        *("--revs-only", "HEAD", "HEAD^{tree}"),
    )
    object_format, _, rest = output.partition("\n")
    parts = rest.split(f"\n{object_format}\n")
    if len(parts) != 4 or object_format not in _OID_SIZE:  # noqa: PLR2004 - as asked for above
        raise git.explain(complaint)
    first, git_dir, root, head = parts
    oid, _, tree = head.strip().partition("\n")
    shallow, _, common_dir = first.partition("\n")
    common_dir = os.path.realpath(os.path.join(directory, common_dir))
    return Found(root, git_dir, common_dir, oid or None, tree or None, shallow == "true", object_format)


def _belongs_to(git_dir: str, root: str) -> bool:
    """Whether the top of the work tree has this git directory, or a file in its place (linked work trees and submodules have one)."""
    marker = os.path.join(root, ".git")
    return os.path.isfile(marker) or (os.path.isdir(marker) and os.path.samefile(marker, git_dir))


def _callers_index(git_dir: str) -> str | None:
    """GIT_INDEX_FILE, where it is of this repository.

    A commit hook is called with the index that will be committed (a temporary one for ``git commit --all``), always inside of the
    git directory. Any other is of some other repository, and git too would not use it here.
    """
    named = os.environ.get("GIT_INDEX_FILE")
    if not named:
        return None
    index = os.path.realpath(named)
    return index if index.startswith(os.path.realpath(git_dir) + os.sep) else None


def _commit(header: str, line: str) -> Commit:
    parents, time, subject = line.split("\0", 2)
    return Commit(header.removeprefix("commit "), parents.split(" ")[0] or None, int(time), subject)
