"""Child processes: which of them live, by the journals that they tell in."""

from __future__ import annotations

import os

from impactgraph.sources.history.children import read_child
from impactgraph.sources.history.journal import CHILD


def still_living(prefix: str, children: set[int]) -> set[int]:
    """Those of `children` that live, or of which a process lives that they started. `prefix`: of the names of their journals."""
    return {number for number in children if _is_living(f"{prefix}-{number}")}


def _is_living(name: str) -> bool:
    try:
        with open(f"{name}{CHILD}", "rb") as file:
            child = read_child(file.read())
    except (OSError, ValueError):  # it may not have begun yet
        return True
    return _runs(child.process) or any(_is_living(f"{name}-{number}") for number in child.children)


def _runs(process: int) -> bool:
    """Whether a process has not ended; one that nobody has waited for yet has."""
    try:
        return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:  # waited for, or not our own child
        pass
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
