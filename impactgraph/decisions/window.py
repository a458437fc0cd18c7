"""The changes that a bill is about: those of a window of the past, as the files are called today."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.model import FileChange

    Nodes = tuple[int, ...]
    Commit = tuple[int, Sequence[FileChange]]  # seconds since 1970, what it changed

MONTH = 30.44 * 86_400  # seconds
_DAY = 86_400


class Window(NamedTuple):
    """Real changes: of each commit the nodes that it touched. `since` and `until` in seconds since 1970; `gone`: commits left out.

    `months` is None where the window is shorter than a day, which tells nothing about a month.
    """

    changes: tuple[Nodes, ...]
    since: int | None
    until: int | None
    gone: int
    months: float | None

    @property
    def per_month(self) -> float | None:
        """How many of these changes there are in 30.44 days."""
        return len(self.changes) / self.months if self.months else None

    def frequencies(self) -> Counter[int]:
        """Node -> in how many changes it is."""
        return Counter(node for nodes in self.changes for node in nodes)


def window_of(commits: Sequence[Commit], index: Mapping[str, int], since: int | None = None, until: int | None = None) -> Window:
    """The window of `commits` (newest first); `index`: path -> node today. `since` and `until` are its ends where somebody said so.

    A commit that touched a Python file counts, with all the files that it touched, under the names that they have today. Commits of
    which no file is left are counted in `gone`.
    """
    touched = _followed(commits, index)
    changes = tuple(nodes for nodes in touched if nodes)
    times = [time for time, _ in commits]
    first = since if since is not None else min(times, default=None)
    last = until if until is not None else max(times, default=None)
    span = last - first if first is not None and last is not None else 0
    return Window(changes, first, last, len(touched) - len(changes), span / MONTH if span >= _DAY else None)


def _followed(commits: Sequence[Commit], index: Mapping[str, int]) -> list[Nodes]:
    """Per commit that touched a Python file, the nodes of today that its files have become."""
    names: dict[str, str] = {}  # at the time of the commit -> today
    touched = []
    for _, changes in commits:
        today = {change: names.get(change.path, change.path) for change in changes}
        if any(change.path.endswith(".py") for change in changes):
            touched.append(tuple(sorted({index[path] for path in today.values() if path in index})))
        for change, path in today.items():
            if change.old_path:
                names[change.old_path] = path
    return touched
