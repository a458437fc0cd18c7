"""The units in which two trees differ."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.units import type_checking
from impactgraph.analysis.units.pieces import MODULE, Piece, Statement, pieces, statements
from impactgraph.model import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from impactgraph.analysis.units.source import Source

# These have no name that is their own: only what they say tells one from the next, so they come and go but never change.
_NAMELESS = frozenset({"effect", "guard", "string"})


class _Key(NamedTuple):
    """What a piece is known by on both sides; `ordinal` numbers those that share all the rest (overloads, conditional definitions)."""

    scope: str
    kind: str
    name: object
    ordinal: int


def difference(old: Source, new: Source) -> tuple[Unit, ...]:
    """The units that differ between two trees that are not the same, by line; never empty."""
    ours, theirs = (statements(side, type_checking.guards(side)) for side in (old, new))
    settled = _settled(ours, theirs)
    before, after = (dict(_keyed(side, settled)) for side in (ours, theirs))
    units = {*_changes(before, after), *_moves(before, after)}
    # What no piece holds: how many `pass`, or names that one import statement brings.
    return tuple(sorted(units, key=lambda unit: (unit.line, unit))) or (Unit(MODULE, "order", "changed", 1),)


def _settled(old: Sequence[Statement], new: Sequence[Statement]) -> frozenset[object]:
    """The places and texts that both sides have equally often: statements that need no closer look."""
    ours, theirs = (Counter(map(_place, side)) for side in (old, new))
    return frozenset(place for place, count in ours.items() if theirs.get(place) == count)


def _place(statement: Statement) -> object:
    return statement[:2] + statement[3:]


def _keyed(side: Sequence[Statement], settled: frozenset[object]) -> Iterator[tuple[_Key, Piece]]:
    seen: Counter[tuple[str, str, object]] = Counter()
    for statement in side:
        place = _place(statement)
        found = [Piece(statement.scope, "", "settled", str(place), statement.node.lineno)] if place in settled else pieces(statement)
        for piece in found:
            name = piece.content if piece.kind == "settled" or piece.kind in _NAMELESS else piece.name
            known = (piece.scope, piece.kind, name)
            yield _Key(*known, seen[known]), piece
            seen[known] += 1


def _changes(old: Mapping[_Key, Piece], new: Mapping[_Key, Piece]) -> Iterator[Unit]:
    for key, piece in old.items():
        if key not in new:
            yield Unit(piece.name, piece.kind, "removed", piece.line)
    for key, piece in new.items():
        if key not in old:
            yield Unit(piece.name, piece.kind, "added", piece.line)
        elif piece.content != old[key].content:
            yield Unit(piece.name, piece.kind, "changed", piece.line)


def _moves(old: Mapping[_Key, Piece], new: Mapping[_Key, Piece]) -> Iterator[Unit]:
    """One unit for each scope in which what both sides have stands in another order, at the first line that differs."""
    moved: set[str] = set()
    for scope in dict.fromkeys(key.scope for key in new):
        ours = [key for key in old if key.scope == scope and key in new]
        theirs = [key for key in new if key.scope == scope and key in old]
        for mine, other in zip(ours, theirs, strict=True):
            if mine != other and scope not in moved:
                moved.add(scope)
                yield Unit(scope.rstrip(".") or MODULE, "order", "changed", new[other].line)
