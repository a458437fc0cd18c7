"""Edits of the text of a module: comments, formatting, docstrings, encodings, syntax errors."""

from __future__ import annotations

from tests.traps.harness import Trap
from tests.traps.scenarios.common import ORDER, order_becomes

TRAPS = (
    Trap(
        "comment-only",
        "Comments and blank lines.",
        ORDER,
        order_becomes("""
# An order of the shop.

LIMIT = 3  # three


class Order:
    '''One order.'''
    def total(self, extra=0):
        # the sum
        return LIMIT + extra
"""),
    ),
    Trap(
        "formatting-only",
        "Quotes, brackets, line breaks and indentation.",
        ORDER,
        order_becomes('''
LIMIT = (3)
class Order:
  """One order."""
  def total(
      self,
      extra=0,
  ):
      return (
          LIMIT
          + extra
      )
'''),
    ),
    Trap(
        "line-ends-only",
        "LF becomes CRLF.",
        ORDER,
        """
-- shop/order.py -- with CRLF
# An order.
LIMIT = 3
class Order:
    '''One order.'''
    def total(self, extra=0):
        return LIMIT + extra
""",
    ),
    Trap(
        "mode-only",
        "A file becomes executable, its content stays.",
        ORDER,
        """
-- shop/order.py -- executable
# An order.
LIMIT = 3
class Order:
    '''One order.'''
    def total(self, extra=0):
        return LIMIT + extra
""",
        may={"tests/test_order.py"},
    ),
    Trap(
        "docstring",
        "Docstrings are code unless configured otherwise: help texts are made of them.",
        ORDER
        + """
-- tests/test_help.py --
from shop.order import Order
def test_help(): assert Order.__doc__ == "One order."
""",
        order_becomes("""
LIMIT = 3
class Order:
    '''An order.'''
    def total(self, extra=0):
        return LIMIT + extra
"""),
        must={"tests/test_help.py"},
        may={"tests/test_order.py"},
    ),
    Trap(
        "docstring-inert",
        "The user said that docstrings do nothing.",
        ORDER
        + """
-- pyproject.toml --
[tool.impactgraph]
docstrings = "inert"
""",
        order_becomes("""
LIMIT = 3
class Order:
    '''An order.'''
    def total(self, extra=0):
        return LIMIT + extra
"""),
    ),
    Trap(
        "coding-cookie",
        "Only a comment changes, but it says how the bytes of a string are read.",
        """
-- shop/__init__.py --
-- shop/sign.py --
# coding: utf-8
EURO = "€"
-- tests/test_sign.py --
from shop.sign import EURO
def test_length(): assert len(EURO) == 1
""",
        """
-- shop/sign.py --
# coding: latin-1
EURO = "€"
""",
        must={"tests/test_sign.py"},
    ),
    Trap(
        "latin-1-source",
        "A file in latin-1 with a cookie; its bytes are no UTF-8.",
        """
-- shop/__init__.py --
-- shop/word.py -- in latin-1
# -*- coding: latin-1 -*-
from shop.rest import END
WORD = "grö" + END
-- shop/rest.py --
END = "ße"
-- tests/test_word.py --
from shop.word import WORD
def test_word(): assert WORD == "größe"
""",
        """
-- shop/rest.py --
END = "sse"
""",
        must={"tests/test_word.py"},
    ),
    Trap(
        "syntax-error-introduced",
        "The module can't be parsed any more; neither can its importers be collected.",
        ORDER,
        order_becomes("""
LIMIT = = 3
"""),
        must={"tests/test_order.py"},
    ),
    Trap(
        "syntax-error-repaired",
        "The base state of the module could not be parsed.",
        ORDER
        + """
-- shop/odd.py --
from shop.order import
-- tests/test_odd.py --
import shop.odd
def test_odd(): pass
""",
        """
-- shop/odd.py --
from shop.order import LIMIT
""",
        must={"tests/test_odd.py"},
    ),
    Trap(
        "import-in-a-broken-file",
        "A file with a syntax error far below still says what it imports; one of its parts is behind exec.",
        ORDER
        + """
-- shop/legacy.py --
from shop.order import LIMIT
def f():
    print "python 2"
-- tests/test_legacy.py --
import pytest
def test_legacy():
    with pytest.raises(SyntaxError):
        import shop.legacy
""",
        order_becomes("""
LIMIT = 4
"""),
        must={"tests/test_order.py"},
        may={"tests/test_legacy.py"},
    ),
    Trap(
        "newer-syntax",
        "A module in the syntax of Python 3.12 and 3.14; the analysis may run on an older one.",
        """
-- shop/__init__.py --
-- shop/base.py --
N = 1
-- shop/new.py --
from shop.base import N
type Number = int
def first[T](values: list[T]) -> T: return values[0]
-- tests/test_new.py --
from shop.new import N
def test_n(): assert N == 1
-- tests/test_old.py --
def test_old(): pass
""",
        """
-- shop/base.py --
N = 2
""",
        must={"tests/test_new.py"},
        argued="the outcome differs on Python 3.12 and newer only",
    ),
)
