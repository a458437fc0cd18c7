"""What does the dependency graph cost, and which modules cause it? What `bill` asks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from impactgraph.analysis.modulenames import module_name, package_of
from impactgraph.decisions import bill
from impactgraph.decisions.balls import threads
from impactgraph.graph.connections import stated_lines
from impactgraph.questions import answer as parts
from impactgraph.questions.analyse import analyse
from impactgraph.questions.scene import case_of, priced, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impactgraph.decisions.balls import Thread
    from impactgraph.graph.network import Pair
    from impactgraph.model import ImpactGraph
    from impactgraph.questions.impact import Request
    from impactgraph.questions.pricing import Prices, Span
    from impactgraph.questions.scene import Scene

BALL = 3  # modules: of a smaller circle of imports nothing more is told
BALLS = 3  # that are looked into
THREADS = 3  # imports that are named for each


def billed(request: Request, span: Span, depth: int) -> dict[str, Any]:
    """The bill of `request.head` over the changes of `span`, in the shape of the schema `bill`; `depth` is that of the packages."""
    case = case_of(request, span)
    _, head, config, cache, *_ = case.situation
    scene = priced(case, head, analyse(head, config, cache))
    graph, totals, prices = scene.graph, scene.totals, scene.prices
    components = scene.network.components()
    member = {node: number for number, nodes in enumerate(components, 1) for node in nodes}
    python = [number for number, path in enumerate(graph.paths) if path.endswith(".py")]
    roots = frozenset(graph.roots)
    modules = [
        _module(scene, roots, package_of(graph.paths[module.node], roots, depth), module)
        for module in bill.modules(scene.network, scene.window, python, member)
    ]
    return {
        **parts.head("bill", case.situation.repository.root),
        "warnings": parts.warnings_of(graph),
        **told(scene),
        "tests": len(graph.test_files),
        "total": _total(totals, prices),
        "modules": modules,
        "packages": _packages(modules),
        "histogram": [row._asdict() for row in bill.histogram(scene.network, scene.window, _code(graph))],
        "components": _components(scene, components, modules),
    }


def _total(totals: bill.Totals, prices: Prices) -> dict[str, Any]:
    return {
        "per_change": prices.of(totals.per_change),
        "per_month": prices.of(totals.per_month),
        "everything": prices.of(totals.everything),
        "share_selecting_all": totals.share_selecting_all,
        "share_selecting_most": totals.share_selecting_most,
    }


def _module(scene: Scene, roots: frozenset[str], package: str, module: bill.Module) -> dict[str, Any]:
    graph, totals, prices = scene.graph, scene.totals, scene.prices
    path = graph.paths[module.node]
    return {
        "path": path,
        "module": module_name(path, roots),
        "package": package,
        "changes": module.changes,
        "tests": module.tests,
        "cost": module.cost / prices.parts,
        "rank_weight": module.rank_weight / prices.parts,
        "share": module.rank_weight / totals.rank if totals.rank else None,
        "component": module.component,
    }


def _code(graph: ImpactGraph) -> list[int]:
    """Python files that are no tests."""
    tests = set(graph.test_files)
    return [number for number, path in enumerate(graph.paths) if path.endswith(".py") and path not in tests]


def _packages(modules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sums of `modules` by package, by falling rank weight."""
    found: dict[str, dict[str, Any]] = {}
    for module in modules:
        name = module["package"]
        package = found.setdefault(name, {"package": name, "modules": 0, "changes": 0, "rank_weight": 0.0, "share": 0.0})
        package["modules"] += 1
        for column in ("changes", "rank_weight", "share"):
            package[column] += module[column] or 0
    return sorted(found.values(), key=lambda package: (-package["rank_weight"], -package["modules"], package["package"]))


def _components(scene: Scene, components: Sequence[Sequence[int]], modules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The components; of the first few large ones with the imports that hold them together."""
    shares: Counter[int | None] = Counter()
    for module in modules:
        shares[module["component"]] += module["share"] or 0
    lines = stated_lines(scene.graph)
    found = []
    for number, nodes in enumerate(components, 1):
        is_shown = number <= BALLS and len(nodes) >= BALL
        cuts = [_thread(scene.graph, thread, lines) for thread in threads(scene.network, nodes, lines.keys(), THREADS)] if is_shown else []
        paths = [scene.graph.paths[node] for node in nodes]
        found.append({"id": number, "modules": paths, "share": shares[number], "cuts": cuts})
    return found


def _thread(graph: ImpactGraph, thread: Thread, lines: Mapping[Pair, int]) -> dict[str, Any]:
    importer, imported = (graph.paths[node] for node in thread.pair)
    return {"path": importer, "line": lines[thread.pair], "importer": importer, "imported": imported, "modules_left": thread.left}
