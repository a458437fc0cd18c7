"""Real pytest runs, in processes of their own, in small git repositories."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

from tests.gitrepo import GitRepo

#: Two modules with a test file each, one test file that needs both, one that needs none.
FILES: dict[str, str | bytes | None] = {
    "pytest.ini": "[pytest]\npythonpath = src\ntestpaths = tests\n",
    ".gitignore": "__pycache__/\n.pytest_cache/\n.impactgraph_cache/\nreport.json\n",
    "src/one.py": "def value():\n    return 1\n",
    "src/two.py": "def value():\n    return 2\n",
    "src/over.py": "import one\n",
    "tests/test_alone.py": "def test_alone():\n    pass\n",
    "tests/test_both.py": "import over\nimport two\n\n\ndef test_both():\n    assert over.one.value() == 1\n",
    "tests/test_one.py": "import one\n\n\ndef test_one():\n    assert one.value() == 1\n\n\ndef test_again():\n    pass\n",
    "tests/test_two.py": "import two\n\n\ndef test_two():\n    assert two.value() == 2\n",
}


class Outcome(NamedTuple):
    """What a run of pytest came to."""

    code: int
    output: str

    def ran(self) -> list[str]:
        """Files of the tests that ran (with -v) or were listed (with --collect-only -q), in order, each once."""
        names = [
            line.partition("::")[0].rpartition(" ")[2] for line in self.output.splitlines() if "::" in line and " of these " not in line
        ]
        return list(dict.fromkeys(names))


class Project(GitRepo):
    """A checkout in which pytest is run as a user runs it."""

    def pytest(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Outcome:
        """Run pytest with `arguments`, in the top or in `cwd`."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("CI", "COV", "GIT", "IMPACTGRAPH", "PYTEST"))
        }
        command = [sys.executable, "-m", "pytest", "-p", "no:randomly", *arguments]
        done = subprocess.run(
            command,
            cwd=cwd or self.path,
            env=inherited | environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return Outcome(done.returncode, done.stdout + done.stderr)

    def report(self, *arguments: str, **environment: str) -> dict:
        """The report of a run."""
        outcome = self.pytest("--impactgraph", "--impactgraph-report=report.json", *arguments, **environment)
        path = self.path / "report.json"
        assert path.exists(), outcome.output
        return orjson.loads(path.read_bytes())


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Project]:
    """Makes a project of files, committed on the branch that is the base."""

    def project(files: dict[str, str | bytes | None], name: str = "project") -> Project:
        made = Project(tmp_path / name)
        made.commit(files)
        return made

    return project


@pytest.fixture
def project(make: Callable[..., Project]) -> Project:
    """`FILES`, nothing changed."""
    return make(FILES)


@pytest.fixture
def changed(project: Project) -> Project:
    """`FILES` with one module changed: test_one.py is next to the change, test_both.py further away."""
    project.write({"src/one.py": "def value():\n    return 0 + 1\n"})
    return project
