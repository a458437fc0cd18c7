"""All that is said of what is to come: forecasts with their scenarios, the line to draw them by, and the model behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from impactgraph.trends import forecast as model
from impactgraph.trends.scenarios import CROSS_SHARE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FAN = 31  # points of the line


def outlook(today: model.Today, multiples: Sequence[float], factors: Mapping[float, Mapping[str, float | None]]) -> dict[str, Any]:
    """`forecast` for `multiples` with their scenarios, `fan`: the bill per change for all growth in between, and the `model`."""
    known = model.constants("safe")
    found = [one for multiply in multiples for one in model.forecast(today, multiply, known)]
    fan = [model.forecast(today, float(multiply), known)[0] for multiply in np.geomspace(1.0, max(10.0, *multiples), _FAN)]
    return {
        "forecast": model.told(found, factors, today),
        "fan": [{"multiply": one.multiply, **one.tests._asdict(), "basis": one.basis} for one in fan],
        "model": {
            "test_exponent": known.test_exponent,
            "plateau": known.plateau,
            "reversion": known.reversion,
            "cross_share": CROSS_SHARE,
            "backtested_below": model.BACKTESTED,
            "scenario_from": model.KNOWABLE,
        },
    }
