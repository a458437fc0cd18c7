"""Pairs of files, each taken apart once: in the loop of an edit and a question most of a branch's files are as they were."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from impactgraph.analysis.units.compare import UnitDiff, compare

if TYPE_CHECKING:
    from impactgraph.model import Tree
    from impactgraph.sources.cache import Cache

# Pairs that are kept: those of some branches.
_KEPT = 500
# Which syntax can be parsed is the running Python's.
_SYNTAX = sys.implementation.cache_tag


class Differences:
    """`compare` for files that are in both trees, with what `cache` holds of earlier runs; `keep` puts there what was new."""

    def __init__(self, base: Tree | None, head: Tree, cache: Cache | None) -> None:
        self._trees = (base, head)
        self._cache = cache
        self._stored = cache.differences() if cache else {}
        self._used: dict[str, UnitDiff] = {}
        self._is_new = False

    def __call__(self, path: str, old: bytes, new: bytes, *, docstrings_inert: bool) -> UnitDiff:
        """What changed in the file at `path`, see `compare`."""
        key = self._key(path, docstrings_inert=docstrings_inert)
        if key in self._stored:
            reason, inert, units = self._stored[key]
            found = UnitDiff(units, inert=inert, reason=reason)
        else:
            found = compare(path, old, new, docstrings_inert=docstrings_inert)
            self._is_new = True
        self._used[key] = found
        return found

    def _key(self, path: str, *, docstrings_inert: bool) -> str:
        ids = [tree.files[path].oid if tree and path in tree.files else "" for tree in self._trees]
        return " ".join((*ids, path.rpartition(".")[2], str(docstrings_inert), str(_SYNTAX)))

    def keep(self) -> None:
        """Store what this run compared, and of earlier runs' pairs as many as there is room for."""
        if self._cache and self._is_new:
            used = {key: (found.reason, found.inert, found.units) for key, found in self._used.items()}
            self._cache.store_differences(dict(list({**used, **{k: v for k, v in self._stored.items() if k not in used}}.items())[:_KEPT]))
