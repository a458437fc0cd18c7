"""What a forecast needs to know of one state's code: few plain values, which travel between processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from impactgraph.errors import SourceError
from impactgraph.graph.network import Network
from impactgraph.trends.bills import WEIGHTINGS
from impactgraph.trends.measure import distribution, impact
from impactgraph.trends.scenarios import Code, scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.config import Config
    from impactgraph.decisions.window import Window
    from impactgraph.model import ImpactGraph
    from impactgraph.trends.snapshot import Weighting

_SEED = 0  # the same question has the same answer


class Sketch(NamedTuple):
    """A state that is forecast from. `modules`: its Python files; `functions`: test functions per test file.

    `weighting`: how the mean of test functions `per_change`, and their `share` of all, weigh changes; `changes` is how many real ones there
    are. `factors`: per multiple of the code those of its scenarios. `distribution`: how many modules reach which share of the test files.
    `cache_dir`: where its configuration has records kept.
    """

    modules: int
    functions: Mapping[str, int]
    weighting: Weighting
    per_change: float
    share: float
    changes: int
    changes_per_month: float | None
    factors: Mapping[float, Mapping[str, float | None]]
    distribution: Sequence[Mapping[str, float]]
    cache_dir: str | None

    @property
    def everything(self) -> int:
        """All test functions."""
        return sum(self.functions.values())


def sketched(graph: ImpactGraph, config: Config, functions: Mapping[str, int], window: Window, multiples: Sequence[float]) -> Sketch:
    """The sketch of `graph`, read by `config`, for these multiples of its code; `functions`: test functions of each of its test files.

    Raises SourceError where there is no test, or no module that one could change.
    """
    network, tests = Network.of(graph, functions), set(graph.test_files)
    modules = tuple(node for node, path in enumerate(graph.paths) if path.endswith(".py") and path not in tests)
    found = impact(network, modules, window.changes)
    weighting = next((one for one in WEIGHTINGS if one in found), None)
    if weighting is None:
        what = "test file" if not tests else "Python module besides the tests"
        raise SourceError(f"there is no {what}, so no change has a bill", "impactgraph doctor shows what was found")
    spread, counts = found[weighting].functions, network.test_counts()
    return Sketch(
        sum(path.endswith(".py") for path in graph.paths),
        dict(functions),
        weighting,
        spread.mean,
        spread.share_mean,
        len(window.changes),
        window.per_month,
        _factors(graph, network, multiples),
        distribution([counts[node] for node in modules], len(graph.test_files)),
        config.cache_dir,
    )


def _factors(graph: ImpactGraph, network: Network, multiples: Sequence[float]) -> dict[float, dict[str, float | None]]:
    code = Code.of(graph.paths, network.pairs, set(graph.test_files))
    return {multiply: scenarios(code, multiply, np.random.default_rng(_SEED)) for multiply in multiples}


def told(sketch: Sketch, seconds_per_test: float | None) -> dict[str, Any]:
    """The state as answers have it, under `today`."""
    return {
        "modules": sketch.modules,
        "test_files": len(sketch.functions),
        "test_functions": sketch.everything,
        "weighting": sketch.weighting,
        "changes": sketch.changes,
        "changes_per_month": sketch.changes_per_month,
        "seconds_per_test": seconds_per_test,
        "per_change": sketch.per_change,
        "share": sketch.share,
    }
