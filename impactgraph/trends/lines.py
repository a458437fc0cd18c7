"""Straight lines through points, many at a time: the robust one, and the one of least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Estimator = Literal["theil-sen", "ols"]


def line(x: Floats, rows: Floats, estimator: Estimator) -> tuple[Floats, Floats]:
    """Slope and level (the value at x = 0) of a line through each row of y values: shapes (n,), (m, n) -> (m,), (m,)."""
    slopes = _SLOPES[estimator](x, rows)
    centre = np.median if estimator == "theil-sen" else np.mean
    return slopes, centre(rows - np.outer(slopes, x), axis=1)


def theil_sen(x: Floats, rows: Floats) -> Floats:
    """The median slope between any two points of different x (Sen, Journal of the American Statistical Association 63, 1968)."""
    first, second = np.triu_indices(len(x), 1)
    apart = x[first] != x[second]
    first, second = first[apart], second[apart]
    slopes: Floats = np.median((rows[:, second] - rows[:, first]) / (x[second] - x[first]), axis=1)
    return slopes


def least_squares(x: Floats, rows: Floats) -> Floats:
    """The slope of the line with the least sum of squared distances."""
    off = x - x.mean()
    slopes: Floats = rows @ off / (off @ off)
    return slopes


_SLOPES: dict[Estimator, Callable[[Floats, Floats], Floats]] = {"theil-sen": theil_sen, "ols": least_squares}
#: The headline first.
ESTIMATORS = tuple(_SLOPES)
