"""The values this package answers with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Class_ = Literal["data", "configuration", "documentation", "compiled", "submodule", "unknown"]
Effect = Literal["inert", "opened", "data", "compiled", "packages", "all"]
#: From the weakest to the strongest: where parts of one file disagree, the strongest decides.
EFFECTS: tuple[Effect, ...] = ("inert", "opened", "data", "compiled", "packages", "all")


class Verdict(NamedTuple):
    """What the change of one file can break.

    `effect`: "inert" nothing; "opened" whoever opens the file, nobody else; "data" whoever opens it, else the tests around it;
    "compiled" the module built from it, else everything; "packages" whoever imports the distributions in `packages`; "all" everything.
    `reason` is a stable code; `detail` names the tables or keys (or the pattern of the configuration) that decided, sorted and joined
    by ", ".
    """

    klass: Class_
    effect: Effect
    reason: str
    detail: str | None = None
    packages: tuple[str, ...] = ()


class KeyVerdict(NamedTuple):
    """The same for one key of a settings file; `key` is its dotted name."""

    effect: Effect
    reason: str
    key: str
    packages: tuple[str, ...] = ()


class Surroundings(NamedTuple):
    """What only the caller knows about the place of a changed file.

    opened: a literal path names the file (or a directory it lies in), or pytest collects it as a doctest file.
    packaged: the file lies in an import package or in a directory of tests.
    twin: for a .pyi, a .py or compiled module of the same name lies beside it.
    rust: the project has Rust extension sources.
    foreign: the file lies in a project of another ecosystem (a folder with a package.json) that has no Python around it.
    readers: path and content of the settings files (tox.ini, setup.cfg, pyproject.toml, tox.toml) and requirement files of the new tree;
        None means unknown, and then no requirement file is taken for one that no test environment reads.
    """

    opened: bool = False
    packaged: bool = False
    twin: bool = False
    rust: bool = False
    foreign: bool = False
    readers: tuple[tuple[str, bytes], ...] | None = None


def strongest(keys: Iterable[KeyVerdict], unchanged: str) -> Verdict:
    """One verdict for a settings file of which these keys changed; with no key at all only comments or layout did (reason `unchanged`)."""
    found = sorted(keys)
    if not found:
        return Verdict("configuration", "inert", unchanged)
    effect = max((key.effect for key in found), key=EFFECTS.index)
    deciding = [key for key in found if key.effect == effect]
    packages = sorted({name for key in deciding for name in key.packages})
    detail = ", ".join(sorted({key.key for key in deciding}))
    return Verdict("configuration", effect, min(key.reason for key in deciding), detail, tuple(packages))
