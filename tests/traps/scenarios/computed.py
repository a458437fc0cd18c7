"""Computed imports and package walks: the module's name is made at run time."""

from __future__ import annotations

from tests.traps.harness import Trap
from tests.traps.scenarios.common import BACKENDS, CASH_EDITED

TRAPS = (
    Trap(
        "import-module-constant",
        "importlib.import_module with a constant name.",
        BACKENDS
        + """
-- tests/test_cash.py --
from importlib import import_module
def test_name(): assert import_module("shop.backends.cash").NAME == "cash"
""",
        CASH_EDITED,
        must={"tests/test_cash.py"},
    ),
    Trap(
        "import-module-relative",
        "import_module with a relative constant and a package.",
        BACKENDS
        + """
-- shop/api.py --
import importlib
backend = importlib.import_module(".backends.cash", package="shop")
-- tests/test_api.py --
from shop.api import backend
def test_name(): assert backend.NAME == "cash"
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
    ),
    Trap(
        "import-module-f-string",
        "The constant part of an f-string fixes the package.",
        BACKENDS
        + """
-- shop/api.py --
import importlib
def backend(name): return importlib.import_module(f"shop.backends.{name}")
-- tests/test_api.py --
from shop.api import backend
def test_name(): assert backend("cash").NAME == "cash"
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
    ),
    Trap(
        "import-module-concatenation",
        "A prefix plus a name from a tuple, as pytest loads its own plugins.",
        BACKENDS
        + """
-- shop/api.py --
defaults = ("cash", "card")
def load():
    return [__import__("shop.backends." + name, fromlist=["NAME"]) for name in defaults]
-- tests/test_api.py --
from shop.api import load
def test_names(): assert [module.NAME for module in load()] == ["cash", "card"]
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
    ),
    Trap(
        "import-module-percent",
        "An old-style format string.",
        BACKENDS
        + """
-- shop/api.py --
import importlib
def backend(name): return importlib.import_module("shop.backends.%s" % name)
-- tests/test_api.py --
from shop.api import backend
def test_name(): assert backend("cash").NAME == "cash"
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
    ),
    Trap(
        "import-module-own-package",
        "The prefix is `__package__`: nothing but the place of the file says which package.",
        BACKENDS
        + """
-- shop/backends/load.py --
import importlib
def backend(name): return importlib.import_module(f"{__package__}.{name}")
-- tests/test_load.py --
from shop.backends.load import backend
def test_name(): assert backend("cash").NAME == "cash"
""",
        CASH_EDITED,
        must={"tests/test_load.py"},
    ),
    Trap(
        "package-walk",
        "pkgutil.iter_modules over a package: an edited plugin.",
        BACKENDS
        + """
-- shop/api.py --
import importlib, pkgutil
import shop.backends
def names():
    found = pkgutil.iter_modules(shop.backends.__path__, "shop.backends.")
    return sorted(importlib.import_module(info.name).NAME for info in found)
-- tests/test_api.py --
from shop.api import names
def test_names(): assert names() == ["card", "cash"]
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
    ),
    Trap(
        "package-walk-new-plugin",
        "The walk finds a file that was not there before; no line names it.",
        BACKENDS
        + """
-- shop/backends/find.py --
import pkgutil
from pathlib import Path
def names(): return sorted(info.name for info in pkgutil.walk_packages([str(Path(__file__).parent)]))
-- tests/test_find.py --
from shop.backends.find import names
def test_names(): assert names() == ["card", "cash", "find"]
""",
        """
-- shop/backends/gift.py --
NAME = "gift"
""",
        must={"tests/test_find.py"},
    ),
    Trap(
        "walk-by-helper",
        "A helper is handed the package's name as a string, as scrapy's walk_modules is.",
        BACKENDS
        + """
-- shop/misc.py --
from importlib import import_module
from pkgutil import iter_modules
def walk_modules(path):
    module = import_module(path)
    return [import_module(path + "." + name) for _, name, _ in iter_modules(module.__path__)]
-- shop/api.py --
from shop.misc import walk_modules
def names(): return sorted(module.NAME for module in walk_modules("shop.backends"))
-- tests/test_api.py --
from shop.api import names
def test_names(): assert names() == ["card", "cash"]
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
    ),
    Trap(
        "glob-and-import",
        "The package's `__init__` imports whatever *.py lies beside it.",
        BACKENDS
        + """
-- shop/backends/__init__.py --
from importlib import import_module
from pathlib import Path
ALL = [import_module("." + path.stem, __name__) for path in sorted(Path(__file__).parent.glob("[a-z]*.py"))]
-- tests/test_all.py --
from shop.backends import ALL
def test_names(): assert [module.NAME for module in ALL] == ["card", "cash"]
""",
        CASH_EDITED,
        must={"tests/test_all.py"},
    ),
)
