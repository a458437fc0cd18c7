"""What is known of the distributions that a checkout depends on: from its own files and, where there is one, its environment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from impactgraph.decisions.dependencies import Dependencies
from impactgraph.sources.installed import environment_of, installed_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from impactgraph.analysis.settings.names import Dependencies as Known
    from impactgraph.model import Tree

_READERS = frozenset({"tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"})
_LOCKS = frozenset({"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "pyproject.toml"})


class _Environment(dict[str, tuple[str, ...]]):
    """What the distributions in the checkout's own environment are imported by; each is looked up when it is asked for."""

    def __init__(self, checkout: Path) -> None:
        super().__init__()
        self._site_packages = environment_of(checkout)

    def get(self, name: str, default: Any = None, /) -> Any:
        if name not in self and self._site_packages is not None:
            self.update(installed_names(self._site_packages, [name]))
        return super().get(name, default)


def environment(base: Tree | None, head: Tree, externals: Callable[[], Mapping[str, tuple[str, ...]]]) -> Dependencies:
    """What `head` depends on; a work tree's own environment says what its distributions are imported by."""
    """What the two states say of distributions; nothing is looked for before it is asked for."""
    return Dependencies(
        externals=cache(externals),
        known=cache(lambda: _known(base, head)),
        installed=cache(lambda: _installed(head)),
        readers=cache(lambda: _readers(head)),
    )


def _installed(head: Tree) -> Mapping[str, tuple[str, ...]] | None:
    if not head.is_worktree:
        return None
    from pathlib import Path  # few changes touch a dependency

    return _Environment(Path(head.label))


def _readers(head: Tree) -> tuple[tuple[str, bytes], ...]:
    """Files that may name a requirement file."""
    return tuple(sorted(head.read(path for path in head.files if _name(path) in _READERS or _is_requirements(path)).items()))


def _known(base: Tree | None, head: Tree) -> Known:
    from impactgraph.analysis.settings.dependents import read_dependencies  # few changes touch a lock

    return read_dependencies(_telling(base, head))


def _telling(base: Tree | None, head: Tree) -> Iterator[tuple[str, bytes]]:
    """Files that tell who depends on whom, of both states."""
    for tree in (base, head):
        if tree is not None:
            yield from sorted(tree.read(path for path in tree.files if _name(path) in _LOCKS or _is_requirements(path)).items())


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _is_requirements(path: str) -> bool:
    return path.endswith((".txt", ".in")) and any(word in path for word in ("requirement", "constraint"))
