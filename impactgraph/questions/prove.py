"""Is a saving true? The statements are deleted in a copy of the checkout on disk, and the copy is billed from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.analysis.assemble import assemble
from impactgraph.analysis.deletion import edited
from impactgraph.decisions import bill
from impactgraph.questions.analyse import config_of
from impactgraph.questions.scene import priced
from impactgraph.sources.copies import temporary_copy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.decisions.cuts import Checkout, Offer
    from impactgraph.graph.network import Network
    from impactgraph.questions.scene import Case, Scene

_EXAMPLES = 5


def prove(case: Case, scene: Scene, checkout: Checkout, offers: Mapping[int, Offer]) -> dict[str, Any]:
    """What is left of the bill without the cuts in `offers` (by rank), and what a bill of a copy without their statements comes to."""
    statements = [statement for offer in offers.values() for statement in offer.cut.statements]
    contents, undeleted = edited(scene.head, statements)
    with temporary_copy(scene.head, contents) as copy:
        scratch = priced(case, copy, assemble(copy, config_of(copy)).graph)
    left = scene.network.without(checkout.lost(statements))
    expected, found = bill.totals(left, scene.window), scratch.totals
    return {
        "ranks": list(offers),
        "agrees": expected == found and not undeleted,
        "expected": {"rank": scene.prices.of(expected.rank), "per_change": scene.prices.of(expected.per_change)},
        "found": {"rank": scratch.prices.of(found.rank), "per_change": scratch.prices.of(found.per_change)},
        "undeleted": list(undeleted),
        "differences": _differences(scene.graph.paths, left, scratch.network),
    }


def _differences(paths: Sequence[str], expected: Network, found: Network) -> list[dict[str, str]]:
    """The first pairs that only one of the two has."""
    pairs = sorted(set(expected.pairs) ^ set(found.pairs))[:_EXAMPLES]
    return [{"importer": paths[importer], "imported": paths[imported]} for importer, imported in pairs]
