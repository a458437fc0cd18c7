"""Trees that exist in memory only, and graphs in a form that is easy to compare."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha1

from impactgraph.model import Edge, FileEntry, ImpactGraph, Tree


def oid_of(content: bytes) -> str:
    """Git's name for a blob."""
    return sha1(b"blob %d\0" % len(content) + content).hexdigest()  # noqa: S324 - git's own


def tree_of(files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> Tree:
    """A tree from contents and link targets by path."""
    links = links or {}
    contents = {path: content.encode() if isinstance(content, str) else content for path, content in {**files, **links}.items()}
    entries = {path: FileEntry("120000" if path in links else "100644", oid_of(contents[path])) for path in sorted(contents)}
    return Tree(entries, lambda wanted: {path: contents[path] for path in wanted}, label="made up")


def edges_of(graph: ImpactGraph) -> list[Edge]:
    return [graph.edge(number) for number in range(len(graph.rows.kind))]


def pairs_of(graph: ImpactGraph) -> set[tuple[str, str, str]]:
    """(importer, imported, kind) of every edge."""
    return {(edge.importer, edge.imported, edge.kind) for edge in edges_of(graph)}
