"""The command on a real checkout, as a user or a CI job would call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.gitrepo import GitRepo

TEST = "\n\ndef test_it():\n    assert True\n"
PROJECT: dict[str, str | bytes | None] = {
    "pyproject.toml": "[project]\nname = 'shop'\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
    "shop/__init__.py": "",
    "shop/cart.py": "from shop import price\n",
    "shop/price.py": "def total():\n    return 1\n",
    "shop/mail.py": "",
    "tests/test_cart.py": "import shop.cart" + TEST,
    "tests/test_mail.py": "import shop.mail" + TEST,
    "tests/with space/test_spaced.py": "import shop.cart" + TEST,
}
CHANGED = "def total():\n    return 2\n"


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(directory: Path, *arguments: str, env: dict[str, str] | None = None, stdin: str = "", text: bool = True) -> Done:
    """``python -m impactgraph`` in `directory`, without what CI or a user may have set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CI_", "GITHUB_", "PYTEST_"))}
    clean = {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **(env or {})}
    done = subprocess.run(
        [sys.executable, "-m", "impactgraph", *arguments],
        cwd=directory,
        env=clean,
        input=os.fsencode(stdin),
        capture_output=True,
        check=False,
    )
    decode = os.fsdecode if text else lambda data: data.decode("latin-1")
    return Done(done.returncode, decode(done.stdout), decode(done.stderr))


def shop(path: Path, files: dict[str, str | bytes | None] | None = None) -> GitRepo:
    """The project, committed on main."""
    repo = GitRepo(path)
    repo.commit({**PROJECT, **(files or {})})
    return repo
