"""Why is a test selected, and what does a file reach? Views of a decided change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from impactgraph.analysis.places import place_at
from impactgraph.errors import UsageError
from impactgraph.graph.closure import Closure, chain
from impactgraph.questions import answer as parts
from impactgraph.questions.impact import Impact, Request, decide, find

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.graph.closure import Reach
    from impactgraph.model import ImpactGraph, Tree


def explanation(request: Request, test: str | None, change: str | None, limit: int) -> dict[str, Any]:
    """Shortest chains from what changed to `test`, or from the file `change` to the tests it reaches (at most `limit`)."""
    situation = find(request)
    impact = decide(situation)
    graph = impact.graph
    index = {path: number for number, path in enumerate(graph.paths)}
    test, change = (_found(request, situation.repository.root, index, name) for name in (test, change))
    closure = Closure(graph)
    reach = closure.reach([index[change]]) if change else impact.selection.reach
    if test and test not in graph.test_files and change is None:
        raise UsageError(f"{test} is no test file here", f"to follow it: explain --change {test}; doctor tells where tests are searched")
    reached = [path for path in ([test] if test else graph.test_files) if reach.distance[index[path]] >= 0]
    selected = {item.path for item in impact.selection.tests}
    return {
        **parts.head("explanation", situation.repository.root),
        "question": {"test": test, "change": change},
        "selected": _is_selected(impact, test, change, reached, selected),
        "tests_total": len(graph.test_files),
        "tests_reached": len(reached),
        "recorded": _recorded(impact, test),
        "chains": [_chain(graph, reach, index[path], situation.head) for path in reached[:limit]],
        "reasons": _reasons(impact, closure, index[test] if test else None, change),
    }


def _is_selected(impact: Impact, test: str | None, change: str | None, reached: Sequence[str], selected: set[str]) -> bool:
    """Whether the test, or any test for the change, is selected. Where functions were recorded a chain alone selects nothing."""
    if impact.situation.base.fallback is not None:
        return True
    if impact.left_out is None or change is not None:
        return bool(reached) or test in selected
    return test in selected if test else bool(selected)


def _recorded(impact: Impact, test: str | None) -> list[dict[str, Any]] | None:
    """What decided for the recorded tests of the file `test`, of all files without one; null where whole files were decided on."""
    if impact.left_out is None:
        return None
    whys = [why for why in impact.why if test in {None, why.path}]
    chosen = [{"node_id": why.node_id, "path": why.path, "selected": True, **why.cause._asdict()} for why in whys]
    out = [node_id for node_id in impact.left_out if test in {None, node_id.partition("::")[0]}]
    nothing = {"change": None, "unit": None, "rule": None}
    return [*chosen, *({"node_id": node_id, "path": node_id.partition("::")[0], "selected": False, **nothing} for node_id in out)]


def _chain(graph: ImpactGraph, reach: Reach, node: int, head: Tree) -> dict[str, Any]:
    hops = [_hop(graph, edge, head) for edge in chain(graph, reach, node)]
    return {"change": graph.paths[reach.origin[node]], "test": graph.paths[node], "hops": hops}


def _reasons(impact: Impact, closure: Closure, test: int | None, change: str | None) -> list[dict[str, Any]]:
    """The selection's reasons that concern the question: of this change alone, and only if they reach this test."""
    index = {path: number for number, path in enumerate(impact.graph.paths)}
    reaching: set[str | None] = {None}
    for item in impact.judged:
        seeds = [index[seed] for seed in item.seeds if seed in index]
        if test is None or item.effect == "all" or (item.effect == "seeds" and closure.reach(seeds).distance[test] >= 0):
            reaching.add(item.change.path)
    return [reason._asdict() for reason in impact.selection.reasons if reason.path in reaching and change in {None, reason.path}]


def _found(request: Request, root: str, index: Mapping[str, int], name: str | None) -> str | None:
    """The file that `name` means: seen from the directory that the command runs in, else from the checkout's top."""
    if name is None or name in index:
        return name
    path = os.path.relpath(os.path.join(os.path.realpath(request.directory), name), os.path.realpath(root))
    if path not in index:
        import difflib  # only a mistake needs it

        near = difflib.get_close_matches(path, index, n=1)
        raise UsageError(f"no such file in the checkout: {name}", f"did you mean {near[0]}?" if near else "doctor shows what was found")
    return path


def _hop(graph: ImpactGraph, edge: int, head: Tree) -> dict[str, Any]:
    found = graph.edge(edge)
    scope, text = place_at(head.read_one(found.importer), found.line) if found.line else ("module", None)
    scope = "type-checking" if found.kind == "type-checking" else scope
    return {**found._asdict(), "scope": scope, "path": found.importer, "text": text}
