"""Files that are not Python: opened by path, read as package data, listed, rendered."""

from __future__ import annotations

from tests.traps.harness import Trap
from tests.traps.scenarios.common import STOCK

TRAPS = (
    Trap(
        "data-by-literal-path",
        "The test opens a file by a path from the top.",
        STOCK
        + """
-- testdata/rates.json --
{"vat": 19}
-- tests/test_rates.py --
import json
def test_vat():
    with open("testdata/rates.json") as file:
        assert json.load(file)["vat"] == 19
""",
        """
-- testdata/rates.json --
{"vat": 20}
""",
        must={"tests/test_rates.py"},
    ),
    Trap(
        "data-beside-the-module",
        "A module of the package reads a file beside it at import time.",
        STOCK
        + """
-- shop/tax/__init__.py --
-- shop/tax/rates.json --
{"vat": 19}
-- shop/tax/rates.py --
import json
from pathlib import Path
RATES = json.loads((Path(__file__).parent / "rates.json").read_text())
-- tests/test_rates.py --
from shop.tax.rates import RATES
def test_vat(): assert RATES["vat"] == 19
""",
        """
-- shop/tax/rates.json --
{"vat": 20}
""",
        must={"tests/test_rates.py"},
    ),
    Trap(
        "data-in-a-directory-below",
        "os.path.join of a directory and a name that come from different places.",
        STOCK
        + """
-- tests/test_rates.py --
import os
HERE = os.path.dirname(__file__)
def load(name):
    with open(os.path.join(HERE, "data", name + ".txt")) as file:
        return file.read().strip()
def test_vat(): assert load("vat") == "19"
-- tests/data/vat.txt --
19
""",
        """
-- tests/data/vat.txt --
20
""",
        must={"tests/test_rates.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "importlib-resources",
        "Package data through importlib.resources.",
        STOCK
        + """
-- shop/tax/__init__.py --
from importlib import resources
def vat(): return resources.files("shop.tax").joinpath("vat.txt").read_text().strip()
-- shop/tax/vat.txt --
19
-- tests/test_tax.py --
from shop.tax import vat
def test_vat(): assert vat() == "19"
""",
        """
-- shop/tax/vat.txt --
20
""",
        must={"tests/test_tax.py"},
    ),
    Trap(
        "pkgutil-get-data",
        "Package data through pkgutil, from a data directory without `__init__`.",
        STOCK
        + """
-- shop/tax.py --
import pkgutil
def vat(): return pkgutil.get_data("shop", "files/vat.txt").strip()
-- shop/files/vat.txt --
19
-- tests/test_tax.py --
from shop.tax import vat
def test_vat(): assert vat() == b"19"
""",
        """
-- shop/files/vat.txt --
20
""",
        must={"tests/test_tax.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "template",
        "A view renders a template by its name below a templates directory.",
        STOCK
        + """
-- shop/view.py --
from pathlib import Path
from string import Template
TEMPLATES = Path(__file__).resolve().parent / "templates"
def render(template, **values): return Template((TEMPLATES / template).read_text()).substitute(values)
-- shop/templates/mail/hello.html --
Hello $name
-- tests/test_view.py --
from shop.view import render
def test_hello(): assert render("mail/hello.html", name="Ann") == "Hello Ann\\n"
""",
        """
-- shop/templates/mail/hello.html --
Dear $name
""",
        must={"tests/test_view.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "new-file-in-a-listed-directory",
        "The test makes its parameters from a directory's listing; a file is added.",
        STOCK
        + """
-- tests/cases/one.txt --
1
-- tests/test_cases.py --
import pathlib, pytest
CASES = sorted((pathlib.Path(__file__).parent / "cases").glob("*.txt"))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case): assert case.read_text() == "1\\n"
""",
        """
-- tests/cases/two.txt --
2
""",
        must={"tests/test_cases.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "file-deleted-from-a-listed-directory",
        "The same with a file that goes; the listing is by os.listdir of a relative path.",
        STOCK
        + """
-- tests/golden/one.txt --
1
-- tests/golden/two.txt --
2
-- tests/test_golden.py --
import os
def test_golden(): assert sorted(os.listdir("tests/golden")) == ["one.txt", "two.txt"]
""",
        """
-- tests/golden/two.txt -- deleted
""",
        must={"tests/test_golden.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "parametrised-from-a-file",
        "conftest.py reads a CSV and makes parameters of it.",
        STOCK
        + """
-- tests/table/conftest.py --
import csv, pathlib
ROWS = list(csv.reader((pathlib.Path(__file__).parent / "rows.csv").open()))
def pytest_generate_tests(metafunc):
    if "row" in metafunc.fixturenames:
        metafunc.parametrize("row", ROWS)
-- tests/table/rows.csv --
1,1
-- tests/table/test_rows.py --
def test_row(row): assert row[0] == row[1]
""",
        """
-- tests/table/rows.csv --
1,1
1,2
""",
        must={"tests/table/test_rows.py"},
    ),
    Trap(
        "data-file-by-environment-file",
        "The root conftest reads .env.test.",
        STOCK
        + """
-- conftest.py --
import os, pathlib
for line in pathlib.Path(__file__).with_name(".env.test").read_text().splitlines():
    os.environ.__setitem__(*line.split("="))
-- .env.test --
LIMIT=3
-- tests/test_limit.py --
import os
def test_limit(): assert os.environ["LIMIT"] == "3"
""",
        """
-- .env.test --
LIMIT=4
""",
        must={"tests/test_limit.py"},
        may="all",
    ),
    Trap(
        "version-file",
        "The package reads a file without suffix from the top.",
        STOCK
        + """
-- VERSION --
1.0
-- shop/version.py --
import os
with open(os.path.join(os.path.dirname(os.path.dirname(__file__)), "VERSION")) as file:
    VERSION = file.read().strip()
-- tests/test_version.py --
from shop.version import VERSION
def test_version(): assert VERSION == "1.0"
""",
        """
-- VERSION --
2.0
""",
        must={"tests/test_version.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "data-moved",
        "A data file is renamed without an edit; who opens it by the old name fails.",
        STOCK
        + """
-- shop/rates.sql --
select 19
-- tests/test_sql.py --
from pathlib import Path
def test_sql(): assert Path("shop/rates.sql").read_text() == "select 19\\n"
""",
        """
-- shop/tax.sql -- moved from shop/rates.sql
""",
        must={"tests/test_sql.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "fixture-directory-of-a-package",
        "Test data lies far from the test, below the package; only a variable's default names the directory.",
        STOCK
        + """
-- shop/testing/__init__.py --
import pathlib
def sample(name, folder="samples"): return (pathlib.Path(__file__).parent / folder / name).read_text()
-- shop/testing/samples/a.txt --
a
-- tests/test_sample.py --
from shop.testing import sample
def test_a(): assert sample("a.txt") == "a\\n"
""",
        """
-- shop/testing/samples/a.txt --
b
""",
        must={"tests/test_sample.py"},
        may={"tests/test_stock.py"},
    ),
)
