"""conftest.py and pytest plugins."""

from __future__ import annotations

from tests.traps.harness import Trap

SHARED_FIXTURE = """
import pytest
@pytest.fixture
def limit(): return {}
"""
READS_LIMIT = """
def test_limit(limit): assert limit == 3
"""

TRAPS = (
    Trap(
        "conftest-fixture",
        "A fixture of tests/conftest.py changes; tests outside that directory can't see it.",
        f"""
-- tests/conftest.py --{SHARED_FIXTURE.format(3)}
-- tests/test_a.py --{READS_LIMIT}
-- tests/deep/test_b.py --{READS_LIMIT}
-- tests/test_c.py --
def test_c(): pass
""",
        f"""
-- tests/conftest.py --{SHARED_FIXTURE.format(4)}
""",
        must={"tests/test_a.py", "tests/deep/test_b.py"},
        may={"tests/test_c.py"},
    ),
    Trap(
        "conftest-at-the-top",
        "The root conftest serves every test of the repository.",
        f"""
-- conftest.py --{SHARED_FIXTURE.format(3)}
-- shop/tests/test_a.py --{READS_LIMIT}
""",
        f"""
-- conftest.py --{SHARED_FIXTURE.format(4)}
""",
        must={"shop/tests/test_a.py"},
        may="all",
    ),
    Trap(
        "conftest-added",
        "A new conftest overrides a fixture for one directory.",
        f"""
-- tests/conftest.py --{SHARED_FIXTURE.format(3)}
-- tests/test_a.py --{READS_LIMIT}
-- tests/deep/test_b.py --{READS_LIMIT}
""",
        f"""
-- tests/deep/conftest.py --{SHARED_FIXTURE.format(4)}
""",
        must={"tests/deep/test_b.py"},
        may={"tests/test_a.py"},
    ),
    Trap(
        "conftest-deleted",
        "The conftest that overrode a fixture goes.",
        f"""
-- tests/conftest.py --{SHARED_FIXTURE.format(4)}
-- tests/test_a.py --
def test_limit(limit): assert limit == 4
-- tests/deep/conftest.py --{SHARED_FIXTURE.format(3)}
-- tests/deep/test_b.py --{READS_LIMIT}
""",
        """
-- tests/deep/conftest.py -- deleted
""",
        must={"tests/deep/test_b.py"},
        may={"tests/test_a.py"},
    ),
    Trap(
        "conftest-imports-helper",
        "The root conftest gets its fixture's value from a helper that no test imports.",
        """
-- conftest.py --
import pytest
from support.values import LIMIT
@pytest.fixture
def limit(): return LIMIT
-- support/values.py --
LIMIT = 3
-- tests/test_a.py --
def test_limit(limit): assert limit == 3
""",
        """
-- support/values.py --
LIMIT = 4
""",
        must={"tests/test_a.py"},
        may="all",
    ),
    Trap(
        "conftest-comment",
        "Only a comment of the root conftest changes.",
        f"""
-- conftest.py --{SHARED_FIXTURE.format(3)}
-- tests/test_a.py --{READS_LIMIT}
""",
        f"""
-- conftest.py --{SHARED_FIXTURE.format(3)}
# Three is enough.
""",
    ),
    Trap(
        "conftest-imported-by-name",
        "A test of another directory imports a constant from a conftest.",
        """
-- tests/__init__.py --
-- tests/a/__init__.py --
-- tests/a/conftest.py --
LIMIT = 3
-- tests/b/__init__.py --
-- tests/b/test_b.py --
from tests.a.conftest import LIMIT
def test_limit(): assert LIMIT == 3
""",
        """
-- tests/a/conftest.py --
LIMIT = 4
""",
        must={"tests/b/test_b.py"},
    ),
    Trap(
        "collection-hook-in-a-subdirectory",
        "pytest_collection_modifyitems of tests/a/conftest.py is given the items of tests/b as well.",
        """
-- tests/a/conftest.py --
def pytest_collection_modifyitems(items): pass
-- tests/a/test_a.py --
def test_a(): pass
-- tests/b/test_b.py --
def test_slow(): pass
""",
        """
-- tests/a/conftest.py --
import pytest
def pytest_collection_modifyitems(items):
    for item in items:
        if "slow" in item.name:
            item.add_marker(pytest.mark.skip)
""",
        must={"tests/b/test_b.py"},
        may="all",
    ),
    Trap(
        "generate-tests-in-conftest",
        "pytest_generate_tests of conftest.py makes the parameters from a module.",
        """
-- tests/conftest.py --
from shop.currencies import ALL
def pytest_generate_tests(metafunc):
    if "currency" in metafunc.fixturenames:
        metafunc.parametrize("currency", ALL)
-- shop/currencies.py --
ALL = ["EUR"]
-- tests/test_a.py --
def test_currency(currency): assert currency
-- tests/test_b.py --
def test_b(): pass
""",
        """
-- shop/currencies.py --
ALL = ["EUR", ""]
""",
        must={"tests/test_a.py"},
        may={"tests/test_b.py"},
    ),
    Trap(
        "collect-ignore",
        "conftest.py stops ignoring a test file.",
        """
-- tests/conftest.py --
collect_ignore = ["test_old.py"]
-- tests/test_old.py --
def test_old(): pass
-- tests/test_new.py --
def test_new(): pass
""",
        """
-- tests/conftest.py --
collect_ignore = []
""",
        must={"tests/test_old.py"},
        may={"tests/test_new.py"},
    ),
    Trap(
        "pytest-plugins-string",
        "The root conftest names a plugin module in a string.",
        """
-- conftest.py --
pytest_plugins = "shop.testing"
-- shop/__init__.py --
-- shop/testing.py --
import pytest
@pytest.fixture
def limit(): return 3
-- tests/test_a.py --
def test_limit(limit): assert limit == 3
""",
        """
-- shop/testing.py --
import pytest
@pytest.fixture
def limit(): return 4
""",
        must={"tests/test_a.py"},
        may="all",
    ),
    Trap(
        "pytest-plugins-in-a-test",
        "A test module names its plugins in a list; the plugin imports the change.",
        """
-- tests/__init__.py --
-- tests/plugs.py --
import pytest
from tests.values import LIMIT
@pytest.fixture
def limit(): return LIMIT
-- tests/values.py --
LIMIT = 3
-- tests/test_a.py --
pytest_plugins = ["tests.plugs"]
def test_limit(limit): assert limit == 3
""",
        """
-- tests/values.py --
LIMIT = 4
""",
        must={"tests/test_a.py"},
        may="all",
    ),
    Trap(
        "plugin-in-addopts",
        "pytest's own settings load a plugin with -p.",
        """
-- pytest.ini --
[pytest]
addopts = -p shop_testing
-- shop_testing.py --
import pytest
@pytest.fixture
def limit(): return 3
-- tests/test_a.py --
def test_limit(limit): assert limit == 3
""",
        """
-- shop_testing.py --
import pytest
@pytest.fixture
def limit(): return 4
""",
        must={"tests/test_a.py"},
        may="all",
    ),
    Trap(
        "plugin-by-entry-point",
        "The project is a pytest plugin itself: pytest11 in its metadata.",
        """
-- pyproject.toml --
[project]
name = "shop"
version = "1.0"
[project.entry-points.pytest11]
shop = "shop.plugin"
-- src/shop/__init__.py --
-- src/shop/plugin.py --
import pytest
@pytest.fixture
def limit(): return 3
-- tests/test_a.py --
def test_limit(limit): assert limit == 3
""",
        """
-- src/shop/plugin.py --
import pytest
@pytest.fixture
def limit(): return 4
""",
        must={"tests/test_a.py"},
        may="all",
        installed=("src",),
    ),
    Trap(
        "plugin-registered-by-hand",
        "pytest_configure of the root conftest imports a plugin by name.",
        """
-- conftest.py --
def pytest_configure(config):
    config.pluginmanager.import_plugin("support.fixtures")
-- support/__init__.py --
-- support/fixtures.py --
import pytest
@pytest.fixture
def limit(): return 3
-- tests/test_a.py --
def test_limit(limit): assert limit == 3
""",
        """
-- support/fixtures.py --
import pytest
@pytest.fixture
def limit(): return 4
""",
        must={"tests/test_a.py"},
        may="all",
    ),
)
