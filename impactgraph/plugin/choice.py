"""Which of the files that pytest comes across are out, and in what order the others run: a decision, applied to paths on the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_AFTER_THE_NEAR = 1 << 30  # selected for another reason than a chain of imports; no chain is as long


class Choice:
    """A selection in a mode.

    `root` is the top of the checkout; `known` are its test files, those that the selection tells apart (paths relative to the top).
    `distances`: for those that are selected, the hops from the nearest change, or None. `fallback`: the selection could not be made,
    so nothing is left out in any mode. A file that is not known is never unselected: nothing is known about it. `idle`: tests of selected
    files that need not run, as node IDs from the top; all others of such a file are selected, also those that nobody has heard of.
    """

    __slots__ = ("_fallback", "_idle", "_idle_files", "_known", "_real", "_root", "distances", "mode")

    def __init__(  # noqa: PLR0913 - what travels to the workers
        self, mode: str, root: str, known: Iterable[str], distances: Mapping[str, int | None], idle: Iterable[str] = (), *, fallback: bool
    ) -> None:
        self.mode = mode
        self.distances = distances
        self._root = os.path.join(os.path.realpath(root), "")
        self._known = frozenset(known)
        self._fallback = fallback
        self._idle = frozenset(idle)
        self._idle_files = frozenset(node_id.partition("::")[0] for node_id in self._idle)
        self._real: dict[str, str] = {}

    @classmethod
    def of(cls, mode: str, answer: Mapping[str, Any], known: Iterable[str], idle: Iterable[str] = ()) -> Choice:
        """The choice that follows from an answer in the shape of the schema `selection`."""
        distances = {test["path"]: test["distance"] for test in answer["tests"]}
        return cls(mode, answer["root"], known, distances, idle, fallback=answer["fallback"] is not None)

    def dump(self) -> dict[str, Any]:
        """Plain values, from which `load` makes the same choice in another process."""
        return {
            "mode": self.mode,
            "root": self._root,
            "known": sorted(self._known),
            "distances": dict(self.distances),
            "idle": sorted(self._idle),
            "fallback": self._fallback,
        }

    @classmethod
    def load(cls, values: dict[str, Any]) -> Choice:
        """The choice that was dumped."""
        return cls(**values)

    @property
    def applies(self) -> bool:
        """Whether files are left out at all."""
        return self.mode in {"select", "remaining"} and not self._fallback

    def name(self, path: str) -> str | None:
        """The path within the checkout of a file that is known, None of any other.

        pytest may come to a file through symlinks, above the checkout or inside; the selection knows each under one path. A file that is
        itself a link has two, and is out only if it is under both: then the path that is selected is its name.
        """
        names = [name for name in self._names(path) if name in self._known]
        return next((name for name in names if name in self.distances), names[0] if names else None)

    def _names(self, path: str) -> Iterable[str]:
        directory, base = os.path.split(path)
        yield from self._inside(os.path.join(self._resolved(directory), base))
        if os.path.islink(path):
            yield from self._inside(os.path.realpath(path))

    def _resolved(self, directory: str) -> str:
        real = self._real.get(directory)
        if real is None:
            real = self._real[directory] = os.path.realpath(directory)
        return real

    def _inside(self, path: str) -> list[str]:
        return [path[len(self._root) :].replace(os.sep, "/")] if path.startswith(self._root) else []

    def is_unselected(self, path: str) -> bool:
        """Whether the mode `select` leaves the file at `path` out."""
        name = self.name(path)
        return not self._fallback and name is not None and name not in self.distances

    def leaves_out(self, path: str) -> bool:
        """Whether this mode leaves the file at `path` out. `remaining` is the exact complement of `select`."""
        if not self.applies:
            return False
        if self.mode == "select":
            return self.is_unselected(path)
        return not self.is_unselected(path) and os.path.isfile(path) and self.name(path) not in self._idle_files

    def is_idle(self, path: str, node_id: str) -> bool:
        """Whether the mode `select` leaves out the test `node_id` of the file at `path`, as pytest names both."""
        if self._fallback or not self._idle:
            return False
        name = self.name(path)
        return name in self._idle_files and f"{name}::{node_id.partition('::')[2]}" in self._idle

    def leaves_out_test(self, path: str, node_id: str) -> bool:
        """Whether this mode leaves out a test that was collected."""
        if not self.applies:
            return False
        if self.mode == "select":
            return self.is_idle(path, node_id)
        return not self.is_unselected(path) and self.name(path) in self._idle_files and not self.is_idle(path, node_id)

    def rank(self, path: str) -> int:
        """Where the mode `first` puts the tests of a file: by distance, then what else is selected or not known, then the rest."""
        if self.is_unselected(path):
            return _AFTER_THE_NEAR + 1
        distance = self.distances.get(self.name(path) or "")
        return _AFTER_THE_NEAR if distance is None else distance
