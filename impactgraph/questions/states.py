"""One state of a history, measured: its code, its graph, and how many tests its changes reach."""

from __future__ import annotations

import datetime as dt
import gc
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis import facts as facts_of
from impactgraph.analysis.assemble import assemble
from impactgraph.analysis.testfunctions import test_functions
from impactgraph.analysis.vendored import Scope, vendored_directories
from impactgraph.config import load_config
from impactgraph.errors import SourceError
from impactgraph.graph.network import Network
from impactgraph.model import Tree
from impactgraph.questions import pricing
from impactgraph.questions.analyse import config_of, keep
from impactgraph.questions.sketch import sketched
from impactgraph.sources.git import Repository
from impactgraph.sources.past import recent_commits
from impactgraph.sources.trees import directory_tree
from impactgraph.trends.measure import impact
from impactgraph.trends.snapshot import Functions, Snapshot, Spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.analysis.assemble import Assembled
    from impactgraph.config import Config
    from impactgraph.model import ImpactGraph
    from impactgraph.questions.sketch import Sketch
    from impactgraph.sources.cache import Cache
    from impactgraph.sources.past import PastCommit

#: Real commits that a snapshot's changes are taken from: the last ones up to it.
COMMITS = 500
_SPAN = pricing.Span(commits=COMMITS)
#: The edges that import statements make, also those that Python 2 took for imports of a sibling.
STATED = frozenset({"import", "compiled", "same-directory"})
_NAMED = 3  # unparsed files in a reason
_TEST_DIRECTORIES = frozenset({"test", "tests", "testing", "testsuite"})


class State(NamedTuple):
    """A commit (`oid`) or a plain directory. `commits`: how many up to here changed a Python file; `volume`: bytes of Python code.

    `multiples` of its code that will be forecast, if any: then it is sketched, and its graph will be asked for again.
    """

    label: str
    oid: str | None
    directory: str
    time: int | None = None
    commits: int | None = None
    volume: int = 1
    multiples: tuple[float, ...] = ()


class Size(NamedTuple):
    """What a blob holds: lines, and definitions of test functions."""

    lines: int
    functions: int


class Code(NamedTuple):
    """What was understood of a state: its graph, per test file how many test functions it defines, and the size of every Python file.

    `tree`: the part that counts; `config`: how it was read at first; `analysed`: the graph that came of that, as `analyse` has it.
    """

    graph: ImpactGraph
    functions: dict[str, int]
    sizes: dict[str, Size]
    tree: Tree
    config: Config
    analysed: ImpactGraph


class Measured(NamedTuple):
    """The row of a state, and its sketch if it is to be forecast from: None also where that can't be made of what is known here."""

    row: Snapshot
    sketch: Sketch | None = None


class Measurer:
    """Measures states one after the other; what it knows of a blob it knows for the next state, too."""

    def __init__(self, scope: Scope, cache: Cache | None) -> None:
        self._scope = scope
        self._cache = cache
        self._book = facts_of.EMPTY
        self._sizes: dict[str, Size] = {}

    def measure(self, state: State) -> Measured:
        """The row of `state`; where it can't be measured, a row that says why."""
        date = None if state.time is None else dt.datetime.fromtimestamp(state.time, dt.UTC).date().isoformat()
        try:
            return self._measured(state, date)
        except Exception as error:  # noqa: BLE001 - one broken state of the past must not be the end of a history
            return Measured(Snapshot(state.label, date, "failed", str(error) or type(error).__name__, commits=state.commits))
        finally:
            gc.collect()

    def _measured(self, state: State, date: str | None) -> Measured:
        repository = Repository.open(state.directory) if state.oid else None
        tree = repository.revision_tree(state.oid) if repository and state.oid else directory_tree(state.directory)
        code = self.code(tree, self._cache if state.multiples else None)
        commits = recent_commits(repository, state.oid, ".py", COMMITS) if repository and state.oid else []
        return Measured(_row(state, date, tree, code, commits), _sketch(state, tree, code, commits) if state.multiples else None)

    def code(self, tree: Tree, cache: Cache | None = None) -> Code:
        """What `tree` holds; its graph is kept in `cache`. Raises SourceError where there is no Python file."""
        tree = _read_once(self._scope.of(tree))
        python = [path for path, entry in tree.files.items() if path.endswith(".py") and not entry.is_symlink]
        if not python:
            raise SourceError("no Python file")
        sizes, config = self._sizes_of(tree, python), config_of(tree)
        assembled = self._assembled(tree, config)
        if cache:
            keep(tree, assembled, config, cache, self._scope.name)
        graph = _without_documented(self._collected(tree, sizes, config, assembled.graph), sizes)
        functions = {path: max(sizes[path].functions if path in sizes else 0, 1) for path in graph.test_files}
        return Code(graph, functions, sizes, tree, config, assembled.graph)

    def _collected(self, tree: Tree, sizes: Mapping[str, Size], config: Config, graph: ImpactGraph) -> ImpactGraph:
        """`graph`; where pytest would collect less than half of the test functions, that of what an older runner took for tests, too."""
        among = [path for path, size in sizes.items() if size.functions and _is_among_tests(path)]
        collected = sum(sizes[path].functions for path in graph.test_files if path in sizes)
        if 2 * collected >= sum(sizes[path].functions for path in among):
            return graph
        return self._assembled(tree, config._replace(tests=(*config.tests, *map(_literal, among)))).graph

    def _assembled(self, tree: Tree, config: Config) -> Assembled:
        assembled = assemble(tree, config, known=self._book)
        self._book = assembled.book
        return assembled

    def _sizes_of(self, tree: Tree, python: Sequence[str]) -> dict[str, Size]:
        fresh = tree.read(path for path in python if tree.files[path].oid not in self._sizes)
        self._sizes.update((tree.files[path].oid, Size(content.count(b"\n"), test_functions(content))) for path, content in fresh.items())
        return {path: self._sizes.get(tree.files[path].oid, Size(0, 0)) for path in python}


