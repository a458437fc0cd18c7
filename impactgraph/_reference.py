"""The kernel without a compiler: the twin of `_core`, where shapes, units and errors are told at length.

It answers the same, from rustworkx's components and Python integers as sets of tests: usable, and an honest rival in benchmarks.
"""

from __future__ import annotations

from array import array
from collections import deque
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

INT_MAX = 2**31 - 1


def reverse_csr(
    node_count: int,
    importer: array[int] | memoryview,
    imported: array[int] | memoryview,
    keep: bytes | bytearray | memoryview | None = None,
) -> tuple[array[int], array[int], array[int]]:
    """Sort edges by imported node: ``(indptr, importers, edge_ids)``; raises ValueError for what is no graph."""
    check_items(importer, imported)
    if not 0 <= node_count < INT_MAX or len(importer) > INT_MAX:
        raise ValueError("node or edge count is negative or does not fit a C int")
    if len(importer) != len(imported) or (keep is not None and len(keep) != len(importer)):
        raise ValueError("importer, imported and keep differ in length")
    if not (inside(importer, node_count) and inside(imported, node_count)):
        raise ValueError("an edge names a node outside of the graph")
    kept = [edge for edge in range(len(importer)) if keep is None or keep[edge]]
    counts = array("i", [0]) * (node_count + 1)
    for edge in kept:
        counts[imported[edge] + 1] += 1
    edge_ids = array("i", sorted(kept, key=imported.__getitem__))
    return array("i", accumulate(counts)), array("i", [importer[edge] for edge in edge_ids]), edge_ids


def reach(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    edge_ids: array[int] | memoryview,
    seeds: array[int] | memoryview,
) -> tuple[array[int], array[int], array[int]]:
    """Search breadth first towards importers: ``(distance, origin, via)``; raises ValueError for what is no graph or no seed."""
    check_items(edge_ids, seeds)
    nodes = check_csr(indptr, importers)
    if len(edge_ids) != len(importers):
        raise ValueError("importers and edge_ids differ in length")
    if not inside(seeds, nodes):
        raise ValueError("a seed is outside of the graph")
    distance, origin, via = (array("i", [-1]) * nodes for _ in range(3))
    queue = deque(dict.fromkeys(seeds))
    for seed in queue:
        distance[seed], origin[seed] = 0, seed
    while queue:
        node = queue.popleft()
        for slot in range(indptr[node], indptr[node + 1]):
            importer = importers[slot]
            if distance[importer] < 0:
                distance[importer], origin[importer], via[importer] = distance[node] + 1, origin[node], edge_ids[slot]
                queue.append(importer)
    return distance, origin, via


def components(indptr: array[int] | memoryview, importers: array[int] | memoryview) -> array[int]:
    """Number the strongly connected components, importers first: ``component`` of each node; raises ValueError for what is no graph."""
    component = array("i", [0]) * check_csr(indptr, importers)
    for number, members in enumerate(ordered_components(indptr, importers)):
        for node in members:
            component[node] = number
    return component


def ordered_components(indptr: Sequence[int], importers: Sequence[int]) -> Sequence[Sequence[int]]:
    """Strongly connected components, each after those of its importers."""
    import rustworkx  # half as dear as starting Python: a compiled run never pays it

    nodes = len(indptr) - 1
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(nodes))
    sources = (node for node in range(nodes) for _ in range(indptr[node], indptr[node + 1]))
    graph.add_edges_from_no_data(list(zip(sources, importers, strict=True)))
    return rustworkx.strongly_connected_components(graph)


def check_items(*arrays: array[int] | memoryview) -> None:
    """Raise ValueError unless all hold C ints, the one kind that `_core` reads."""
    if any(memoryview(values).format != "i" for values in arrays):
        raise ValueError("an array does not hold C ints")


def check_csr(indptr: array[int] | memoryview, importers: array[int] | memoryview) -> int:
    """Raise ValueError unless the two describe a graph; return its number of nodes."""
    check_items(indptr, importers)
    if len(indptr) == 0:
        raise ValueError("indptr is empty, or a count does not fit a C int")
    rises = indptr[0] == 0 and indptr[-1] == len(importers) and all(low <= high for low, high in pairwise(indptr))
    if not (rises and inside(importers, len(indptr) - 1)):
        raise ValueError("indptr does not rise from 0 to the number of importers, or an importer is outside of the graph")
    return len(indptr) - 1


def inside(ids: Sequence[int], node_count: int) -> bool:
    return len(ids) == 0 or (min(ids) >= 0 and max(ids) < node_count)
