"""What each of a history's snapshots cost in tests: per change, per month, and in total up to there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from impactgraph.trends.lines import theil_sen

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from impactgraph.trends.snapshot import EdgeSet, Snapshot, Spread, Weighting

    Floats = npt.NDArray[np.float64]

Bill = Literal["per-change", "per-month", "total"]
Unit = Literal["test-functions", "test-files"]
Size = Literal["lines", "modules"]

BILLS: tuple[Bill, ...] = ("per-change", "per-month", "total")
UNITS: tuple[Unit, ...] = ("test-functions", "test-files")
SIZES: tuple[Size, ...] = ("lines", "modules")
#: The nearest to what a team pays first: real commits, each with the union that its files reach.
WEIGHTINGS: tuple[Weighting, ...] = ("commits", "churn", "uniform")
_NEARLY_ALL = 0.75
#: Fewer snapshots leave an exponent anyone's guess: of 6 points one in ten is off by 0.28 or more.
MIN_POINTS = 8


class Measure(NamedTuple):
    """A bill in a unit, against a measure of the code's size."""

    bill: Bill
    of: Unit
    against: Size


class Series(NamedTuple):
    """Sizes and bills of those snapshots of which both are known and above zero (a logarithm needs that), in the order of history."""

    sizes: Floats
    values: Floats


def weighting_of(snapshots: Sequence[Snapshot], edges: EdgeSet) -> Weighting:
    """The one weighting to compare snapshots by: the first that nearly all measured ones have, else the one that most have.

    Nearly: a history's first state has no commit before it that changed something, and says nothing for all others.
    """

    def known(weighting: Weighting) -> int:
        return sum(weighting in row.impact.get(edges, {}) for row in snapshots)

    most = max(map(known, WEIGHTINGS))
    least = max(_NEARLY_ALL * most, min(most, MIN_POINTS))  # a law that the others allow is not given up for it
    return next(weighting for weighting in WEIGHTINGS if known(weighting) >= least)


def per_change(spread: Spread, unit: Unit) -> float:
    """Impacted tests per change, the mean."""
    return spread.functions.mean if unit == "test-functions" else spread.mean


def series(snapshots: Sequence[Snapshot], measure: Measure, edges: EdgeSet) -> Series:
    """The bill of each snapshot beside its size; empty where commits aren't counted and the bill needs them."""
    bill, unit, against = measure
    weighting = weighting_of(snapshots, edges)
    rows = [row for row in snapshots if weighting in row.impact.get(edges, {}) and getattr(row, against)]
    if bill != "per-change":
        rows = [row for row in rows if (row.commits_per_month if bill == "per-month" else row.commits) is not None]
    costs = np.array([per_change(row.impact[edges][weighting], unit) for row in rows], dtype=float)
    values = _BILLED[bill](rows, costs)
    sizes = np.array([getattr(row, against) for row in rows], dtype=float)
    kept = values > 0
    return Series(sizes[kept], values[kept])


def _as_is(_: Sequence[Snapshot], costs: Floats) -> Floats:
    return costs


def _by_month(rows: Sequence[Snapshot], costs: Floats) -> Floats:
    rates: Floats = np.array([row.commits_per_month or 0.0 for row in rows], dtype=float)
    return costs * rates


def _summed(rows: Sequence[Snapshot], costs: Floats) -> Floats:
    """The bill per change summed over all commits so far: trapezoids between snapshots, and before the first of them the same growth."""
    commits = np.array([row.commits or 0 for row in rows], dtype=float)
    steps = np.maximum(np.diff(commits), 0.0) * (costs[1:] + costs[:-1]) / 2
    total: Floats = np.cumsum(np.concatenate((commits[:1] * costs[:1] / (1 + _growth(commits, costs)), steps)))
    return total


def _growth(commits: Floats, costs: Floats) -> float:
    """By which power of the number of commits so far the bill per change grew; not below zero."""
    kept = (commits > 0) & (costs > 0)
    if len(set(commits[kept].tolist())) < 2:  # noqa: PLR2004 - a line needs two points
        return 0.0
    return max(0.0, float(theil_sen(np.log(commits[kept]), np.log(costs[kept])[np.newaxis])[0]))


_BILLED = {"per-change": _as_is, "per-month": _by_month, "total": _summed}
