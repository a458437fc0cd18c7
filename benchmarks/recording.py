"""What recording a run costs.

    python -m benchmarks.recording [RUNS]

RUNS: runs of each kind, 15 by default. A wheel of this project is built and installed into an environment made for it. The same 5,000 quick
tests in 50 files of a clean checkout run with and without recording, in turn; medians of CPU seconds of pytest and all its children.
Bytecode caches are warm, and the history holds the runs before: the usual case.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.plugin import cpu, environment

FILES, TESTS = 50, 100  # tests per file
BAR = 0.02
KINDS = {"off": (), "on": ("-o", "impactgraph_record=true")}


def main(runs: int = 15) -> None:
    """Print both medians, and what recording adds."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as scratch:
        python = environment(Path(scratch))
        project = checkout(Path(scratch, "project"))
        pairs = [pair(python, project) for _ in range(runs + 1)][1:]  # the first warms the caches
    off, on = (median(seconds) for seconds in zip(*pairs, strict=True))
    print(f"{FILES * TESTS} tests: {off:.3f} s, recorded {on:.3f} s: {on / off - 1:+.2%} (bar: {BAR:.0%})")
    print(f"median of the pairs' ratios: {median(after / before for before, after in pairs) - 1:+.2%}")


def checkout(project: Path) -> Path:
    """A clean git checkout with the tests."""
    project.mkdir()
    body = "\n\n".join(f"def test_quick_{number}():\n    assert {number} >= 0\n" for number in range(TESTS))
    for number in range(FILES):
        (project / f"test_part_{number}.py").write_text(body)
    (project / ".gitignore").write_text("__pycache__/\n.pytest_cache/\n")
    identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")
    for arguments in (("init", "-q"), ("add", "."), (*identity, "commit", "-q", "-m", "tests")):
        subprocess.run(["git", *arguments], cwd=project, check=True)
    return project


def pair(python: str, project: Path) -> tuple[float, float]:
    """CPU seconds without and with recording."""
    off, on = (cpu([python, "-m", "pytest", "-q", *arguments], project, (0,)) for arguments in KINDS.values())
    return off, on


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
