"""Files that import by name and need no syntax tree: every such call is given one literal, and no text can be the start of a name.

Generated code of half a megabyte that begins with ``x = import_module("x")`` is what this is for: its tree takes seconds. What is found
is what `names.import_calls` and `names.name_prefixes` find in the tree; where characters alone don't say it, the answer is None.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from impactgraph.analysis.implicit.names import name_target
from impactgraph.analysis.implicit.syntax import IMPORTERS, LARGEST_PARSED

if TYPE_CHECKING:
    from impactgraph.analysis.implicit.names import Line

# What is no code: comments and literals. The last group is a quote without a partner. Possessive, and at most one try for each quote:
# what is read may be megabytes of anything.
_PIECES = re.compile(
    rb"""
    \#[^\r\n]*+
    | '''((?:[^'\\]++ | \\. | '(?!''))*+)'''
    | \"""((?:[^"\\]++ | \\. | "(?!""))*+)\"""
    | '(?!'')((?:[^'\\\r\n]++ | \\.)*+)'
    | "(?!"")((?:[^"\\\r\n]++ | \\.)*+)"
    | (['"])
    """,
    re.VERBOSE | re.DOTALL,
)
_LONE_QUOTE = 5
# The start of a literal that can be, or become, a name up to a dot: `name_prefixes` looks for no other. An escape may hide a dot.
_START = re.compile(rb"[\w:\x80-\xff]*+(?:\.|\\[^nrtabfv\\'\"])")
_GOES_ON = re.compile(rb"[\w\x80-\xff]")
_GIVEN_LITERAL = re.compile(rb"""[ \t]*+\(\s*+(?:'([\w:-][\w.:-]*+)'|"([\w:-][\w.:-]*+)")\s*+[,)]""")
_NO_CALL = re.compile(rb"[ \t]*+[.,=:\]}]")
_IMPORT = re.compile(rb"[ \t]*+(?:from[ \t]++[\w.]++[ \t]++)?import[ \t][\w., \t]*+")
_IMPORT_END = re.compile(rb"(?:[ \t]++as[ \t]++\w++)?[ \t]*+(?:[,;#\r\n]|$)")
_DEFINITION = re.compile(rb"[ \t]*+(?:async[ \t]++)?def[ \t]++")
_CHAIN = re.compile(rb"(?:[\w\x80-\xff]+\.)*\Z")
_LONGEST_CHAIN = 200
_MAIN = re.compile(rb"\bif __name__ == ")
# Names that are worth a package's own, and those that are worth a dot.
_OWN = (b"__package__", b"__spec__", b"pardir", b"curdir")


def plain_references(source: bytes, triggers: frozenset[str]) -> list[Line] | None:
    """What calls of `IMPORTERS` import; None where only the tree, or more than such calls, can tell."""
    if not triggers <= IMPORTERS or len(source) > LARGEST_PARSED or b"\0" in source or any(name in source for name in _OWN):
        return None
    if source.count(b"__name__") != len(_MAIN.findall(source)) or source.count(b"\r") != source.count(b"\r\n"):
        return None
    pieces = _pieces(source)
    return None if pieces is None else _calls(source, pieces, triggers | {"resolve_name"})


def _pieces(source: bytes) -> list[tuple[int, int]] | None:
    """Where comments and literals start and end; None where a literal has fields, may start a name, or does not end."""
    found = []
    for match in _PIECES.finditer(source):
        start, group = match.start(), match.lastindex
        if group is not None:
            content = match[group]
            if group == _LONE_QUOTE or _has_fields(source, start):
                return None
            if (b"." in content or b"\\" in content) and _START.match(content):
                return None
        found.append((start, match.end()))
    return found


def _has_fields(source: bytes, start: int) -> bool:
    """Whether the literal at `start` may be one with fields; a keyword before it is taken for a prefix, too."""
    before = source[max(start - 2, 0) : start]
    return before[-1:].isalpha() and not set(b"fFtT").isdisjoint(before)


def _calls(source: bytes, pieces: list[tuple[int, int]], names: Iterable[str]) -> list[Line] | None:
    """The literals that importers are given; None where a mention of one is, or may be, another call."""
    found: list[Line] = []
    line, counted = 1, 0  # lines are counted once, however many calls there are
    for start, end in _mentions(source, names):
        piece = bisect_right(pieces, (start, len(source))) - 1
        if piece >= 0 and start < pieces[piece][1]:
            continue
        given, begin = _GIVEN_LITERAL.match(source, end), _begin(source, start)
        if given and begin is not None:
            line, counted = line + source.count(b"\n", counted, begin), begin
            target = name_target((given[1] or given[2]).decode())
            found += [(("dynamic-import", target), line)] if target else []
        elif not _NO_CALL.match(source, end) and not _is_stated(source, start, end):
            return None
    return found


def _mentions(source: bytes, names: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words `names` start and end, in order; one search a name, as a search for all of them at once looks at every byte."""
    found = []
    for name in names:
        word = name.encode()
        start = source.find(word)
        while start >= 0:
            end = start + len(word)
            if not _GOES_ON.match(source, end) and not (start and _GOES_ON.match(source, start - 1)):
                found.append((start, end))
            start = source.find(word, end)
    return sorted(found)


def _begin(source: bytes, start: int) -> int | None:
    """Where the dotted name begins whose last part is at `start`; None where something else than a name is before its dots."""
    before = source[max(start - _LONGEST_CHAIN, 0) : start]
    chain = _CHAIN.search(before)
    length = len(chain[0]) if chain else 0
    rest = before[: len(before) - length].rstrip()
    is_cut = not rest and start > _LONGEST_CHAIN
    return None if is_cut or rest.endswith((b".", b"\\")) else start - length


def _is_stated(source: bytes, start: int, end: int) -> bool:
    """Whether the name between `start` and `end` is what an import statement or a definition is about."""
    before = source[source.rfind(b"\n", 0, start) + 1 : start]
    return bool(_DEFINITION.fullmatch(before) or (_IMPORT.fullmatch(before) and _IMPORT_END.match(source, end)))
