"""Child processes: which of them live, by the journals that they tell in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from impactgraph.sources.history.children import read_child
from impactgraph.sources.history.journal import CHILD

if TYPE_CHECKING:
    from collections.abc import Mapping


def still_living(prefix: str, children: set[int], processes: Mapping[int, int]) -> set[int]:
    """Those of `children` that live, or of which a process lives that they started.

    `prefix`: of the names of their journals. `processes`: what is known of their ids; the others write theirs down.
    """
    return {number for number in children if _is_living(f"{prefix}-{number}", processes.get(number))}


def _is_living(name: str, process: int | None = None) -> bool:
    try:
        with open(f"{name}{CHILD}", "rb") as file:
            child = read_child(file.read())
    except (OSError, ValueError):  # it tells nothing, or has not begun yet
        return process is None or _runs(process)
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
