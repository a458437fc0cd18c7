"""How many tests a change will reach when there is more code: a share that drifts to a plateau, of tests that grow by a power of the code.

The model (fitted by ``python -m benchmarks.fit_forecast``, judged by ``python -m benchmarks.backtest``)::

    tests(k)    = tests(1) * k ** test_exponent
    share(k)    = plateau + (share(1) - plateau) * k ** -reversion        on the scale of logits
    impacted(k) = share(k) * tests(k)
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from impactgraph.trends.snapshot import EdgeSet

    Floats = npt.NDArray[np.float64]

Basis = Literal["backtested", "extrapolated", "scenario"]
ForecastBill = Literal["per-change", "per-month", "per-month-more-changes"]

BILLS: tuple[ForecastBill, ...] = ("per-change", "per-month", "per-month-more-changes")
#: Histories that grew more were few; from the second on no history says anything, and only scenarios are left.
BACKTESTED, KNOWABLE = 8.0, 100.0
#: A share of none or all says no more than that there are few changes to see; its logit has to be finite.
_SHARES = (0.005, 0.995)


class Band(NamedTuple):
    """The middle 80 % of actual / predicted around growth by `multiply`."""

    multiply: float
    low: float
    high: float


class Constants(NamedTuple):
    """What is fitted to measured histories."""

    test_exponent: float
    plateau: float
    reversion: float
    bands: tuple[Band, ...]


class Today(NamedTuple):
    """Where a forecast starts: test functions, the mean share of them that a change reaches, changes per month, seconds per test."""

    tests: float
    share: float
    changes_per_month: float | None = None
    seconds_per_test: float | None = None


class Amount(NamedTuple):
    """A forecast with its 80 % band, and all tests as forecast: the ceiling. Where only the ceiling can be said the others are None.

    The band is not cut off at the ceiling: how many tests there will be is a forecast, too. Cut off, it held 66 to 73 % of what came.
    """

    value: float | None
    low: float | None
    high: float | None
    ceiling: float


class Forecast(NamedTuple):
    """One `bill` in test functions and, where the time of a test is known, in minutes, when the code is multiplied."""

    multiply: float
    bill: ForecastBill
    tests: Amount
    minutes: Amount | None
    basis: Basis


def constants(edges: EdgeSet) -> Constants:
    """Those fitted to shares by these edges."""
    fitted = orjson.loads(files("impactgraph.trends").joinpath("forecast.json").read_bytes())["constants"][edges]
    return Constants(fitted["test_exponent"], fitted["plateau"], fitted["reversion"], tuple(Band(**band) for band in fitted["bands"]))


def predicted(tests: Floats, share: Floats, multiply: Floats, known: Constants) -> Floats:
    """Impacted tests per change; arrays of one shape, or numbers."""
    plateau = _logit(np.asarray(known.plateau))
    reverted = plateau + (_logit(np.clip(share, *_SHARES)) - plateau) * multiply**-known.reversion
    impacted: Floats = tests * multiply**known.test_exponent / (1 + np.exp(-reverted))
    return impacted


def _logit(share: Floats) -> Floats:
    odds: Floats = np.log(share / (1 - share))
    return odds


def band(multiply: Floats, known: Constants) -> tuple[Floats, Floats]:
    """Factors to multiply a prediction by for the low and the high end; between the fitted ones evenly by logarithms, none at 1."""
    at = np.log([1.0, *(one.multiply for one in known.bands)])
    low, high = (np.log([1.0, *ends]) for ends in zip(*((one.low, one.high) for one in known.bands), strict=True))
    return np.exp(np.interp(np.log(multiply), at, low)), np.exp(np.interp(np.log(multiply), at, high))


def basis(multiply: float) -> Basis:
    """What stands behind a forecast of so much growth."""
    if multiply < BACKTESTED:
        return "backtested"
    return "extrapolated" if multiply < KNOWABLE else "scenario"


def forecast(today: Today, multiply: float, known: Constants) -> list[Forecast]:
    """The bills when there is `multiply` times the code (above 1): those per month only where the rate of changes is known."""
    per_change = _per_change(today, multiply, known)
    rate = today.changes_per_month
    times = {"per-change": 1.0, "per-month": rate, "per-month-more-changes": None if rate is None else rate * multiply}
    return [_billed(today, multiply, bill, per_change, factor) for bill in BILLS if (factor := times[bill]) is not None]


def _per_change(today: Today, multiply: float, known: Constants) -> Amount:
    ceiling = today.tests * multiply**known.test_exponent
    if basis(multiply) == "scenario":
        return Amount(None, None, None, ceiling)
    size = np.asarray(multiply, dtype=float)
    value = float(predicted(np.asarray(today.tests, dtype=float), np.asarray(today.share, dtype=float), size, known))
    low, high = (value * float(end) for end in band(size, known))
    return Amount(value, low, high, ceiling)


def _billed(today: Today, multiply: float, bill: ForecastBill, per_change: Amount, times: float) -> Forecast:
    seconds = today.seconds_per_test
    minutes = None if seconds is None else _scaled(per_change, times * seconds / 60)
    return Forecast(multiply, bill, _scaled(per_change, times), minutes, basis(multiply))


def _scaled(amount: Amount, factor: float) -> Amount:
    value, low, high = (None if part is None else part * factor for part in amount[:3])
    return Amount(value, low, high, amount.ceiling * factor)


def told(forecasts: Sequence[Forecast], scenarios: Mapping[float, Mapping[str, float | None]], today: Today) -> list[dict[str, Any]]:
    """The entries of `forecast` in the schema; `scenarios` give, by multiple, what the bill per change is multiplied by (None: unknown)."""
    return [_told(one, scenarios.get(one.multiply, {}), today) for one in forecasts]


def _told(one: Forecast, factors: Mapping[str, float | None], today: Today) -> dict[str, Any]:
    changes = {
        "per-change": 1.0,
        "per-month": today.changes_per_month,
        "per-month-more-changes": (today.changes_per_month or 0) * one.multiply,
    }
    now = today.tests * today.share * (changes[one.bill] or 0.0)
    lines = {name: None if (factor := factors.get(name)) is None else factor * now for name in ("independent", "entangled")}
    minutes = None if one.minutes is None else one.minutes._asdict()
    return {"multiply": one.multiply, "bill": one.bill, **one.tests._asdict(), "minutes": minutes, "basis": one.basis, "scenarios": lines}
