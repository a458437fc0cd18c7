# cython: annotation_typing=False, language_level=3
# ruff: noqa: C901, FBT001, FBT003, PLR0912, SIM110 - one byte a turn: generators, keywords and more calls don't compile to plain C
"""One pass over the bytes of a Python file: its string literals worth a look, and the telling names in its code.

This file is both the reference and, compiled by Cython with the types of `_scan.pxd`, the fast form: one source, so the two can't
drift apart. It knows just enough of Python's grammar to tell code, comments, docstrings and other strings from each other, in every
version of the language, and it never fails: where quotes don't match, it reads on as code, which finds more literals, not fewer.
"""

from __future__ import annotations

from impactgraph._triggers import TRIGGERS, name_hints

# What a literal is good for.
DOTTED = 0  # a name or a path: no whitespace, no quotes, has a dot or a slash
TEXT = 1  # has whitespace and may hold a command line or code
DOCTEST = 2  # a docstring with prompts
TEMPLATE = 3  # an f-string with fields
NAMED = 4  # the literal after "-m", "-p", "..._SETTINGS_MODULE" or `importorskip`: a module whatever it looks like

LONGEST_NAME = 400  # bytes; a longer literal is no name and no path
LONGEST_SUFFIX = 6  # bytes after the dot, for file names with spaces
NESTING = 8  # f-strings within f-strings that are looked into
FAILURES = 8  # f-strings whose fields don't close, after which a file's f-strings are read as plain strings

OTHER, WORD, DIGIT, NEWLINE, SPACE, QUOTE, OPENING, CLOSING, COMMENT, BACKSLASH, SEMICOLON = range(11)
# Bits of what a literal's content is made of.
HAS_DOT, HAS_SLASH, HAS_SPACE, HAS_MINUS, HAS_BRACE, HAS_ODD = 1, 2, 4, 8, 16, 32


def _table(*groups: tuple[bytes, int]) -> bytes:
    """A number for each byte; 0 for those in no group."""
    table = bytearray(256)
    for characters, number in groups:
        for byte in characters:
            table[byte] = number
    return bytes(table)


def _code_classes() -> bytes:
    letters = bytes(byte for byte in range(256) if byte >= 0x80 or chr(byte).isalpha() or byte == ord("_"))
    return _table(
        (letters, WORD),
        (b"0123456789", DIGIT),
        (b"\r\n", NEWLINE),
        (b" \t\f", SPACE),
        (b"\"'", QUOTE),
        (b"([{", OPENING),
        (b")]}", CLOSING),
        (b"#", COMMENT),
        (b"\\", BACKSLASH),
        (b";", SEMICOLON),
    )


def _content_bits() -> bytes:
    odd = bytes(range(0x20)) + b"\\\"'<>|`^$;\x7f"
    return _table((odd, HAS_ODD), (b".", HAS_DOT), (b"/", HAS_SLASH), (b" \t\f\r\n", HAS_SPACE), (b"-", HAS_MINUS), (b"{", HAS_BRACE))


_KINDS = _code_classes()
_BITS = _content_bits()
_INSIDE = bytes(kind in (WORD, DIGIT) for kind in _KINDS)  # whether a byte goes on a word
_HINTS = name_hints()


