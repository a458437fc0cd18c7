from __future__ import annotations

from pathlib import Path

from impactgraph.questions.environment import environment
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo
from tests.memory import tree_of


def install(checkout: Path, name: str, module: str) -> None:
    metadata = checkout / ".venv/lib/python3.11/site-packages" / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (checkout / ".venv/pyvenv.cfg").write_text("")
    (metadata / "top_level.txt").write_text(module)


def test_the_work_trees_own_environment_says_what_distributions_are_imported_by(repo: GitRepo) -> None:
    repo.commit({"a.py": "", ".gitignore": ".venv"})
    install(repo.path, "mystery", "inner")
    installed = environment(None, Repository.open(str(repo.path)).worktree(), dict).installed()
    assert installed is not None
    assert (installed.get("mystery"), installed.get("nothing")) == (("inner",), None)


def test_a_checkout_without_environment_knows_of_none(repo: GitRepo) -> None:
    repo.commit({"a.py": ""})
    installed = environment(None, Repository.open(str(repo.path)).worktree(), dict).installed()
    assert installed is not None
    assert installed.get("mystery") is None


def test_what_is_installed_now_says_nothing_of_a_commit() -> None:
    assert environment(None, tree_of({"a.py": ""}), dict).installed() is None
