"""What will changes cost in tests when there is more code? What `forecast` asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from impactgraph.analysis.vendored import EVERYTHING, Scope
from impactgraph.errors import SourceError
from impactgraph.graph.network import Network
from impactgraph.questions import answer as parts
from impactgraph.questions import pricing
from impactgraph.questions.analyse import analyse
from impactgraph.questions.impact import find
from impactgraph.trends import forecast as model
from impactgraph.trends.bills import WEIGHTINGS
from impactgraph.trends.laws import regime
from impactgraph.trends.measure import distribution, impact
from impactgraph.trends.outlook import outlook
from impactgraph.trends.scenarios import Code, scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.model import ImpactGraph
    from impactgraph.questions.impact import Request, Situation
    from impactgraph.trends.snapshot import Spread, Weighting

_SEED = 0  # the same question has the same answer


class Here(NamedTuple):
    """The state that is forecast from: its graph, the test functions of each node that is a test, and how changes reach them."""

    graph: ImpactGraph
    network: Network
    modules: tuple[int, ...]
    weighting: Weighting
    spread: Spread
    changes: int
    changes_per_month: float | None


def forecasted(request: Request, multiples: Sequence[float], suite_minutes: float | None, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """The bills of `request.head` for these multiples of its code, in the shape of the schema `forecast`.

    `suite_minutes`: what a run of all tests takes, where the user says so; else it is taken from recorded runs, if there are any.
    `scope`: what of the state counts.
    Raises SourceError where there is no test, or no module that one could change.
    """
    situation = find(request._replace(files=()))
    situation = situation._replace(head=scope.of(situation.head))
    graph = analyse(situation.head, situation.config, situation.cache, scope=scope.name)
    prices = pricing.prices(request, situation, dict.fromkeys(graph.test_files, situation.head))
    here = _measured(situation, graph, prices.functions)
    seconds = _seconds_per_test(prices, here.network.everything, suite_minutes)
    counts = here.network.test_counts()
    today = model.Today(here.network.everything, here.spread.functions.share_mean, here.changes_per_month, seconds)
    return {
        **parts.head("forecast", situation.repository.root),
        "warnings": parts.warnings_of(graph),
        "head": {"revision": situation.head.revision, "worktree": situation.head.is_worktree},
        "edges": "safe",
        "today": _today(here, today),
        "regime": regime(today.share),
        **outlook(today, multiples, _factors(here, multiples)),
        "distribution": distribution([counts[node] for node in here.modules], len(graph.test_files)),
    }


def _measured(situation: Situation, graph: ImpactGraph, functions: Mapping[str, int]) -> Here:
    """`functions`: test functions per test file."""
    network, tests = Network.of(graph, functions), set(graph.test_files)
    modules = tuple(node for node, path in enumerate(graph.paths) if path.endswith(".py") and path not in tests)
    span = pricing.Span()
    window = pricing.window(graph, pricing.commits_of(situation, situation.head.revision, span), span)
    found = impact(network, modules, window.changes)
    weighting = next((one for one in WEIGHTINGS if one in found), None)
    if weighting is None:
        what = "test file" if not tests else "Python module besides the tests"
        raise SourceError(f"there is no {what}, so no change has a bill", "impactgraph doctor shows what was found")
    return Here(graph, network, modules, weighting, found[weighting], len(window.changes), window.per_month)


def _seconds_per_test(prices: pricing.Prices, functions: int, suite_minutes: float | None) -> float | None:
    """Per test function, the mean over all `functions`; None where nobody says what they take."""
    if suite_minutes is not None:
        return suite_minutes * 60 / functions
    return sum(prices.costs.values()) / prices.parts / functions if prices.unit == "seconds" else None


def _factors(here: Here, multiples: Sequence[float]) -> dict[float, dict[str, float | None]]:
    code = Code.of(here.graph.paths, here.network.pairs, set(here.graph.test_files))
    return {multiply: scenarios(code, multiply, np.random.default_rng(_SEED)) for multiply in multiples}


def _today(here: Here, today: model.Today) -> dict[str, Any]:
    return {
        "modules": sum(path.endswith(".py") for path in here.graph.paths),
        "test_files": len(here.graph.test_files),
        "test_functions": here.network.everything,
        "weighting": here.weighting,
        "changes": here.changes,
        "changes_per_month": today.changes_per_month,
        "seconds_per_test": today.seconds_per_test,
        "per_change": here.spread.functions.mean,
        "share": today.share,
    }
