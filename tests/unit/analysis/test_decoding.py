from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.analysis.decoding import cookie, decode, lines_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"x = 1\n", "x = 1\n"),
        ("é = 'ü'\n".encode(), "é = 'ü'\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n"),
        (b"# -*- coding: latin-1 -*-\n\xe9 = 1\n", "# -*- coding: latin-1 -*-\né = 1\n"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1251 :\n\xe9\n", "#!/usr/bin/python\n# vim: set fileencoding=cp1251 :\nй\n"),
        ("# coding: euc-jp\nx = '日本'\n".encode("euc-jp"), "# coding: euc-jp\nx = '日本'\n"),
        (b"", ""),
    ],
)
def test_text_is_decoded_the_way_python_reads_it(source: bytes, text: str) -> None:
    assert decode(source) == (text, None)


@pytest.mark.parametrize(
    "source",
    [
        b"x = '\xe9'\n",
        b"# coding: no-such-codec\nx\n",
        b"# coding: rot13\nvzcbeg n\n",
        b"# coding: undefined\nx\n",
        b"# coding: utf-16\nx\n",
        b"# coding: ascii\n\xff\n",
        b"# coding: unicode_escape\nx = '\\ud800'\n",
        b"\xff\xfei\x00m\x00",
    ],
)
def test_bytes_that_are_not_what_they_declare_are_told_of_and_read_as_latin_1(source: bytes) -> None:
    text, reason = decode(source)
    assert text == source.decode("latin-1")
    assert reason is not None
    assert reason.startswith("can't be decoded: ")


def test_a_cookie_counts_in_the_first_two_lines_only() -> None:
    assert cookie(b"\n\n# coding: latin-1\n") is None
    assert cookie(b"\n# coding: latin-1\n") == "iso-8859-1"
    assert cookie(b"x = 1\n# coding: latin-1\n") is None


@given(st.binary(max_size=200))
def test_any_bytes_have_a_text_that_every_program_takes(source: bytes) -> None:
    text, _ = decode(source)
    text.encode("utf-8")


@given(st.binary(max_size=60), st.sampled_from(["ascii", "latin-1", "cp1252", "koi8-r"]))
def test_what_python_parses_is_decoded_without_complaint(body: bytes, encoding: str) -> None:
    source = f"# coding: {encoding}\n".encode() + b"#" + body.replace(b"\n", b"").replace(b"\r", b"") + b"\n"
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return
    assert decode(source)[1] is None


def test_lines_end_where_python_ends_them() -> None:
    assert lines_of("a\x0cb\x1cc\u2028d\ne\r\nf\rg") == ["a\x0cb\x1cc\u2028d", "e", "f", "g"]
