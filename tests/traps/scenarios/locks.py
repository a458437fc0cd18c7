"""Lock and requirement files: one package at a time."""

from __future__ import annotations

from tests.traps.harness import Trap
from tests.traps.scenarios.common import STOCK, USES_YAML

UV_LOCK = """
-- uv.lock --
version = 1
requires-python = ">=3.11"

[[package]]
name = "pyyaml"
version = "{yaml}"

[[package]]
name = "shop"
version = "1.0"
source = {{ editable = "." }}
dependencies = [{{ name = "pyyaml" }}, {{ name = "ruff" }}]

[[package]]
name = "ruff"
version = "{ruff}"
"""

TRAPS = (
    Trap(
        "lock-one-package",
        "One package of uv.lock is bumped; only one module imports it.",
        USES_YAML + UV_LOCK.format(yaml="6.0", ruff="0.1"),
        UV_LOCK.format(yaml="6.0.1", ruff="0.1"),
        must={"tests/test_config.py"},
        argued="another version of yaml is installed where the tests run",
    ),
    Trap(
        "lock-linter",
        "The linter's package is bumped in the lock; nobody imports it.",
        USES_YAML + UV_LOCK.format(yaml="6.0", ruff="0.1"),
        UV_LOCK.format(yaml="6.0", ruff="0.2"),
        argued="ruff is a program that no test starts",
    ),
    Trap(
        "lock-indirect-package",
        "urllib3 is bumped in poetry.lock: the tests of whoever imports requests see it.",
        STOCK
        + """
-- shop/web.py --
try:
    import requests
except ImportError:
    requests = None
-- tests/test_web.py --
import shop.web
def test_web(): assert shop.web
-- poetry.lock --
[[package]]
name = "requests"
version = "2.32.0"
[package.dependencies]
urllib3 = ">=1.21"

[[package]]
name = "urllib3"
version = "2.2.0"
""",
        """
-- poetry.lock --
[[package]]
name = "requests"
version = "2.32.0"
[package.dependencies]
urllib3 = ">=1.21"

[[package]]
name = "urllib3"
version = "2.2.1"
""",
        must={"tests/test_web.py"},
        may="all",
        argued="requests runs on another urllib3",
    ),
    Trap(
        "requirements-one-package",
        "One line of requirements.txt.",
        USES_YAML
        + """
-- requirements.txt --
# what the tests need
pyyaml==6.0
pytest
""",
        """
-- requirements.txt --
# what the tests need
pyyaml==6.0.1
pytest
""",
        must={"tests/test_config.py"},
        argued="another version of yaml is installed where the tests run",
    ),
    Trap(
        "requirements-comment",
        "A comment and an empty line of a requirement file.",
        USES_YAML
        + """
-- requirements/dev.txt --
pyyaml==6.0
""",
        """
-- requirements/dev.txt --
# pinned

pyyaml==6.0
""",
    ),
    Trap(
        "requirements-pytest",
        "pytest itself is bumped.",
        USES_YAML
        + """
-- requirements.txt --
pytest==8.3.0
""",
        """
-- requirements.txt --
pytest==9.0.0
""",
        must={"tests/test_config.py", "tests/test_stock.py", "test_bystander.py"},
        may="all",
        argued="the runner of every test changes",
    ),
    Trap(
        "lock-of-another-ecosystem",
        "The front end's lock and packages.",
        STOCK
        + """
-- web/package.json --
{"dependencies": {"react": "18.0.0"}}
-- web/package-lock.json --
{"lockfileVersion": 3}
""",
        """
-- web/package.json --
{"dependencies": {"react": "19.0.0"}}
-- web/package-lock.json --
{"lockfileVersion": 3, "packages": {}}
""",
    ),
)
