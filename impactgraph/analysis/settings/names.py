"""From changed distributions to the names that modules of the checkout import."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from impactgraph.analysis.settings._distributions import is_plugin, is_runner, is_tool, shipped_names
from impactgraph.analysis.settings.requirements import normalized

Installed = Mapping[str, tuple[str, ...]]


class Dependencies(NamedTuple):
    """Who needs whom, as far as lock and requirement files tell. Names are normalized.

    `users`: distribution -> the distributions that depend on it; `direct`: those that the project itself asks for;
    `own`: the project's own distributions, whose code is the checkout's.
    """

    users: Mapping[str, frozenset[str]]
    direct: frozenset[str]
    own: frozenset[str] = frozenset()


class Affected(NamedTuple):
    """Whom a change of distributions reaches; all sorted.

    `roots`: import names that modules of the checkout import (reach whoever imports the name, one below it or one above it);
    `unknown`: distributions that can't be placed (everything); `runners`: distributions that take part in every test (everything);
    `inert`: developers' tools that no module imports.
    """

    roots: tuple[str, ...]
    unknown: tuple[str, ...]
    runners: tuple[str, ...]
    inert: tuple[str, ...]


def import_names(distribution: str) -> tuple[str, ...] | None:
    """The names `distribution` is imported by, from the shipped mapping; None if it isn't listed (often its own name)."""
    return shipped_names().get(normalized(distribution))


def affected_imports(
    packages: Iterable[str], dependencies: Dependencies, installed: Installed | None, imported: Collection[str]
) -> Affected:
    """Whom a change of `packages` reaches, directly and through the distributions that depend on them.

    `installed`: normalized distribution -> import names, from an environment's metadata; `imported`: the external names (dotted or roots)
    that modules of the checkout import or name in strings.
    """
    world = _World(dependencies, installed or {}, frozenset(imported))
    parts = [world.reach(normalized(package)) for package in packages]
    joined = (tuple(sorted({name for part in parts for name in part[field]})) for field in range(len(Affected._fields)))
    return Affected(*joined)


class _World:
    """The distributions and the checkout's imports, with the answers that several questions share."""

    def __init__(self, dependencies: Dependencies, installed: Installed, imported: frozenset[str]) -> None:
        self.dependencies = dependencies
        self.installed = installed
        self.imported = imported

    def reach(self, package: str) -> Affected:
        users = self._with_users(package) - self.dependencies.own
        roots = {name for user in users for name in self._imported_names(user)}
        runners = {user for user in users if self._takes_part(user)}
        unknown = {user for user in users if self._is_lost(user)}
        inert = () if roots or unknown or runners else (package,)
        return Affected(tuple(roots), tuple(unknown), tuple(runners), inert)

    def _with_users(self, package: str) -> set[str]:
        found, waiting = {package}, [package]
        while waiting:
            new = self.dependencies.users.get(waiting.pop(), frozenset()) - found - self.dependencies.own
            found |= new
            waiting += new
        return found

    def _imported_names(self, package: str) -> list[str]:
        """Those import names of `package` that the checkout uses."""
        names = self.installed.get(package) or import_names(package)
        if names is not None:
            return [name for name in names if any(_is_related(name, used) for used in self.imported)]
        guesses = {package.replace("-", "_"), package.replace("-", ".")}
        return sorted({used for used in self.imported if any(_is_within(used.lower(), guess) for guess in guesses)})

    def _takes_part(self, package: str) -> bool:
        """Whether `package` takes part in every test. A plugin that only came along with a tool (sphinx-autobuild -> anyio) does not."""
        if is_runner(package) or not is_plugin(package):
            return is_runner(package)
        users = self._with_users(package) - {package}
        others = any(self._imported_names(user) or is_runner(user) for user in users)
        return package in self.dependencies.direct or others or not any(is_tool(user) for user in users)

    def _is_placed(self, package: str) -> bool:
        return bool(self._imported_names(package)) or self._takes_part(package) or is_tool(package)

    def _is_lost(self, package: str) -> bool:
        """Whether `package` may be used in a way that no import shows: asked for by the project, or needed by nobody we can place."""
        if self._is_placed(package):
            return False
        return package in self.dependencies.direct or not any(self._is_placed(user) for user in self._with_users(package))


def _is_within(name: str, above: str) -> bool:
    return name == above or name.startswith(above + ".")


def _is_related(name: str, used: str) -> bool:
    return _is_within(name, used) or _is_within(used, name)