def _row(state: State, date: str | None, tree: Tree, code: Code, commits: Sequence[PastCommit]) -> Snapshot:
    graph, functions, sizes = code.graph, code.functions, code.sizes
    window, modules = pricing.window(graph, commits, _SPAN), changeable(graph)
    inside = packaged(graph, modules)
    unparsed = tuple(path for path, _ in graph.unparsed)
    return Snapshot(
        state.label,
        date,
        "partial" if unparsed else "ok",
        _unparsed(unparsed),
        modules=len(sizes),
        lines=sum(size.lines for size in sizes.values()),
        test_files=len(graph.test_files),
        test_functions=sum(functions.values()),
        unparsed=unparsed,
        vendored=vendored_directories(tree.files),
        commits=state.commits,
        commits_per_month=window.per_month,
        impact={
            "imports": impact(Network.of(graph, functions, STATED), modules, window.changes, inside),
            "safe": impact(safe := Network.of(graph, functions), modules, window.changes, inside),
        },
        **_shape(safe, graph),
    )


def _sketch(state: State, tree: Tree, code: Code, commits: Sequence[PastCommit]) -> Sketch | None:
    """What `forecast` would make of the state; None where it would read the code in another way, or where it has to say why it can't."""
    graph = code.analysed
    try:
        if load_config(tree.read_one("pyproject.toml")) != code.config:
            return None
        functions = pricing.functions(dict.fromkeys(graph.test_files, code.tree))
        return sketched(graph, code.config, functions, pricing.window(graph, commits, _SPAN), state.multiples)
    except Exception:  # noqa: BLE001 - it will be tried again by who asks, and fail there
        return None


def _without_documented(graph: ImpactGraph, sizes: Mapping[str, Size]) -> ImpactGraph:
    """`graph` where code that pytest collects for nothing but its docstrings is code: with one option all of it would turn into tests."""
    kept = (path for path in graph.test_files if path not in sizes or sizes[path].functions or _is_among_tests(path))
    return graph._replace(test_files=tuple(kept))


def _is_among_tests(path: str) -> bool:
    """Whether a file that defines test functions is one of tests by its place or name: what older runners than pytest took it for."""
    *directories, name = path.lower().split("/")
    return "test" in name or any(directory in _TEST_DIRECTORIES for directory in directories)


def _literal(path: str) -> str:
    """A glob that matches `path`."""
    return re.sub(r"([*?\[\]\\!#])", r"[\1]", path)


def _read_once(tree: Tree) -> Tree:
    """`tree`, with what was read of it kept for whoever asks next: sizes and facts are of the same blobs."""
    kept: dict[str, bytes] = {}

    def read(paths: Sequence[str]) -> dict[str, bytes]:
        kept.update(tree.read(path for path in paths if path not in kept))
        return {path: kept[path] for path in paths if path in kept}

    return Tree(tree.files, read, label=tree.label, revision=tree.revision)


def changeable(graph: ImpactGraph) -> tuple[int, ...]:
    """What is to change: the Python files that are no tests."""
    tests = set(graph.test_files)
    return tuple(node for node, path in enumerate(graph.paths) if path.endswith(".py") and path not in tests)


def packaged(graph: ImpactGraph, modules: Sequence[int]) -> tuple[int, ...]:
    """Those of `modules` that lie in a package; the others are programs, examples, settings of a build."""
    packages = {path.rpartition("/")[0] for path in graph.paths if path.endswith("/__init__.py")}
    return tuple(node for node in modules if graph.paths[node].rpartition("/")[0] in packages)


def _shape(network: Network, graph: ImpactGraph) -> dict[str, Any]:
    """Edges between Python files, with what they and their closure are of all ordered pairs, and the share of the largest component."""
    python = {node for node, path in enumerate(graph.paths) if path.endswith(".py")}
    edges = sum(importer in python and imported in python for importer, imported in network.pairs)
    everyone = network.with_costs(dict.fromkeys(python, 1)).test_counts()
    largest = next((len(python.intersection(nodes)) for nodes in network.components()), 1)
    count = len(python)
    return {
        "edges": edges,
        "density": edges / max(count * (count - 1), 1),
        "propagation_cost": sum(everyone[node] for node in python) / count**2,
        "largest_component": largest / count,
    }


def _unparsed(paths: Sequence[str]) -> str | None:
    if not paths:
        return None
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"imports by their lines alone, as no parser of today takes it: {', '.join(paths[:_NAMED])}{more}"


def told(row: Snapshot) -> dict[str, Any]:
    """A row as answers have it."""
    spreads = {
        edges: {weighting: {**spread._asdict(), "functions": spread.functions._asdict()} for weighting, spread in found.items()}
        for edges, found in row.impact.items()
    }
    return {**row._asdict(), "unparsed": list(row.unparsed), "vendored": list(row.vendored), "impact": spreads}


def untold(plain: dict[str, Any]) -> Snapshot:
    """The row that `told` told."""
    spreads: Any = {
        edges: {weighting: Spread(**{**spread, "functions": Functions(**spread["functions"])}) for weighting, spread in found.items()}
        for edges, found in plain["impact"].items()
    }
    return Snapshot(**{**plain, "unparsed": tuple(plain["unparsed"]), "vendored": tuple(plain["vendored"]), "impact": spreads})
