"""How far a module reaches by chosen kinds of edges alone, in a state of the past.

``python benchmarks/edge_share.py CHECKOUT REVISION [KIND ...]``

The mean share of the test files that depend on a module: over all Python files that are no tests, and over those of them in packages,
which are the two readings of "module" that `impactgraph growth` gives (`uniform` and `packaged`). A line for import statements alone, one
for KIND ... (default: import statements, parent packages and conftest.py files), one for all that `select` follows. Test files, and what
Python 2 took for imports of a sibling, are found as by `growth`; of the first three lines the first and the last are its figures.

Then the first two once more, with names looked for in the import roots of the project alone: `select` and `growth` also look in
directories that code may put on ``sys.path``, where an import of Python's own `trace` may find a `trace.py` of the project.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from impactgraph.analysis.assemble import assemble
from impactgraph.analysis.link import Linker, modules_of
from impactgraph.analysis.vendored import EVERYTHING
from impactgraph.graph.network import Network
from impactgraph.model import EDGE_KINDS, OUTSIDE_CLOSURE
from impactgraph.questions.analyse import config_of
from impactgraph.questions.states import STATED, Measurer, changeable, packaged
from impactgraph.sources.git import Repository
from impactgraph.trends.measure import impact

if TYPE_CHECKING:
    from collections.abc import Collection

    from impactgraph.model import Tree
    from impactgraph.questions.states import Code
    from impactgraph.trends.snapshot import Weighting

NAMED = STATED | {"parent-package", "conftest"}


def shares(code: Code, kinds: Collection[str]) -> tuple[float, float]:
    """Over all modules, and over those in packages, by edges of `kinds`."""
    modules = changeable(code.graph)
    network = Network.of(code.graph, code.functions, kinds)
    found = impact(network, modules, (), packaged(code.graph, modules))
    weightings: tuple[Weighting, Weighting] = ("uniform", "packaged")
    everywhere, inside = (found[weighting].share_mean if weighting in found else float("nan") for weighting in weightings)
    return everywhere, inside


def in_roots_alone(tree: Tree, code: Code) -> Code:
    """`code` without edges to what names mean only in a directory that code may put on ``sys.path``."""
    assembled = assemble(tree, config_of(tree))
    paths, aliases = assembled.graph.paths, assembled.graph.aliases
    linker = Linker(paths, modules_of(paths, aliases), assembled.layout, aliases=aliases)
    rows = linker.rows({path: facts for path, (_, facts) in assembled.book.facts.items()})
    return code._replace(graph=code.graph._replace(rows=rows))


def main(checkout: str, revision: str, kinds: Collection[str]) -> None:
    """Print a line per set of kinds."""
    unknown = sorted(set(kinds) - set(EDGE_KINDS))
    if unknown:
        sys.exit(f"no kind of edge: {', '.join(unknown)}; there are {', '.join(EDGE_KINDS)}")
    repository = Repository.open(checkout)
    tree = repository.revision_tree(repository.resolve(revision))
    code = Measurer(EVERYTHING, None).code(tree)
    modules = changeable(code.graph)
    print(
        f"{len(modules):,} modules, {len(packaged(code.graph, modules)):,} of them in packages, {len(code.graph.test_files):,} test files"
    )
    everything = set(EDGE_KINDS) - OUTSIDE_CLOSURE
    sets = (("import statements", STATED), (", ".join(sorted(kinds)), kinds), ("all that select follows", everything))
    for name, chosen in sets:
        print("{:.3f} over all, {:.3f} over packages: {}".format(*shares(code, chosen), name))
    code = in_roots_alone(tree, code)
    for name, chosen in sets[:2]:
        print("{:.3f} over all, {:.3f} over packages: {}; in import roots alone".format(*shares(code, chosen), name))


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - as the docstring says
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:] or sorted(NAMED))
