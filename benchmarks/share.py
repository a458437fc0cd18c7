"""How narrow the answers are: ``python benchmarks/share.py CHECKOUT ...``.

Per checkout the mean, over all modules that are no tests, of the share of test files that depend on the module: what a change of a
module picked at random would select. Once as `select` decides: by all kinds of edges, and with the tests of its package for a module
that no test reaches; once with what import statements, packages and conftest.py files say alone. The files of the commit that is
checked out count, not the work tree's.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from impactgraph.analysis.assemble import assemble
from impactgraph.config import Config
from impactgraph.decisions.surroundings import Place
from impactgraph.decisions.widen import tests_of_package
from impactgraph.graph.closure import Closure
from impactgraph.sources.git import Repository

if TYPE_CHECKING:
    from collections.abc import Collection

    from impactgraph.model import ImpactGraph

IMPORTS = ("import", "parent-package", "conftest")


def share(graph: ImpactGraph, kinds: Collection[str] | None = None) -> float:
    """The mean share over all modules that are no tests, by edges of `kinds` (None: as `select` decides)."""
    place = Place(graph)
    counts = dict(zip(graph.paths, Closure(graph, kinds).test_counts(), strict=True))
    modules = [path for path in graph.paths if path.endswith(".py") and path not in place.tests]
    selected = [counts[path] or (0 if kinds else len(tests_of_package(path, place))) for path in modules]
    return sum(selected) / len(selected) / len(place.tests)


def report(checkouts: list[str]) -> None:
    """Print a line of a Markdown table for each checkout."""
    print("| checkout | commit | modules | test files | as select decides | imports, packages, conftest |\n|---|---|---|---|---|---|")
    for checkout in checkouts:
        repository = Repository.open(checkout)
        commit = repository.resolve("HEAD")
        graph = assemble(repository.revision_tree(commit), Config()).graph
        modules = sum(path.endswith(".py") for path in graph.paths)
        figures = f"{share(graph):.4f} | {share(graph, IMPORTS):.4f}"
        name = os.path.basename(os.path.realpath(checkout))
        print(f"| {name} | {commit[:10]} | {modules:,} | {len(graph.test_files):,} | {figures} |")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    report(sys.argv[1:])
