"""The values that flow from one stage to the next. They hold data and answer questions about it; they touch nothing outside.

Paths are relative to the checkout's top, with ``/``, decoded with ``surrogateescape`` where they are not UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from array import array

# The order is the numbering stored in caches: append, never reorder.
EDGE_KINDS = (
    "import",
    "parent-package",
    "conftest",
    "type-checking",
    "pytest-plugin",
    "entry-point",
    "string",
    "dynamic-import",
    "package-walk",
    "path-insertion",
    "data-file",
    "declared",
    "compiled",
    "same-directory",
)
KIND_NUMBER = {kind: number for number, kind in enumerate(EDGE_KINDS)}
#: Edges that say nothing about what runs: kept for explanations, left out of the closure.
OUTSIDE_CLOSURE = frozenset({"type-checking"})

#: Bytes that a question to the kernel may take for what grows with graph times tests, unless it is told otherwise.
MEMORY = 512 * 2**20

Status = Literal["A", "M", "D", "R", "T", "S"]
Decision = Literal["none", "subset", "all"]


#: Ids of the empty blob, in git's two formats.
EMPTY_OIDS = frozenset({"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"})


class FileEntry(NamedTuple):
    """One file of a tree: git's mode and the object id of its content (git's blob hash, also outside of git)."""

    mode: str
    oid: str

    @property
    def is_symlink(self) -> bool:
        """Whether the content is the place that a link leads to."""
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        """Whether the id is that of another repository's commit."""
        return self.mode == "160000"


class Tree:
    """The files of a work tree, a revision or a directory; whoever holds one does not know which.

    ``files`` maps path to `FileEntry`, in sorted order of the paths. ``read`` returns the contents of many files at once
    (a path that can't be read is absent from the result and named in ``unreadable`` afterwards). ``revision`` is a commit id or None.
    """

    __slots__ = ("_read", "files", "is_worktree", "label", "revision", "unreadable")

    def __init__(
        self,
        files: Mapping[str, FileEntry],
        read: Callable[[Sequence[str]], dict[str, bytes]],
        *,
        label: str,
        revision: str | None = None,
        is_worktree: bool = False,
    ) -> None:
        self.files = files
        self._read = read
        self.label = label
        self.revision = revision
        self.is_worktree = is_worktree
        self.unreadable: set[str] = set()

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Contents of those of `paths` that are readable regular files or aliases of this tree (a symlink's content is its target)."""
        wanted = [path for path in paths if path in self.files and not self.files[path].is_submodule]
        contents = self._read(wanted)
        self.unreadable.update(path for path in wanted if path not in contents)
        return contents

    def read_one(self, path: str) -> bytes | None:
        """The content of one file; None where it can't be read."""
        return self.read([path]).get(path)


class Reference(NamedTuple):
    """What one place of a file names: `target` is a dotted name, or a path where the kind is about files."""

    kind: str
    target: str
    line: int


class Facts(NamedTuple):
    """Everything the analysis knows of one blob at one path, before any other file is looked at."""

    references: tuple[Reference, ...]
    externals: tuple[str, ...] = ()
    error: str | None = None


class Edge(NamedTuple):
    """`importer` and `imported` are paths; `line` is 1-based, 0 where the edge has no line of its own."""

    importer: str
    imported: str
    kind: str
    line: int


class Rows(NamedTuple):
    """The edges, sorted by importer: aligned C-int arrays of node numbers and lines, and the kinds as bytes (see `EDGE_KINDS`)."""

    importer: array[int]
    imported: array[int]
    kind: bytearray
    line: array[int]


class Weighed(NamedTuple):
    """Tests reached: their number (int) and the sum of their weights (float), per node and per set of nodes (the union)."""

    counts: array[int]
    sums: array[float]
    set_counts: array[int]
    set_sums: array[float]


class ImpactGraph(NamedTuple):
    """Who imports whom. A node is a number, the position of its path in `paths` (sorted; deleted files of the base state among them).

    ``oids``: content id per node, '' for files of the base state only. ``read``: the files whose content decided on the layout.
    ``roots``: import roots of the layout; ``inserted``: (file, directory) where code puts a directory on ``sys.path``. ``names``: what
    imports may mean. ``aliases``: (path, path it stands for): links, and packages that metadata maps to a directory.
    ``default_arguments``: what pytest runs without arguments.
    """

    paths: tuple[str, ...]
    oids: tuple[str, ...]
    rows: Rows
    test_files: tuple[str, ...]
    roots: tuple[str, ...]
    inserted: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...]
    read: tuple[str, ...]
    unparsed: tuple[tuple[str, str], ...]
    warnings: tuple[Warning_, ...]
    default_arguments: tuple[str, ...]

    def edge(self, number: int) -> Edge:
        """The edge in row `number`."""
        rows = self.rows
        importer, imported = self.paths[rows.importer[number]], self.paths[rows.imported[number]]
        return Edge(importer, imported, EDGE_KINDS[rows.kind[number]], max(rows.line[number], 0))


class Unit(NamedTuple):
    """A part of a file that changed: `name` is a qualified name, `change` one of added, removed, changed."""

    name: str
    kind: str
    change: str
    line: int


class FileChange(NamedTuple):
    """One file that differs between two trees. `old_path` is set for renames."""

    path: str
    status: Status
    old_path: str | None = None


class Reason(NamedTuple):
    """Why tests are selected: a code from the documented list, the path that caused it, a detail, and how many tests it accounts for."""

    code: str
    path: str | None
    detail: str | None
    tests: int


class Warning_(NamedTuple):  # noqa: N801 - Warning is the language's
    """Something the reader should know that did not stop the analysis."""

    code: str
    path: str | None
    line: int | None
    message: str


class Fallback(NamedTuple):
    """Why the answer is `all` although nothing that changed asked for it."""

    code: str
    message: str
    hint: str
