"""What a trap is, how it becomes a git repository, and how the command under test answers it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Literal, NamedTuple

import orjson
from click.testing import CliRunner

from impactgraph.cli.main import cli
from tests.gitrepo import GitRepo
from tests.traps.states import State, apply, write

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

BYSTANDER = """
-- test_bystander.py --
def test_bystander(): pass
"""


class Trap(NamedTuple):
    """One repository, one change, and the test files that must and may be selected (README.md)."""

    name: str
    why: str
    before: str
    change: str = ""
    must: Collection[str] = ()
    may: Collection[str] | Literal["all"] | None = None
    argued: str = ""
    staged: str = ""
    unstaged: str = ""
    #: Directories that an editable install would put on `sys.path`, with the metadata of the project at the top.
    installed: tuple[str, ...] = ()

    @property
    def base(self) -> State:
        return apply({}, BYSTANDER + self.before)

    @property
    def head(self) -> State:
        return apply(self.indexed, self.unstaged)

    @property
    def committed(self) -> State:
        return apply(self.base, self.change)

    @property
    def indexed(self) -> State:
        return apply(self.committed, self.staged)

    def beyond(self, selected: Collection[str]) -> list[str]:
        """Selected test files that not even a careful person would want."""
        if self.may == "all":
            return []
        return sorted(set(selected) - set(self.must) - set(self.may or ()))

    def lost(self, selected: Collection[str]) -> list[str]:
        """Test files left out that had to be selected."""
        return sorted(set(self.must) - set(selected))


class Answer(NamedTuple):
    """What the command under test said."""

    decision: str
    tests: tuple[str, ...]
    reasons: tuple[str, ...]


def make_repository(trap: Trap, directory: Path) -> None:
    """A git repository whose tag `base` is the state before; what the trap leaves uncommitted is left so."""
    repository = GitRepo(directory)
    write(trap.base, directory)
    commit(repository, trap.base)
    repository.git("tag", "base")
    write(trap.committed, directory, trap.base)
    if trap.change:
        commit(repository, trap.committed)
    write(trap.indexed, directory, trap.committed)
    if trap.staged:
        stage(repository, trap.indexed)
    write(trap.head, directory, trap.indexed)


def commit(repository: GitRepo, state: State) -> None:
    stage(repository, state)
    repository.git("commit", "-q", "--allow-empty", "-m", "state")


def stage(repository: GitRepo, state: State) -> None:
    """All files of the state, its submodules included: git takes those from the index alone."""
    repository.git("add", "-A")
    for path, (kind, data) in state.items():
        if kind == "commit":
            repository.git("update-index", "--add", "--cacheinfo", f"160000,{data.decode()},{path}")


def select(directory: Path, base: str = "base") -> Answer:
    """Ask the command under test in `directory`; it runs in this process, which saves two thirds of the time."""
    with contextlib.chdir(directory):
        result = CliRunner().invoke(cli, ["select", "--base", base, "--format", "json"])
    if result.exit_code != 0:
        message = f"exit code {result.exit_code}: {result.exception!r} {result.stderr}"
        raise AssertionError(message)
    return read_answer(result.stdout_bytes)


def read_answer(output: bytes) -> Answer:
    answer = orjson.loads(output)
    reasons = (f"{reason['code']} {reason['path']} {reason['detail']}" for reason in answer["reasons"])
    return Answer(answer["decision"], tuple(test["path"] for test in answer["tests"]), tuple(reasons))


def answer_for(trap: Trap, directory: Path) -> Answer:
    make_repository(trap, directory)
    return select(directory)
