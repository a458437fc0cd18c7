"""Pairs of files, each taken apart once: in the loop of an edit and a question most of a branch's files are as they were."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from impactgraph.analysis.units.compare import UnitDiff, compare
from impactgraph.model import Unit

if TYPE_CHECKING:
    from impactgraph.model import Tree
    from impactgraph.sources.cache import Cache

    Row = tuple[str, bool, list[tuple[object, ...]] | None]  # reason, inert, units

_NAME = "differences"
# Pairs that are kept: those of some branches.
_KEPT = 500
# Which syntax can be parsed is the running Python's.
_SYNTAX = sys.implementation.cache_tag


class Differences:
    """`compare` for files that are in both trees, with what `cache` holds of earlier runs; `keep` puts there what was new."""

    def __init__(self, base: Tree | None, head: Tree, cache: Cache | None) -> None:
        self._trees = (base, head)
        self._cache = cache
        self._stored: dict[str, Row] = (cache.plain(_NAME) if cache else None) or {}
        self._used: dict[str, Row] = {}

    def __call__(self, path: str, old: bytes, new: bytes, *, docstrings_inert: bool) -> UnitDiff:
        """What changed in the file at `path`, see `compare`."""
        key = self._key(path, docstrings_inert=docstrings_inert)
        known = self._stored.get(key)
        found = _from_row(known) if known else compare(path, old, new, docstrings_inert=docstrings_inert)
        self._used[key] = known or _row(found)
        return found

    def _key(self, path: str, *, docstrings_inert: bool) -> str:
        ids = [tree.files[path].oid if tree and path in tree.files else "" for tree in self._trees]
        return " ".join((*ids, path.rpartition(".")[2], str(docstrings_inert), str(_SYNTAX)))

    def keep(self) -> None:
        """Store what this run compared, and of earlier runs' pairs as many as there is room for."""
        if self._cache and not self._used.keys() <= self._stored.keys():
            others = {key: row for key, row in self._stored.items() if key not in self._used}
            self._cache.store_plain(_NAME, dict(list({**self._used, **others}.items())[:_KEPT]))


def _row(found: UnitDiff) -> Row:
    return found.reason, found.inert, None if found.units is None else [tuple(unit) for unit in found.units]


def _from_row(row: Row) -> UnitDiff:
    reason, inert, units = row
    return UnitDiff(None if units is None else tuple([Unit._make(unit) for unit in units]), inert=inert, reason=reason)
