"""The rules below the module against recorded executions: ``python -m benchmarks.functions TRUTH.json.gz CHECKOUT [DECORATOR ...]``.

TRUTH and CHECKOUT as for `recall.py`; each DECORATOR is one that the project would declare to be pure. Each of the last 60 commits without
a merge that change a Python file which is no test, example or documentation is judged by its Python files, over the record, the names and
the graph of the truth's commit: so what only older code mentions is not seen. Printed: per commit the share of tests selected; their mean
and median; the tests that entered a changed function and are not selected; the CPU of a decision once the changed files are taken apart.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks import recall
from impactgraph.analysis.mentions import collect, index
from impactgraph.analysis.units import compare
from impactgraph.config import Config
from impactgraph.decisions.functions.evidence import Evidence
from impactgraph.decisions.functions.narrow import Pair, affected
from impactgraph.decisions.seeds import Judged
from impactgraph.decisions.surroundings import Place
from impactgraph.graph.closure import Closure
from impactgraph.questions.analyse import analyse
from impactgraph.questions.narrowing import checkout_of
from impactgraph.record import Function
from impactgraph.sources.changes import compare as changes_between
from impactgraph.sources.git import Repository

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from impactgraph.model import FileChange, Tree

_COMMITS = 60
_BESIDE = ("docs/", "doc/", "examples/")


class Truth:
    """The truth as a `Record` of one state; the functions that ran while a test file was imported count as that file's import."""

    def __init__(self, truth: dict) -> None:
        functions = recall._functions(truth)  # noqa: SLF001 - a neighbour's reading of the same file
        numbers = recall._numbers  # noqa: SLF001
        self.node_ids = sorted(recall._tests(truth))  # noqa: SLF001
        self.functions = [Function(entry["file"], entry["qualname"]) for entry in functions]
        modules = {number for number, function in enumerate(self.functions) if function.name == "<module>"}
        self._by_function: dict[int, set[int]] = defaultdict(set)
        self._by_module: dict[str, set[int]] = defaultdict(set)
        for test, node_id in enumerate(self.node_ids):
            for part in ("tests", "subprocess"):
                for number in set(numbers(truth.get(part, {}).get(node_id, []))) - modules:
                    self._by_function[number].add(test)
            for path in truth.get("lazy_modules", {}).get(node_id, []):
                self._by_module[path].add(test)
        self.imported = {path: frozenset(set(numbers(entry["functions"])) - modules) for path, entry in truth["import_time"].items()}
        self.states, self.state_of = [{}], [0] * len(self.node_ids)
        self.partial: frozenset[int] = frozenset()
        self.unseen: frozenset[str] = frozenset()
        self.session: frozenset[int] = frozenset()

    def entered(self, functions: Iterable[int]) -> set[int]:
        """Tests that entered one of `functions`."""
        return set().union(*(self._by_function.get(number, ()) for number in functions))

    def requested(self, paths: Iterable[str]) -> set[int]:
        """Tests during which one of the modules was asked for."""
        return set().union(*(self._by_module.get(path, ()) for path in paths))

    def opened(self, paths: Iterable[str]) -> set[int]:  # noqa: ARG002 - nobody noted it
        """Not known."""
        return set()

    def text(self, oid: str) -> bytes | None:  # noqa: ARG002 - git has all of them
        """None: the state is a commit."""
        return None


def commits(checkout: str, revision: str, tests: Collection[str]) -> Iterator[str]:
    """Ids of the commits that count, newest first."""
    command = ["git", "-C", checkout, "log", "--no-merges", "--format=%x01%H", "--name-only", revision, "--", "*.py"]
    for entry in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\1")[1:]:
        oid, *paths = entry.split()
        if any(path not in tests and "test" not in path and not path.startswith(_BESIDE) for path in paths):
            yield oid


def judged(change: FileChange, old: Tree, new: Tree) -> Judged | None:
    """What changed in a Python file, with the dependents of the file as the layer to fall back to; None for nothing."""
    before, after = (tree.read_one(change.path) if change.path in tree.files else None for tree in (old, new))
    found = compare(change.path, before, after)
    return None if found.inert else Judged(change, "module", "seeds", found.reason, None, found.units, (change.path,))


def pair_of(old: Tree, new: Tree) -> Pair:
    """The Python files that differ."""
    changes = [change for change in changes_between(old, new) if change.path.endswith(".py")]
    found = [item for item in (judged(change, old, new) for change in changes) if item is not None]
    paths = [item.change.path for item in found if item.units]
    sides = ({path: index(path, content) for path, content in tree.read(paths).items()} for tree in (old, new))
    return Pair(found, *sides)


def entered_changed(pair: Pair, truth: Truth) -> set[int]:
    """Tests that entered a function whose body or signature changed."""
    names = {
        (item.change.path, unit.name) for item in pair.judged for unit in item.units or () if unit.kind in {"function-body", "signature"}
    }
    return truth.entered(number for number, function in enumerate(truth.functions) if function in names)


def main(truth_path: str, checkout: str, *pure: str) -> None:
    """Measure and print; the arguments are told above."""
    with gzip.open(truth_path) as file:
        read = json.load(file)
    truth, repository = Truth(read), Repository.open(checkout)
    revision = repository.resolve(read.get("commit") or read["meta"]["commit"])
    head = repository.revision_tree(revision)
    config = Config(pure_decorators=pure)
    graph = analyse(head, config, None)
    evidence = Evidence(truth, Closure(graph))
    rules = checkout_of(Place(graph), collect(head, [path for path in head.files if path.endswith(".py")], {}), config)
    shares, spent, lost = [], [], 0
    for oid, _ in zip(commits(checkout, revision, graph.test_files), range(_COMMITS), strict=False):
        pair = pair_of(repository.revision_tree(repository.resolve(f"{oid}^")), repository.revision_tree(oid))
        start = time.process_time()
        touched = evidence.touched(affected(rules, [pair]))
        chosen = touched.tests.keys() | {test for path in touched.files for test in evidence.tests_of(path)}
        spent.append(time.process_time() - start)
        shares.append(100 * len(chosen) / len(truth.node_ids))
        lost += len(entered_changed(pair, truth) - chosen)
        print(f"{shares[-1]:6.1f} %  {oid[:10]}")
    print(f"{len(shares)} commits, {len(truth.node_ids)} tests")
    print(f"selected: mean {statistics.mean(shares):.1f} %, median {statistics.median(shares):.2f} %")
    print(f"tests that entered a changed function and are not selected: {lost}")
    print(f"CPU of a decision: median {statistics.median(spent):.3f} s, most {max(spent):.3f} s")


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - the truth and the checkout
        sys.exit(__doc__)
    main(*sys.argv[1:])
