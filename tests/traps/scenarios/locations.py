"""Where modules lie and how their names are found: roots, namespaces, path settings and path edits."""

from __future__ import annotations

from tests.traps.harness import Trap

TRAPS = (
    Trap(
        "namespace-package",
        "Neither acme nor acme/billing has an `__init__`.",
        """
-- acme/billing/rates.py --
VAT = 19
-- tests/test_rates.py --
import acme.billing.rates
def test_vat(): assert acme.billing.rates.VAT == 19
""",
        """
-- acme/billing/rates.py --
VAT = 20
""",
        must={"tests/test_rates.py"},
    ),
    Trap(
        "directory-without-init-in-a-package",
        "shop is a regular package, shop/sansio has no `__init__`.",
        """
-- shop/__init__.py --
-- shop/app.py --
from .sansio.core import LIMIT
-- shop/sansio/core.py --
LIMIT = 3
-- tests/test_app.py --
from shop.app import LIMIT
def test_limit(): assert LIMIT == 3
""",
        """
-- shop/sansio/core.py --
LIMIT = 4
""",
        must={"tests/test_app.py"},
    ),
    Trap(
        "src-layout-by-setting",
        "pytest's pythonpath puts src on the path.",
        """
-- pyproject.toml --
[tool.pytest.ini_options]
pythonpath = ["src"]
-- src/shop/__init__.py --
VAT = 19
-- src/shop/other.py --
-- tests/test_shop.py --
import shop
def test_vat(): assert shop.VAT == 19
""",
        """
-- src/shop/__init__.py --
VAT = 20
""",
        must={"tests/test_shop.py"},
    ),
    Trap(
        "src-layout-installed",
        "Only the packaging metadata knows where the package lies; the directory is not called src.",
        """
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[tool.setuptools.packages.find]
where = ["python"]
-- python/shop/__init__.py --
-- python/shop/price.py --
VAT = 19
-- tests/test_shop.py --
from shop.price import VAT
def test_vat(): assert VAT == 19
""",
        """
-- python/shop/price.py --
VAT = 20
""",
        must={"tests/test_shop.py"},
        installed=("python",),
    ),
    Trap(
        "package-dir-mapping",
        "setup.cfg maps the package shop to the directory lib.",
        """
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
-- setup.cfg --
[options]
packages = find:
package_dir =
    = lib
-- lib/shop/__init__.py --
VAT = 19
-- tests/test_shop.py --
from shop import VAT
def test_vat(): assert VAT == 19
""",
        """
-- lib/shop/__init__.py --
VAT = 20
""",
        must={"tests/test_shop.py"},
        installed=("lib",),
    ),
    Trap(
        "monorepo-downstream",
        "Two projects; billing imports core, so a change of core reaches both.",
        """
-- services/core/pyproject.toml --
[project]
name = "acme-core"
version = "1"
-- services/core/src/core/__init__.py --
LIMIT = 3
-- services/core/tests/core_tests/test_core.py --
from core import LIMIT
def test_limit(): assert LIMIT == 3
-- services/billing/pyproject.toml --
[project]
name = "acme-billing"
version = "1"
-- services/billing/src/billing/__init__.py --
from core import LIMIT
-- services/billing/tests/billing_tests/test_billing.py --
from billing import LIMIT
def test_limit(): assert LIMIT == 3
-- pytest.ini --
[pytest]
pythonpath = services/core/src services/billing/src
""",
        """
-- services/core/src/core/__init__.py --
LIMIT = 4
""",
        must={"services/core/tests/core_tests/test_core.py", "services/billing/tests/billing_tests/test_billing.py"},
    ),
    Trap(
        "monorepo-leaf",
        "Two projects that share nothing but the names of their modules and tests.",
        """
-- a/pyproject.toml --
[project]
name = "a"
version = "1"
-- a/alpha/__init__.py --
-- a/alpha/utils.py --
N = 1
-- a/tests/__init__.py --
-- a/tests/test_utils.py --
from a.alpha.utils import N
def test_n(): assert N == 1
-- b/pyproject.toml --
[project]
name = "b"
version = "1"
-- b/beta/__init__.py --
-- b/beta/utils.py --
N = 1
-- b/tests/__init__.py --
-- b/tests/test_utils.py --
from b.beta.utils import N
def test_n(): assert N == 1
-- a/__init__.py --
-- b/__init__.py --
""",
        """
-- b/beta/utils.py --
N = 2
""",
        must={"b/tests/test_utils.py"},
    ),
    Trap(
        "helper-beside-the-test",
        "tests has no `__init__`: pytest puts it on the path, so `import helpers` finds the file beside the test.",
        """
-- tests/helpers.py --
N = 1
-- tests/test_a.py --
from helpers import N
def test_n(): assert N == 1
-- tests/test_b.py --
def test_b(): pass
""",
        """
-- tests/helpers.py --
N = 2
""",
        must={"tests/test_a.py"},
    ),
    Trap(
        "helper-in-a-test-package",
        "tests is a package; one test imports the helper relatively, one by its full name.",
        """
-- tests/__init__.py --
-- tests/helpers.py --
N = 1
-- tests/test_a.py --
from .helpers import N
def test_n(): assert N == 1
-- tests/test_b.py --
from tests.helpers import N
def test_n(): assert N == 1
-- tests/test_c.py --
def test_c(): pass
""",
        """
-- tests/helpers.py --
N = 2
""",
        must={"tests/test_a.py", "tests/test_b.py"},
    ),
    Trap(
        "helper-found-across-test-directories",
        "Every test directory stays on sys.path, so a test may use the helper of another directory.",
        """
-- tests/a/helpers_of_a.py --
N = 1
-- tests/a/test_a.py --
from helpers_of_a import N
def test_n(): assert N == 1
-- tests/b/test_b.py --
from helpers_of_a import N
def test_n(): assert N == 1
""",
        """
-- tests/a/helpers_of_a.py --
N = 2
""",
        must={"tests/a/test_a.py", "tests/b/test_b.py"},
    ),
    Trap(
        "same-test-name-in-two-packages",
        "Two test modules share a name; each has a helper of its own, also of one name.",
        """
-- tests/__init__.py --
-- tests/a/__init__.py --
-- tests/a/helpers.py --
N = 1
-- tests/a/test_it.py --
from .helpers import N
def test_n(): assert N == 1
-- tests/b/__init__.py --
-- tests/b/helpers.py --
N = 1
-- tests/b/test_it.py --
from .helpers import N
def test_n(): assert N == 1
""",
        """
-- tests/a/helpers.py --
N = 2
""",
        must={"tests/a/test_it.py"},
    ),
    Trap(
        "pythonpath-loose-modules",
        "pythonpath names a directory of loose modules.",
        """
-- pytest.ini --
[pytest]
pythonpath = tools/lib
-- tools/lib/vat.py --
VAT = 19
-- tests/test_vat.py --
import vat
def test_vat(): assert vat.VAT == 19
""",
        """
-- tools/lib/vat.py --
VAT = 20
""",
        must={"tests/test_vat.py"},
    ),
    Trap(
        "path-edit-in-conftest",
        "conftest.py puts a directory on sys.path.",
        """
-- tests/conftest.py --
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "plugins"))
-- plugins/cash.py --
NAME = "cash"
-- tests/test_cash.py --
from cash import NAME
def test_name(): assert NAME == "cash"
""",
        """
-- plugins/cash.py --
NAME = "coins"
""",
        must={"tests/test_cash.py"},
    ),
    Trap(
        "path-edit-in-the-test",
        "The test edits sys.path with pathlib before it imports.",
        """
-- examples/app/hello.py --
WORD = "hello"
-- tests/test_hello.py --
import sys
from pathlib import Path
sys.path.append(str(Path(__file__).resolve().parents[1] / "examples" / "app"))
import hello
def test_word(): assert hello.WORD == "hello"
""",
        """
-- examples/app/hello.py --
WORD = "hi"
""",
        must={"tests/test_hello.py"},
    ),
    Trap(
        "path-edit-in-a-fixture",
        "monkeypatch.syspath_prepend, and the import in the test body.",
        """
-- tests/apps/first/hello_app.py --
WORD = "hello"
-- tests/test_hello.py --
import pathlib, pytest
@pytest.fixture
def apps(monkeypatch):
    monkeypatch.syspath_prepend(pathlib.Path(__file__).parent / "apps" / "first")
def test_word(apps):
    from hello_app import WORD
    assert WORD == "hello"
""",
        """
-- tests/apps/first/hello_app.py --
WORD = "hi"
""",
        must={"tests/test_hello.py"},
    ),
    Trap(
        "importlib-mode",
        "With --import-mode=importlib nothing is inserted; the package beside the tests is found from the top.",
        """
-- pyproject.toml --
[tool.pytest.ini_options]
addopts = "--import-mode=importlib"
-- shop/price.py --
VAT = 19
-- shop/tests/test_price.py --
from shop.price import VAT
def test_vat(): assert VAT == 19
-- more/tests/test_price.py --
def test_more(): pass
""",
        """
-- shop/price.py --
VAT = 20
""",
        must={"shop/tests/test_price.py"},
    ),
)
