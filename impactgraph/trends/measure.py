"""How many tests a change of one state of the code reaches: the figures of a `Snapshot`."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from impactgraph.trends.snapshot import Functions, Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from impactgraph.graph.network import Network
    from impactgraph.trends.snapshot import Weighting

    Floats = npt.NDArray[np.float64]

#: Edges of the bars in which impact per module is drawn: shares of all test files.
_SHARES = tuple(step / 20 for step in range(21))


class Reached(NamedTuple):
    """Per change the test files and test functions that it reaches."""

    files: Floats
    functions: Floats


class AllTests(NamedTuple):
    """All tests that there are."""

    files: int
    functions: int


def reached(network: Network, changes: Sequence[Sequence[int]]) -> Reached:
    """What each set of changed nodes reaches in `network`, whose costs are test functions."""
    files, functions = network.reached(changes)
    return Reached(np.array(files, dtype=float), np.array(functions, dtype=float))


def impact(
    network: Network, modules: Sequence[int], changes: Sequence[Sequence[int]], packaged: Sequence[int] = ()
) -> dict[Weighting, Spread]:
    """Spreads over `modules`, once each and by how often they changed, over those of them that are `packaged`, and over real `changes`.

    What nothing is known of is left out.
    """
    tested = AllTests(len(network.costs), network.everything)
    if not modules or not tested.files:
        return {}
    both = reached(network, [*((node,) for node in modules), *changes])  # in one pass over the graph
    alone, together = (Reached(*(part[side] for part in both)) for side in (slice(len(modules)), slice(len(modules), None)))
    found: dict[Weighting, Spread] = {"uniform": spread(alone, np.ones(len(modules)), tested)}
    inside = np.isin(modules, packaged).astype(float)
    if inside.sum():
        found["packaged"] = spread(alone, inside, tested)
    often = Counter(node for nodes in changes for node in nodes)
    times = np.array([often[node] for node in modules], dtype=float)
    if times.sum():
        found["churn"] = spread(alone, times, tested)
    if changes:
        found["commits"] = spread(together, np.ones(len(changes)), tested)
    return found


def spread(found: Reached, weights: Floats, tested: AllTests) -> Spread:
    """Mean, median and 90th percentile, each change as often as its weight says; at least one weight is above 0."""
    total = weights.sum()
    files = _figures(found.files, weights, tested.files)
    none, everything = ((weights[kept].sum() / total) for kept in (found.files == 0, found.files == tested.files))
    return Spread(int(total), *files, float(none), float(everything), Functions(*_figures(found.functions, weights, tested.functions)))


def _figures(values: Floats, weights: Floats, tests: int) -> tuple[float, float, float, float]:
    mean = float(np.average(values, weights=weights))
    median, p90 = (float(end) for end in np.quantile(values, (0.5, 0.9), weights=weights, method="inverted_cdf"))
    return mean, median, p90, mean / tests


def distribution(counts: Sequence[int], tests: int) -> list[dict[str, float]]:
    """How many modules reach which share of `tests`: those that reach none, then twentieths, each with its upper end in it."""
    shares = np.array(counts, dtype=float) / max(tests, 1)
    bars = [{"low": 0.0, "high": 0.0, "modules": int((shares == 0).sum())}]
    for low, high in pairwise(_SHARES):
        bars.append({"low": low, "high": high, "modules": int(((shares > low) & (shares <= high)).sum())})
    return bars
