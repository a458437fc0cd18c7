"""What became of a selection in a run: counted where tests are collected, brought together where the run is reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tally:
    """`left_out`: test files that are, or in the modes that run everything would be, left out. `collected`: tests, before -k and its like.

    `deselected`: how many of these the mode leaves out one by one; `unselected`: how many `select` would have left out; `failed` names
    those of the latter that failed. `troubles`: errors of ours.
    """

    __slots__ = ("collected", "deselected", "failed", "left_out", "troubles", "unselected")

    def __init__(self) -> None:
        self.left_out: set[str] = set()
        self.collected = 0
        self.deselected = 0
        self.unselected = 0
        self.failed: set[str] = set()
        self.troubles: list[str] = []

    def trouble(self, message: str) -> None:
        """Note an error of ours, once."""
        if message not in self.troubles:
            self.troubles.append(message)

    def dump(self) -> str:
        """As ASCII, for a connection that takes no names that are not UTF-8."""
        values = {
            "left_out": sorted(self.left_out),
            "collected": self.collected,
            "unselected": self.unselected,
            "deselected": self.deselected,
        }
        return json.dumps({**values, "failed": sorted(self.failed), "troubles": self.troubles})

    def merge(self, dumped: str) -> None:
        """Add what a worker saw: every worker collects all tests, each runs some."""
        other: dict[str, Any] = json.loads(dumped)
        self.left_out.update(other["left_out"])
        self.collected = max(self.collected, other["collected"])
        self.unselected = max(self.unselected, other["unselected"])
        self.deselected = max(self.deselected, other["deselected"])
        self.failed.update(other["failed"])
        for message in other["troubles"]:
            self.trouble(message)

    def was_all_left_out(self) -> bool:
        """Whether there was something to collect, and all that kept it from being collected is the selection."""
        is_anything_out = bool(self.left_out) or bool(self.deselected)
        return is_anything_out and self.collected == self.deselected and not self.troubles

    def session(self, mode: str) -> dict[str, Any]:
        """The part of the report that only a run knows."""
        return {"mode": mode, "left_out": sorted(self.left_out), "left_out_failed": _known(mode, sorted(self.failed))}

    def counts(self, mode: str) -> dict[str, int | None]:
        """Tests by number, as far as this mode collects them: `node_ids_total` and `node_ids_selected` of the report."""
        if mode in {"first", "observe"}:
            return {"node_ids_total": self.collected, "node_ids_selected": self.collected - self.unselected}
        return {"node_ids_total": None, "node_ids_selected": self.collected - self.deselected if mode == "select" else None}


def _known(mode: str, failed: Iterable[str]) -> list[str] | None:
    return list(failed) if mode in {"first", "observe"} else None
