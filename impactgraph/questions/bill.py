"""What does the dependency graph cost, and which modules cause it? What `bill` asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.analysis.modulenames import module_name, package_of
from impactgraph.decisions import bill
from impactgraph.questions import answer as parts
from impactgraph.questions.analyse import analyse
from impactgraph.questions.scene import case_of, priced, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impactgraph.model import ImpactGraph
    from impactgraph.questions.impact import Request
    from impactgraph.questions.pricing import Prices, Span


def billed(request: Request, span: Span, depth: int) -> dict[str, Any]:
    """The bill of `request.head` over the changes of `span`, in the shape of the schema `bill`; `depth` is that of the packages."""
    case = case_of(request, span)
    _, head, config, cache, *_ = case.situation
    scene = priced(case, head, analyse(head, config, cache))
    graph, totals, prices = scene.graph, scene.totals, scene.prices
    components = scene.network.components()
    member = {node: number for number, nodes in enumerate(components, 1) for node in nodes}
    python = [number for number, path in enumerate(graph.paths) if path.endswith(".py")]
    modules = [_module(graph, module, totals, prices) for module in bill.modules(scene.network, scene.window, python, member)]
    return {
        **parts.head("bill", case.situation.repository.root),
        "warnings": parts.warnings_of(graph),
        **told(scene),
        "tests": len(graph.test_files),
        "total": _total(totals, prices),
        "modules": modules,
        "packages": _packages(modules, graph.roots, depth),
        "components": [_component(graph, number, nodes) for number, nodes in enumerate(components, 1)],
    }


def _total(totals: bill.Totals, prices: Prices) -> dict[str, Any]:
    return {
        "per_change": prices.of(totals.per_change),
        "per_month": prices.of(totals.per_month),
        "everything": prices.of(totals.everything),
        "share_selecting_all": totals.share_selecting_all,
        "share_selecting_most": totals.share_selecting_most,
    }


def _module(graph: ImpactGraph, module: bill.Module, totals: bill.Totals, prices: Prices) -> dict[str, Any]:
    path = graph.paths[module.node]
    return {
        "path": path,
        "module": module_name(path, graph.roots),
        "changes": module.changes,
        "tests": module.tests,
        "cost": module.cost / prices.parts,
        "rank_weight": module.rank_weight / prices.parts,
        "share": module.rank_weight / totals.rank if totals.rank else None,
        "component": module.component,
    }


def _packages(modules: Iterable[dict[str, Any]], roots: Sequence[str], depth: int) -> list[dict[str, Any]]:
    """Sums of `modules` by package, by falling rank weight."""
    found: dict[str, dict[str, Any]] = {}
    for module in modules:
        name = package_of(module["path"], roots, depth)
        package = found.setdefault(name, {"package": name, "modules": 0, "changes": 0, "rank_weight": 0.0, "share": 0.0})
        package["modules"] += 1
        for column in ("changes", "rank_weight", "share"):
            package[column] += module[column] or 0
    return sorted(found.values(), key=lambda package: (-package["rank_weight"], -package["modules"], package["package"]))


def _component(graph: ImpactGraph, number: int, nodes: Sequence[int]) -> dict[str, Any]:
    return {"id": number, "modules": [graph.paths[node] for node in nodes], "cuts": []}
