"""The changed keys of a TOML or INI file, each judged by its rule."""

from __future__ import annotations

from collections.abc import Iterable

from impactgraph.analysis.settings.environments import judge_environment
from impactgraph.analysis.settings.requirements import changed_requirements, distribution, normalized
from impactgraph.analysis.settings.rules import TABLE_OF_FILE, is_metadata, rule_for
from impactgraph.analysis.settings.tables import KeyChange, Table, changed_keys, parse_ini
from impactgraph.analysis.settings.verdicts import KeyVerdict


def judge_keys(file: str, kind: str, old: Table, new: Table) -> list[KeyVerdict]:
    """A verdict for each key in which the tables of `file` (its last name) differ; `kind` is toml, ini or pipfile."""
    above = TABLE_OF_FILE.get(file, ())
    for name in reversed(above):
        old, new = {name: old}, {name: new}
    return [_judge_key(kind, change, old, new, len(above)) for change in changed_keys(old, new)]


def declared_distributions(pyproject: Table) -> frozenset[str]:
    """What the tables of a pyproject.toml ask for by name, in any group."""
    changes = changed_keys({}, pyproject)
    rules = [(rule_for("toml", change.key).how, change) for change in changes]
    listed = {distribution(item) for how, change in rules if how == "requirements" for item in _items(change.new) if isinstance(item, str)}
    named = {normalized(_distribution_key(change)) for how, change in rules if how == "named"}
    return frozenset(name for name in listed | named if name)


def own_distribution(pyproject: Table) -> frozenset[str]:
    """The name of the project itself, if the tables tell it."""
    tool = pyproject.get("tool")
    tables = (pyproject.get("project"), tool.get("poetry") if isinstance(tool, dict) else None)
    return frozenset(normalized(str(table["name"])) for table in tables if isinstance(table, dict) and "name" in table)


def _judge_key(kind: str, change: KeyChange, old: Table, new: Table, skip: int) -> KeyVerdict:
    rule = rule_for(kind, change.key)
    shown = ".".join(change.key[skip:])
    if rule.how == "environment":
        return judge_environment(change, old, new)._replace(key=shown)
    if rule.how == "requirements":
        return _judge_requirements(change, shown, rule.reason)
    if rule.how == "named":
        return KeyVerdict("packages", rule.reason, shown, (normalized(_distribution_key(change)),))
    if rule.how == "listed":
        return _judge_dynamic(change, shown)
    if rule.how == "legacy":
        return _judge_legacy(change, shown)
    return KeyVerdict("all" if rule.how == "all" else "inert", rule.reason, shown)


def _judge_requirements(change: KeyChange, shown: str, reason: str) -> KeyVerdict:
    old, new = _items(change.old), _items(change.new)
    others = [item for item in (*old, *new) if not isinstance(item, str) and (item not in old or item not in new)]
    names = changed_requirements(_strings(old), _strings(new))
    if names is None or others:
        return KeyVerdict("all", "global-input", shown)
    return KeyVerdict("packages" if names else "inert", reason if names else "syntax-unchanged", shown, names)


def _judge_dynamic(change: KeyChange, shown: str) -> KeyVerdict:
    changed = set(map(str, _items(change.old))) ^ set(map(str, _items(change.new)))
    inert = all(map(is_metadata, changed))
    return KeyVerdict("inert" if inert else "all", "metadata" if inert else "global-input", shown)


def _judge_legacy(change: KeyChange, shown: str) -> KeyVerdict:
    """An INI file in a string of a TOML file: the strongest of its keys."""
    old, new = (parse_ini(str(text or "").encode()) for text in (change.old, change.new))
    below = judge_keys("tox.ini", "ini", old, new)
    for effect in ("all", "packages", "inert"):
        found = [key for key in below if key.effect == effect]
        if found:
            packages = tuple(sorted({name for key in found for name in key.packages}))
            return found[0]._replace(key=f"{shown}.{found[0].key}", packages=packages)
    return KeyVerdict("inert", "syntax-unchanged", shown)


def _distribution_key(change: KeyChange) -> str:
    """The part of the key that names a distribution: the one below the last table of dependencies."""
    places = [number for number, part in enumerate(change.key) if part.endswith(("dependencies", "packages", "sources"))]
    return change.key[places[0] + 1]


def _items(value: object) -> list[object]:
    """A TOML list, or the lines of an INI value."""
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value if isinstance(value, list) else []


def _strings(items: Iterable[object]) -> list[str]:
    return [item for item in items if isinstance(item, str)]
