"""Lock files: which distributions they hold, who needs whom, and which of them differ between two states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from impactgraph.analysis.settings.requirements import distribution, normalized
from impactgraph.analysis.settings.tables import Table, UnparsableError, changed_keys, parse_toml


class Lock(NamedTuple):
    """One lock file.

    `entries`: distribution -> what is locked, as text; `needs`: distribution -> the ones it depends on;
    `direct`: those that the project itself asks for, where the lock tells it; `settings`: what else decides what gets installed;
    `own`: the project and the members of its workspace, where the lock names them.
    """

    entries: dict[str, str]
    needs: dict[str, frozenset[str]]
    direct: frozenset[str]
    settings: Table
    own: frozenset[str] = frozenset()


#: Tables of a lock file that only record how it was written; the outcome stands in its entries.
WRITTEN_BY_THE_LOCKER = frozenset(
    {
        "version",
        "revision",
        "lock-version",
        "created-by",
        "resolution-markers",
        "supported-markers",
        "required-markers",
        "options",
        "manifest",
        "conflicts",
        "content-hash",
        "content_hash",
        "strategy",
        "groups",
        "inherit_metadata",
        "lock_version",
        "targets",
        "hash",
        "pipfile-spec",
    }
)
#: What an entry says about a distribution without saying what gets installed.
_REMARKS = frozenset({"name", "description", "summary", "size", "upload-time", "upload_time"})


def parse_lock(path: str, content: bytes | None) -> Lock:
    """The lock file `path` with `content` (None: there is none). Raises UnparsableError, also for a format that isn't known."""
    name = path.rpartition("/")[2]
    if content is None:
        return Lock({}, {}, frozenset(), {})
    if name == "Pipfile.lock":
        return _pipfile_lock(content)
    tables = parse_toml(content)
    packages = tables.pop("packages" if name.startswith("pylock") else "package", [])
    if not isinstance(packages, list) or not all(isinstance(item, dict) and "name" in item for item in packages):
        message = f"{path} has no list of packages"
        raise UnparsableError(message)
    return _toml_lock(packages, tables)


def changed_in_locks(old: Lock, new: Lock) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the distributions, the settings) in which two states of a lock differ, each sorted."""
    names = {name for name in old.entries.keys() | new.entries.keys() if old.entries.get(name) != new.entries.get(name)}
    settings = [change.name for change in changed_keys(old.settings, new.settings)]
    return tuple(sorted(names | (old.direct ^ new.direct))), tuple(settings)


def _toml_lock(packages: list[Table], tables: Table) -> Lock:
    entries = _hashes_apart(tables)
    needs: dict[str, set[str]] = {}
    direct: set[str] = set()
    own: set[str] = set()
    for package in packages:
        name, wanted = normalized(str(package["name"])), _dependencies(package)
        if _is_own(package):
            direct |= wanted
            own.add(name)
            continue
        entries.setdefault(name, []).append(_fingerprint(package))
        needs.setdefault(name, set()).update(wanted)
    # Several versions of one distribution (for different markers) are one entry here.
    told = {name: "\n".join(sorted(found)) for name, found in entries.items()}
    return Lock(told, {name: frozenset(found) for name, found in needs.items()}, frozenset(direct - own), _settings(tables), frozenset(own))


def _hashes_apart(tables: Table) -> dict[str, list[str]]:
    """Older poetry and pdm keep the hashes of all distributions in one table of their own ("name" or "name version")."""
    metadata = tables.get("metadata")
    found: dict[str, list[str]] = {}
    if not isinstance(metadata, dict):
        return found
    for key in ("files", "hashes"):
        table = metadata.pop(key, None)
        for name, hashes in sorted(table.items()) if isinstance(table, dict) else ():
            found.setdefault(normalized(name.split(" ")[0]), []).append(_fingerprint({name: hashes}))
    return found


def _is_own(package: Table) -> bool:
    """Whether the entry is the checkout (or a member of its workspace), whose version is metadata."""
    source = package.get("source", {})
    return isinstance(source, dict) and bool({"virtual", "editable", "workspace"} & source.keys())


def _dependencies(package: Table) -> set[str]:
    tables: list[object] = [package.get("dependencies", [])]
    for key in ("optional-dependencies", "dev-dependencies"):
        groups = package.get(key, {})
        tables += groups.values() if isinstance(groups, dict) else []
    return {name for table in tables for name in _names(table)}


def _names(dependencies: object) -> Iterable[str]:
    """In uv and pylock a list of tables, in pdm a list of requirements, in poetry a table by name."""
    for item in dependencies if isinstance(dependencies, (list, dict)) else ():
        name = str(item.get("name", "")) if isinstance(item, dict) else str(item)
        found = distribution(name)
        if found:
            yield found


def _fingerprint(package: Mapping[str, object]) -> str:
    import json  # locks change in few commits

    return json.dumps(_without_remarks(package), sort_keys=True, default=str)


def _without_remarks(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_remarks(item) for key, item in value.items() if key not in _REMARKS}
    if isinstance(value, list):
        return sorted((_without_remarks(item) for item in value), key=repr)
    return value


def _settings(tables: Table) -> Table:
    """The other tables, those of the format's metadata (poetry, pdm, Pipenv) laid flat."""
    flat: Table = {}
    for key, value in tables.items():
        flat |= value if key in {"metadata", "_meta"} and isinstance(value, dict) else {key: value}
    return {key: value for key, value in flat.items() if key not in WRITTEN_BY_THE_LOCKER}


def _pipfile_lock(content: bytes) -> Lock:
    import json  # as above

    try:
        tables = json.loads(content)
        sections = {name: table for name, table in tables.items() if name != "_meta"}
        entries = _section_entries(sections)
    except (ValueError, AttributeError) as error:
        raise UnparsableError(str(error)) from error
    return Lock(entries, {}, frozenset(), _settings({"_meta": tables.get("_meta", {})}))


def _section_entries(sections: Mapping[str, Mapping[str, Mapping[str, object]]]) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for section, table in sorted(sections.items()):
        for name, entry in table.items():
            told.setdefault(normalized(name), []).append(f"{section} {_fingerprint(entry)}")
    return {name: "\n".join(found) for name, found in told.items()}
