"""Work trees: staged, unstaged and untracked changes, alone and on top of commits; submodules."""

from __future__ import annotations

from tests.traps.harness import Trap

SHOP = """
-- shop/__init__.py --
-- shop/price.py --
VAT = 19
-- shop/stock.py --
LEFT = 3
-- tests/test_price.py --
from shop.price import VAT
def test_vat(): assert VAT == 19
-- tests/test_stock.py --
from shop.stock import LEFT
def test_left(): assert LEFT == 3
"""
VAT_EDITED = """
-- shop/price.py --
VAT = 20
"""
STOCK_EDITED = """
-- shop/stock.py --
LEFT = 4
"""
LIBRARY = """
-- .gitmodules --
[submodule "vendor/lib"]
	path = vendor/lib
	url = https://example.com/lib.git
-- tests/test_lib.py --
import sys
sys.path.insert(0, "vendor/lib")
def test_lib(): assert sys.path
"""

TRAPS = (
    Trap("work-tree-unstaged", "An edit that is not staged.", SHOP, unstaged=VAT_EDITED, must={"tests/test_price.py"}),
    Trap("work-tree-staged", "An edit that is staged and not committed.", SHOP, staged=VAT_EDITED, must={"tests/test_price.py"}),
    Trap(
        "work-tree-three-layers",
        "One change in a commit, one in the index: both count.",
        SHOP,
        VAT_EDITED,
        staged=STOCK_EDITED,
        must={"tests/test_price.py", "tests/test_stock.py"},
    ),
    Trap(
        "work-tree-staged-then-undone",
        "An edit was staged and then undone in the work tree: the files are as they were.",
        SHOP,
        staged=VAT_EDITED,
        unstaged="""
-- shop/price.py --
VAT = 19
""",
    ),
    Trap(
        "commit-undone-in-the-work-tree",
        "A commit changed the value, the work tree has it back.",
        SHOP,
        VAT_EDITED,
        unstaged="""
-- shop/price.py --
VAT = 19
""",
    ),
    Trap(
        "untracked-module",
        "A fast module is not yet added to git; `except ImportError` is not taken any more.",
        SHOP
        + """
-- shop/sort.py --
try:
    from shop._fast import NAME
except ImportError:
    NAME = "slow"
-- tests/test_sort.py --
from shop.sort import NAME
def test_name(): assert NAME == "slow"
""",
        unstaged="""
-- shop/_fast.py --
NAME = "fast"
""",
        must={"tests/test_sort.py"},
    ),
    Trap(
        "untracked-test",
        "A test that git does not know, in a directory that git does not know.",
        SHOP,
        unstaged="""
-- tests/new/test_new.py --
def test_new(): pass
""",
        must={"tests/new/test_new.py"},
    ),
    Trap(
        "untracked-conftest",
        "A conftest that git does not know.",
        SHOP,
        unstaged="""
-- tests/conftest.py --
def pytest_itemcollected(item): item.add_marker("skip" if "vat" in item.name else "fine")
""",
        must={"tests/test_price.py"},
        may="all",
    ),
    Trap(
        "deleted-in-the-work-tree",
        "A module is deleted without git's knowledge.",
        SHOP,
        unstaged="""
-- shop/price.py -- deleted
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "renamed-in-the-index",
        "git mv, not committed.",
        SHOP,
        staged="""
-- shop/tax.py -- moved from shop/price.py
""",
        must={"tests/test_price.py"},
    ),
    Trap(
        "ignored-rubbish",
        "A build directory that git ignores fills up.",
        SHOP
        + """
-- .gitignore --
build/
*.log
""",
        unstaged="""
-- build/lib/shop/price.py --
VAT = 20
-- out.log --
nothing
""",
    ),
    Trap(
        "nothing-changed",
        "The work tree is the base.",
        SHOP,
    ),
    Trap(
        "submodule-moved",
        "The pointer of a submodule moves; its files can't be seen.",
        SHOP
        + LIBRARY
        + """
-- vendor/lib -- commit 1111111111111111111111111111111111111111
""",
        """
-- vendor/lib -- commit 2222222222222222222222222222222222222222
""",
        must={"tests/test_lib.py"},
        may="all",
        argued="the library that the test puts on its path is another one",
    ),
    Trap(
        "submodule-added",
        "A submodule comes under a name that a test imports when it can.",
        SHOP
        + """
-- tests/test_vendored.py --
import pytest
def test_vendored(): pytest.importorskip("vendored")
""",
        """
-- .gitmodules --
[submodule "vendored"]
	path = vendored
	url = https://example.com/vendored.git
-- vendored -- commit 1111111111111111111111111111111111111111
""",
        must={"tests/test_vendored.py"},
        may="all",
        argued="checked out, the submodule is a package that was not there",
    ),
)
