"""Who depends on whom, read from all lock and requirement files at once."""

from __future__ import annotations

from collections.abc import Iterable

from impactgraph.analysis.settings.keys import declared_distributions, own_distribution
from impactgraph.analysis.settings.locks import parse_lock
from impactgraph.analysis.settings.names import Dependencies
from impactgraph.analysis.settings.requirements import is_unread_path, parse_requirements
from impactgraph.analysis.settings.tables import UnparsableError, parse_toml


def read_dependencies(files: Iterable[tuple[str, bytes]]) -> Dependencies:
    """The dependencies that `files` tell: (path, content) of pyproject.toml, lock and requirement files, of both states.

    A file that can't be parsed tells nothing; its change is a verdict of its own.
    """
    users: dict[str, set[str]] = {}
    direct: set[str] = set()
    own: set[str] = set()
    for path, content in files:
        told = _read(path, content)
        direct |= told.direct
        own |= told.own
        for name, found in told.users.items():
            users.setdefault(name, set()).update(found)
    return Dependencies({name: frozenset(found) for name, found in users.items()}, frozenset(direct - own), frozenset(own))


def _read(path: str, content: bytes) -> Dependencies:
    try:
        if path.endswith("pyproject.toml"):
            tables = parse_toml(content)
            return Dependencies({}, declared_distributions(tables), own_distribution(tables) if "/" not in path else frozenset())
        if path.endswith((".txt", ".in")):
            return _from_requirements(path, content)
        return _from_lock(path, content)
    except UnparsableError:
        return Dependencies({}, frozenset())


def _from_requirements(path: str, content: bytes) -> Dependencies:
    told = parse_requirements(content)
    # What is asked for to build documentation or to lint isn't asked for by a test.
    return Dependencies(told.users, frozenset() if is_unread_path(path) else told.direct)


def _from_lock(path: str, content: bytes) -> Dependencies:
    lock = parse_lock(path, content)
    users: dict[str, set[str]] = {}
    for user, needed in lock.needs.items():
        for name in needed:
            users.setdefault(name, set()).add(user)
    return Dependencies({name: frozenset(found) for name, found in users.items()}, lock.direct, lock.own)
