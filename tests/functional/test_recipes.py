"""The shell steps of the recipes for CI, run as they are written, but for the installation: the packages are here already."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.command import ROOT, environment
from tests.functional.plugin.conftest import FILES
from tests.gitrepo import GitRepo

_STEP = re.compile(r"^\s*(?:- )?run: (.+)$|^    - ((?!if: |\w+: ).+)$", re.MULTILINE)


def steps(document: str, title: str) -> list[str]:
    """The shell lines of the YAML below a title."""
    section = (
        (ROOT / document)
        .read_text()
        .split(title, 1)[1]
        .split("\n## ", 1)[0]
        .split("\nGitLab:" if title == "GitHub Actions:" else "\n## ", 1)[0]
    )
    blocks = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    found = [one or other for block in blocks for one, other in _STEP.findall(block)]
    return [step for step in found if not step.startswith("pip install")]


Checkout = Callable[[str], Path]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A clone as CI makes one, of a branch with the change of one module; or with nothing changed, as on the default branch."""

    def make(branch: str) -> Path:
        origin = GitRepo(tmp_path / "origin")
        origin.commit(FILES)
        origin.git("switch", "-q", "-c", "feature")
        origin.commit({"src/one.py": "def value():\n    return 0 + 1\n"})
        subprocess.run(["git", "clone", "-q", origin.path, tmp_path / "clone"], check=True, env=environment())
        commit = origin.git("rev-parse", branch)
        subprocess.run(["git", "checkout", "-q", "--detach", commit], cwd=tmp_path / "clone", check=True, env=environment())
        return tmp_path / "clone"

    return make


def shell(directory: Path, step: str, **variables: str) -> str:
    """Output of a step, run by the shell of the CI systems; it has to succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step],
        cwd=directory,
        env=environment({"PATH": path, "CI": "true", **variables}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(("document", "title"), [("README.md", "GitHub Actions:"), ("docs/ci.md", "## GitHub Actions")])
def test_github(checkout: Checkout, document: str, title: str, tmp_path: Path) -> None:
    run, everything, *more = steps(document, title)
    clone = checkout("feature")
    assert "3 passed" in shell(clone, run, GITHUB_BASE_REF="main", GITHUB_ACTIONS="true")
    assert "5 passed" in shell(clone, everything)
    variables = {
        "GITHUB_BASE_REF": "main",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": f"{tmp_path}/out",
        "GITHUB_STEP_SUMMARY": f"{tmp_path}/sum",
    }
    told = [shell(clone, step, **variables) for step in more]
    if more:
        assert "decision=subset" in (tmp_path / "out").read_text()
        assert "src/one.py" in (tmp_path / "sum").read_text()
        assert "3 passed" in told[-1]


@pytest.mark.parametrize(("document", "title"), [("README.md", "\nGitLab:"), ("docs/ci.md", "## GitLab")])
def test_gitlab(checkout: Checkout, document: str, title: str) -> None:
    (step,) = steps(document, title)
    clone = checkout("feature")
    base = shell(clone, "git rev-parse origin/main").strip()
    assert "3 passed" in shell(clone, step, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert "5 passed" in shell(clone, step)


def test_on_the_default_branch_all_runs(checkout: Checkout) -> None:
    run, *_ = steps("docs/ci.md", "## GitHub Actions")
    assert "5 passed" in shell(checkout("main"), run)


def test_anywhere_else(checkout: Checkout) -> None:
    section = (ROOT / "docs" / "ci.md").read_text().split("## Anywhere else", 1)[1].split("\n## ", 1)[0]
    run, pipe, question = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    clone = checkout("feature")
    assert "3 passed" in shell(clone, run)
    assert "3 passed" in shell(clone, pipe)
    assert "1\n" in shell(clone, f"{question.strip()} || echo $?")
