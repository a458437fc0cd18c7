"""What tests read beside the code: settings of their project, programs, configurations by a bare name. A stranger's finds."""

from __future__ import annotations

from tests.traps.harness import BYSTANDER, Trap

TRAPS = (
    Trap(
        "version-in-pyproject-read",
        "The version is metadata to everyone but the test that reads it.",
        BYSTANDER
        + """
-- pyproject.toml --
[project]
name = "shop"
version = "1"
-- tests/test_version.py --
import tomllib
from pathlib import Path
def test_version():
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    assert tomllib.loads(text)["project"]["version"] == "1"
""",
        """
-- pyproject.toml --
[project]
name = "shop"
version = "2"
""",
        must={"tests/test_version.py"},
    ),
    Trap(
        "script-by-directory-and-name",
        "The test starts programs of a directory by a name that is a parameter.",
        BYSTANDER
        + """
-- scripts/gen.py --
X = 0
-- tests/test_scripts.py --
import subprocess, sys
from pathlib import Path
SCRIPTS = Path(__file__).parent.parent / "scripts"
def run(name): return subprocess.run([sys.executable, str(SCRIPTS / name)]).returncode
def test_gen(): assert run("gen.py") == 0
""",
        """
-- scripts/gen.py --
raise SystemExit(1)
""",
        must={"tests/test_scripts.py"},
    ),
    Trap(
        "configuration-from-object",
        "Flask's own idiom: the module of the configuration is one bare word.",
        BYSTANDER
        + """
-- app.py --
import importlib
class Config(dict):
    def from_object(self, name): self.update(vars(importlib.import_module(name)))
config = Config()
config.from_object("config")
-- config.py --
LIMIT = 1
-- tests/test_app.py --
import os, sys
sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
import app
def test_limit(): assert app.config["LIMIT"] == 1
""",
        """
-- config.py --
LIMIT = 2
""",
        must={"tests/test_app.py"},
    ),
    Trap(
        "plugins-by-comprehension",
        "pytest_plugins is made of a prefix and a list of names.",
        BYSTANDER
        + """
-- conftest.py --
pytest_plugins = [f"tests.fixtures.{name}" for name in ("db",)]
-- tests/__init__.py --
-- tests/fixtures/__init__.py --
-- tests/fixtures/db.py --
import pytest
@pytest.fixture
def rows(): return 1
-- tests/test_rows.py --
def test_rows(rows): assert rows == 1
""",
        """
-- tests/fixtures/db.py --
import pytest
@pytest.fixture
def rows(): return 2
""",
        must={"tests/test_rows.py"},
        may="all",
    ),
    Trap(
        "program-without-suffix",
        "A test starts a program that is Python, though its name does not say so.",
        BYSTANDER
        + """
-- shop/__init__.py --
-- shop/vat.py --
VAT = 19
-- bin/vat -- executable
#!/usr/bin/env python3
from shop.vat import VAT
print(VAT)
-- tests/test_program.py --
import os, subprocess, sys
def test_n(): assert subprocess.check_output([sys.executable, "bin/vat"], env={**os.environ, "PYTHONPATH": "."}) == b"19\\n"
""",
        """
-- shop/vat.py --
VAT = 20
""",
        must={"tests/test_program.py"},
    ),
    Trap(
        "notebook",
        "A test runs the cells of a notebook.",
        BYSTANDER
        + """
-- shop/__init__.py --
-- shop/vat.py --
VAT = 19
-- examples/vat.ipynb --
{"cells": [{"source": ["from shop.vat import VAT\\n", "assert VAT == 19"]}]}
-- tests/test_notebook.py --
import json
def test_n():
    with open("examples/vat.ipynb") as file: cells = json.load(file)["cells"]
    for cell in cells: exec("".join(cell["source"]), {})
""",
        """
-- shop/vat.py --
VAT = 20
""",
        must={"tests/test_notebook.py"},
    ),
)
