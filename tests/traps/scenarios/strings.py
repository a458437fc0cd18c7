"""Modules that strings name: settings, patches, child processes, metadata."""

from __future__ import annotations

from tests.traps.harness import BYSTANDER, Trap
from tests.traps.scenarios.common import BACKENDS, CASH_EDITED

TRAPS = (
    Trap(
        "settings-strings",
        "A settings module names classes by their dotted path; import_string loads them.",
        BACKENDS
        + """
-- shop/settings.py --
BACKENDS = ["shop.backends.cash.NAME"]
-- shop/loading.py --
from importlib import import_module
def import_string(path):
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
-- shop/api.py --
from shop import settings
from shop.loading import import_string
def names(): return [import_string(path) for path in settings.BACKENDS]
-- tests/test_api.py --
from shop.api import names
def test_names(): assert names() == ["cash"]
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
    ),
    Trap(
        "settings-module-in-the-environment",
        "The root conftest names the settings module in os.environ, as Django projects do.",
        """
-- conftest.py --
import os
os.environ.setdefault("SHOP_SETTINGS", "shop.settings_test")
-- shop/__init__.py --
-- shop/settings_test.py --
LIMIT = 3
-- shop/conf.py --
import importlib, os
settings = importlib.import_module(os.environ["SHOP_SETTINGS"])
-- tests/test_conf.py --
from shop.conf import settings
def test_limit(): assert settings.LIMIT == 3
""",
        """
-- shop/settings_test.py --
LIMIT = 4
""",
        must={"tests/test_conf.py"},
        may="all",
    ),
    Trap(
        "class-path-in-a-config-file",
        "A TOML file, read by its name, holds the dotted path.",
        BACKENDS
        + """
-- shop/shop.toml --
backend = "shop.backends.cash"
-- shop/api.py --
import importlib, pathlib, tomllib
CONFIG = tomllib.loads((pathlib.Path(__file__).parent / "shop.toml").read_text())
backend = importlib.import_module(CONFIG["backend"])
-- tests/test_api.py --
from shop.api import backend
def test_name(): assert backend.NAME == "cash"
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "mock-patch-string",
        "mock.patch imports the module that its string names; nobody else does.",
        BACKENDS
        + """
-- tests/test_patch.py --
from unittest import mock
def test_name():
    with mock.patch("shop.backends.cash.NAME", "x") as name:
        assert name == "x"
""",
        """
-- shop/backends/cash.py --
TITLE = "cash"
""",
        must={"tests/test_patch.py"},
    ),
    Trap(
        "monkeypatch-string",
        "monkeypatch.setattr with a dotted string.",
        BACKENDS
        + """
-- tests/test_patch.py --
def test_name(monkeypatch):
    monkeypatch.setattr("shop.backends.cash.NAME", "x")
""",
        """
-- shop/backends/cash.py -- deleted
""",
        must={"tests/test_patch.py"},
    ),
    Trap(
        "importorskip",
        "pytest.importorskip: the module goes, and the test would be skipped without a word.",
        BACKENDS
        + """
-- tests/test_cash.py --
import pytest
cash = pytest.importorskip("shop.backends.cash", exc_type=ImportError)
def test_name(): assert cash.NAME == "cash"
""",
        """
-- shop/backends/cash.py -- deleted
""",
        must={"tests/test_cash.py"},
    ),
    Trap(
        "logging-configuration",
        "dictConfig gets a handler's class as a string.",
        BACKENDS
        + """
-- shop/logs.py --
import logging
class Handler(logging.NullHandler): level_name = "low"
-- tests/test_logs.py --
import logging, logging.config
CONFIG = {"version": 1, "handlers": {"h": {"class": "shop.logs.Handler"}}, "root": {"handlers": ["h"]}}
def test_level():
    logging.config.dictConfig(CONFIG)
    assert logging.getLogger().handlers[-1].level_name == "low"
""",
        """
-- shop/logs.py --
import logging
class Handler(logging.NullHandler): level_name = "high"
""",
        must={"tests/test_logs.py"},
    ),
    Trap(
        "python-m-in-a-child",
        "The test starts `python -m shop.cli`.",
        BACKENDS
        + """
-- shop/cli.py --
from shop.backends.cash import NAME
if __name__ == "__main__":
    print(NAME)
-- tests/test_cli.py --
import subprocess, sys
def test_name():
    assert subprocess.check_output([sys.executable, "-m", "shop.cli"], text=True) == "cash\\n"
""",
        CASH_EDITED,
        must={"tests/test_cli.py"},
    ),
    Trap(
        "python-m-of-a-package",
        "`python -m shop` runs shop/__main__.py; the string is one bare word.",
        BACKENDS
        + """
-- shop/__main__.py --
print("cash")
-- tests/test_main.py --
import subprocess, sys
def test_name():
    assert subprocess.check_output([sys.executable, "-m", "shop"], text=True) == "cash\\n"
""",
        """
-- shop/__main__.py --
print("coins")
""",
        must={"tests/test_main.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "script-by-path",
        "The test runs a script that it finds from its own place; the script imports a module beside it.",
        BACKENDS
        + """
-- scripts/report.py --
from rates import VAT
print(VAT)
-- scripts/rates.py --
VAT = 19
-- tests/test_report.py --
import pathlib, subprocess, sys
SCRIPT = pathlib.Path(__file__).parents[1] / "scripts" / "report.py"
def test_report(): assert subprocess.check_output([sys.executable, SCRIPT], text=True) == "19\\n"
""",
        """
-- scripts/rates.py --
VAT = 20
""",
        must={"tests/test_report.py"},
    ),
    Trap(
        "runpy",
        "runpy.run_path with a relative path, runpy.run_module with a name.",
        BACKENDS
        + """
-- tools/make.py --
N = 1
-- shop/job.py --
N = 1
-- tests/test_run.py --
import runpy
def test_path(): assert runpy.run_path("tools/make.py")["N"] == 1
-- tests/test_job.py --
import runpy
def test_module(): assert runpy.run_module("shop.job")["N"] == 1
""",
        """
-- tools/make.py --
N = 2
-- shop/job.py --
N = 2
""",
        must={"tests/test_run.py", "tests/test_job.py"},
    ),
    Trap(
        "spec-from-file",
        "spec_from_file_location loads a file under a name that is nowhere in the tree.",
        BACKENDS
        + """
-- docs/conf.py --
project = "shop"
-- tests/test_docs.py --
import importlib.util, os
HERE = os.path.dirname(os.path.abspath(__file__))
def test_project():
    spec = importlib.util.spec_from_file_location("docs_conf", os.path.join(HERE, os.pardir, "docs", "conf.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.project == "shop"
""",
        """
-- docs/conf.py --
project = "store"
""",
        must={"tests/test_docs.py"},
    ),
    Trap(
        "entry-points-of-the-project",
        "The project finds its own plugins through installed metadata.",
        BACKENDS
        + """
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[project.entry-points."shop.backends"]
cash = "shop.backends.cash:NAME"
-- shop/api.py --
from importlib.metadata import entry_points
def names(): return [point.load() for point in entry_points(group="shop.backends")]
-- tests/test_api.py --
from shop.api import names
def test_names(): assert names() == ["cash"]
""",
        CASH_EDITED,
        must={"tests/test_api.py"},
        may={"tests/test_stock.py"},
        installed=(".",),
    ),
    Trap(
        "console-script",
        "The test looks a command of the project up in the metadata and calls it.",
        BACKENDS
        + """
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[project.scripts]
shop-pay = "shop.pay:main"
-- shop/pay.py --
def main(): return "cash"
-- tests/test_pay.py --
from importlib.metadata import entry_points
def test_pay():
    [command] = entry_points(group="console_scripts", name="shop-pay")
    assert command.load()() == "cash"
""",
        """
-- shop/pay.py --
def main(): return "coins"
""",
        must={"tests/test_pay.py"},
        may={"tests/test_stock.py"},
        installed=(".",),
    ),
    Trap(
        "patch-in-pieces",
        "The target of a patch is too long for a line: two literals, of which neither names the module.",
        BYSTANDER
        + """
-- shop/__init__.py --
-- shop/pay/__init__.py --
-- shop/pay/card.py --
def charge(): return 1
-- tests/test_pay.py --
from unittest import mock
def test_pay():
    with mock.patch(
        "shop.pay."
        "card.charge"
    ):
        pass
""",
        """
-- shop/pay/card.py --
def debit(): return 1
""",
        must={"tests/test_pay.py"},
    ),
)
