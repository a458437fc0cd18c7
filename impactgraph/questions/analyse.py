"""A tree's graph, by way of the cache: what every question starts with."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from impactgraph.analysis import facts as facts_of
from impactgraph.analysis.assemble import NOTHING, assemble, updated
from impactgraph.analysis.facts import Book
from impactgraph.analysis.link import modules_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.analysis.assemble import Assembled, Former
    from impactgraph.config import Config
    from impactgraph.model import ImpactGraph, Tree
    from impactgraph.sources.cache import Cache


# Up to so many edited files, scanning them again is cheaper than storing a graph with every edit.
_FEW = 8


def analyse(tree: Tree, config: Config, cache: Cache | None, base: Former = NOTHING, *, scope: str = "") -> ImpactGraph:
    """The graph of `tree`, with what it has to know of the state `base`; `scope` names what was left out of `tree`."""
    keys = _keys(tree, config, base, scope)
    stored = next((graph for key in keys if (graph := cache.graph(key))), None) if cache else None
    graph = updated(stored, tree, base) if stored else None
    if graph is None:
        known = _known(tree, cache)
        assembled = assemble(tree, config, base=base, known=known)
        graph = assembled.graph
        if cache and not scope:
            _store_facts(tree, cache, assembled.book, known)
    if cache and graph is not stored and (stored is None or _differing(stored, graph) > _FEW):
        cache.store_graph(keys[0], graph)
    return graph


def look_closer(tree: Tree, config: Config, cache: Cache | None) -> Assembled:
    """As `analyse`, with what the graph was made from; files that the cache knows are not parsed again."""
    known = _known(tree, cache)
    assembled = assemble(tree, config, known=known)
    if cache:
        _store_facts(tree, cache, assembled.book, known)
    return assembled


def keep(tree: Tree, assembled: Assembled, config: Config, cache: Cache, scope: str) -> None:
    """Put the graph of a tree, and what it was made from, where `analyse` will find them."""
    cache.store_graph(_keys(tree, config, NOTHING, scope)[0], assembled.graph)
    if not scope:
        _store_facts(tree, cache, assembled.book, facts_of.EMPTY)


def _keys(tree: Tree, config: Config, base: Former, scope: str) -> tuple[str, str]:
    """Where the graph is kept, and where one of nearly the same files may be: a commit's does not take the place of the work tree's."""
    own, other = (_key(config, base, scope + ("" if is_worktree else "commit")) for is_worktree in (tree.is_worktree, not tree.is_worktree))
    return own, other


def _key(config: Config, base: Former, scope: str) -> str:
    return f"{zlib.crc32((repr((config, base)) + scope).encode('utf-8', 'surrogateescape')):08x}"


def _differing(old: ImpactGraph, new: ImpactGraph) -> int:
    """How many files have another content: a lot, where the two are not of the same files."""
    if old.paths != new.paths:
        return len(new.paths)
    return sum(mine != theirs for mine, theirs in zip(old.oids, new.oids, strict=True))


def config_of(tree: Tree) -> Config:
    """The configuration in a state of the past; where it is broken nobody can mend it now, and it is as good as none."""
    from impactgraph.config import load_config
    from impactgraph.errors import ConfigError

    try:
        return load_config(tree.read_one("pyproject.toml"))
    except ConfigError:
        return load_config(None)


def externals(tree: Tree, graph: ImpactGraph, cache: Cache | None) -> Mapping[str, tuple[str, ...]]:
    """Per Python file, the names that it imports from outside of the checkout."""
    links = dict(graph.aliases)
    python = [path for path in graph.paths if path.endswith(".py") and links.get(path, path) in tree.files and path in tree.files]
    meanings = facts_of.Meanings(graph.names, modules_of(graph.paths, graph.aliases))
    book = facts_of.collect(tree, python, meanings, links, _known(tree, cache))
    return {path: facts_of.outside(facts) for path, (_, facts) in sorted(book.facts.items())}


def _known(tree: Tree, cache: Cache | None) -> Book:
    """Facts of the last state of this kind, a commit or the work tree, else of the other."""
    kinds = (tree.is_worktree, not tree.is_worktree)
    stored = next((found for is_worktree in kinds if (found := cache.facts(is_worktree=is_worktree))), None) if cache else None
    return Book(*stored) if stored else facts_of.EMPTY


def _store_facts(tree: Tree, cache: Cache, book: Book, known: Book) -> None:
    if book.facts != known.facts or book.names != known.names:
        cache.store_facts(book.names, dict(book.facts), is_worktree=tree.is_worktree)
