"""Plain import statements, and what importing a module runs besides the module."""

from __future__ import annotations

from tests.traps.harness import Trap

TRAPS = (
    Trap(
        "import-chain",
        "One test is two imports away from the change, the other imports a neighbour.",
        """
-- shop/__init__.py --
-- shop/price.py --
VAT = 19
-- shop/stock.py --
LEFT = 3
-- shop/cart.py --
from shop import price
def total(): return 100 + price.VAT
-- tests/test_cart.py --
from shop.cart import total
def test_total(): assert total() == 119
-- tests/test_stock.py --
from shop.stock import LEFT
def test_left(): assert LEFT == 3
""",
        """
-- shop/price.py --
VAT = 20
""",
        must={"tests/test_cart.py"},
    ),
    Trap(
        "parent-package-runs",
        "Importing shop.deep.price runs shop/__init__ and shop/deep/__init__ first.",
        """
-- shop/__init__.py --
import os
os.environ["SHOP_MODE"] = "plain"
-- shop/deep/__init__.py --
-- shop/deep/price.py --
import os
MODE = os.environ["SHOP_MODE"]
-- tests/test_price.py --
from shop.deep.price import MODE
def test_mode(): assert MODE == "plain"
""",
        """
-- shop/__init__.py --
import os
os.environ["SHOP_MODE"] = "strict"
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "parent-package-imports",
        "The test imports a leaf; the parent package imports a module that changes what the leaf sees.",
        """
-- shop/__init__.py --
from shop import boot
-- shop/registry.py --
NAMES = []
-- shop/boot.py --
from shop.registry import NAMES
NAMES.append("cash")
-- shop/leaf.py --
def names():
    from shop.registry import NAMES
    return NAMES
-- tests/test_leaf.py --
import shop.leaf
def test_names(): assert shop.leaf.names() == ["cash"]
""",
        """
-- shop/boot.py --
from shop.registry import NAMES
NAMES.append("card")
""",
        must={"tests/test_leaf.py"},
    ),
    Trap(
        "relative-import-upwards",
        "Three dots lead from a leaf to a module at the top of the package.",
        """
-- shop/__init__.py --
-- shop/core.py --
LIMIT = 3
-- shop/api/__init__.py --
-- shop/api/v1/__init__.py --
from ...core import LIMIT
-- tests/test_v1.py --
from shop.api import v1
def test_limit(): assert v1.LIMIT == 3
""",
        """
-- shop/core.py --
LIMIT = 4
""",
        must={"tests/test_v1.py"},
    ),
    Trap(
        "attribute-of-the-package",
        "The test says `import shop` and reads shop.price, which only shop/__init__ imports.",
        """
-- shop/__init__.py --
from . import price as _price
-- shop/price.py --
VAT = 19
-- tests/test_price.py --
import shop
def test_vat(): assert shop.price.VAT == 19
""",
        """
-- shop/price.py --
VAT = 20
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "star-imports",
        "Two star imports hand a name on; `__all__` of the first decides which.",
        """
-- shop/__init__.py --
from .names import *
-- shop/names.py --
__all__ = ["CASH", "CARD"]
CASH = 1
CARD = 2
-- tests/test_names.py --
from shop import *
def test_names(): assert CASH + CARD == 3
""",
        """
-- shop/names.py --
__all__ = ["CASH"]
CASH = 1
CARD = 2
""",
        must={"tests/test_names.py"},
    ),
    Trap(
        "re-export-removed",
        "The test gets the class from the package; the module that defines it is untouched.",
        """
-- shop/__init__.py --
from shop.cart import Cart
-- shop/cart.py --
class Cart: pass
-- tests/test_cart.py --
from shop import Cart
def test_cart(): assert Cart()
-- tests/test_direct.py --
from shop.cart import Cart
def test_cart(): assert Cart()
""",
        """
-- shop/__init__.py --
""",
        must={"tests/test_cart.py"},
        may={"tests/test_direct.py"},
    ),
    Trap(
        "import-circle",
        "Two modules import each other; the change is behind the circle.",
        """
-- shop/__init__.py --
-- shop/a.py --
import shop.b
def f(): return shop.b.g()
-- shop/b.py --
import shop.a
from shop.c import N
def g(): return N
-- shop/c.py --
N = 1
-- tests/test_a.py --
from shop.a import f
def test_f(): assert f() == 1
""",
        """
-- shop/c.py --
N = 2
""",
        must={"tests/test_a.py"},
    ),
)
