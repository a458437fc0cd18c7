"""Which edges hang on which import statement: what would go if somebody deleted it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.model import EDGE_KINDS, OUTSIDE_CLOSURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from impactgraph.analysis.assemble import Assembled

#: Kinds of edges that an import statement makes.
_STATED = frozenset({"import", "compiled"})


class Imports(NamedTuple):
    """What ties one file to others.

    `lines`: first line of an import statement -> the nodes it imports (several statements on one line count as one). `fixed`: nodes that
    something else ties the file to, so that no deleted import takes the edge away.
    """

    lines: Mapping[int, frozenset[int]]
    fixed: frozenset[int]

    def lost(self, deleted: Iterable[int]) -> frozenset[int]:
        """Nodes that the file would not lead to any more without the statements at the lines `deleted`."""
        gone = set(deleted)
        kept = self.fixed.union(*(nodes for line, nodes in self.lines.items() if line not in gone))
        return frozenset().union(*(self.lines.get(line, ()) for line in gone)) - kept


def imports_of(assembled: Assembled) -> dict[str, Imports]:
    """Per Python file that could be parsed, in order of path, what its import statements lead to."""
    unparsed = {path for path, _ in assembled.graph.unparsed}
    return {path: _imports(assembled, path) for path in assembled.book.facts if path not in unparsed}


def _imports(assembled: Assembled, path: str) -> Imports:
    linker = assembled.linker
    own = linker.index[path]
    lines: dict[int, set[int]] = {}
    fixed: set[int] = set()
    for node, number, line in linker.targets_of(path, assembled.book.facts[path][1]):
        kind = EDGE_KINDS[number]
        if node == own or kind in OUTSIDE_CLOSURE:
            continue
        if kind in _STATED and line > 0:
            lines.setdefault(line, set()).add(node)
        else:
            fixed.add(node)
    return Imports({line: frozenset(nodes) for line, nodes in sorted(lines.items())}, frozenset(fixed))
