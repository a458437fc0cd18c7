"""How often do the intervals of exponents hold the true one? ``python -m benchmarks.intervals``.

Histories are made up by a power law with noise of a fifth (standard deviation, logarithms) that hands on a part of itself to the next
snapshot: 0, as independent as can be, and a half. The intervals claim 95 %.
"""

from __future__ import annotations

import numpy as np

from impactgraph.trends.bills import Series
from impactgraph.trends.laws import fit
from impactgraph.trends.lines import ESTIMATORS

EXPONENT, NOISE, HISTORIES = 1.2, 0.2, 400


def made_up(points: int, handed_on: float, rng: np.random.Generator) -> Series:
    """A history over growth of about 20 times."""
    sizes = np.linspace(0, 3, points) + rng.normal(0, 0.05, points)
    noise = rng.normal(0, 1, points)
    for number in range(1, points):
        noise[number] = handed_on * noise[number - 1] + np.sqrt(1 - handed_on**2) * noise[number]
    return Series(np.exp(sizes), np.exp(EXPONENT * sizes + NOISE * noise))


def covered(points: int, handed_on: float, rng: np.random.Generator) -> list[float]:
    """Per estimator the share of intervals that hold the exponent."""
    held = np.zeros(len(ESTIMATORS))
    for _ in range(HISTORIES):
        history = made_up(points, handed_on, rng)
        for number, estimator in enumerate(ESTIMATORS):
            found = fit(history, estimator, rng)
            held[number] += (found.low or 0) <= EXPONENT <= (found.high or 0)
    return (held / HISTORIES).tolist()


if __name__ == "__main__":
    print(f"| snapshots | noise handed on | {' | '.join(ESTIMATORS)} |\n|---|---|---|---|")
    generator = np.random.default_rng(0)
    for handed in (0.0, 0.5):
        for size in (8, 12, 20):
            print(f"| {size} | {handed:g} | {' | '.join(f'{share:.0%}' for share in covered(size, handed, generator))} |")
