"""What one change does to the bill: both states with the same changes of the past, and the same prices of tests."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from impactgraph.analysis.statements import Imports
    from impactgraph.decisions.window import Window
    from impactgraph.graph.network import Network


class State(NamedTuple):
    """One of the two: `nodes` by the name that a file has in the newer state, the tests that each module reaches, and what they cost."""

    network: Network
    window: Window
    nodes: Mapping[str, int]

    def modules(self) -> dict[str, tuple[int, int]]:
        """Python file -> (test files that it reaches, what they cost)."""
        counts = self.network.test_counts()
        costs = self.network.alone()
        return {path: (counts[node], costs[node]) for path, node in self.nodes.items() if path.endswith(".py")}


class Sums(NamedTuple):
    """What all changes cost together in a state, and how many of the past there are."""

    cost: float
    changes: int


class Moved(NamedTuple):
    """A module whose changes cost another thing than before; None where it is not there. `changes`: how often it changes."""

    path: str
    changes: float
    tests_before: int | None
    tests_after: int | None
    cost_before: int | None
    cost_after: int | None

    @property
    def weight(self) -> float:
        """By how much its rank weight rises; of modules that no change of the window touched, a little for being there."""
        return ((self.cost_after or 0) - (self.cost_before or 0)) * (self.changes or 0.001)


def expected_changes(new: Iterable[str], frequencies: Mapping[str, float], package: Callable[[str], str]) -> dict[str, float]:
    """How often modules that are new will change: as the middle one of their package, of a new package as the middle one of all."""
    peers: dict[str, list[float]] = defaultdict(list)
    for path, times in frequencies.items():
        peers[package(path)].append(times)
    everybody = [times for some in peers.values() for times in some]
    return {path: median(peers.get(package(path)) or everybody or [0]) for path in sorted(new)}


def before(state: State) -> Sums:
    """The bill of the older state."""
    return Sums(sum(state.network.prices(state.window.changes)), len(state.window.changes))


def after(state: State, changes: int, new: Mapping[str, float]) -> Sums:
    """The bill of the newer state over the same `changes` (a number), with those on top that are to be expected of `new` modules."""
    alone = state.network.alone()
    added = sum(alone[state.nodes[path]] * times for path, times in new.items())
    return Sums(sum(state.network.prices(state.window.changes)) + added, changes)


def moved(old: Mapping[str, tuple[int, int]], now: Mapping[str, tuple[int, int]], frequencies: Mapping[str, float]) -> list[Moved]:
    """Modules whose changes cost another thing than before, those that add most to the rank weight first."""
    found = []
    for path in sorted(old.keys() | now.keys()):
        if old.get(path) != now.get(path):
            (tests_before, cost_before), (tests_after, cost_after) = old.get(path, (None, None)), now.get(path, (None, None))
            found.append(Moved(path, frequencies.get(path, 0), tests_before, tests_after, cost_before, cost_after))
    return sorted(found, key=lambda module: (-module.weight, module.path))


class Import(NamedTuple):
    """A file imports another, by the statement at `line`."""

    importer: str
    imported: str
    line: int


def stated(imports: Mapping[str, Imports], name: Callable[[str], str], paths: Mapping[int, str]) -> dict[tuple[str, str], Import]:
    """All imports of a state, by the names (`name`) of both ends; of several statements the first. `paths` by node."""
    found: dict[tuple[str, str], Import] = {}
    for path, file in imports.items():
        for line, nodes in file.lines.items():
            for node in sorted(nodes):
                one = Import(name(path), name(paths[node]), line)
                found.setdefault((one.importer, one.imported), one)
    return found
