from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable, quantity, wants_colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(st.text(st.characters(exclude_categories=())))
def test_printable_text_has_nothing_a_terminal_acts_on(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    shown.encode()  # surrogates would raise


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tests/café test.py", "tests/café test.py"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("two\nlines\t", r"two\nlines\t"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202etxt.py", r"abc\u202etxt.py"),
        (os.fsdecode(b"caf\xe9"), r"caf\xe9"),
        ("\ud800", r"\ud800"),
    ],
)
def test_escapes_are_shown_as_python_would_write_them(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("environ", "colour"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm"}, True)],
)
def test_colour_follows_the_environment_on_a_terminal(environ: dict[str, str], colour: bool) -> None:  # a parameter of the test
    assert wants_colour(Terminal(), environ) is colour


def test_no_colour_where_there_is_no_terminal() -> None:
    assert not wants_colour(io.StringIO(), {})


@pytest.mark.parametrize("method", ["title", "faint", "good", "bad"])
def test_styles_change_the_looks_alone(method: str) -> None:
    assert getattr(PLAIN, method)("text") == "text"
    styled = getattr(Style(colour=True), method)("text")
    assert styled.startswith("\x1b[")
    assert styled.endswith("text\x1b[0m")


def test_columns_line_up_and_leave_no_trailing_space() -> None:
    assert columns([("a", 5, ""), ("bcd", 10, "x")], right=(1,)) == ["  a     5", "  bcd  10  x"]
    assert columns([]) == []


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "-"), (0.0, "0 %"), (0.0001, "< 1 %"), (0.01, "1 %"), (0.444, "44 %"), (0.996, "> 99 %"), (1.0, "100 %")],
)
def test_percent_never_rounds_to_nothing_or_everything(share: float | None, text: str) -> None:
    assert percent(share) == text


def test_quantity_counts_in_english() -> None:
    assert [quantity(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
