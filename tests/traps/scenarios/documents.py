"""Documentation, and Python files that a test reads as text."""

from __future__ import annotations

from tests.traps.harness import Trap
from tests.traps.scenarios.common import STOCK

TRAPS = (
    Trap(
        "readme-opened-by-a-test",
        "Documentation, but a test reads it.",
        STOCK
        + """
-- README.md --
# shop
-- tests/test_readme.py --
from pathlib import Path
def test_title(): assert (Path(__file__).parent.parent / "README.md").read_text().startswith("# shop")
""",
        """
-- README.md --
# store
""",
        must={"tests/test_readme.py"},
    ),
    Trap(
        "documentation-nobody-reads",
        "README, changelog, docs and CI files change.",
        STOCK
        + """
-- README.md --
# shop
-- CHANGELOG.md --
-- docs/index.rst --
shop
-- .github/workflows/ci.yml --
on: push
""",
        """
-- README.md --
# The shop
-- CHANGELOG.md --
1.0
-- docs/index.rst --
The shop
-- .github/workflows/ci.yml --
on: [push, pull_request]
""",
    ),
    Trap(
        "doctest-text-file",
        "pytest's settings make a text file of the documentation a test file.",
        STOCK
        + """
-- pytest.ini --
[pytest]
addopts = --doctest-glob=*.rst
-- docs/usage.rst --
>>> from shop.stock import LEFT
>>> LEFT
3
-- docs/other.rst --
>>> 1
1
""",
        """
-- shop/stock.py --
LEFT = 4
""",
        must={"tests/test_stock.py", "docs/usage.rst"},
    ),
    Trap(
        "doctest-text-file-edited",
        "The documentation file is itself the test.",
        STOCK
        + """
-- pytest.ini --
[pytest]
addopts = --doctest-glob=*.md
-- docs/usage.md --
    >>> 1 + 1
    2
""",
        """
-- docs/usage.md --
    >>> 1 + 2
    2
""",
        must={"docs/usage.md"},
    ),
    Trap(
        "doctest-modules",
        "A docstring is a test: the module is its own test file.",
        STOCK
        + """
-- pyproject.toml --
[tool.pytest.ini_options]
addopts = "--doctest-modules"
[tool.impactgraph]
docstrings = "inert"
-- shop/math.py --
def add(a, b):
    '''
    >>> add(1, 1)
    2
    '''
    return a + b
""",
        """
-- shop/math.py --
def add(a, b):
    '''
    >>> add(1, 1)
    3
    '''
    return a + b
""",
        must={"shop/math.py"},
    ),
    Trap(
        "source-tree-listed",
        "A style test walks over the source files; a new module breaks its rule.",
        STOCK
        + """
-- tests/test_style.py --
from pathlib import Path
def test_names(): assert all(path.stem.islower() for path in Path("shop").rglob("*.py"))
""",
        """
-- shop/Loud.py --
""",
        must={"tests/test_style.py"},
        may={"tests/test_stock.py"},
    ),
    Trap(
        "source-read-as-text",
        "A test reads a module's text instead of importing it.",
        STOCK
        + """
-- shop/version.py --
VERSION = "1.0"
-- tests/test_version.py --
import re
def test_version():
    assert re.search('VERSION = "1', open("shop/version.py").read())
""",
        """
-- shop/version.py --
VERSION = "2.0"
""",
        must={"tests/test_version.py"},
    ),
)
