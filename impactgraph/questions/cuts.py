"""Which imports are worth taking out? What `cuts` asks."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.modulenames import module_name, package_of
from impactgraph.analysis.places import place_at
from impactgraph.analysis.statements import imports_of
from impactgraph.decisions import cuts
from impactgraph.graph.connections import other_ties, remaining_chain
from impactgraph.questions import answer as parts
from impactgraph.questions.analyse import look_closer
from impactgraph.questions.prove import prove
from impactgraph.questions.scene import case_of, priced, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.analysis.assemble import Assembled
    from impactgraph.decisions.cuts import Checkout, Cut, Offer, Plan
    from impactgraph.graph.network import Network, Pair
    from impactgraph.questions.impact import Request
    from impactgraph.questions.pricing import Span
    from impactgraph.questions.scene import Scene


class Wishes(NamedTuple):
    """What the user wants to see: the `limit` best cuts of up to `statements` statements each, a plan of `plan` cuts, a proof of them."""

    limit: int
    statements: int
    plan: int
    verify: bool


def offered(request: Request, span: Span, wishes: Wishes) -> dict[str, Any]:
    """The best cuts of `request.head` over the changes of `span`, in the shape of the schema `cuts`."""
    case = case_of(request, span)
    situation = case.situation
    head = situation.head
    assembled = look_closer(head, situation.config, situation.cache)
    scene, checkout = priced(case, head, assembled.graph), checkout_of(assembled)
    frequencies = scene.window.frequencies()
    offers = cuts.best(scene.network, frequencies, cuts.candidates(checkout, scene.graph.test_files, wishes.statements))
    leaders = cuts.leaders(offers, max(wishes.limit, cuts.POOL))
    plan = cuts.plan(scene.network, frequencies, checkout, leaders, wishes.plan)
    shown = leaders[: max([wishes.limit, *(leaders.index(offer) + 1 for offer in plan.offers)])]
    ranks = [shown.index(offer) + 1 for offer in plan.offers]
    proofs = [
        prove(case, scene, checkout, {rank: shown[rank - 1] for rank in some}) for some in ([1], ranks) if wishes.verify and shown and some
    ]
    return {
        **parts.head("cuts", case.situation.repository.root),
        "warnings": parts.warnings_of(scene.graph),
        **told(scene),
        "total": _total(scene),
        "cuts": [_cut(scene, checkout, rank, offer) for rank, offer in enumerate(shown, 1)],
        "plan": _plan(scene, ranks, plan),
        "verified": all(proof["agrees"] for proof in proofs) if wishes.verify else None,
        "proofs": proofs,
    }


def checkout_of(assembled: Assembled) -> Checkout:
    """What can be cut in an assembled tree."""
    graph = assembled.graph
    roots = frozenset(graph.roots)
    name, package = cache(partial(module_name, roots=roots)), cache(partial(_package, roots))  # asked for once for every import
    return cuts.Checkout(imports_of(assembled), assembled.linker.index, graph.paths, name, package)


def _package(roots: frozenset[str], path: str, depth: int) -> str:
    return package_of(path, roots, depth)


def _total(scene: Scene) -> dict[str, Any]:
    totals, prices = scene.totals, scene.prices
    return {"rank": prices.of(totals.rank), "per_change": prices.of(totals.per_change), "per_month": prices.of(totals.per_month)}


def _cut(scene: Scene, checkout: Checkout, rank: int, offer: Offer) -> dict[str, Any]:
    cut = offer.cut
    return {
        "rank": rank,
        "type": cut.type,
        "importer": cut.importer,
        "imported": cut.imported,
        "depth": cut.depth,
        "breaks_cycle": scene.network.breaks_cycle(cut.gone),
        "exact": True,
        "saving": _saving(scene, offer.gain, cut.gone),
        "statements": _statements(scene, checkout, cut),
        "still": [edge._asdict() for edge in remaining_chain(scene.graph, cut.gone)] or None,
        "others": [edge._asdict() for edge in other_ties(scene.graph, *_ends(scene, checkout, cut))],
    }


def _ends(scene: Scene, checkout: Checkout, cut: Cut) -> tuple[set[int], set[int]]:
    """The nodes of both packages of a bundle; of a statement those that it names."""
    if cut.depth is None:
        ((path, line),) = cut.statements
        return {checkout.nodes[path]}, set(checkout.imports[path].lines[line])
    packages = [(node, checkout.package(path, cut.depth)) for node, path in enumerate(scene.graph.paths) if path.endswith(".py")]
    importers, imported = ({node for node, package in packages if package == end} for end in (cut.importer, cut.imported))
    return importers, imported


def _saving(scene: Scene, gain: int, gone: frozenset[Pair]) -> dict[str, Any]:
    """The share of the rank weight, and what the union that a change reaches is spared."""
    window, prices, totals = scene.window, scene.prices, scene.totals
    left = scene.network.without(gone)
    spared = totals.sum - sum(left.prices(window.changes))
    per_month = spared / window.months if window.months else None
    return {
        "share": gain / totals.rank if totals.rank else None,
        "share_of_bill": spared / totals.sum if totals.sum else None,
        "tests_per_change": _tests(scene, left),
        "per_change": prices.of(spared / totals.changes) if totals.changes else None,
        "per_month": prices.of(per_month),
        "minutes_per_month": prices.minutes(per_month),
    }


def _tests(scene: Scene, left: Network) -> float | None:
    """Test functions that a change is spared where only `left` is left of the network, whatever the unit of the costs."""
    changes, functions = scene.window.changes, scene.prices.functions
    if not changes:
        return None
    costs = {node: functions[scene.graph.paths[node]] for node in left.costs}
    before, after = (sum(network.with_costs(costs).prices(changes)) for network in (scene.network, left))
    return (before - after) / len(changes)


def _statements(scene: Scene, checkout: Checkout, cut: Cut) -> list[dict[str, Any]]:
    """The statements of a cut, one row for each file that one imports."""
    rows = []
    for path, line in cut.statements:
        place = place_at(scene.head.read_one(path), line)
        for node in sorted(checkout.imports[path].lines[line]):
            imported = scene.graph.paths[node]
            rows.append({"path": path, "line": line, "importer": path, "imported": imported, "scope": place.scope, "text": place.text})
    return rows


def _plan(scene: Scene, ranks: Sequence[int], plan: Plan) -> dict[str, Any]:
    return {
        "ranks": list(ranks),
        "shares": [gain / scene.totals.rank for gain in plan.gains],
        "saving": _saving(scene, plan.gains[-1] if plan.gains else 0, plan.gone),
    }
