"""What is priced: one state of a checkout, and the changes of the past in its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.decisions import bill
from impactgraph.graph.network import Network
from impactgraph.questions import pricing
from impactgraph.questions.impact import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.decisions.window import Window
    from impactgraph.model import ImpactGraph, Tree
    from impactgraph.questions.impact import Request, Situation
    from impactgraph.questions.pricing import Prices, Span
    from impactgraph.sources.past import PastCommit


class Case(NamedTuple):
    """What is asked for, found: a state of the checkout, and the commits before it that count."""

    request: Request
    situation: Situation
    span: Span
    commits: Sequence[PastCommit]


class Scene(NamedTuple):
    """A state in nodes and prices, with the bill that they make."""

    head: Tree
    graph: ImpactGraph
    window: Window
    prices: Prices
    network: Network
    totals: bill.Totals


def case_of(request: Request, span: Span) -> Case:
    """The state `request.head` with the commits of `span` before it."""
    situation = find(request._replace(files=()))
    return Case(request, situation, span, pricing.commits_of(situation, situation.head.revision, span))


def priced(case: Case, head: Tree, graph: ImpactGraph) -> Scene:
    """The bill of `graph`, that of the tree `head`: the state that was found, or a copy of it."""
    prices = pricing.prices(case.request, case.situation, dict.fromkeys(graph.test_files, head))
    window = pricing.window(graph, case.commits, case.span)
    network = Network.of(graph, prices.costs)
    return Scene(head, graph, window, prices, network, bill.totals(network, window))


def told(scene: Scene) -> dict[str, Any]:
    """What all answers about costs have in common."""
    return {
        "head": {"revision": scene.head.revision, "worktree": scene.head.is_worktree},
        "unit": scene.prices.unit,
        "tests_timed": scene.prices.timed if scene.prices.unit == "seconds" else None,
        "window": pricing.told(scene.window),
    }
