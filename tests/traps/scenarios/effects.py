"""What an edit does: import-time values, signatures, registries, order."""

from __future__ import annotations

from tests.traps.harness import Trap
from tests.traps.scenarios.common import ORDER, order_becomes

TRAPS = (
    Trap(
        "constant",
        "LIMIT is read at import time; no function changes.",
        ORDER
        + """
-- shop/table.py --
from shop.order import LIMIT
ROWS = [None] * LIMIT
-- tests/test_table.py --
from shop.table import ROWS
def test_rows(): assert len(ROWS) == 3
""",
        order_becomes("""
LIMIT = 4
class Order:
    '''One order.'''
    def total(self, extra=0):
        return LIMIT + extra
"""),
        must={"tests/test_order.py", "tests/test_table.py"},
    ),
    Trap(
        "default-argument",
        "The default of a parameter.",
        ORDER,
        order_becomes("""
LIMIT = 3
class Order:
    '''One order.'''
    def total(self, extra=1):
        return LIMIT + extra
"""),
        must={"tests/test_order.py"},
    ),
    Trap(
        "decorator",
        "A decorator is added; the body stays.",
        ORDER,
        order_becomes("""
LIMIT = 3
class Order:
    '''One order.'''
    @property
    def total(self, extra=0):
        return LIMIT + extra
"""),
        must={"tests/test_order.py"},
    ),
    Trap(
        "annotation-read-at-run-time",
        "A dataclass makes its fields from annotations.",
        """
-- shop/__init__.py --
-- shop/item.py --
import dataclasses, typing
@dataclasses.dataclass
class Item:
    price: int = 3
-- tests/test_item.py --
import dataclasses
from shop.item import Item
def test_fields(): assert len(dataclasses.fields(Item)) == 1
""",
        """
-- shop/item.py --
import dataclasses, typing
@dataclasses.dataclass
class Item:
    price: typing.ClassVar[int] = 3
""",
        must={"tests/test_item.py"},
    ),
    Trap(
        "class-attribute-read-by-the-base",
        "Only the base class, in another module, reads the attribute; the test reaches both through a third.",
        """
-- shop/__init__.py --
-- shop/base.py --
class Base:
    def show(self): return self.label
-- shop/child.py --
from shop.base import Base
class Child(Base):
    label = "child"
-- shop/factory.py --
from shop.child import Child
def make(): return Child()
-- tests/test_show.py --
from shop.factory import make
def test_show(): assert make().show() == "child"
""",
        """
-- shop/child.py --
from shop.base import Base
class Child(Base):
    label = "kid"
""",
        must={"tests/test_show.py"},
    ),
    Trap(
        "registry-by-subclass",
        "A new subclass registers itself when a package is imported; the test counts the registry.",
        """
-- shop/__init__.py --
from shop import cash
-- shop/base.py --
class Base:
    known = []
    def __init_subclass__(cls): Base.known.append(cls)
-- shop/cash.py --
from shop.base import Base
class Cash(Base): pass
-- tests/test_base.py --
from shop.base import Base
def test_known(): assert len(Base.known) == 1
""",
        """
-- shop/cash.py --
from shop.base import Base
class Cash(Base): pass
class Coins(Base): pass
""",
        must={"tests/test_base.py"},
    ),
    Trap(
        "registry-by-decorator",
        "A decorated function is called by the registry alone.",
        """
-- shop/__init__.py --
-- shop/hooks.py --
HOOKS = []
def hook(function): HOOKS.append(function); return function
-- shop/rules.py --
from shop.hooks import hook
@hook
def rule(value): return value + 1
-- shop/run.py --
import shop.rules
from shop.hooks import HOOKS
def run(value): return [function(value) for function in HOOKS]
-- tests/test_run.py --
from shop.run import run
def test_run(): assert run(1) == [2]
""",
        """
-- shop/rules.py --
from shop.hooks import hook
@hook
def rule(value): return value + 2
""",
        must={"tests/test_run.py"},
    ),
    Trap(
        "monkey-patch",
        "Importing one module changes a function of another.",
        """
-- shop/__init__.py --
import shop.patches
-- shop/price.py --
def vat(): return 19
-- shop/patches.py --
import shop.price
shop.price.vat = lambda: 7
-- tests/test_price.py --
from shop.price import vat
def test_vat(): assert vat() == 7
""",
        """
-- shop/patches.py --
import shop.price
shop.price.vat = lambda: 9
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "future-annotations",
        "An added `from __future__` import turns annotations into strings.",
        """
-- shop/__init__.py --
-- shop/item.py --
def price(value: int) -> int: return value
-- tests/test_item.py --
from shop.item import price
def test_annotation(): assert price.__annotations__["value"] is int
""",
        """
-- shop/item.py --
from __future__ import annotations
def price(value: int) -> int: return value
""",
        must={"tests/test_item.py"},
    ),
    Trap(
        "statement-order",
        "Two statements with effects change places; every unit is what it was.",
        """
-- shop/__init__.py --
-- shop/steps.py --
STEPS = []
STEPS.append("a")
STEPS.append("b")
-- tests/test_steps.py --
from shop.steps import STEPS
def test_steps(): assert STEPS == ["a", "b"]
""",
        """
-- shop/steps.py --
STEPS = []
STEPS.append("b")
STEPS.append("a")
""",
        must={"tests/test_steps.py"},
    ),
    Trap(
        "definition-order",
        "Two functions of one name change places: the last one wins.",
        """
-- shop/__init__.py --
-- shop/twice.py --
def f(): return 1
def f(): return 2
-- tests/test_twice.py --
from shop.twice import f
def test_f(): assert f() == 2
""",
        """
-- shop/twice.py --
def f(): return 2
def f(): return 1
""",
        must={"tests/test_twice.py"},
    ),
)
