"""By which power of the code tests per change, per month and in total grow over several repositories: inside of them, and between them.

The two are different questions. *Inside*: what happened as the same repository grew. *Between*: whether larger repositories have larger
bills; their newest states alone are compared. A line through all snapshots of all repositories would mix both and is not offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from impactgraph.trends.bills import BILLS, MIN_POINTS, Measure, series
from impactgraph.trends.laws import LEVEL, MIN_RANGE, refusal, stretch
from impactgraph.trends.lines import theil_sen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from impactgraph.trends.bills import Bill, Series, Size, Unit
    from impactgraph.trends.snapshot import EdgeSet, Snapshot

    Floats = npt.NDArray[np.float64]

Kind = Literal["middle", "inside", "between"]
#: Of fewer repositories an interval would be made of the same ones again and again.
MIN_REPOSITORIES = 5
_DRAWS = 2000


class Pooled(NamedTuple):
    """An exponent over `repositories` of them, with an interval that redraws repositories; where it is `refused` the figures are None.

    `kind`: ``middle`` is the median of the exponents that each repository has by itself (Theil-Sen), ``inside`` the slope that all share
    when each has a level of its own, ``between`` the slope through the newest states.
    """

    kind: Kind
    bill: Bill
    of: Unit
    against: Size
    exponent: float | None
    low: float | None
    high: float | None
    level: float
    repositories: int
    refused: str | None


def pooled(histories: Sequence[Sequence[Snapshot]], rng: np.random.Generator, edges: EdgeSet = "safe") -> list[Pooled]:
    """All kinds for each bill in test functions against lines."""
    made: list[Pooled] = []
    for bill in BILLS:
        measure = Measure(bill, "test-functions", "lines")
        found = [series(history, measure, edges) for history in histories]
        whole = [one for one in found if refusal(one, measure.against) is None]
        newest = [one for one in found if len(one.sizes)]
        made += [
            _law("middle", measure, _too_few(whole), np.array([_slope(one) for one in whole]), _median, rng),
            _law("inside", measure, _too_few(whole), np.array([_moments(one) for one in whole]), _shared, rng),
            _law("between", measure, _too_alike(newest), np.array([_last(one) for one in newest]), _through, rng),
        ]
    return made


def warning(laws: Sequence[Pooled]) -> str:
    """What may not be read into laws over repositories, with the figures where there are any."""
    per_change = {law.kind: law for law in laws if law.bill == "per-change"}
    inside, between = per_change["inside"], per_change["between"]
    said = "Between repositories is not inside of one: a larger project is not what a smaller one becomes"
    if inside.exponent is None or between.exponent is None:
        return f"{said}. Don't fit one line through snapshots of several."
    figures = (
        f"tests per change grew with the lines to the power of {inside.exponent:.2f} inside, {between.exponent:.2f} between the newest"
    )
    return f"{said} ({figures}). Don't fit one line through snapshots of several, and don't forecast by the second."


def _too_few(whole: Sequence[Series]) -> str | None:
    if len(whole) >= MIN_REPOSITORIES:
        return None
    return f"{len(whole)} of at least {MIN_REPOSITORIES} repositories have an exponent of their own"


def _too_alike(newest: Sequence[Series]) -> str | None:
    if len(newest) < MIN_POINTS:
        return f"{len(newest)} of at least {MIN_POINTS} repositories have this bill"
    sizes = [one.sizes[-1] for one in newest]
    grown = max(sizes) / min(sizes)
    return None if grown >= MIN_RANGE else f"the repositories differ in lines by no more than x{grown:.2f}, and x{MIN_RANGE:g} is needed"


def _slope(one: Series) -> float:
    return float(theil_sen(np.log(one.sizes), np.log(one.values)[np.newaxis])[0])


def _moments(one: Series) -> tuple[float, float]:
    """Sums of squares and of products around the repository's own mean."""
    x, y = (np.log(part) - np.log(part).mean() for part in (one.sizes, one.values))
    return float(x @ y), float(x @ x)


def _last(one: Series) -> tuple[float, float]:
    return float(np.log(one.sizes[-1])), float(np.log(one.values[-1]))


def _median(rows: Floats) -> Floats:
    middle: Floats = np.median(rows, axis=1)
    return middle


def _shared(rows: Floats) -> Floats:
    """Least squares with a level for each repository: the sums of products over the sums of squares."""
    products, squares = (rows[:, :, part].sum(axis=1) for part in (0, 1))
    slopes: Floats = products / squares
    return slopes


def _through(rows: Floats) -> Floats:
    x, y = (rows[:, :, part] - rows[:, :, part].mean(axis=1, keepdims=True) for part in (0, 1))
    squares = (x * x).sum(axis=1)
    slopes: Floats = (x * y).sum(axis=1) / np.where(squares > 0, squares, np.nan)  # one repository drawn over and over has no slope
    return slopes


def _law(  # noqa: PLR0913, PLR0917 - what a law is of, and how it is found
    kind: Kind, measure: Measure, refused: str | None, rows: Floats, estimate: Callable[[Floats], Floats], rng: np.random.Generator
) -> Pooled:
    """The estimate from `rows`, one for each repository, with an interval from repositories drawn anew, which is what differs next time.

    The cluster bootstrap (Cameron, Gelbach and Miller, Review of Economics and Statistics 90, 2008), with deviations stretched as for the
    exponents of one repository: few repositories vary less than all that there could be.
    """
    count = len(rows)
    if refused:
        return Pooled(kind, *measure, None, None, None, LEVEL, count, refused)
    exponent = float(estimate(rows[np.newaxis])[0])
    drawn = estimate(rows[rng.integers(0, count, size=(_DRAWS, count))])
    ends = np.nanquantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2)) - exponent
    low, high = exponent + ends * stretch(count - 1) * np.sqrt(count / (count - 1))
    return Pooled(kind, *measure, exponent, float(low), float(high), LEVEL, count, None)
