"""The decision, in a process of its own: ``python -m impactgraph.plugin.child``, a JSON on standard input, one on standard output.

So nothing of the analysis or of its dependencies is imported where the tests run (a project may measure when it is itself imported, or be
one of those dependencies), no setting of that process, such as warnings that are errors, reaches the analysis, and not even a crash of
compiled code can break the run.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from impactgraph.errors import ConfigError, ImpactGraphError, SourceError
from impactgraph.plugin.fallback import fallback_answer, fallback_lines
from impactgraph.questions.answer import head
from impactgraph.questions.impact import Request, answer, decide, find
from impactgraph.reports.terminal import printable
from impactgraph.reports.text import summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.questions.impact import Impact, Situation


def main() -> None:
    """Answer the question on standard input."""
    import gc

    gc.disable()  # as in the command: the process ends before garbage matters
    asked = json.load(sys.stdin)
    reply = _reply(asked)
    # On a line of its own: what is loaded when an interpreter starts may print.
    sys.stdout.write(f"\n{json.dumps(reply)}\n")


def _reply(asked: Mapping[str, Any]) -> dict[str, Any]:
    """`answer`: as the schema `selection` has it; `known`: all test files; `lines`: the answer for people; `idle`: tests left out."""
    try:
        found, known, idle = _decided(asked)
        return {"answer": found, "known": known, "lines": summary(found).splitlines(), "idle": idle}
    except Exception as error:  # noqa: BLE001 - whatever it is, no test may be left out for it
        found = _failed(asked, error)
        return {"answer": found, "known": [], "lines": [printable(line) for line in fallback_lines(found)]}


def _decided(asked: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
    impact = decide(_situation(asked))
    found = answer(impact)
    reasons = _beyond(impact, asked)
    known = list(impact.graph.test_files)
    return (_widened(found, impact, reasons), known, []) if reasons else (found, known, list(impact.left_out or ()))


def _situation(asked: Mapping[str, Any]) -> Situation:
    request = Request(asked["directory"], base=asked["base"], environ=os.environ)
    situation = find(request)
    if asked["configured_base"] and situation.base.source not in {"option", "environment"}:
        return find(request._replace(base=asked["configured_base"]))
    return situation


def _beyond(impact: Impact, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What this very run adds to what the checkout says, and what makes everything run therefore.

    `plugins`: files of plugins that are loaded (``-p``, PYTEST_PLUGINS); where the change reaches one, every test depends on it.
    `pythonpath`: directories that pytest imports from; where the analysis doesn't, it has not seen all imports.
    """
    graph, top = impact.graph, os.path.realpath(impact.situation.repository.root)
    index = {path: number for number, path in enumerate(graph.paths)}
    distance = impact.selection.reach.distance
    reached = [path for path in _inside(top, asked["plugins"]) if path in index and distance[index[path]] >= 0]
    unseen = [path for path in _inside(top, asked["pythonpath"]) if path not in graph.roots]
    total = len(graph.test_files)
    return [
        *({"code": "pytest-plugin", "path": path, "detail": "a plugin of this run", "tests": total} for path in reached),
        *({"code": "pythonpath", "path": path, "detail": "not in the configuration that was read", "tests": total} for path in unseen),
    ]


def _inside(top: str, paths: list[str]) -> list[str]:
    """Those of the absolute `paths` that are in the checkout, as it names them."""
    start = os.path.join(top, "")
    return ["" if path == top else path.removeprefix(start).replace(os.sep, "/") for path in paths if path == top or path.startswith(start)]


def _widened(found: dict[str, Any], impact: Impact, reasons: list[dict[str, Any]]) -> dict[str, Any]:
    selected = {test["path"]: test for test in found["tests"]}
    tests = [
        selected.get(path) or {"path": path, "node_ids": None, "layer": "global", "distance": None, "change": None}
        for path in impact.graph.test_files
    ]
    counts = {**found["counts"], "tests_selected": len(tests)}
    tests = [{**test, "node_ids": None} for test in tests]
    return {**found, "decision": "all", "granularity": "module", "tests": tests, "counts": counts, "reasons": [*found["reasons"], *reasons]}


def _failed(asked: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    if os.environ.get("IMPACTGRAPH_DEBUG"):
        import traceback  # most runs need none

        traceback.print_exception(error)
    if isinstance(error, ImpactGraphError):
        code = {SourceError: "no-checkout", ConfigError: "configuration"}.get(type(error), "usage")
        found = fallback_answer(asked, code, error.message, error.hint)
    else:
        found = fallback_answer(asked, "internal-error", f"{type(error).__name__}: {error}")
    return {**found, "tool": head("selection", "")["tool"]}


if __name__ == "__main__":
    main()
