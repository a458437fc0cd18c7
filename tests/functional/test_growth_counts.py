"""What a module's change reaches, on graphs of real projects, against a search that knows nothing of components or bits."""

from __future__ import annotations

from pathlib import Path

import pytest

from impactgraph.analysis.assemble import assemble
from impactgraph.config import Config
from impactgraph.graph.network import Network
from impactgraph.questions.states import STATED
from impactgraph.sources.git import Repository
from impactgraph.trends.measure import reached
from tests.gitrepo import GitRepo
from tests.sdists import unpacked


def searched(network: Network, start: int) -> set[int]:
    """Everything that depends on `start`, and itself, one edge after the other."""
    importers: dict[int, list[int]] = {}
    for importer, imported in network.pairs:
        importers.setdefault(imported, []).append(importer)
    found, waiting = {start}, [start]
    while waiting:
        fresh = [node for node in importers.get(waiting.pop(), ()) if node not in found]
        found.update(fresh)
        waiting += fresh
    return found


@pytest.mark.network
@pytest.mark.parametrize("edges", ["imports", "safe"])
@pytest.mark.parametrize("requirement", ["celery==5.5.3", "flask==3.1.2", "scrapy==2.13.3"])
def test_every_module_reaches_the_tests_that_a_plain_search_finds(requirement: str, edges: str, tmp_path: Path) -> None:
    repo = GitRepo(unpacked(requirement, tmp_path))
    repo.git("add", "--all", "--force")
    repo.git("commit", "-q", "-m", "all")
    graph = assemble(Repository.open(str(repo.path)).worktree(), Config()).graph
    costs = {path: 1 + number % 7 for number, path in enumerate(graph.test_files)}
    network = Network.of(graph, costs, STATED if edges == "imports" else None)
    everyone = range(len(graph.paths))
    tests = [searched(network, node) & network.costs.keys() for node in everyone]
    pairs = list(zip(everyone, reversed(everyone), strict=True))
    alone, together = reached(network, [(node,) for node in everyone]), reached(network, pairs)
    assert len({len(found) for found in tests}) > 3
    assert alone.files.tolist() == [len(found) for found in tests]
    assert alone.functions.tolist() == [sum(network.costs[node] for node in found) for found in tests]
    assert together.files.tolist() == [len(tests[one] | tests[other]) for one, other in pairs]
