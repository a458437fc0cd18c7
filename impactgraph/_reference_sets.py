"""The twin of `_sets`, in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LIMIT = 1 << 32
_MOST = 28  # bits that a number of more than five bytes is shifted by


def encode_set(numbers: Iterable[int]) -> bytes:
    """The bytes of a set of ints from 0 to 2**32 - 1. Raises ValueError for others."""
    found = bytearray()
    last = 0
    for number in sorted(numbers):
        if not 0 <= number < _LIMIT:
            raise ValueError("not a number of 32 bits")
        step, last = number - last, number
        while step >= 128:  # noqa: PLR2004 - what seven bits can't hold
            found.append(step & 127 | 128)
            step >>= 7
        found.append(step)
    return bytes(found)


def decode_set(data: bytes) -> list[int]:
    """The numbers, sorted."""
    found = []
    last = step = shift = 0
    for byte in data:
        step |= (byte & 127) << shift
        if byte & 128:
            shift = min(shift + 7, _MOST)
        else:
            last = (last + step) % _LIMIT
            found.append(last)
            step = shift = 0
    return found


def touching(sets: Sequence[bytes], wanted: bytes | bytearray) -> list[int]:
    """Positions of those of `sets` that hold a number n for which ``wanted[n]`` is not 0."""
    numbers = {number for number, is_wanted in enumerate(wanted) if is_wanted}
    return [position for position, data in enumerate(sets) if not numbers.isdisjoint(decode_set(data))]
