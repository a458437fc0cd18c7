"""Other people's code that was copied into a checkout: it grows when they do, and no change here is about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.config import matches
from impactgraph.model import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES = frozenset("_extern _vendor _vendored extern externals third_party thirdparty 3rdparty vendor vendored vendored_packages".split())


def vendored_directories(paths: Iterable[str]) -> tuple[str, ...]:
    """The directories that, by their names, hold vendored Python code; those within another are part of it."""
    found: dict[str, None] = {}
    for path in paths:
        if path.endswith(".py"):
            parts = path.split("/")[:-1]
            inside = next((number for number, part in enumerate(parts) if part in _NAMES), None)
            if inside is not None:
                found["/".join(parts[: inside + 1])] = None
    return tuple(sorted(found))


class Scope(NamedTuple):
    """What of a state counts: not what `vendored_directories` finds where `vendored` is false, nor what a glob of `excluded` names."""

    vendored: bool = True
    excluded: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What tells one scope from another; empty where nothing is left out."""
        return "" if self == EVERYTHING else repr(self)

    def of(self, tree: Tree) -> Tree:
        """`tree` with nothing but that."""
        if self == EVERYTHING:
            return tree
        inside = () if self.vendored else tuple(f"{directory}/" for directory in vendored_directories(tree.files))
        files = {
            path: entry
            for path, entry in tree.files.items()
            if not path.startswith(inside) and not any(matches(pattern, path) for pattern in self.excluded)
        }
        return Tree(files, tree.read, label=tree.label, revision=tree.revision, is_worktree=tree.is_worktree)


EVERYTHING = Scope()
