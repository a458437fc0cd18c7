"""Import roots and the dotted names that files have below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.layout.directories import parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SOURCES = frozenset({"py", "pyi", "pyx", "pxd", "pyw", "c", "cc", "cpp", "cxx", "rs"})
_BINARIES = (".so", ".pyd")

# Ranks: the smaller, the more likely a name below that root is the one that imports use.
CONFIGURED, DECLARED, INSERTED, POSSIBLE = range(4)
RANKS = ("configured", "packaging metadata or pytest's pythonpath", "put on sys.path by pytest", "possible: the top, or a nested project")


class Root(NamedTuple):
    """A directory whose content is imported as `package` (mostly empty: it stands on ``sys.path`` itself)."""

    rank: int
    directory: str
    package: str = ""


def module_stem(name: str) -> str:
    """The last part of the import name of a file called `name`; empty where no import can reach it.

    >>> module_stem("_core.cpython-311-x86_64-linux-gnu.so"), module_stem("a.b.py"), module_stem("data.json")
    ('_core', '', '')
    """
    stem, _, suffix = name.partition(".")
    return stem if suffix in _SOURCES or f".{suffix}".endswith(_BINARIES) else ""


class Names:
    """Answers which dotted names a path can have. Per directory the answer is found once, from that of its parent."""

    __slots__ = ("_prefixes", "_starts")

    def __init__(self, roots: Iterable[Root]) -> None:
        self._starts: dict[str, list[Root]] = {}
        for root in unique(roots):
            self._starts.setdefault(root.directory, []).append(root)
        self._prefixes: dict[str, tuple[tuple[int, int, str], ...]] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """The dotted names of the file at `path`, the most likely one first."""
        directory, _, name = path.rpartition("/")
        stem = module_stem(name)
        if not stem:
            return ()
        prefixes = self._of_directory(directory)
        if stem == "__init__":
            return tuple(dict.fromkeys([prefix for _, _, prefix in prefixes if prefix]))
        return tuple(dict.fromkeys([f"{prefix}.{stem}" if prefix else stem for _, _, prefix in prefixes]))

    def _of_directory(self, directory: str) -> tuple[tuple[int, int, str], ...]:
        """(rank of the root, minus its depth, dotted name of `directory` below it), sorted."""
        known = self._prefixes.get(directory)
        if known is None:
            known = self._prefixes[directory] = tuple(sorted(self._find(directory)))
        return known

    def _find(self, directory: str) -> list[tuple[int, int, str]]:
        # What pytest inserts is as likely as what is declared: of these the deepest root gives the name.
        starts = self._starts.get(directory, ())
        found = [(DECLARED if root.rank == INSERTED else root.rank, -_depth(directory), root.package) for root in starts]
        name = directory.rpartition("/")[2]
        if name.isidentifier():
            found += [(rank, depth, f"{above}.{name}" if above else name) for rank, depth, above in self._of_directory(parent(directory))]
        return found


def _depth(directory: str) -> int:
    return directory.count("/") + 1 if directory else 0


def unique(roots: Iterable[Root]) -> list[Root]:
    """`roots` by rank, then path; of two that say the same, the one of the better rank."""
    best: dict[tuple[str, str], Root] = {}
    for root in sorted(roots):
        best.setdefault((root.directory, root.package), root)
    return list(best.values())


def rank_of(roots: Iterable[Root]) -> Mapping[str, int]:
    """The best rank of each directory that is an import root itself."""
    return {root.directory: root.rank for root in unique(roots) if not root.package}
