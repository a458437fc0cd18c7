"""Imports that run sometimes or late: in functions, in `try`, under TYPE_CHECKING, on first access."""

from __future__ import annotations

from tests.traps.harness import Trap

TRAPS = (
    Trap(
        "lazy-import",
        "The import stands in a function body.",
        """
-- shop/__init__.py --
-- shop/price.py --
VAT = 19
-- shop/cart.py --
def total():
    from .price import VAT
    return 100 + VAT
-- tests/test_cart.py --
def test_total():
    import shop.cart as cart
    assert cart.total() == 119
""",
        """
-- shop/price.py --
VAT = 20
""",
        must={"tests/test_cart.py"},
    ),
    Trap(
        "fallback-import-added",
        "A fast module appears; `except ImportError` is not taken any more.",
        """
-- shop/__init__.py --
-- shop/_slow.py --
NAME = "slow"
-- shop/sort.py --
try:
    from shop._fast import NAME
except ImportError:
    from shop._slow import NAME
-- tests/test_sort.py --
from shop.sort import NAME
def test_name(): assert NAME == "slow"
""",
        """
-- shop/_fast.py --
NAME = "fast"
""",
        must={"tests/test_sort.py"},
    ),
    Trap(
        "fallback-import-deleted",
        "The fast module goes; `except ImportError` is taken from now on.",
        """
-- shop/__init__.py --
-- shop/_fast.py --
NAME = "fast"
-- shop/_slow.py --
NAME = "slow"
-- shop/sort.py --
try:
    from . import _fast as impl
except ImportError:
    from . import _slow as impl
-- tests/test_sort.py --
from shop.sort import impl
def test_name(): assert impl.NAME == "fast"
""",
        """
-- shop/_fast.py -- deleted
""",
        must={"tests/test_sort.py"},
    ),
    Trap(
        "type-checking-import",
        "The changed module is imported for annotations only.",
        """
-- shop/__init__.py --
-- shop/model.py --
class Order:
    limit = 3
-- shop/view.py --
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from shop.model import Order
def show(order: Order) -> str: return "order"
-- tests/test_view.py --
from shop.view import show
def test_show(): assert show(None) == "order"
-- tests/test_model.py --
from shop.model import Order
def test_limit(): assert Order.limit == 3
""",
        """
-- shop/model.py --
class Order:
    limit = 4
""",
        must={"tests/test_model.py"},
    ),
    Trap(
        "type-checking-else",
        "The else branch of TYPE_CHECKING imports for real, and so does a function of the same file.",
        """
-- shop/__init__.py --
-- shop/a.py --
N = 1
-- shop/b.py --
import typing as t
if t.TYPE_CHECKING:
    from shop.typed import N
else:
    from shop.a import N
-- tests/test_b.py --
from shop.b import N
def test_n(): assert N == 1
""",
        """
-- shop/a.py --
N = 2
""",
        must={"tests/test_b.py"},
    ),
    Trap(
        "type-checking-and-lazy",
        "One name imported twice: under TYPE_CHECKING and, for real, in a function.",
        """
-- shop/__init__.py --
-- shop/model.py --
LIMIT = 3
-- shop/view.py --
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from shop import model
def limit():
    from shop import model
    return model.LIMIT
-- tests/test_view.py --
from shop.view import limit
def test_limit(): assert limit() == 3
""",
        """
-- shop/model.py --
LIMIT = 4
""",
        must={"tests/test_view.py"},
    ),
    Trap(
        "not-type-checking",
        "`if not TYPE_CHECKING` is the real branch.",
        """
-- shop/__init__.py --
-- shop/a.py --
N = 1
-- shop/b.py --
from typing import TYPE_CHECKING
if not TYPE_CHECKING:
    from shop.a import N
-- tests/test_b.py --
from shop.b import N
def test_n(): assert N == 1
""",
        """
-- shop/a.py --
N = 2
""",
        must={"tests/test_b.py"},
    ),
    Trap(
        "lazy-module-getattr",
        "PEP 562: the package imports its submodules on first access, by relative name.",
        """
-- shop/__init__.py --
import importlib
def __getattr__(name):
    if name in {"price", "stock"}:
        return importlib.import_module("." + name, __name__)
    raise AttributeError(name)
-- shop/price.py --
VAT = 19
-- shop/stock.py --
LEFT = 3
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
        "lazy-name-table",
        "A table says which module holds which public name; `__getattr__` imports it.",
        """
-- shop/__init__.py --
from importlib import import_module
_WHERE = {"Cart": "shop.cart", "Price": "shop.price"}
def __getattr__(name):
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(name)
-- shop/cart.py --
class Cart: size = 0
-- shop/price.py --
class Price: vat = 19
-- tests/test_cart.py --
from shop import Cart
def test_size(): assert Cart.size == 0
""",
        """
-- shop/cart.py --
class Cart: size = 1
""",
        must={"tests/test_cart.py"},
    ),
    Trap(
        "lazy-helper",
        "A helper of another module makes `__getattr__` from bare submodule names, as lazy_loader does.",
        """
-- shop/__init__.py --
from shop._lazy import attach
__getattr__ = attach(__name__, ["price", "stock"])
-- shop/_lazy.py --
import importlib
def attach(package, names):
    def __getattr__(name):
        if name in names:
            return importlib.import_module(f"{package}.{name}")
        raise AttributeError(name)
    return __getattr__
-- shop/price.py --
VAT = 19
-- shop/stock.py --
LEFT = 3
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
)
