"""What does this change do to the bill? What `bill --base` asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.assemble import assemble
from impactgraph.analysis.modulenames import package_of
from impactgraph.analysis.places import place_at
from impactgraph.analysis.statements import imports_of
from impactgraph.config import Config, load_config
from impactgraph.decisions import bill_change as decisions
from impactgraph.decisions.bill_change import State
from impactgraph.errors import ConfigError, SourceError
from impactgraph.graph.network import Network
from impactgraph.questions import answer as parts
from impactgraph.questions import pricing
from impactgraph.questions.analyse import look_closer
from impactgraph.questions.impact import decide, find
from impactgraph.sources.changes import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from impactgraph.analysis.assemble import Assembled
    from impactgraph.decisions.window import Window
    from impactgraph.model import Tree
    from impactgraph.questions.impact import Request, Situation
    from impactgraph.questions.pricing import Prices, Span
    from impactgraph.sources.past import PastCommit

_DEEP = 99  # names of a package: all of them


class Pair(NamedTuple):
    """Both states. `renamed`: path in the older one -> path in the newer one, where they differ."""

    trees: tuple[Tree, Tree]
    assembled: tuple[Assembled, Assembled]
    renamed: Mapping[str, str]

    def name(self, path: str) -> str:
        """What a file of the older state is called in the newer one."""
        return self.renamed.get(path, path)

    def name_of(self, number: int) -> Callable[[str], str]:
        """What a file of the older (0) or the newer (1) state is called in the newer one."""
        return self.name if number == 0 else lambda path: path


def compared(request: Request, span: Span, limit: float | None) -> dict[str, Any]:
    """The bill of `request.head` against that of the base, in the shape of the schema `bill-change`; `limit`: of the increase, in percent.

    Raises SourceError where there is no base to compare with.
    """
    situation = find(request._replace(files=None))
    pair = _both(situation)
    prices = _prices(request, situation, pair)
    commits = pricing.commits_of(situation, situation.base.revision, span)
    old, now = (_state(pair, prices, commits, span, number) for number in (0, 1))
    frequencies = _frequencies(old)
    new = decisions.expected_changes(_new(old, now), frequencies, partial(package_of, roots=pair.assembled[1].graph.roots, depth=_DEEP))
    before = decisions.before(old)
    after = decisions.after(now, before.changes, new)
    share = (after.cost - before.cost) / before.cost if before.cost else None
    exceeded = None if limit is None else (after.cost - before.cost) * 100 > limit * before.cost
    return {
        **parts.head("bill-change", situation.repository.root),
        "warnings": parts.warnings_of(pair.assembled[1].graph),
        "base": {"revision": situation.base.revision, "from": situation.base.source, "ref": situation.base.ref},
        "head": {"revision": situation.head.revision, "worktree": situation.head.is_worktree},
        "unit": prices.unit,
        "window": pricing.told(old.window),
        "before": _sums(before, prices, old.window),
        "after": _sums(after, prices, old.window),
        "change": _change(before, after, prices, old.window) | {"share": share},
        **_imports(pair, now),
        "modules": [_moved(module, prices) for module in decisions.moved(old.modules(), now.modules(), {**frequencies, **new})],
        "selection": _selection(situation, prices),
        "limit": limit,
        "exceeded": exceeded,
    }


def _both(situation: Situation) -> Pair:
    base = situation.base
    if base.revision is None:
        raise SourceError(base.fallback.message if base.fallback else "there is no base", base.fallback.hint if base.fallback else "")
    old, head = situation.repository.revision_tree(base.revision), situation.head
    now = look_closer(head, situation.config, situation.cache)
    renamed = {change.old_path: change.path for change in compare(old, head) if change.old_path}
    return Pair((old, head), (assemble(old, _config(old), known=now.book), now), renamed)


def _config(tree: Tree) -> Config:
    try:
        return load_config(tree.read_one("pyproject.toml"))
    except ConfigError:  # of the base, which nobody can mend now
        return load_config(None)


def _prices(request: Request, situation: Situation, pair: Pair) -> Prices:
    """What tests cost, by the name in the newer state: a test costs the same in both states."""
    (old_tree, tree), (old, now) = pair.trees, pair.assembled
    prices = pricing.prices(request, situation, dict.fromkeys(now.graph.test_files, tree))
    gone = [path for path in old.graph.test_files if pair.name(path) not in prices.costs]
    past = pricing.prices(request, situation, dict.fromkeys(gone, old_tree))
    middle = sorted(prices.costs.values())[len(prices.costs) // 2] if prices.costs else 1
    costs = {path: past.costs[path] if past.unit == prices.unit else middle for path in gone}
    return prices._replace(costs={**{pair.name(path): cost for path, cost in costs.items()}, **prices.costs})


def _state(pair: Pair, prices: Prices, commits: Sequence[PastCommit], span: Span, number: int) -> State:
    """The older (0) or the newer (1) state; changes of the past are told in names of the older one."""
    graph = pair.assembled[number].graph
    name = pair.name_of(number)
    nodes = {name(path): node for node, path in enumerate(graph.paths)}
    old = pair.assembled[0].graph.paths
    index = {path: nodes[pair.name(path)] for path in old if pair.name(path) in nodes}
    window = pricing.window_in(index, commits, span)
    return State(Network.of(graph, {path: prices.costs[name(path)] for path in graph.test_files}), window, nodes)


def _frequencies(old: State) -> dict[str, float]:
    """How often each module of the older state changed."""
    times = old.window.frequencies()
    return {path: times[node] for path, node in old.nodes.items() if path.endswith(".py")}


def _new(old: State, now: State) -> list[str]:
    return [path for path in now.nodes if path.endswith(".py") and path not in old.nodes]


def _sums(sums: decisions.Sums, prices: Prices, window: Window) -> dict[str, Any]:
    return {
        "per_change": prices.of(sums.cost / sums.changes) if sums.changes else None,
        "per_month": prices.of(sums.cost / window.months) if window.months else None,
    }


def _change(before: decisions.Sums, after: decisions.Sums, prices: Prices, window: Window) -> dict[str, Any]:
    per_month = (after.cost - before.cost) / window.months if window.months else None
    return {"per_month": prices.of(per_month), "minutes_per_month": prices.minutes(per_month)}


def _imports(pair: Pair, now: State) -> dict[str, Any]:
    """Imports that one of the states has and the other has not."""
    old, new = (
        decisions.stated(imports_of(assembled), pair.name_of(number), dict(enumerate(assembled.graph.paths)))
        for number, assembled in enumerate(pair.assembled)
    )
    back = {name: path for path, name in pair.renamed.items()}
    added = _told([one for key, one in sorted(new.items()) if key not in old], pair.trees[1], {})
    removed = _told([one for key, one in sorted(old.items()) if key not in new], pair.trees[0], back)
    total = sum(now.network.prices(now.window.changes))
    gone = [{(now.nodes[row["importer"]], now.nodes[row["imported"]])} for row in added]
    for row, spared in zip(added, now.network.spared(now.window.changes, gone), strict=True):
        row["share"] = spared / total if total else None
    return {"imports_added": added, "imports_removed": removed}


def _told(imports: Sequence[decisions.Import], tree: Tree, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Imports with their text; `names`: what importers are called in `tree`, where that is another name."""
    paths = [names.get(one.importer, one.importer) for one in imports]
    sources = tree.read(dict.fromkeys(paths))
    return [
        {**one._asdict(), "path": path, "text": place_at(sources.get(path), one.line).text}
        for one, path in zip(imports, paths, strict=True)
    ]


def _moved(module: decisions.Moved, prices: Prices) -> dict[str, Any]:
    costs = {"cost_before": prices.of(module.cost_before), "cost_after": prices.of(module.cost_after)}
    return {**module._asdict(), **costs}


def _selection(situation: Situation, prices: Prices) -> dict[str, Any]:
    """What the change makes run now."""
    impact = decide(situation)
    everything = sum(prices.costs[path] for path in impact.graph.test_files)
    selected = [test.path for test in impact.selection.tests if test.path in prices.costs]
    return {
        "decision": impact.selection.decision,
        "tests_selected": len(impact.selection.tests),
        "tests_total": len(impact.graph.test_files),
        "cost_selected": prices.of(sum(prices.costs[path] for path in selected)),
        "cost_total": prices.of(everything),
    }
