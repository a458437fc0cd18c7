"""Files that come, go, move, shadow each other, or change their kind."""

from __future__ import annotations

from tests.traps.harness import Trap

SHOP = """
-- shop/__init__.py --
-- shop/price.py --
VAT = 19
-- tests/test_price.py --
from shop.price import VAT
def test_vat(): assert VAT == 19
-- tests/test_other.py --
def test_other(): pass
"""

TRAPS = (
    Trap(
        "module-deleted",
        "A module goes, its importer stays.",
        SHOP,
        """
-- shop/price.py -- deleted
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "module-renamed",
        "A module is renamed; one importer follows, one is forgotten.",
        SHOP
        + """
-- tests/test_more.py --
from shop import price
def test_vat(): assert price.VAT == 19
""",
        """
-- shop/tax.py -- moved from shop/price.py
-- tests/test_price.py --
from shop.tax import VAT
def test_vat(): assert VAT == 19
""",
        must={"tests/test_more.py", "tests/test_price.py"},
        argued="the test that follows the move was edited; its outcome is the same",
    ),
    Trap(
        "package-renamed",
        "A package directory moves; a lazy importer is forgotten.",
        """
-- shop/__init__.py --
-- shop/tax/__init__.py --
-- shop/tax/vat.py --
VAT = 19
-- shop/cart.py --
def total():
    from shop.tax.vat import VAT
    return VAT
-- tests/test_cart.py --
from shop.cart import total
def test_total(): assert total() == 19
""",
        """
-- shop/taxes/__init__.py -- moved from shop/tax/__init__.py
-- shop/taxes/vat.py -- moved from shop/tax/vat.py
""",
        must={"tests/test_cart.py"},
    ),
    Trap(
        "package-made-private",
        "All of a package moves below another one, which keeps a shim.",
        SHOP,
        """
-- shop/_impl/__init__.py --
-- shop/_impl/price.py -- moved from shop/price.py
-- shop/price.py --
from shop._impl.price import vat as VAT
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "new-file-shadows-a-package-of-the-path",
        "A new shop.py lies in a directory that comes before the package on the path.",
        """
-- pytest.ini --
[pytest]
pythonpath = local vendor
-- vendor/shop/__init__.py --
N = 1
-- tests/test_shop.py --
from shop import N
def test_n(): assert N == 1
""",
        """
-- local/shop.py --
N = 2
""",
        must={"tests/test_shop.py"},
    ),
    Trap(
        "new-file-shadows-a-namespace-package",
        "acme has no `__init__`, so a new acme.py beside it wins: everything below acme is gone.",
        """
-- acme/cash.py --
N = 1
-- tests/test_cash.py --
from acme.cash import N
def test_n(): assert N == 1
""",
        """
-- acme.py --
""",
        must={"tests/test_cash.py"},
    ),
    Trap(
        "new-file-shadows-the-standard-library",
        "A new colorsys.py at the top is found before the standard library's.",
        """
-- shop/__init__.py --
import colorsys
WHITE = colorsys.rgb_to_hsv(1, 1, 1)
-- tests/test_white.py --
from shop import WHITE
def test_white(): assert WHITE[2] == 1
""",
        """
-- colorsys.py --
def rgb_to_hsv(r, g, b): return (0, 0, 0)
""",
        must={"tests/test_white.py"},
    ),
    Trap(
        "new-helper-shadows-a-package",
        "tests is put on the path first, so a new tests/shop.py hides the package shop.",
        SHOP,
        """
-- tests/shop.py --
""",
        must={"tests/test_price.py"},
        may={"tests/test_other.py"},
    ),
    Trap(
        "package-beside-a-module",
        "shop/price/ appears beside shop/price.py: the package wins.",
        SHOP,
        """
-- shop/price/__init__.py --
VAT = 20
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "module-becomes-a-package",
        "price.py moves to price/__init__.py, and a value moves to a new submodule.",
        SHOP,
        """
-- shop/price/__init__.py -- moved from shop/price.py
from shop.price.values import VAT
-- shop/price/values.py --
VAT = 20
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "package-becomes-a-module",
        "The way back; the submodule that a lazy import names is gone.",
        """
-- shop/__init__.py --
-- shop/price/__init__.py --
-- shop/price/values.py --
VAT = 19
-- tests/test_price.py --
def test_vat():
    from shop.price.values import VAT
    assert VAT == 19
""",
        """
-- shop/price/__init__.py -- deleted
-- shop/price/values.py -- deleted
-- shop/price.py --
VAT = 19
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "submodule-against-attribute",
        "`from shop import price` found the submodule; now `__init__` binds a name of that spelling.",
        """
-- shop/__init__.py --
-- shop/price.py --
VAT = 19
-- tests/test_price.py --
from shop import price
def test_vat(): assert price.VAT == 19
""",
        """
-- shop/__init__.py --
price = None
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "init-added",
        "A namespace directory becomes a regular package that hides its other portion.",
        """
-- pytest.ini --
[pytest]
pythonpath = one two
-- one/acme/cash.py --
-- two/acme/card.py --
N = 1
-- tests/test_card.py --
from acme.card import N
def test_n(): assert N == 1
""",
        """
-- one/acme/__init__.py --
""",
        must={"tests/test_card.py"},
    ),
    Trap(
        "init-added-to-tests",
        "tests becomes a package: pytest no longer puts it on the path, and a test elsewhere loses its helper as well.",
        """
-- tests/helpers.py --
N = 1
-- tests/test_a.py --
from helpers import N
def test_n(): assert N == 1
-- unit/test_b.py --
from helpers import N
def test_n(): assert N == 1
""",
        """
-- tests/__init__.py --
""",
        must={"tests/test_a.py", "unit/test_b.py"},
    ),
    Trap(
        "init-of-tests-deleted",
        "Two test modules of one name could live together only because their directories were packages.",
        """
-- tests/a/__init__.py --
-- tests/a/test_it.py --
def test_a(): pass
-- tests/b/__init__.py --
-- tests/b/test_it.py --
def test_b(): pass
""",
        """
-- tests/a/__init__.py -- deleted
-- tests/b/__init__.py -- deleted
""",
        must={"tests/b/test_it.py"},
        may={"tests/a/test_it.py"},
    ),
    Trap(
        "test-of-a-taken-name",
        "Outside of packages pytest runs one test module of a name alone: the new one comes first, its elder can't be collected.",
        """
-- a/test_it.py --
def test_a(): pass
-- c/test_you.py --
def test_c(): pass
-- d/__init__.py --
-- d/test_you.py --
def test_d(): pass
""",
        """
-- b/test_you.py --
def test_b(): pass
""",
        must={"b/test_you.py", "c/test_you.py"},
    ),
    Trap(
        "test-edited",
        "Only a test changes.",
        SHOP,
        """
-- tests/test_other.py --
def test_other(): assert not "passing"
""",
        must={"tests/test_other.py"},
    ),
    Trap(
        "test-added",
        "A new test file that touches nothing.",
        SHOP,
        """
-- tests/test_new.py --
def test_new(): pass
""",
        must={"tests/test_new.py"},
    ),
    Trap(
        "test-deleted",
        "A test goes; there is nothing left to run.",
        SHOP,
        """
-- tests/test_other.py -- deleted
""",
    ),
    Trap(
        "test-renamed",
        "A test moves to another directory; its helper stays behind.",
        SHOP
        + """
-- tests/helpers.py --
N = 1
-- tests/test_helped.py --
from helpers import N
def test_n(): assert N == 1
""",
        """
-- checks/test_helped.py -- moved from tests/test_helped.py
""",
        must={"checks/test_helped.py"},
    ),
    Trap(
        "test-added-by-a-new-name",
        "A helper becomes a test file by being renamed; another test still imports it by the old name.",
        SHOP
        + """
-- tests/cases.py --
def test_case(): pass
-- tests/test_uses.py --
from cases import test_case
""",
        """
-- tests/test_cases.py -- moved from tests/cases.py
""",
        must={"tests/test_cases.py", "tests/test_uses.py"},
    ),
    Trap(
        "test-imported-by-a-test",
        "A test class is inherited from another test module.",
        SHOP
        + """
-- tests/test_base.py --
class TestBase:
    n = 1
    def test_n(self): assert self.n == 1
-- tests/test_child.py --
from test_base import TestBase
class TestChild(TestBase): pass
""",
        """
-- tests/test_base.py --
class TestBase:
    n = 2
    def test_n(self): assert self.n == 1
""",
        must={"tests/test_base.py", "tests/test_child.py"},
    ),
    Trap(
        "test-comment",
        "Only a comment of a test changes.",
        SHOP,
        """
-- tests/test_other.py --
# Nothing to see.
def test_other(): pass
""",
    ),
)
