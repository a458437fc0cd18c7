"""Whether two sources are the same code, told from their tokens alone, for any version of Python.

The running interpreter's own grammar knows one version; this knows only what all of them share: comments, strings, brackets, lines.
Where versions might disagree on where a token ends, the larger piece is one token. So *equal* can be trusted, *different* can't.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.decoding import cookie, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"
# Characters of names; every version leaves it to Unicode which of the others are, so all of them are taken together.
_NAME = r"A-Za-z0-9_\x80-\U0010ffff"
_PLAIN_PREFIX = r"(?:[bBuU]?[rR]?|[rR][bB])"
_STRINGS = (
    r"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'(?!'')[^'\\\n]*(?:\\.[^'\\\n]*)*'"
    r'|"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"'
)
_BREAKS = frozenset({"newline", "comment", "end"})
_DEPTH = {"open": 1, "close": -1}


class _UnlexableError(Exception):
    """Versions of Python could disagree on the tokens, or none would accept them."""


class Text(NamedTuple):
    """A decoded source: lines end in a line feed; `declared` is what it says of its encoding (byte order mark, cookie)."""

    text: str
    declared: tuple[bool, str | None]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Compiled at first use: most runs compare few files or none.
    token = re.compile(
        r"(?P<skip>[ \t\f]*(?:\\\n[ \t\f]*)*)"
        r"(?:(?P<newline>\n)|(?P<comment>\#[^\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])"
        rf"|(?P<string>{_PLAIN_PREFIX}(?:{_STRINGS}))"
        r"|(?P<format>(?:[fFtT][rR]?|[rR][fFtT])(?:'''|\"\"\"|'|\"))"
        # A number keeps its dots and signed exponent (`1 .real` is not `1.real`); a word that touches a quote may be a prefix to come.
        rf"|(?P<other>\.?[0-9](?:[eE][+-]|[.{_NAME}])*(?![\"'])|[{_NAME}]+(?![{_NAME}\"'])|\.+(?![0-9])|[,;]"
        rf"|[^\s{_NAME}\"'#()\[\]{{}}.,;\\]+)|(?P<end>\Z))",
        re.DOTALL,
    )
    return token, re.compile(r"""\\[^{}]|\{\{|[{}'"\n]""", re.DOTALL)


def read_text(source: bytes) -> Text | None:
    """Return the text of `source`, or None where it can't be read as its declared encoding."""
    has_mark, declared = source.startswith(_BOM), cookie(source.removeprefix(_BOM))
    text, problem = decode(source)
    if problem or (has_mark and declared and declared.lower() not in {"utf-8", "utf8", "utf_8"}):
        return None
    return Text(text.replace("\r\n", "\n"), (has_mark, declared))


def same_tokens(old: Text, new: Text) -> bool:
    """Return whether both are surely the same code: they differ in comments, blank lines, spaces and line breaks that no version reads."""
    if not _comparable(old, new):
        return False
    try:
        return _same(old.text, new.text)
    except (_UnlexableError, RecursionError):
        return False


def _comparable(old: Text, new: Text) -> bool:
    if any(strange in side.text for side in (old, new) for strange in "\0\r"):
        return False  # where such a line ends is the version's business
    kinds = [side.text.isascii() for side in (old, new)]
    # Python 2 reads bytes: what an encoding line says matters there as soon as something is not ASCII.
    return all(kinds) or (old.declared == new.declared and kinds[0] == kinds[1])


def _same(old: str, new: str) -> bool:
    shared, rest = _common(old, new), _common(old[::-1], new[::-1])
    start = 0
    for end, _ in _logical_lines(old, 0):
        if end > shared:
            break
        start = end
    for (old_end, old_line), (new_end, new_line) in zip(_logical_lines(old, start), _logical_lines(new, start), strict=False):
        if old_line != new_line:
            return False
        if len(old) - old_end == len(new) - new_end <= rest:
            break  # a logical line ended in both, and what follows is the same text
    return True


def _common(old: str, new: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _logical_lines(text: str, start: int) -> Iterator[tuple[int, list[str]]]:
    """Logical lines from `start` on, which begins one: where each ends, and its indentation followed by its tokens.

    Blank lines and comments on their own are left out; an empty list stands for the end. Raises `_UnlexableError`.
    """
    position, line = start, list[str]()
    depth = 0
    for kind, skipped, begin, position in _tokens(text, start):
        if "\\" in skipped and (not line or kind in _BREAKS):
            raise _UnlexableError  # versions differ on a continuation that continues nothing
        if kind not in _BREAKS:
            depth += _DEPTH.get(kind, 0)
            line += [text[begin:position]] if line else [skipped, text[begin:position]]
        elif line and kind != "comment" and not depth:
            yield position, line
            line = []
        if depth < 0 or (depth and kind == "end"):
            raise _UnlexableError
    yield position, []


def _tokens(text: str, start: int) -> Iterator[tuple[str, str, int, int]]:
    """Kind, the blanks before it, begin and end of each token from `start` on."""
    match, position, kind = _patterns()[0].match, start, ""
    while kind != "end":
        found = match(text, position)
        if found is None:
            raise _UnlexableError
        kind, begin, position = found.lastgroup or "", found.end("skip"), found.end()
        if kind == "format":
            position = _end_of_format(text, begin, position)
        yield kind, found["skip"], begin, position


def _end_of_format(text: str, begin: int, opened: int) -> int:
    """Where a string with replacement fields ends that begins at `begin` and whose quote ends at `opened`.

    Read as since Python 3.12, where a field may hold the string's own quote. Before, such a string was an error, so what all versions
    accept ends at the same place.
    """
    quote = text[begin:opened].lstrip("fFtTrR")
    return _end_of_literal(text, opened, quote, in_field=False)


def _end_of_literal(text: str, position: int, quote: str, *, in_field: bool) -> int:
    search = _patterns()[1].search
    while found := search(text, position):
        begin, position, piece = found.start(), found.end(), found.group()
        if piece == "{":
            position = _end_of_field(text, position, quote)
        elif piece == "}" and in_field:
            return position
        elif text.startswith(quote, begin) and not in_field:
            return begin + len(quote)
        elif text.startswith(quote, begin) or (piece == "\n" and len(quote) == 1) or (piece == "{{" and in_field):
            break
    raise _UnlexableError


def _end_of_field(text: str, position: int, quote: str) -> int:
    depth = 0
    for kind, _, begin, end in _tokens(text, position):
        if kind == "other" and not depth and (colon := text.find(":", begin, end)) >= 0:
            return _end_of_literal(text, colon + 1, quote, in_field=True)
        depth += _DEPTH.get(kind, 0)
        if depth < 0:
            return end
    raise _UnlexableError
