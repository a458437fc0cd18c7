"""The real command, run as a user runs it: another process, in some directory, with some environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
_CI = ("IMPACTGRAPH_BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "GITHUB_BASE_REF", "IMPACTGRAPH_DEBUG", "RUST_BACKTRACE")


class Outcome(NamedTuple):
    """How the command ended; its output as bytes, its complaint as text."""

    code: int
    output: bytes
    complaint: str

    @property
    def lines(self) -> list[str]:
        return os.fsdecode(self.output).splitlines()

    @property
    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.output)
        return answer


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what git and CI systems say in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") and name not in _CI}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(ROOT), **(extra or {})}


def impactgraph(
    directory: Path,
    *arguments: str | bytes,
    variables: Mapping[str, str] | None = None,
    timeout: float = 60,
    prefix: Sequence[str] = (),
) -> Outcome:
    """Run the command in `directory`; whatever comes of it, there is no traceback."""
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "impactgraph", *arguments],
        cwd=directory,
        env=environment(variables),
        capture_output=True,
        check=False,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )
    complaint = done.stderr.decode("utf-8", "backslashreplace")
    assert "Traceback" not in complaint, complaint
    assert "panicked" not in complaint, complaint
    assert "internal error" not in complaint, complaint
    return Outcome(done.returncode, done.stdout, complaint)


def refused(outcome: Outcome, *parts: str) -> None:
    """The command ended with 2, said nothing on standard output, and its message and hint hold `parts`."""
    assert outcome.code == 2, outcome
    assert outcome.output == b""
    assert "hint: " in outcome.complaint
    for part in parts:
        assert part in outcome.complaint, outcome.complaint
