"""Packaging, pytest's and our own settings: `all` where it has to be, nothing where nothing can change."""

from __future__ import annotations

from tests.traps.harness import Trap
from tests.traps.scenarios.common import STOCK, USES_YAML

PYPROJECT = """
-- pyproject.toml --
[build-system]
requires = ["setuptools"]
[project]
name = "shop"
version = "{version}"
description = "{description}"
dependencies = ["pyyaml>={yaml}"]
classifiers = ["Programming Language :: Python :: {classifier}"]
[tool.ruff]
line-length = {width}
[tool.black]
line-length = {width}
"""
FIRST = {"version": "1.0", "description": "A shop", "yaml": "6.0", "classifier": "3.11", "width": "80"}
SETUP_CFG = """
-- setup.cfg --
[metadata]
name = shop
[options]
install_requires =
    pyyaml>={yaml}
[flake8]
max-line-length = {width}
"""

TRAPS = (
    Trap(
        "pyproject-linter",
        "Only linters' tables change.",
        STOCK + PYPROJECT.format(**FIRST),
        PYPROJECT.format(**FIRST | {"width": "120"}),
    ),
    Trap(
        "pyproject-metadata",
        "Version, description and classifiers change.",
        STOCK + PYPROJECT.format(**FIRST),
        PYPROJECT.format(**FIRST | {"version": "1.1", "description": "The shop", "classifier": "3.12"}),
    ),
    Trap(
        "pyproject-dependency",
        "A lower bound of a dependency is raised.",
        USES_YAML + PYPROJECT.format(**FIRST),
        PYPROJECT.format(**FIRST | {"yaml": "6.1"}),
        must={"tests/test_config.py"},
        may="all",
        argued="another version of yaml is installed where the tests run",
    ),
    Trap(
        "pytest-setting",
        "xfail becomes strict.",
        STOCK
        + """
-- pyproject.toml --
[tool.pytest.ini_options]
xfail_strict = false
-- tests/test_odd.py --
import pytest
@pytest.mark.xfail
def test_odd(): pass
""",
        """
-- pyproject.toml --
[tool.pytest.ini_options]
xfail_strict = true
""",
        must={"tests/test_odd.py"},
        may="all",
    ),
    Trap(
        "pytest-file-added",
        "A new pytest.ini takes precedence over the settings in pyproject.toml.",
        """
-- pyproject.toml --
[tool.pytest.ini_options]
pythonpath = ["src"]
-- src/shop.py --
N = 1
-- tests/test_shop.py --
from shop import N
def test_n(): assert N == 1
""",
        """
-- pytest.ini --
[pytest]
""",
        must={"tests/test_shop.py"},
        may="all",
    ),
    Trap(
        "python-files-setting",
        "More files become test files; none of them is edited.",
        STOCK
        + """
-- pytest.ini --
[pytest]
-- checks/check_stock.py --
def test_check(): pass
""",
        """
-- pytest.ini --
[pytest]
python_files = test_*.py check_*.py
""",
        must={"checks/check_stock.py"},
        may="all",
    ),
    Trap(
        "entry-point-changed",
        "The metadata names another object; no Python file is touched.",
        STOCK
        + """
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[project.entry-points.payment]
default = "shop.pay:cash"
-- shop/pay.py --
cash, card = "cash", "card"
-- tests/test_pay.py --
from importlib.metadata import entry_points
def test_pay():
    [point] = entry_points(group="payment")
    assert point.load() == "cash"
""",
        """
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[project.entry-points.payment]
default = "shop.pay:card"
""",
        must={"tests/test_pay.py"},
        may="all",
        installed=(".",),
    ),
    Trap(
        "setup-cfg-linter",
        "flake8's section of setup.cfg.",
        STOCK + SETUP_CFG.format(yaml="6.0", width=80),
        SETUP_CFG.format(yaml="6.0", width=120),
    ),
    Trap(
        "setup-cfg-dependency",
        "install_requires of setup.cfg.",
        USES_YAML + SETUP_CFG.format(yaml="6.0", width=80),
        SETUP_CFG.format(yaml="6.1", width=80),
        must={"tests/test_config.py"},
        may="all",
        argued="another version of yaml is installed where the tests run",
    ),
    Trap(
        "tox-ini-with-pytest",
        "tox.ini holds pytest's settings too; python_classes changes.",
        STOCK
        + """
-- tox.ini --
[tox]
envlist = py311
[pytest]
python_classes = Test
-- tests/test_class.py --
class StockSuite:
    def test_left(self): assert True
""",
        """
-- tox.ini --
[tox]
envlist = py311
[pytest]
python_classes = *Suite
""",
        must={"tests/test_class.py"},
        may="all",
    ),
    Trap(
        "setup-py",
        "setup.py builds an extension from now on.",
        STOCK
        + """
-- setup.py --
from setuptools import setup
setup(name="shop", packages=["shop"])
""",
        """
-- setup.py --
from setuptools import Extension, setup
setup(name="shop", packages=["shop"], ext_modules=[Extension("shop._fast", ["shop/_fast.c"])])
""",
        must={"tests/test_stock.py"},
        may="all",
        argued="what is installed may be anything that setup.py says",
    ),
    Trap(
        "tooling-files",
        "Editor, hook, licence and git files.",
        STOCK
        + """
-- .pre-commit-config.yaml --
repos: []
-- .editorconfig --
root = true
-- .gitignore --
*.pyc
-- LICENSE --
MIT
""",
        """
-- .pre-commit-config.yaml --
repos: [{repo: local, hooks: []}]
-- .editorconfig --
root = false
-- .gitignore --
*.pyc
*.log
-- LICENSE --
MIT Licence
""",
    ),
    Trap(
        "interpreter-pin",
        "The file that says which Python runs the tests.",
        STOCK
        + """
-- .python-version --
3.11
""",
        """
-- .python-version --
3.12
""",
        must={"tests/test_stock.py", "test_bystander.py"},
        may="all",
        argued="every test runs on another interpreter",
    ),
    Trap(
        "own-links",
        "[tool.impactgraph] links: a declared edge from a test to a file that nothing names.",
        STOCK
        + """
-- pyproject.toml --
[tool.impactgraph]
links = ["reports/*.dat -> tests/test_report.py"]
-- reports/a.dat --
1
-- tests/test_report.py --
import base64, pathlib
def test_a(): assert next(pathlib.Path(base64.b64decode(b"cmVwb3J0cw==").decode()).iterdir()).read_text() == "1\\n"
""",
        """
-- reports/a.dat --
2
""",
        must={"tests/test_report.py"},
    ),
    Trap(
        "own-always-run",
        "[tool.impactgraph] always-run: selected with whatever is selected.",
        STOCK
        + """
-- pyproject.toml --
[tool.impactgraph]
always-run = ["tests/test_smoke.py"]
-- tests/test_smoke.py --
def test_smoke(): pass
""",
        """
-- shop/stock.py --
LEFT = 4
""",
        must={"tests/test_stock.py", "tests/test_smoke.py"},
        argued="the user asked for the smoke test",
    ),
    Trap(
        "own-global-inputs",
        "[tool.impactgraph] global-inputs: a file that every test depends on.",
        STOCK
        + """
-- pyproject.toml --
[tool.impactgraph]
global-inputs = ["docker/*.yml"]
-- docker/db.yml --
image: 1
""",
        """
-- docker/db.yml --
image: 2
""",
        must={"tests/test_stock.py", "test_bystander.py"},
        may="all",
        argued="the user said that every test depends on it",
    ),
    Trap(
        "own-inert",
        "[tool.impactgraph] inert: files that no test reads.",
        STOCK
        + """
-- pyproject.toml --
[tool.impactgraph]
inert = ["deploy/**"]
-- deploy/values.json --
{"replicas": 1}
-- deploy/roll_out.py --
REPLICAS = 1
""",
        """
-- deploy/values.json --
{"replicas": 2}
-- deploy/roll_out.py --
REPLICAS = 2
""",
    ),
)
