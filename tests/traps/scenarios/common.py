"""Parts that several themes build on."""

from __future__ import annotations

STOCK = """
-- shop/__init__.py --
-- shop/stock.py --
LEFT = 3
-- tests/test_stock.py --
from shop.stock import LEFT
def test_left(): assert LEFT == 3
"""
USES_YAML = (
    STOCK
    + """
-- shop/config.py --
try:
    import yaml
except ImportError:
    yaml = None
-- tests/test_config.py --
from shop.config import yaml
def test_yaml(): assert yaml or yaml is None
"""
)
BACKENDS = """
-- shop/__init__.py --
-- shop/backends/__init__.py --
-- shop/backends/cash.py --
NAME = "cash"
-- shop/backends/card.py --
NAME = "card"
-- shop/stock.py --
-- tests/test_stock.py --
import shop.stock
def test_stock(): assert shop.stock
"""
CASH_EDITED = """
-- shop/backends/cash.py --
NAME = "coins"
"""
ORDER = """
-- shop/__init__.py --
-- shop/order.py --
# An order.
LIMIT = 3
class Order:
    '''One order.'''
    def total(self, extra=0):
        return LIMIT + extra
-- shop/stock.py --
-- tests/test_stock.py --
import shop.stock
def test_stock(): assert shop.stock
-- tests/test_order.py --
from shop.order import Order
def test_total(): assert Order().total() == 3
"""


def order_becomes(text: str) -> str:
    """The change of shop/order.py to `text`."""
    return "-- shop/order.py --\n" + text.lstrip("\n")