class Scanner:
    """Reads one file; `literals` maps (kind, content) to the first line it is seen on, `triggers` holds the telling names."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.data = source
        self.kinds = _KINDS
        self.inside = _INSIDE
        self.bits = _BITS
        self.hints = _HINTS
        self.literals: dict[tuple[int, bytes], int] = {}
        self.triggers: set[bytes] = set()
        self.line = 1
        self.balance = 0
        self.named = False
        self.failures = 0
        # The literal before: its content, where it ended (0 for one that is no part of a name), and the pieces that ended with it.
        self.piece_start = self.piece_end = self.ended = 0
        self.joined = b""
        # Where a quote is known to have no partner up to here, it is not looked for again (else hostile input costs n * n).
        self.dead_single = 0
        self.dead_double = 0
        self.dead_triple_single = 0
        self.dead_triple_double = 0

    def region(self, start: int, end: int, nesting: int) -> None:
        """Read `start` to `end` as code; within an f-string (`nesting` above 0) nothing is a docstring."""
        kinds = self.kinds
        data = self.data
        fresh = nesting == 0
        i = start
        while i < end:
            kind = kinds[data[i]]
            if kind == OTHER:
                fresh = False
                i += 1
            elif kind == SPACE:
                i += 1
            elif kind in (WORD, DIGIT):
                j = self.word(i, end)
                if j < end and kinds[data[j]] == QUOTE and self.prefix(i, j):
                    i = self.string(j, end, self.formatted(i, j), fresh, nesting)
                else:
                    self.name(i, j)
                    i = j
                fresh = False
            elif kind == NEWLINE:
                fresh = nesting == 0
                if data[i] == 10 or i + 1 == end or data[i + 1] != 10:
                    self.line += 1
                i += 1
            elif kind == QUOTE:
                i = self.string(i, end, False, fresh, nesting)
                fresh = False
            elif kind == COMMENT:
                i = self.line_end(i, end)
            elif kind == BACKSLASH:
                i = self.continuation(i, end)
            elif kind == SEMICOLON:
                fresh = nesting == 0
                i += 1
            else:
                fresh = False
                if nesting == 0:
                    self.balance += 1 if kind == OPENING else -1
                i += 1

    def word(self, start: int, end: int) -> int:
        inside = self.inside
        data = self.data
        i = start + 1
        while i < end and inside[data[i]]:
            i += 1
        return i

    def prefix(self, start: int, end: int) -> bool:
        """Whether this word is a string prefix such as rb or F."""
        if end - start > 2:
            return False
        for i in range(start, end):
            if self.data[i] not in b"rRbBuUfFtT":
                return False
        return True

    def formatted(self, start: int, end: int) -> bool:
        return self.data[start] in b"fFtT" or self.data[end - 1] in b"fFtT"

    def name(self, start: int, end: int) -> None:
        data = self.data
        length = end - start
        if length > 3 and self.hints[(data[start] * 61 + data[start + 1] * 7 + data[end - 1] * 337 + length) & 4095]:
            text = self.source[start:end]
            if text == b"importorskip":
                self.named = True
            elif text in TRIGGERS and (text != b"path" or self.source[max(start - 4, 0) : start] == b"sys."):
                self.triggers.add(text)

    def line_end(self, start: int, end: int) -> int:
        data = self.data
        i = start
        while i < end and data[i] not in (10, 13):
            i += 1
        return i

    def continuation(self, start: int, end: int) -> int:
        """A backslash in code: with a newline after it, the statement goes on."""
        data = self.data
        i = start + 1
        if i < end and data[i] in (10, 13):
            self.line += 1
            if data[i] == 13 and i + 1 < end and data[i + 1] == 10:
                i += 1
            i += 1
        return i

    def string(self, start: int, end: int, formatted: bool, fresh: bool, nesting: int) -> int:
        """Read the literal whose quote is at `start`; returns where the code goes on."""
        data = self.data
        quote = data[start]
        triple = start + 2 < end and data[start + 1] == quote and data[start + 2] == quote
        begin = start + 3 if triple else start + 1
        close = -1
        if begin > self.dead(quote, triple):
            if formatted and self.failures < FAILURES:
                close = self.format_closing(begin, end, quote, triple, nesting)
            if close < 0:
                close = self.closing(begin, end, quote, triple)
        if close < 0:
            return begin
        line = self.line
        after = close + 3 if triple else close + 1
        statement = fresh and self.balance == 0 and self.ends_statement(after, end)
        # Docstrings are the longest literals, and what a plain one is made of matters least.
        content = HAS_SPACE if statement and not formatted else self.measure(begin, close)
        if formatted and content & HAS_BRACE and nesting < NESTING:
            self.region(begin, close, nesting + 1)
        if statement:
            self.keep_docstring(begin, close, line)
        else:
            self.keep(begin, close, content, line, formatted)
            if content & (HAS_SPACE | HAS_ODD):
                self.ended = 0
            else:
                self.join(start, begin, close, after)
        self.line = line + self.lines_between(begin, close) if content & HAS_SPACE else line
        return after

    def dead(self, quote: int, triple: bool) -> int:
        if triple:
            return self.dead_triple_single if quote == 39 else self.dead_triple_double
        return self.dead_single if quote == 39 else self.dead_double

    def bury(self, quote: int, triple: bool, position: int) -> None:
        if triple and quote == 39:
            self.dead_triple_single = position
        elif triple:
            self.dead_triple_double = position
        elif quote == 39:
            self.dead_single = position
        else:
            self.dead_double = position

    def closing(self, start: int, end: int, quote: int, triple: bool) -> int:
        """Where the closing quote of the literal with its content at `start` is; -1 if there is none."""
        data = self.data
        i = start
        while i < end:
            byte = data[i]
            if byte == 92:
                i += 1
                if i + 1 < end and data[i] == 13 and data[i + 1] == 10:
                    i += 1
            elif byte == quote:
                if not triple or (i + 2 < end and data[i + 1] == quote and data[i + 2] == quote):
                    return i
            elif not triple and byte in (10, 13):
                break
            i += 1
        self.bury(quote, triple, i)
        return -1

    def format_closing(self, start: int, end: int, quote: int, triple: bool, nesting: int) -> int:
        """Like `closing` for an f-string, in whose fields the same quotes may be used again since Python 3.12."""
        data = self.data
        fields = 0
        i = start
        while i < end:
            byte = data[i]
            if byte == 92 or (byte == 123 and fields == 0 and i + 1 < end and data[i + 1] == 123):
                i += 1
            elif byte == 123:
                fields += 1
            elif byte == 125 and fields:
                fields -= 1
            elif byte in (34, 39):
                if fields == 0:
                    if byte == quote and (not triple or (i + 2 < end and data[i + 1] == quote and data[i + 2] == quote)):
                        return i
                elif nesting < NESTING:
                    i = self.skip_nested(i, end, nesting)
                    if i < 0:
                        return -1
            elif fields == 0 and not triple and byte in (10, 13):
                break
            i += 1
        self.failures += 1
        return -1

    def skip_nested(self, start: int, end: int, nesting: int) -> int:
        """The last byte of the literal at `start` within a field of an f-string; -1 if it has no end on its line."""
        data = self.data
        inner = data[start]
        nested_triple = start + 2 < end and data[start + 1] == inner and data[start + 2] == inner
        begin = start + 3 if nested_triple else start + 1
        close = -1
        if self.failures < FAILURES and self.formatted(start - 1, start):
            close = self.format_closing(begin, end, inner, nested_triple, nesting + 1)
        if close < 0:
            close = self.plain_closing(begin, end, inner, nested_triple)
        if close < 0:
            return -1
        return close + 2 if nested_triple else close

    def plain_closing(self, start: int, end: int, quote: int, triple: bool) -> int:
        dead = self.dead(quote, triple)
        close = self.closing(start, end, quote, triple)
        self.bury(quote, triple, dead)
        if close < 0:
            self.failures += 1
        return close

    def ends_statement(self, start: int, end: int) -> bool:
        """Whether there is nothing more of the statement at `start`."""
        kinds = self.kinds
        data = self.data
        i = start
        while i < end and kinds[data[i]] == SPACE:
            i += 1
        if i >= end:
            return True
        kind = kinds[data[i]]
        return kind in (NEWLINE, COMMENT, SEMICOLON)

    def measure(self, start: int, end: int) -> int:
        """What the content is made of, as bits."""
        bits = self.bits
        data = self.data
        found = 0
        for i in range(start, end):
            found |= bits[data[i]]
        return found

    def lines_between(self, start: int, end: int) -> int:
        data = self.data
        lines = 0
        for i in range(start, end):
            if data[i] == 10 or (data[i] == 13 and data[i + 1] != 10):
                lines += 1
        return lines

    def keep_docstring(self, start: int, end: int, line: int) -> None:
        self.named = False
        if self.source.find(b">>> ", start, end) >= 0:
            self.add(DOCTEST, self.source[start:end], line)

    def keep(self, start: int, end: int, content: int, line: int, formatted: bool) -> None:
        """Remember the literal if it may name something."""
        length = end - start
        named = self.named
        self.named = length > 0 and self.marker(start, end)
        if named and length and not content & (HAS_SPACE | HAS_ODD):
            self.add(NAMED, self.source[start:end], line)
        if formatted and content & HAS_BRACE:
            if content & (HAS_DOT | HAS_SLASH) and length <= LONGEST_NAME:
                self.add(TEMPLATE, self.source[start:end], line)
            if content & HAS_SPACE:
                self.keep_text(start, end, content & HAS_MINUS, line)
        elif content & HAS_SPACE:
            self.keep_text(start, end, content, line)
        elif content & (HAS_DOT | HAS_SLASH) and length <= LONGEST_NAME and not content & HAS_ODD:
            self.add(DOTTED, self.source[start:end], line)
        elif length == 10 and self.data[start] == 80 and self.source[start:end] == b"PYTHONPATH":
            self.triggers.add(b"PYTHONPATH")

    def join(self, quote: int, start: int, end: int, after: int) -> None:
        """Remember a name that is written in pieces, one literal behind the other: ``"shop.cart." "total"``."""
        i = self.ended
        while i and i < quote and self.kinds[self.data[i]] in (SPACE, NEWLINE):
            i += 1
        if i != quote:
            self.joined = b""
        elif len(self.joined) <= LONGEST_NAME:
            self.joined = (self.joined or self.source[self.piece_start : self.piece_end]) + self.source[start:end]
            if b"." in self.joined or b"/" in self.joined:
                self.add(DOTTED, self.joined, self.line)
        self.piece_start, self.piece_end, self.ended = start, end, after

    def marker(self, start: int, end: int) -> bool:
        """Whether the next literal names a module."""
        data = self.data
        length = end - start
        if length == 2:
            return data[start] == 45 and (data[start + 1] == 109 or data[start + 1] == 112)
        return length > 15 and data[end - 1] == 69 and self.source[start:end].endswith(b"SETTINGS_MODULE")

    def keep_text(self, start: int, end: int, content: int, line: int) -> None:
        source = self.source
        option = content & HAS_MINUS and (source.find(b"-m ", start, end) >= 0 or source.find(b"-p ", start, end) >= 0)
        if option or source.find(b"import ", start, end) >= 0:
            self.add(TEXT, source[start:end], line)
        elif content & HAS_DOT and end - start <= LONGEST_NAME and not content & HAS_ODD and self.has_suffix(start, end):
            self.add(DOTTED, source[start:end], line)

    def has_suffix(self, start: int, end: int) -> bool:
        """Whether the text ends like a file name."""
        data = self.data
        i = end - 2
        while i > start and i >= end - 1 - LONGEST_SUFFIX:
            if data[i] == 46:
                return True
            i -= 1
        return False

    def add(self, kind: int, content: bytes, line: int) -> None:
        self.literals.setdefault((kind, content), line)


def scan_literals(source: bytes) -> tuple[dict[tuple[int, bytes], int], set[bytes]]:
    """The literals of a file worth a look, (kind, content) -> first line, and which of `TRIGGERS` its code mentions."""
    scanner = Scanner(source)
    scanner.region(3 if source.startswith(b"\xef\xbb\xbf") else 0, len(source), 0)
    return scanner.literals, scanner.triggers
