"""Which states of a history to measure: spaced evenly by the logarithm of how much code they hold."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A state with less than this part of today's code is a beginning that no law holds for.
_SMALLEST = 1 / 100


def evenly(length: int, count: int) -> list[int]:
    """At most `count` (two or more) of the numbers below `length`, the first and the last among them."""
    if length <= count:
        return list(range(length))
    return sorted({round(step * (length - 1) / (count - 1)) for step in range(count)})


def spaced(volumes: Sequence[int], count: int) -> list[int]:
    """Positions of at most `count` of the states, in order, the last among them; `volumes` in order of history.

    For each of evenly spaced logarithms the first state that held so much; where several fall on one state, the widest gaps get another.
    States without code are left out, but for the last.
    """
    last = len(volumes) - 1
    kept = [position for position, volume in enumerate(volumes) if volume >= max(volumes[last] * _SMALLEST, 1) or position == last]
    if count >= len(kept):
        return kept
    grown = list(accumulate((volumes[position] for position in kept), max))
    low, high = max(grown[0], 1), max(volumes[last], 1)
    targets = [low * (high / low) ** (step / max(count - 1, 1)) for step in range(count - 1)]
    chosen = {next((at for at, volume in enumerate(grown) if volume >= target), len(kept) - 1) for target in targets}
    return [kept[at] for at in _filled(chosen | {len(kept) - 1}, count)]


def _filled(chosen: set[int], count: int) -> list[int]:
    """`chosen` with the middle of the widest gap, until there are `count`."""
    found = {0, *chosen} if len(chosen) < count else set(chosen)
    while len(found) < count:
        order = sorted(found)
        width, start = max((after - before, -before) for before, after in pairwise(order))
        found.add(-start + width // 2)
    return sorted(found)
