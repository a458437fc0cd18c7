"""Costs in words."""

from __future__ import annotations

_NOUNS = {"seconds": "second", "test-functions": "test function", "test-files": "test file"}
_SECONDS = 120  # from here on, minutes are said


def amount(number: float | None, unit: str) -> str:
    """A cost as people say it: minutes where seconds get many."""
    if number is None:
        return "-"
    if unit != "seconds":
        return f"{grouped(number)} {_NOUNS[unit]}{'' if number == 1 else 's'}"
    return f"{number:.1f} seconds" if abs(number) < _SECONDS else f"{grouped(number / 60)} minutes"


def part(number: float, of: float, unit: str) -> str:
    """One cost of another, the unit once where it is the same."""
    said, whole = amount(number, unit), amount(of, unit)
    if unit != "seconds":
        return f"{grouped(number)} of {whole}"
    word = whole.rpartition(" ")[2]
    return f"{said.removesuffix(f' {word}')} of {whole}"


def grouped(number: float) -> str:
    """A number with thousands apart; with a decimal where it is small and not whole."""
    return f"{number:,.0f}".replace(",", " ") if abs(number) >= 10 or number == int(number) else f"{number:.1f}"  # noqa: PLR2004 - digits


def exact_percent(share: float | None) -> str:
    """A share of 1 with one decimal."""
    return "-" if share is None else f"{share * 100:.1f} %"


def signed_percent(share: float | None) -> str:
    """A change by a share of 1, with its sign; small ones with as many decimals as it takes to see them."""
    if share is None:
        return "-"
    number = share * 100
    return f"{number:+.1f} %" if abs(number) >= 0.1 or not number else f"{number:+.2g} %"  # noqa: PLR2004 - a decimal
