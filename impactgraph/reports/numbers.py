"""Numbers as people read them."""

from __future__ import annotations

from math import floor, log10

_DIGITS = 3


def short(number: float | None) -> str:
    """Three digits that count, thousands set apart: 0.42, 15.3, 1,830, 2,400,000."""
    if number is None:
        return "-"
    if number == 0:
        return "0"
    places = _DIGITS - 1 - floor(log10(abs(number)))
    rounded = round(number, places)
    return f"{rounded:,.{max(places, 0)}f}" if abs(rounded) < 10 ** (_DIGITS - 1) else f"{rounded:,.0f}"


def times(number: float | None) -> str:
    """A factor: x1.5, x15."""
    if number is None:
        return "-"
    return f"x{number:.1f}" if abs(number) < 10 else f"x{short(number)}"  # noqa: PLR2004 - two digits are enough for what is a guess
