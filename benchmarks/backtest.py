"""How well would the forecast have told what became of 19 repositories? ``python -m benchmarks.backtest``.

From every earlier snapshot to every later one of a repository; the constants are fitted without that repository. The error factor is
exp(median |ln(actual / predicted)|) per repository, and of these the median over the repositories. Beside it: no growth per change, linear,
quadratic, and "every test". The 80 % band is that of the constants; its coverage is the mean over repositories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.fit_forecast import fit
from benchmarks.histories import BINS, PREFIX, histories, pairs
from impactgraph.trends.forecast import band, predicted

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.histories import Floats, History, Pairs
    from impactgraph.trends.forecast import Constants

    Model = Callable[[Pairs, Constants], Floats]

MODELS: dict[str, Model] = {
    "forecast": lambda grown, known: predicted(grown.tests, grown.share, grown.multiply, known),
    "constant": lambda grown, _: grown.before,
    "linear": lambda grown, _: grown.before * grown.multiply,
    "quadratic": lambda grown, _: grown.before * grown.multiply**2,
    "every test": lambda grown, known: grown.tests * grown.multiply**known.test_exponent,
}


class Result(NamedTuple):
    """One range of growth: error factors by model, at the median and at the 90th percentile, and the band's coverage."""

    low: float
    high: float
    repositories: int
    pairs: int
    errors: dict[str, float]
    worst: dict[str, float]
    coverage: float


def backtest(known: dict[str, History]) -> list[Result]:
    """A result for each range of growth."""
    judged = [(pairs(history), fit({other: its for other, its in known.items() if other != name})) for name, history in known.items()]
    return [
        _result(low, high, [(mine, fitted) for one, fitted in judged if len((mine := one.between(low, high)).after)]) for low, high in BINS
    ]


def _result(low: float, high: float, inside: list[tuple[Pairs, Constants]]) -> Result:
    factors = {name: [np.abs(np.log(mine.after / model(mine, fitted))) for mine, fitted in inside] for name, model in MODELS.items()}
    errors = {name: float(np.exp(np.median([np.median(one) for one in mine]))) for name, mine in factors.items()}
    worst = {name: float(np.exp(_balanced(mine, 0.9))) for name, mine in factors.items()}
    coverage = float(np.mean([_covered(mine, fitted).mean() for mine, fitted in inside]))
    return Result(low, high, len(inside), sum(len(mine.after) for mine, _ in inside), errors, worst, coverage)


def _balanced(groups: list[Floats], level: float) -> float:
    """The quantile of all, each group counting alike."""
    weights = np.concatenate([np.full(len(group), 1 / len(group)) for group in groups])
    return float(np.quantile(np.concatenate(groups), level, weights=weights, method="inverted_cdf"))


def _covered(grown: Pairs, fitted: Constants) -> Floats:
    low, high = band(grown.multiply, fitted)
    ratio = grown.after / MODELS["forecast"](grown, fitted)
    return (low <= ratio) & (ratio <= high)


def report() -> None:
    """Print a Markdown table for each edge set."""
    for edges in PREFIX:
        print(f"\nShares by {edges}:\n")
        print(f"| growth | repositories, pairs | {' | '.join(MODELS)} | worst tenth: {', '.join(MODELS)} | band covers |")
        print("|---" * (len(MODELS) + 4) + "|")
        for row in backtest(histories(edges)):
            growth = f"x{row.low:g} to {row.high:g}" if np.isfinite(row.high) else f"x{row.low:g} and more"
            errors = " | ".join(f"{row.errors[name]:.2f}" for name in MODELS)
            worst = ", ".join(f"{row.worst[name]:.1f}" for name in MODELS)
            print(f"| {growth} | {row.repositories}, {row.pairs} | {errors} | {worst} | {row.coverage:.0%} |")


if __name__ == "__main__":
    report()
