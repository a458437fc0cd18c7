"""What the dependency graph costs: per change, per month, and how much of it hangs on which module.

The bill is the sum over real changes of the cost of the union of tests that their files reach. The rank weight of a module is how often it
changed times the cost of the tests that it reaches alone; rank weights are for ranking, as their sum counts a commit once for each file.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.decisions.window import Window
    from impactgraph.graph.network import Network

#: A change that reaches this share of all tests reaches "nearly all".
NEARLY = 0.9
BINS = 10  # of the histogram between nothing and everything


class Totals(NamedTuple):
    """Costs in the unit of the tests' costs, shares of 1. None: there is no change, or no month, to divide by."""

    changes: int
    everything: int
    sum: int
    rank: int
    per_change: float | None
    per_month: float | None
    share_selecting_all: float | None
    share_selecting_most: float | None


class Module(NamedTuple):
    """One node: in how many `changes` it is, the `tests` (files) that it reaches, what they `cost`; `component` is a number or None."""

    node: int
    changes: int
    tests: int
    cost: int
    rank_weight: int
    component: int | None


def totals(network: Network, window: Window) -> Totals:
    """The bill of the window's changes."""
    prices = network.prices(window.changes)
    everything, count = network.everything, len(window.changes)
    bill = sum(prices)
    return Totals(
        changes=count,
        everything=everything,
        sum=bill,
        rank=network.rank(window.frequencies()),
        per_change=bill / count if count else None,
        per_month=bill / window.months if window.months else None,
        share_selecting_all=sum(price == everything for price in prices) / count if count else None,
        share_selecting_most=sum(price >= NEARLY * everything for price in prices) / count if count else None,
    )


def modules(network: Network, window: Window, nodes: Sequence[int], components: Mapping[int, int]) -> list[Module]:
    """`nodes` by falling rank weight, then cost; `components`: node -> number of the component that it is in."""
    frequencies, counts = window.frequencies(), network.test_counts()
    costs = network.alone()
    found = [
        Module(node, frequencies[node], counts[node], costs[node], frequencies[node] * costs[node], components.get(node)) for node in nodes
    ]
    return sorted(found, key=lambda module: (-module.rank_weight, -module.cost, module.node))


class Bin(NamedTuple):
    """How many modules, and changes, reach more than the share `low` and at most the share `high` of all that tests cost.

    The first bin, 0 to 0, is of nothing, the last one, 1 to 1, of everything; the one before it leaves everything out.
    """

    low: float
    high: float
    modules: int
    changes: int


def histogram(network: Network, window: Window, nodes: Sequence[int]) -> list[Bin]:
    """How far a change of each of `nodes` reaches, and how far the real changes do."""
    everything, alone = network.everything, network.alone()
    modules = Counter(_bin(alone[node], everything) for node in nodes)
    changes = Counter(_bin(price, everything) for price in network.prices(window.changes))
    edges = [(0.0, 0.0), *((number / BINS, (number + 1) / BINS) for number in range(BINS)), (1.0, 1.0)]
    return [Bin(low, high, modules[number], changes[number]) for number, (low, high) in enumerate(edges)]


def _bin(price: int, everything: int) -> int:
    """In whole numbers: 0 is none, BINS + 1 everything."""
    return BINS + 1 if price == everything > 0 else -(-price * BINS // everything) if everything else 0
