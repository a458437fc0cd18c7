"""Recall and share of the module graph against recorded executions.

    python benchmarks/recall.py TRUTH.json.gz CHECKOUT

TRUTH: a JSON with `commit`, `functions[id] = {file, qualname, line}`, `tests[node id] = [ids entered]`, `outcomes`, and, where recorded,
`import_time[test file] = {modules, functions}`, `lazy_modules[node id]`, `subprocess[node id]`. CHECKOUT: a clone that has that commit.
Every (test, file) pair in which the test entered a function of the file is looked up: would a change of the file select the test's file?
Printed beside it: the mean share of test files that a change of a module that is no test selects.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter

from impactgraph.analysis.assemble import assemble
from impactgraph.config import Config
from impactgraph.graph.closure import Closure
from impactgraph.sources.git import Repository

_COUNTED = {"passed", "xfailed", "failed"}


def main(truth_path: str, checkout: str) -> None:
    """Print recall and share of the checkout at the truth's commit."""
    with gzip.open(truth_path) as file:
        truth = json.load(file)
    repository = Repository.open(checkout)
    commit = truth.get("commit") or truth["meta"]["commit"]
    graph = assemble(repository.revision_tree(repository.resolve(commit)), Config()).graph
    closure = Closure(graph)
    index = {path: number for number, path in enumerate(graph.paths)}
    tests = set(graph.test_files)
    reached = {path: _reached(closure, number, tests) for path, number in index.items() if path.endswith(".py")}
    for name, pairs in (("entered", _entered(truth)), ("at import", _imported(truth))):
        known = [(test, path) for test, path in pairs if path in reached]
        missed = Counter((path, test.partition("::")[0]) for test, path in known if test.partition("::")[0] not in reached[path])
        lost = sum(missed.values())
        print(
            f"{name}: {len(known)} pairs, {lost} missed, recall {1 - lost / max(len(known), 1):.5%}, "
            f"{len(pairs) - len(known)} of files unknown"
        )
        for (path, test), count in missed.most_common(10):
            print(f"  {count:6} {path} <- {test}")
    modules = [path for path in reached if path not in tests]
    share = sum(len(reached[path]) for path in modules) / len(modules) / len(tests)
    print(f"mean share of test files over {len(modules)} modules that are no tests: {share:.4f} of {len(tests)}")


def _reached(closure: Closure, node: int, tests: set[str]) -> set[str]:
    distance = closure.reach([node]).distance
    return {path for path, hops in zip(closure.graph.paths, distance, strict=True) if hops >= 0 and path in tests}


def _tests(truth: dict) -> list[str]:
    return [test for test in truth["tests"] if truth["outcomes"].get(test) in _COUNTED]


def _entered(truth: dict) -> set[tuple[str, str]]:
    files = [entry["file"] for entry in _functions(truth)]
    found = set()
    for test in _tests(truth):
        for part in ("tests", "subprocess"):
            found.update((test, files[number]) for number in _numbers(truth.get(part, {}).get(test, [])))
    return found


def _imported(truth: dict) -> set[tuple[str, str]]:
    found = set()
    for test in _tests(truth):
        modules = truth.get("import_time", {}).get(test.partition("::")[0], {}).get("modules", [])
        found.update((test, path) for path in modules)
        found.update((test, path) for path in truth.get("lazy_modules", {}).get(test, []))
    return found


def _functions(truth: dict) -> list[dict]:
    functions = truth["functions"]
    return functions if isinstance(functions, list) else [functions[key] for key in sorted(functions, key=int)]


def _numbers(entry: object) -> list[int]:
    if isinstance(entry, dict):
        return [int(number) for part in entry.values() for number in part]
    return [int(number) for number in entry]  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*sys.argv[1:])
