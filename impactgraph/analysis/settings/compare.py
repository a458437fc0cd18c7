"""Two states of a settings, lock or requirement file, compared."""

from __future__ import annotations

from impactgraph.analysis.settings.environments import reading_directories
from impactgraph.analysis.settings.keys import judge_keys
from impactgraph.analysis.settings.kinds import TABLE_FILES
from impactgraph.analysis.settings.locks import changed_in_locks, parse_lock
from impactgraph.analysis.settings.requirements import changed_in_files, changed_requirements, is_unread_name, is_unread_path
from impactgraph.analysis.settings.tables import UnparsableError, parse_ini, parse_toml
from impactgraph.analysis.settings.verdicts import KeyVerdict, Verdict


def judge_tables(path: str, old: bytes | None, new: bytes | None) -> list[KeyVerdict] | None:
    """The changed keys of a TOML or INI file, each judged; None if one of the states can't be parsed."""
    file = path.rpartition("/")[2]
    kind = TABLE_FILES[file]
    parse = parse_ini if kind == "ini" else parse_toml
    try:
        return judge_keys(file, kind, parse(old), parse(new))
    except UnparsableError:
        return None


def judge_lock(path: str, old: bytes | None, new: bytes | None) -> Verdict:
    """The distributions of which a lock says something else: another version, source, hash, marker or dependency."""
    try:
        packages, settings = changed_in_locks(parse_lock(path, old), parse_lock(path, new))
    except UnparsableError:
        return Verdict("configuration", "all", "unparsable-configuration", path)
    # A lock that comes or goes brings its settings; what is installed by it stands in its entries.
    if settings and old is not None and new is not None:
        return Verdict("configuration", "all", "global-input", ", ".join(settings))
    if not packages:
        return Verdict("configuration", "inert", "lock-metadata")
    return Verdict("configuration", "packages", "locked-package", None, packages)


def judge_requirements(path: str, states: tuple[bytes | None, bytes | None], readers: tuple[tuple[str, bytes], ...] | None) -> Verdict:
    """The distributions that a requirement file asks for otherwise; inert if its name and `readers` say that no test environment reads it.

    `states` are the contents in the old and the new tree; `readers` as in `Surroundings`.
    """
    directories = {""} if readers is None else _reading_directories(path, readers)
    if is_unread_path(path) and not directories:
        return Verdict("configuration", "inert", "requirements-unread")
    if directories == {path.rpartition("/")[0]} != {""}:
        # Only environments that run in this very directory read it, so it is a file of the tests there.
        return Verdict("configuration", "data", "requirements-of-directory")
    packages, options = changed_in_files(*states)
    if options:
        return Verdict("configuration", "all", "global-input", ", ".join(options))
    if not packages:
        return Verdict("configuration", "inert", "syntax-unchanged")
    return Verdict("configuration", "packages", "locked-package", None, packages)


def judge_conda(old: bytes | None, new: bytes | None) -> Verdict:
    """An environment.yml, by its lines: an item of a list is a requirement, anything else is global."""
    before, after = (_conda_lines(content) for content in (old, new))
    changed = before ^ after
    names = changed_requirements((), (line.removeprefix("- ").replace("=", " ==", 1) for line in changed if line.startswith("- ")))
    others = sorted(line for line in changed if not line.startswith("- "))
    if names is None or others or "python" in names:
        return Verdict("configuration", "all", "global-input", ", ".join(others) or None)
    if not names:
        return Verdict("configuration", "inert", "syntax-unchanged")
    return Verdict("configuration", "packages", "locked-package", None, names)


def _conda_lines(content: bytes | None) -> set[str]:
    lines = (content or b"").decode("utf-8", "surrogateescape").splitlines()
    return {stripped for line in lines if (stripped := line.split(" #")[0].strip()) and not stripped.startswith("#")}


def _reading_directories(path: str, readers: tuple[tuple[str, bytes], ...]) -> set[str]:
    """Where the environments run that read the file `path` ("" is the top); a requirement file that tests may read counts as one."""
    name = path.rpartition("/")[2]
    found: set[str] = set()
    for reader, content in readers:
        if reader == path or name.encode() not in content:
            continue
        if reader.rpartition("/")[2] in TABLE_FILES:
            found |= reading_directories(reader, content, name)
        elif _may_be_tested(reader):
            found.add("")
    return found


def _may_be_tested(reader: str) -> bool:
    stem = reader.rpartition("/")[2].rsplit(".", 1)[0]
    return not is_unread_path(reader) and not is_unread_name(stem.lower().replace("develop", "dev").replace("dev", "docs"))
