"""Fit the constants of the forecast: ``python -m benchmarks.fit_forecast`` writes impactgraph/trends/forecast.json.

The exponent of the tests is the slope of test functions against lines within repositories (logarithms, each repository about its own
mean). The plateau is the median of the repositories' last shares. The speed of the drift towards it minimises the mean absolute
logarithm of actual / predicted over all pairs of an earlier and a later snapshot, each range of growth and each repository in it counting
alike. The band is the 10th and the 90th percentile of actual / predicted in each range of growth, each repository counting alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from benchmarks.histories import BINS, DATA, PREFIX, histories, pairs
from impactgraph.trends.forecast import Band, Constants, predicted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.histories import Floats, History, Pairs

TARGET = Path(__file__).resolve().parents[1] / "impactgraph" / "trends" / "forecast.json"
_SPEEDS = np.geomspace(0.05, 2.0, 60)
_BAND = (0.1, 0.9)
_DIGITS = 4


def fit(known: Mapping[str, History]) -> Constants:
    """The constants that these histories give."""
    exponent = _test_exponent(known)
    plateau = float(np.median([history.share[-1] for history in known.values()]))
    grown = [pairs(history) for history in known.values()]
    made = [Constants(exponent, plateau, float(speed), ()) for speed in _SPEEDS]
    best = min(made, key=lambda constants: _loss(grown, constants))
    return best._replace(bands=tuple(_band(grown, best, low, high) for low, high in BINS))


def _test_exponent(known: Mapping[str, History]) -> float:
    x, y = (
        np.concatenate([np.log(part) - np.log(part).mean() for part in parts])
        for parts in zip(*((history.lines, history.tests) for history in known.values()), strict=True)
    )
    return float(x @ y / (x @ x))


def errors(grown: Pairs, constants: Constants) -> Floats:
    """Logarithms of actual / predicted."""
    return np.log(grown.after / predicted(grown.tests, grown.share, grown.multiply, constants))


def _loss(grown: list[Pairs], constants: Constants) -> float:
    by_bin = [[mine for one in grown if len((mine := one.between(low, high)).after)] for low, high in BINS]
    return float(np.mean([np.mean([np.abs(errors(mine, constants)).mean() for mine in inside]) for inside in by_bin if inside]))


def _band(grown: list[Pairs], constants: Constants, low: float, high: float) -> Band:
    inside = [mine for one in grown if len((mine := one.between(low, high)).after)]
    weights = np.concatenate([np.full(len(mine.after), 1 / len(mine.after)) for mine in inside])
    found = np.concatenate([errors(mine, constants) for mine in inside])
    ends = np.exp(np.quantile(found, _BAND, weights=weights, method="inverted_cdf"))
    centre = np.exp(np.mean([np.log(mine.multiply).mean() for mine in inside]))
    return Band(float(centre), *(float(end) for end in ends))


def document() -> dict[str, Any]:
    """What is written: constants by edge set, rounded, and where they come from."""
    made = {}
    for edges in PREFIX:
        found = fit(histories(edges))
        rounded = {name: round(value, _DIGITS) for name, value in found._asdict().items() if name != "bands"}
        bands = [{name: round(value, _DIGITS) for name, value in band._asdict().items()} for band in found.bands]
        made[edges] = {**rounded, "bands": bands}
    return {"generated_by": "python -m benchmarks.fit_forecast", "from": f"fixtures/{DATA.name}", "constants": made}


def written() -> bytes:
    """The bytes of the file."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    TARGET.write_bytes(written())
    print(TARGET.read_text(encoding="utf-8"), end="")
