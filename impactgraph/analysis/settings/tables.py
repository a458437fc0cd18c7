"""TOML and INI files as nested tables, and the keys in which two of them differ."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Table: TypeAlias = "dict[str, object]"


class UnparsableError(Exception):
    """The text is no TOML or INI file; whoever reads it may see something else than we would."""


class KeyChange(NamedTuple):
    """A value that differs; None stands for a key that isn't there. A section that isn't in one file is told as its keys."""

    key: tuple[str, ...]
    old: object
    new: object

    @property
    def name(self) -> str:
        """The key as one writes it, dotted."""
        return ".".join(self.key)


def parse_toml(content: bytes | None) -> Table:
    """The tables of a TOML file, {} for one that doesn't exist. Raises UnparsableError."""
    import tomllib  # most changes touch no TOML file

    try:
        return tomllib.loads((content or b"").decode("utf-8-sig"))
    except ValueError as error:
        raise UnparsableError(str(error)) from error


def parse_ini(content: bytes | None) -> Table:
    """The sections of an INI file, {} for one that doesn't exist. Raises UnparsableError, also for keys that are there twice."""
    import configparser  # most changes touch no INI file

    # No section may lend its values to others: a change in [DEFAULT] has to be told as one.
    parser = configparser.RawConfigParser(allow_no_value=True, default_section="\0", strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string((content or b"").decode("utf-8-sig"))
    except (configparser.Error, ValueError) as error:
        raise UnparsableError(str(error)) from error
    return {name: {key: value or "" for key, value in parser.items(name)} for name in parser.sections()}


def changed_keys(old: Table, new: Table, above: tuple[str, ...] = ()) -> list[KeyChange]:
    """The keys whose values differ, in sorted order. Lists are values: an item has no name to speak of."""
    changes: list[KeyChange] = []
    for name in sorted(old.keys() | new.keys()):
        changes += _changes((*above, name), old.get(name), new.get(name))
    return changes


def _changes(key: tuple[str, ...], old: object, new: object) -> list[KeyChange]:
    # repr also tells 1 from true, which == does not.
    if repr(old) == repr(new):
        return []
    if _is_table(old) and _is_table(new):
        below = changed_keys(_table(old), _table(new), key)
        return below or ([KeyChange(key, old, new)] if old is None or new is None else [])
    return [KeyChange(key, old, new)]


def _is_table(value: object) -> bool:
    return value is None or isinstance(value, dict)


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}
