"""What may reach a terminal: escaped names, colour where it is welcome, columns that line up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO


def escape(char: str) -> str:
    r"""One character as ASCII: an undecodable byte as ``\xNN``, everything else as in a Python string literal."""
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def printable(text: str) -> str:
    """`text` without anything that a terminal would act on: control and format characters, line ends, undecodable bytes are escaped."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else escape(char) for char in text)


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether `stream` is a terminal whose user has not asked for plain text (https://no-color.org: any value but the empty one)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


class Style:
    """Colours by meaning; without `colour` every method returns its text as it is."""

    __slots__ = ("colour",)

    def __init__(self, *, colour: bool = False) -> None:
        self.colour = colour

    def _styled(self, text: str, **how: str | bool) -> str:
        if not self.colour:
            return text
        import click  # the plugin prints without colours and without click

        return click.style(
            text, fg=str(how["fg"]) if "fg" in how else None, bold=bool(how.get("bold")) or None, dim=bool(how.get("dim")) or None
        )

    def title(self, text: str) -> str:
        """A heading or the number that matters."""
        return self._styled(text, bold=True)

    def faint(self, text: str) -> str:
        """Something to look at second."""
        return self._styled(text, dim=True)

    def good(self, text: str) -> str:
        """Work that is saved."""
        return self._styled(text, fg="green")

    def bad(self, text: str) -> str:
        """Something to act on."""
        return self._styled(text, fg="yellow")


PLAIN = Style()


def columns(rows: Iterable[Sequence[object]], *, right: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """`rows` of equal length as aligned lines; columns numbered in `right` are set to the right. Cells are made printable."""
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        (indent + "  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))).rstrip()
        for row in cells
    ]


def percent(share: float | None) -> str:
    """A share of 1 as text, never rounded to 0 % or 100 % where it is neither."""
    if share is None:
        return "-"
    if 0 < share < 0.01:  # noqa: PLR2004  # a percent
        return "< 1 %"
    if 0.99 < share < 1:  # noqa: PLR2004  # 99 percent
        return "> 99 %"
    return f"{share * 100:.0f} %"


def quantity(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
