"""What else ties two sets of files together, when some pairs of them no longer do."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from impactgraph import kernel
from impactgraph.graph.closure import Reach, chain
from impactgraph.model import KIND_NUMBER, OUTSIDE_CLOSURE

if TYPE_CHECKING:
    from collections.abc import Collection

    from impactgraph.graph.network import Pair
    from impactgraph.model import Edge, ImpactGraph

_LEFT_OUT = frozenset(KIND_NUMBER[kind] for kind in OUTSIDE_CLOSURE)
_STATED = frozenset(KIND_NUMBER[kind] for kind in ("import", "compiled"))


def remaining_chain(graph: ImpactGraph, gone: Collection[Pair]) -> list[Edge]:
    """Without the pairs `gone`, a shortest way from any node that they import to any that imports; empty where none is left."""
    rows = graph.rows
    pairs = zip(rows.importer, rows.imported, rows.kind, strict=True)
    keep = bytes(kind not in _LEFT_OUT and (importer, imported) not in gone for importer, imported, kind in pairs)
    seeds = array("i", sorted({imported for _, imported in gone}))
    reach = Reach(*kernel.reach(*kernel.reverse_csr(len(graph.paths), rows.importer, rows.imported, keep), seeds))
    found = [node for node in {importer for importer, _ in gone} if reach.distance[node] > 0]
    if not found:
        return []
    return [graph.edge(edge) for edge in chain(graph, reach, min(found, key=lambda node: (reach.distance[node], node)))]


def other_ties(graph: ImpactGraph, importers: Collection[int], imported: Collection[int]) -> list[Edge]:
    """Edges straight from `importers` to `imported` that no import statement makes, so that none can be deleted."""
    rows = graph.rows
    edges = enumerate(zip(rows.importer, rows.imported, rows.kind, strict=True))
    found = (number for number, (start, end, kind) in edges if start in importers and end in imported and kind not in _STATED | _LEFT_OUT)
    return [graph.edge(number) for number in found]


def stated_lines(graph: ImpactGraph) -> dict[Pair, int]:
    """Pairs that nothing but import statements ties together -> the line of the first one in the importer."""
    rows = graph.rows
    lines: dict[Pair, int] = {}
    fixed: set[Pair] = set()
    for importer, imported, kind, line in zip(rows.importer, rows.imported, rows.kind, rows.line, strict=True):
        if kind in _STATED and line > 0:
            lines[importer, imported] = min(line, lines.get((importer, imported), line))
        elif kind not in _LEFT_OUT:
            fixed.add((importer, imported))
    return {pair: line for pair, line in lines.items() if pair not in fixed}
