"""What will changes cost in tests when there is more code? What `forecast` asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.analysis.vendored import EVERYTHING, Scope
from impactgraph.questions import answer as parts
from impactgraph.questions import pricing
from impactgraph.questions.analyse import analyse
from impactgraph.questions.impact import find
from impactgraph.questions.sketch import sketched, told
from impactgraph.trends import forecast as model
from impactgraph.trends.laws import regime
from impactgraph.trends.outlook import outlook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.questions.impact import Request
    from impactgraph.questions.sketch import Sketch
    from impactgraph.sources.git import Repository


def forecasted(request: Request, multiples: Sequence[float], suite_minutes: float | None, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """The bills of `request.head` for these multiples of its code, in the shape of the schema `forecast`.

    `suite_minutes`: what a run of all tests takes, where the user says so; else it is taken from recorded runs, if there are any.
    `scope`: what of the state counts.
    Raises SourceError where there is no test, or no module that one could change.
    """
    situation = find(request._replace(files=()))
    head, span = scope.of(situation.head), pricing.Span()
    graph = analyse(head, situation.config, situation.cache, scope=scope.name)
    window = pricing.window(graph, pricing.commits_of(situation, head.revision, span), span)
    functions = pricing.functions(dict.fromkeys(graph.test_files, head))
    sketch = sketched(graph, situation.config, functions, window, multiples)
    return {
        **parts.head("forecast", situation.repository.root),
        "warnings": parts.warnings_of(graph),
        "head": {"revision": head.revision, "worktree": head.is_worktree},
        "edges": "safe",
        **foretold(request, situation.repository, sketch, multiples, suite_minutes),
    }


def foretold(
    request: Request, repository: Repository, sketch: Sketch, multiples: Sequence[float], suite_minutes: float | None = None
) -> dict[str, Any]:
    """What `forecasted` says of a state of `repository` that was sketched for `multiples`, wherever that was; recorded runs are ours."""
    prices = pricing.prices_at(repository.root, request.cache_dir or sketch.cache_dir, sketch.functions)
    seconds = _seconds_per_test(prices, sketch.everything, suite_minutes)
    today = model.Today(sketch.everything, sketch.share, sketch.changes_per_month, seconds)
    return {
        "today": told(sketch, seconds),
        "regime": regime(sketch.share),
        **outlook(today, multiples, sketch.factors),
        "distribution": sketch.distribution,
    }


def _seconds_per_test(prices: pricing.Prices, functions: int, suite_minutes: float | None) -> float | None:
    """Per test function, the mean over all `functions`; None where nobody says what they take."""
    if suite_minutes is not None:
        return suite_minutes * 60 / functions
    return sum(prices.costs.values()) / prices.parts / functions if prices.unit == "seconds" else None
