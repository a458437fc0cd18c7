"""All changes between two states, judged below the module: what they can touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.decisions.functions.spread import Affected, Cause, Spread
from impactgraph.decisions.functions.units import ChangedFile, Declared, Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impactgraph.analysis.mentions import Mentions
    from impactgraph.decisions.functions.classes import Classes
    from impactgraph.decisions.functions.names import Names
    from impactgraph.decisions.seeds import Judged
    from impactgraph.decisions.surroundings import Place

_PLACED = frozenset({"conftest.py", "__init__.py"})


class Checkout(NamedTuple):
    """What rules ask of the checkout: its names, its classes, its neighbourhoods, what the project declares."""

    names: Names
    classes: Classes
    place: Place
    declared: Declared


class Pair(NamedTuple):
    """What differs between two states, with the mentions of the changed Python files in both."""

    judged: Sequence[Judged]
    old: Mapping[str, Mentions]
    new: Mapping[str, Mentions]


def affected(checkout: Checkout, pairs: Iterable[Pair]) -> Affected | None:
    """What the changes of all `pairs` can touch; None where one of them can touch everything."""
    spread = Spread(checkout.names, checkout.classes)
    for pair in pairs:
        if any(item.effect == "all" for item in pair.judged):
            return None
        changes = _Changes(checkout, pair, spread)
        for item in pair.judged:
            changes.add(item)
    return spread.run()


class _Changes:
    """The changed files of one pair of states."""

    def __init__(self, checkout: Checkout, pair: Pair, spread: Spread) -> None:
        self._checkout = checkout
        self._pair = pair
        self._spread = spread
        self._changed = {path for item in pair.judged for path in (item.change.path, item.change.old_path) if path}

    def add(self, item: Judged) -> None:
        """Add what a judged change can touch."""
        if item.effect == "inert":
            return
        path = item.change.path
        if path.endswith(".py") and item.units is not None and path in self._pair.old and path in self._pair.new:
            self._units(item)
        elif not self._is_spoken_for(item):
            self._whole(item, item.reason)
        if item.reason == "unreached":
            self._whole(item, item.reason)

    def _units(self, item: Judged) -> None:
        path = item.change.path
        file = ChangedFile(path, self._pair.old[path], self._pair.new[path])
        Rules(self._spread, file, self._checkout.declared, lambda module: self._brings_effects(file, module)).apply(item.units or ())
        # Hooks that pytest calls for the whole session count for tests of all directories.
        if len(item.seeds) > 1 and any(unit.name.startswith("pytest_") for unit in item.units or ()):
            self._whole(item, "special")

    def _whole(self, item: Judged, rule: str) -> None:
        """All that depends on the file, as in the module layer."""
        for seed in item.seeds:
            self._spread.module(seed, Cause(item.change.path, "", rule))

    def _is_spoken_for(self, item: Judged) -> bool:
        """Whether a file came or went of which only changed files say anything: their own changed imports count instead."""
        path = item.change.path
        is_plain = path.endswith(".py") and path.rpartition("/")[2] not in _PLACED and path not in self._checkout.place.tests
        if item.change.status not in {"A", "D"} or not is_plain or set(item.seeds) != {path}:
            return False
        return all(importer in self._changed for importer in self._checkout.place.importers(path))

    def _brings_effects(self, file: ChangedFile, module: str) -> bool:
        """Whether `module`, imported in one state of the file only, runs code with effects that would not run otherwise."""
        names = self._checkout.names
        found = names.exact(file.path, module)
        loaded = [{each for name in side.loaded for each in names.exact(file.path, name)} for side in (file.old, file.new)]
        if found <= loaded[0] & loaded[1]:
            return False
        anyway = {
            other for name in file.old.loaded & file.new.loaded for each in names.exact(file.path, name) for other in names.loads(each)
        }
        return any(names.has_effects(other) for each in found for other in names.loads(each) - anyway)
