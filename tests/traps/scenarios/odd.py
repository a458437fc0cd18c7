"""Odd names, links, compiled modules, and other runners' ways of writing tests."""

from __future__ import annotations

from tests.traps.harness import Trap

OTHER = """
-- tests/test_other.py --
def test_other(): pass
"""
FAST = (
    OTHER
    + """
-- shop/__init__.py --
-- shop/sort.py --
try:
    from shop._fast import fast
except ImportError:
    def fast(): return 0
-- tests/test_sort.py --
from shop.sort import fast
def test_fast(): assert fast() == 0
"""
)

TRAPS = (
    Trap(
        "module-link",
        "A module is a symbolic link to a file outside its package.",
        OTHER
        + """
-- common/vat.py --
VAT = 19
-- shop/__init__.py --
-- shop/vat.py -- link to ../common/vat.py
-- tests/test_vat.py --
from shop.vat import VAT
def test_vat(): assert VAT == 19
""",
        """
-- common/vat.py --
VAT = 20
""",
        must={"tests/test_vat.py"},
    ),
    Trap(
        "module-link-turned",
        "The link points elsewhere from now on; no Python file is edited.",
        OTHER
        + """
-- common/old.py --
VAT = 19
-- common/new.py --
VAT = 20
-- shop/__init__.py --
-- shop/vat.py -- link to ../common/old.py
-- tests/test_vat.py --
from shop.vat import VAT
def test_vat(): assert VAT == 19
""",
        """
-- shop/vat.py -- link to ../common/new.py
""",
        must={"tests/test_vat.py"},
    ),
    Trap(
        "directory-link",
        "A whole package is a link to a directory that lies elsewhere.",
        OTHER
        + """
-- external/tax-1.0/__init__.py --
-- external/tax-1.0/vat.py --
VAT = 19
-- tax -- link to external/tax-1.0
-- tests/test_vat.py --
from tax.vat import VAT
def test_vat(): assert VAT == 19
""",
        """
-- external/tax-1.0/vat.py --
VAT = 20
""",
        must={"tests/test_vat.py"},
    ),
    Trap(
        "directory-link-turned",
        "The link to the package's directory is turned to another version.",
        OTHER
        + """
-- external/tax-1.0/__init__.py --
VAT = 19
-- external/tax-2.0/__init__.py --
VAT = 20
-- tax -- link to external/tax-1.0
-- tests/test_vat.py --
from tax import VAT
def test_vat(): assert VAT == 19
""",
        """
-- tax -- link to external/tax-2.0
""",
        must={"tests/test_vat.py"},
        may="all",
    ),
    Trap(
        "test-data-link",
        "A test reads its data through a link.",
        OTHER
        + """
-- data/real.txt --
1
-- tests/sample.txt -- link to ../data/real.txt
-- tests/test_sample.py --
from pathlib import Path
def test_sample(): assert Path(__file__).with_name("sample.txt").read_text() == "1\\n"
""",
        """
-- data/real.txt --
2
""",
        must={"tests/test_sample.py"},
        may={"tests/test_other.py"},
    ),
    Trap(
        "stub-file",
        "A .pyi beside the module: type checkers read it, Python does not.",
        OTHER
        + """
-- shop/__init__.py --
-- shop/vat.py --
VAT = 19
-- shop/vat.pyi --
VAT: float
-- tests/test_vat.py --
from shop.vat import VAT
def test_vat(): assert VAT == 19
""",
        """
-- shop/vat.pyi --
VAT: int
""",
        may={"tests/test_vat.py"},
    ),
    Trap(
        "cython-source",
        "The import name resolves to a .pyx; its stub is unchanged.",
        FAST
        + """
-- shop/_fast.pyx --
def fast(): return 0
-- shop/_fast.pyi --
def fast() -> int: ...
""",
        """
-- shop/_fast.pyx --
def fast(): return 1
""",
        must={"tests/test_sort.py"},
        argued="after the next build the compiled module is another one",
    ),
    Trap(
        "cython-include",
        "A .pxd that the .pyx cimports.",
        FAST
        + """
-- shop/_fast.pyx --
from shop._types cimport number
def fast(): return <number>0
-- shop/_types.pxd --
ctypedef int number
""",
        """
-- shop/_types.pxd --
ctypedef double number
""",
        must={"tests/test_sort.py"},
        may={"tests/test_other.py"},
        argued="after the next build the compiled module is another one",
    ),
    Trap(
        "c-source",
        "A C file in the package, named like the module that it becomes.",
        FAST
        + """
-- shop/_fast.c --
int fast(void) { return 0; }
""",
        """
-- shop/_fast.c --
int fast(void) { return 1; }
""",
        must={"tests/test_sort.py"},
        may={"tests/test_other.py"},
        argued="after the next build the compiled module is another one",
    ),
    Trap(
        "compiled-elsewhere",
        "Rust sources in a directory of their own; only the build knows which module they become.",
        FAST
        + """
-- rust/src/lib.rs --
fn fast() -> i32 { 0 }
""",
        """
-- rust/src/lib.rs --
fn fast() -> i32 { 1 }
""",
        must={"tests/test_sort.py"},
        may="all",
        argued="after the next build the compiled module is another one",
    ),
    Trap(
        "non-ascii-names",
        "Directories, modules and tests outside ASCII.",
        OTHER
        + """
-- läden/__init__.py --
-- läden/größe.py --
N = 1
-- tests/prüfung/test_größe.py --
from läden.größe import N
def test_n(): assert N == 1
""",
        """
-- läden/größe.py --
N = 2
""",
        must={"tests/prüfung/test_größe.py"},
    ),
    Trap(
        "names-with-spaces",
        "Spaces in directories, and in the name of a data file.",
        OTHER
        + """
-- my tests/price list.txt --
19
-- my tests/test_price.py --
from pathlib import Path
def test_price(): assert (Path(__file__).parent / "price list.txt").read_text() == "19\\n"
""",
        """
-- my tests/price list.txt --
20
""",
        must={"my tests/test_price.py"},
    ),
    Trap(
        "line-end-in-a-name",
        "A data file with a line end in its name, in a directory that a test lists.",
        OTHER
        + """
-- tests/cases/a.txt --
-- tests/test_cases.py --
import os
HERE = os.path.dirname(__file__)
def test_cases(): assert len(os.listdir(os.path.join(HERE, "cases"))) == 1
""",
        """
-- tests/cases/b\\n.txt --
""",
        must={"tests/test_cases.py"},
        may={"tests/test_other.py"},
    ),
    Trap(
        "module-with-a-dash",
        "A file name that no import statement can spell.",
        OTHER
        + """
-- shop/__init__.py --
-- shop/pay-now.py --
N = 1
-- tests/test_pay.py --
import importlib
def test_n(): assert importlib.import_module("shop.pay-now").N == 1
""",
        """
-- shop/pay-now.py --
N = 2
""",
        must={"tests/test_pay.py"},
    ),
    Trap(
        "unittest-classes",
        "unittest with setUpModule and load_tests; pytest runs the classes.",
        OTHER
        + """
-- shop/__init__.py --
-- shop/price.py --
VAT = 19
-- tests/test_unit.py --
import unittest
def setUpModule():
    global price
    from shop import price
class PriceCase(unittest.TestCase):
    def test_vat(self): self.assertEqual(price.VAT, 19)
""",
        """
-- shop/price.py --
VAT = 20
""",
        must={"tests/test_unit.py"},
    ),
    Trap(
        "django-style-tests",
        "python_files = tests.py: the tests of an app lie in the app.",
        OTHER
        + """
-- setup.cfg --
[tool:pytest]
python_files = tests.py test_*.py
-- shop/__init__.py --
-- shop/models.py --
LIMIT = 3
-- shop/tests.py --
from .models import LIMIT
def test_limit(): assert LIMIT == 3
-- blog/__init__.py --
-- blog/tests.py --
def test_blog(): pass
""",
        """
-- shop/models.py --
LIMIT = 4
""",
        must={"shop/tests.py"},
    ),
    Trap(
        "test-suffix",
        "The other default pattern: *_test.py, below a directory that is not called tests.",
        OTHER
        + """
-- shop/__init__.py --
-- shop/price.py --
VAT = 19
-- shop/price_test.py --
from .price import VAT
def test_vat(): assert VAT == 19
""",
        """
-- shop/price.py --
VAT = 20
""",
        must={"shop/price_test.py"},
    ),
    Trap(
        "tests-that-are-never-collected",
        "testpaths and norecursedirs leave two files out of the run.",
        """
-- pytest.ini --
[pytest]
testpaths = tests
norecursedirs = slow
-- shop.py --
N = 1
-- tests/test_n.py --
from shop import N
def test_n(): assert N == 1
-- tests/slow/test_slow.py --
from shop import N
def test_n(): assert N == 1
-- other/test_elsewhere.py --
from shop import N
def test_n(): assert N == 1
""",
        """
-- shop.py --
N = 2
""",
        must={"tests/test_n.py"},
        may={"tests/slow/test_slow.py", "other/test_elsewhere.py"},
    ),
    Trap(
        "module-nobody-imports",
        "A new module that nothing names yet, and an edit of one that nothing imports.",
        OTHER
        + """
-- shop/__init__.py --
-- shop/unused.py --
N = 1
""",
        """
-- shop/unused.py --
N = 2
-- shop/prepared.py --
N = 1
""",
    ),
)
