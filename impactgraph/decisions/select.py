"""From judged changes to the tests they can break, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.config import matches
from impactgraph.model import Decision, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.config import Config
    from impactgraph.decisions.seeds import Judged
    from impactgraph.graph.closure import Closure, Reach


class SelectedTest(NamedTuple):
    """A selected test file: which layer decided, hops from the nearest change, and that change (None: no change leads to it).

    `node_ids`: those of its tests that are selected, sorted; None for all that it has.
    """

    path: str
    layer: str
    distance: int | None
    change: str | None
    node_ids: tuple[str, ...] | None = None


class Selection(NamedTuple):
    """The answer. `tests` sorted by path; `reasons` with the number of test files that each accounts for; `reach` for explanations."""

    decision: Decision
    tests: tuple[SelectedTest, ...]
    reasons: tuple[Reason, ...]
    reach: Reach


def select(judged: Sequence[Judged], closure: Closure, config: Config) -> Selection:
    """The tests that the judged changes can break."""
    index = {path: number for number, path in enumerate(closure.graph.paths)}
    owners = _owners(judged, index)
    reach = closure.reach(owners)
    everything = any(item.effect == "all" for item in judged)
    is_active = any(item.effect != "inert" for item in judged)
    always = [path for path in closure.graph.test_files if is_active and any(matches(pattern, path) for pattern in config.always_run)]
    changed = {item.change.path for item in judged if item.effect == "seeds"}
    tests = []
    for path in closure.graph.test_files:
        number = index[path]
        if reach.distance[number] >= 0:
            layer = "global" if everything else "changed" if path in changed else "module"
            tests.append(SelectedTest(path, layer, reach.distance[number], owners[reach.origin[number]]))
        elif everything or path in always:
            tests.append(SelectedTest(path, "global" if everything else "always", None, None))
    decision: Decision = "all" if everything else "subset" if tests else "none"
    return Selection(decision, tuple(tests), _reasons(judged, closure, index, always), reach)


def _owners(judged: Sequence[Judged], index: dict[str, int]) -> dict[int, str]:
    """Seed node -> path of the change it is of; the changed files themselves first, so that they are named before those around them."""
    pairs = [(seed, item.change.path, seed != item.change.path) for item in judged for seed in item.seeds if seed in index]
    owners: dict[int, str] = {}
    for seed, path, _ in sorted(pairs, key=lambda pair: pair[2]):
        owners.setdefault(index[seed], path)
    return owners


def _reasons(judged: Sequence[Judged], closure: Closure, index: dict[str, int], always: Sequence[str]) -> tuple[Reason, ...]:
    reasons = []
    total = len(closure.graph.test_files)
    for item in judged:
        if item.effect == "all":
            reasons.append(Reason(item.reason, item.change.path, item.detail, total))
        elif item.effect == "seeds":
            distance = closure.reach(sorted(index[seed] for seed in item.seeds if seed in index)).distance
            count = sum(distance[index[path]] >= 0 for path in closure.graph.test_files)
            if count:  # the list of changes tells of those that reach no test
                reasons.append(Reason(f"{item.klass}-{_VERBS.get(item.change.status, 'changed')}", item.change.path, item.detail, count))
    if always:
        reasons.append(Reason("always-run", None, None, len(always)))
    return tuple(reasons)


_VERBS = {"A": "added", "D": "deleted", "R": "renamed"}
