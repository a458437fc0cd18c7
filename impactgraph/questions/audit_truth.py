"""Would the selection have left out a test that really ran what changed? Past commits, judged by executions that another recorder noted."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.mentions import collect, index
from impactgraph.analysis.units import compare as compare_units
from impactgraph.config import load_config
from impactgraph.decisions.functions.evidence import Evidence
from impactgraph.decisions.functions.narrow import Checkout, Pair, affected
from impactgraph.decisions.functions.spread import Cause
from impactgraph.decisions.seeds import Judged
from impactgraph.decisions.surroundings import Place
from impactgraph.decisions.truth import changed_functions, changed_modules, summarise
from impactgraph.graph.closure import Closure
from impactgraph.model import Warning_
from impactgraph.questions.analyse import analyse
from impactgraph.questions.answer import head as head_of
from impactgraph.questions.narrowing import checkout_of
from impactgraph.questions.recorded import record_of
from impactgraph.sources.changes import compare
from impactgraph.sources.git import Repository
from impactgraph.sources.past import unmerged
from impactgraph.sources.truth import read_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from impactgraph.model import FileChange, Tree
    from impactgraph.record import Record
    from impactgraph.sources.truth import Truth

    Progress = Callable[[Iterable[Any], int], Iterator[Any]]

_BESIDE = ("docs/", "doc/", "examples/")
_EXAMPLES = 20  # lost tests named per commit


class Plan(NamedTuple):
    """The last `commits` commits up to that of the truth; `pure_decorators` are declared beside those of the configuration."""

    commits: int = 60
    pure_decorators: Sequence[str] = ()


def audited(directory: str, path: str, plan: Plan, progress: Progress) -> dict[str, Any]:
    """What the selections for past commits come to beside the truth in the file at `path`, in the shape of the schema `audit`."""
    truth = read_truth(path)
    repository = Repository.open(directory)
    revision = repository.resolve(truth.commit)
    scene = _Scene(repository, revision, truth, plan)
    oids = list(islice(of_source(repository, revision, scene.test_files), plan.commits))
    rows = [
        scene.row(repository.revision_tree(repository.resolve(f"{oid}^")), repository.revision_tree(oid))
        for oid in progress(oids, len(oids))
    ]
    return {
        **head_of("audit", repository.root, scene.warnings),
        "source": "truth",
        "revision": revision,
        "record": scene.record_name,
        "tests": len(truth.node_ids),
        "summary": summarise(rows),
        "misses": [{"revision": row["revision"], "node_id": node} for row in rows for node in row["lost"]],
        "commits": rows,
    }


class _Scene:
    """The truth's commit, with the record that decides, the names and the graph of that state."""

    def __init__(self, repository: Repository, revision: str, truth: Truth, plan: Plan) -> None:
        head = repository.revision_tree(revision)
        config = load_config(head.read_one("pyproject.toml"))
        config = config._replace(pure_decorators=(*config.pure_decorators, *plan.pure_decorators))
        graph = analyse(head, config, None)
        self._closure = Closure(graph)
        self._truth = truth
        self.test_files = frozenset(graph.test_files)
        book = collect(head, [path for path, entry in head.files.items() if path.endswith(".py") and not entry.is_symlink], {})
        self._rules: Checkout = checkout_of(Place(graph), book, config)
        self.warnings: list[Warning_] = []
        own = record_of(repository.root, config.cache_dir)
        if own is not None and not _is_of(own, head):
            self.warnings.append(Warning_("other-state", None, None, "the record of this checkout is of another state, so it is not used"))
            own = None
        self.record_name = "truth" if own is None else "own"
        self._evidence = Evidence(own or truth, self._closure)
        self._judge = Evidence(truth, self._closure)

    def row(self, old: Tree, new: Tree) -> dict[str, Any]:
        """One commit: what is selected, below the module and by it, beside what its tests really ran."""
        pair = pair_of(old, new)
        truth = self._truth
        start = time.process_time()
        chosen = self._selected(pair)
        seconds = time.process_time() - start
        numbers = changed_functions(pair.judged, truth.functions)
        entered = truth.entered(numbers)
        ran = entered | truth.importing(numbers)
        above = ran | truth.loading(changed_modules(pair.judged))
        lost = sorted(truth.node_ids[test] for test in ran - chosen)
        return {
            "revision": new.revision,
            "selected": len(chosen),
            "selected_by_module": len(self._by_module(pair)),
            "entered": len(entered),
            "ran": len(ran),
            "ran_or_loaded": len(above),
            "selected_and_ran": len(ran & chosen),
            "seconds": seconds,
            "total": len(truth.node_ids),
            "lost_count": len(lost),
            "lost": lost[:_EXAMPLES],
        }

    def _selected(self, pair: Pair) -> set[int]:
        """Tests of the truth; those that the record does not know are selected by their file."""
        found = affected(self._rules, [pair])
        if found is None:
            return set(range(len(self._truth.node_ids)))
        record, touched = self._evidence.record, self._evidence.touched(found)
        if record is self._truth:
            return touched.tests.keys() | {test for path in touched.files for test in self._judge.tests_of(path)}
        names = {record.node_ids[test] for test in touched.tests}
        if pair.judged:
            names |= {record.node_ids[test] for test in record.silent}
        known = frozenset(record.node_ids) - {record.node_ids[test] for test in record.partial}
        whole = self._by_module(pair)
        return {
            test
            for test, node in enumerate(self._truth.node_ids)
            if node in names or node.partition("::")[0] in touched.files or (node not in known and test in whole)
        }

    def _by_module(self, pair: Pair) -> set[int]:
        files = self._judge.dependents({item.change.path: Cause(item.change.path, "", "module") for item in pair.judged})
        return {test for path in files for test in self._judge.tests_of(path)}


def _is_of(record: Record, head: Tree) -> bool:
    """Whether all tests of a record were recorded in the state `head`, as far as Python files go."""
    wanted = {path: entry.oid for path, entry in head.files.items() if path.endswith(".py")}
    states = {number: record.states[number] for number in set(record.state_of)}
    return bool(states) and all({path: oid for path, oid in state.items() if path.endswith(".py")} == wanted for state in states.values())


def of_source(repository: Repository, revision: str, tests: Container[str]) -> Iterator[str]:
    """Ids of the commits that change Python code which is no test, example or documentation, newest first."""
    for oid, paths in unmerged(repository, revision, ".py"):
        if any(path not in tests and "test" not in path and not path.startswith(_BESIDE) for path in paths):
            yield oid


def judged(change: FileChange, old: Tree, new: Tree) -> Judged | None:
    """What changed in a Python file, with the dependents of the file as the layer to fall back to; None for nothing."""
    before, after = (tree.read_one(change.path) if change.path in tree.files else None for tree in (old, new))
    found = compare_units(change.path, before, after)
    return None if found.inert else Judged(change, "module", "seeds", found.reason, None, found.units, (change.path,))


def pair_of(old: Tree, new: Tree) -> Pair:
    """The Python files that differ."""
    changes = [change for change in compare(old, new) if change.path.endswith(".py")]
    found = [item for item in (judged(change, old, new) for change in changes) if item is not None]
    paths = [item.change.path for item in found if item.units]
    sides = ({path: index(path, content) for path, content in tree.read(paths).items()} for tree in (old, new))
    return Pair(found, *sides)
