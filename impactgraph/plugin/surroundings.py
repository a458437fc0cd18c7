"""Where a run takes place: its checkout, the state of that, and the environment."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources.directory import DIRECTORY
from impactgraph.sources.history.place import configured_directory, history_directory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.sources.git import Repository, State

#: CI systems by the variable that each sets; the last is what nearly all of them set.
_CI = {
    "GITHUB_ACTIONS": "github",
    "GITLAB_CI": "gitlab",
    "JENKINS_URL": "jenkins",
    "BUILDKITE": "buildkite",
    "CIRCLECI": "circleci",
    "TF_BUILD": "azure",
    "CI": "other",
}


class Surroundings(NamedTuple):
    """`directory`: pytest's rootdir, relative to the checkout's top. `dirty` is None where there is no commit to compare with."""

    history: str
    directory: str
    revision: str | None = None
    dirty: bool | None = None


def surroundings(rootdir: str, repository: Repository | None, seen: State | None = None) -> Surroundings:
    """What there is to know of the checkout that `rootdir` lies in; without one, `rootdir` is taken for its top.

    `seen`: what was found out about it already. Raises SourceError where the checkout's cache directory came with it, and ConfigError.
    """
    if repository is None:
        return Surroundings(history_directory(rootdir, None), "")
    state = repository.state() if seen is None else seen
    if any(path.startswith(f"{DIRECTORY}/") for path in state.paths):
        raise SourceError(f"{DIRECTORY} is not ignored or even committed, so it may be somebody else's", f"git rm -r --cached {DIRECTORY}")
    directory = os.path.relpath(os.path.realpath(rootdir), os.path.realpath(repository.root))
    place = configured_directory(repository.root)
    return Surroundings(place, "" if directory == "." else directory, repository.head_oid, state.is_dirty)


def environment(config: pytest.Config, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What else than the code decides about outcomes and durations."""
    system = os.uname()
    return {
        "python": f"{sys.implementation.name} {'.'.join(map(str, sys.version_info[:3]))}",
        "platform": f"{system.sysname} {system.machine}",
        "pytest": pytest.__version__,
        "ci": next((name for variable, name in _CI.items() if environ.get(variable)), None),
        "workers": config.getoption("numprocesses", default=None) or 0,
    }
