"""Every Python file of real projects is in the graph."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from impactgraph.analysis.assemble import assemble
from impactgraph.config import Config
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo
from tests.sdists import unpacked


@pytest.mark.network
@pytest.mark.parametrize("requirement", ["celery==5.5.3", "flask==3.1.2", "pytest==9.0.2", "scrapy==2.13.3"])
def test_every_tracked_python_file_is_a_node_exactly_once(requirement: str, tmp_path: Path) -> None:
    repo = GitRepo(unpacked(requirement, tmp_path))
    repo.git("add", "--all", "--force")
    repo.git("commit", "-q", "-m", "all")
    tracked = [path for path in repo.git("ls-files", "-z").split("\0") if path.endswith(".py")]
    assert len(tracked) > 50
    graph = assemble(Repository.open(str(repo.path)).worktree(), Config()).graph
    assert Counter(path for path in graph.paths if path.endswith(".py")) == Counter(tracked)
    assert graph.unparsed == ()
