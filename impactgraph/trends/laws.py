"""By which power of its size a repository's test bill grew: exponents with intervals, or the reason why none can be given."""

from __future__ import annotations

from itertools import product
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from impactgraph.trends.bills import BILLS, MIN_POINTS, SIZES, UNITS, Measure, series, weighting_of
from impactgraph.trends.lines import ESTIMATORS, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from impactgraph.trends.bills import Bill, Series, Size, Unit
    from impactgraph.trends.lines import Estimator
    from impactgraph.trends.snapshot import EdgeSet, Snapshot, Weighting

    Floats = npt.NDArray[np.float64]

Regime = Literal["low", "middle", "plateau"]

LEVEL = 0.95
#: A narrower range of sizes leaves an exponent anyone's guess.
MIN_RANGE = 2.0
#: Share of the tests that a change reaches. From the upper one on the bill grew like the tests in 19 histories; below the lower one the
#: next snapshots' exponents lay between 0.8 and 2.9.
LOW, PLATEAU = 0.3, 0.6

_DRAWS = 2000
_CURVE_POINTS = 25


class Law(NamedTuple):
    """``bill ~ scale * size ** exponent``, with an interval of the exponent; where it is `refused` (the reason) the figures are None."""

    bill: Bill
    of: Unit
    against: Size
    weighting: Weighting
    estimator: Estimator
    exponent: float | None
    low: float | None
    high: float | None
    level: float
    points: int
    scale: float | None
    refused: str | None


class CurvePoint(NamedTuple):
    """What a law says of one size, with the band of the fitted line at that size."""

    size: float
    value: float
    low: float
    high: float


def laws(snapshots: Sequence[Snapshot], rng: np.random.Generator, edges: EdgeSet = "safe") -> list[Law]:
    """Every bill of every unit against every size, Theil-Sen before ordinary least squares."""
    weighting = weighting_of(snapshots, edges)
    made = []
    for measure in (Measure(*choice) for choice in product(BILLS, UNITS, SIZES)):
        found = series(snapshots, measure, edges)
        made += [_law(found, measure, weighting, estimator, rng) for estimator in ESTIMATORS]
    return made


def _law(found: Series, measure: Measure, weighting: Weighting, estimator: Estimator, rng: np.random.Generator) -> Law:
    reason = refusal(found, measure.against)
    made = Fit(None, None, None, None) if reason else fit(found, estimator, rng)
    return Law(*measure, weighting, estimator, made.exponent, made.low, made.high, LEVEL, len(found.sizes), made.scale, reason)


def refusal(found: Series, against: str) -> str | None:
    """Why no exponent can be had of these points; None where one can."""
    points = len(found.sizes)
    if points < MIN_POINTS:
        return f"{points} of at least {MIN_POINTS} snapshots have this bill"
    grown = found.sizes.max() / found.sizes.min()
    if grown < MIN_RANGE:
        return f"{against} differ by no more than x{grown:.2f} between snapshots, and x{MIN_RANGE:g} is needed"
    return None


def curve(snapshots: Sequence[Snapshot], measure: Measure, rng: np.random.Generator, edges: EdgeSet = "safe") -> list[CurvePoint]:
    """The Theil-Sen line with its band, at sizes spaced evenly by their logarithm; empty where it is refused."""
    found = series(snapshots, measure, edges)
    if refusal(found, measure.against):
        return []
    x, y = np.log(found.sizes), np.log(found.values)
    at = np.linspace(x.min(), x.max(), _CURVE_POINTS)
    slope, level = line(x, y[np.newaxis], "theil-sen")
    slopes, levels = _redrawn(x, y, "theil-sen", rng)
    low, high = np.quantile(levels[:, np.newaxis] + np.outer(slopes, at), _TAILS, axis=0)
    rows = np.exp(np.stack([at, level[0] + slope[0] * at, low, high], axis=1))
    return [CurvePoint(*row) for row in rows.tolist()]


def regime(share: float) -> Regime:
    """Where the share of tests that a change reaches stands: low (it may jump: unpredictable), middle, or plateau (linear in tests)."""
    if share < LOW:
        return "low"
    return "plateau" if share >= PLATEAU else "middle"


_TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


class Fit(NamedTuple):
    """The figures of a law."""

    exponent: float | None
    low: float | None
    high: float | None
    scale: float | None


def fit(found: Series, estimator: Estimator, rng: np.random.Generator) -> Fit:
    """The line through a series that is not refused, with the interval of its slope."""
    x, y = np.log(found.sizes), np.log(found.values)
    slope, level = line(x, y[np.newaxis], estimator)
    low, high = np.quantile(_redrawn(x, y, estimator, rng)[0], _TAILS)
    return Fit(float(slope[0]), float(low), float(high), float(np.exp(level[0])))


def _redrawn(x: Floats, y: Floats, estimator: Estimator, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Slopes and levels of lines through `_DRAWS` histories that could have been: the fitted line plus blocks of its own residuals.

    The moving-block bootstrap (Kuensch, Annals of Statistics 17, 1989) in its circular form: neighbouring snapshots resemble each other,
    and blocks of about the cube root of their number keep that. Few points fit their line too well, so residuals are divided by the root
    of 1 - leverage, and deviations stretched as Student's distribution is wider than the normal one. Of made-up histories of 12 points
    the interval then holds 86 % of the true exponents; 76 % where half of each deviation is handed on to the next snapshot
    (``python -m benchmarks.intervals``).
    """
    count = len(x)
    slope, level = line(x, y[np.newaxis], estimator)
    fitted = level[0] + slope[0] * x
    off = x - x.mean()
    residuals = (y - fitted) / np.sqrt(1 - 1 / count - off**2 / (off @ off))
    length = max(2, int(np.ceil(count ** (1 / 3))))
    starts = rng.integers(0, count, size=(_DRAWS, -(-count // length)))
    picked = (starts[:, :, np.newaxis] + np.arange(length)).reshape(_DRAWS, -1)[:, :count] % count
    drawn = stretch(count - 2) * (residuals - residuals.mean())[picked]
    return line(x, fitted + drawn, estimator)


def stretch(degrees: int) -> float:
    """Student's quantile beside the normal one (Abramowitz and Stegun 26.7.5)."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    return 1 + (z**2 + 1) / (4 * degrees) + (5 * z**4 + 16 * z**2 + 3) / (96 * degrees**2)
