"""The environments of tox and hatch: which of them can be where the tests run, and what a change of one means."""

from __future__ import annotations

from impactgraph.analysis.settings._distributions import is_tool
from impactgraph.analysis.settings.requirements import changed_requirements, is_unread_name, normalized
from impactgraph.analysis.settings.tables import KeyChange, Table, UnparsableError, parse_ini, parse_toml
from impactgraph.analysis.settings.verdicts import KeyVerdict

#: Keys of an environment that decide how it is listed, not what runs in it.
_LISTING = frozenset({"description", "allowlist_externals", "whitelist_externals", "labels"})
_DEPENDENCIES = frozenset({"deps", "dependencies", "extra-dependencies"})
#: Tools that start other programs, and so perhaps the tests.
_STARTERS = frozenset({"uv", "pip", "tox", "nox", "hatch", "poetry", "pdm", "pipenv", "poethepoet", "poe", "spin", "build"})
#: Programs that are named otherwise than their distributions, and run no tests either.
_PROGRAMS = frozenset({"pip-compile", "pip-sync"})
_TEST_RUNNERS = ("pytest", "unittest", "doctest", "trial", "nose", "py.test")


def judge_environment(change: KeyChange, old: Table, new: Table) -> KeyVerdict:
    """A changed key of one environment; `old` and `new` are the whole tables it lies in."""
    place = _place(change.key)
    option = change.key[len(place)] if len(change.key) > len(place) else ""
    states = [state for state in (_at(old, place), _at(new, place)) if state]
    if all(_is_unread(place[-1], state) for state in states) and not _is_quoted(place[-1], new):
        return KeyVerdict("inert", "requirements-unread", change.name)
    if option in _LISTING:
        return KeyVerdict("inert", "tox-command-line", change.name)
    if option in _DEPENDENCIES:
        return _judge_dependencies(change)
    return KeyVerdict("all", "test-settings", change.name)


def reading_directories(path: str, content: bytes, name: str) -> set[str]:
    """The working directories ("" is the top) of the environments in the settings file `path` that can run tests and mention `name`."""
    try:
        tables = parse_toml(content) if path.endswith(".toml") else parse_ini(content)
    except UnparsableError:
        return {""}
    environments = [table for place, table in _environments(tables) if not _is_unread(place, table) and name in repr(table)]
    return {_working_directory(table) for table in environments}


def _working_directory(environment: Table) -> str:
    told = str(environment.get("changedir") or environment.get("change_dir") or "")
    return told.removeprefix("{toxinidir}").removeprefix("{tox_root}").strip("/")


def _judge_dependencies(change: KeyChange) -> KeyVerdict:
    names = changed_requirements(_requirements(change.old), _requirements(change.new))
    if names is None:
        return KeyVerdict("all", "global-input", change.name)
    return KeyVerdict("packages" if names else "inert", "locked-package" if names else "syntax-unchanged", change.name, names)


def _requirements(value: object) -> list[str]:
    import re  # few changes touch an environment

    lines = value.splitlines() if isinstance(value, str) else [str(item) for item in value] if isinstance(value, list) else []
    # "py311,py312: name>=1" asks for it in some environments; "https://..." does not start with factors.
    return [re.sub(r"^[\w.,{}!-]+:\s+", "", line.strip()) for line in lines if line.strip()]


def _place(key: tuple[str, ...]) -> tuple[str, ...]:
    """Where the table of the environment lies that `key` is in."""
    if key[0] != "tool":
        return key[:1]
    return key[:3] if key[2] == "env_run_base" else key[:4]


def _at(table: Table, place: tuple[str, ...]) -> Table:
    found: object = table
    for name in place:
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def _environments(tables: Table) -> list[tuple[str, Table]]:
    """(name, table) of the environments in a tox.ini, setup.cfg, tox.toml or pyproject.toml."""
    sections = [(name, table) for name, table in tables.items() if name.startswith(("testenv", "env_run_base"))]
    for place in (("tool", "tox", "env"), ("env",), ("tool", "hatch", "envs"), ("envs",)):
        sections += _at(tables, place).items()
    sections.append(
        ("", {"base": _at(tables, ("tool", "tox", "env_run_base")), "legacy": _at(tables, ("tool", "tox")).get("legacy_tox_ini")})
    )
    return [(name, table) for name, table in sections if isinstance(table, dict)]


def _is_unread(name: str, environment: Table) -> bool:
    """Whether no test runs in the environment: its name says so and no command denies it, or all its commands are tools."""
    commands = _commands(environment.get("commands"))
    words = " ".join(word for command in commands for word in command)
    if is_unread_name(name.removeprefix("testenv:")):
        return not any(word in words for word in _TEST_RUNNERS)
    programs = [_program(command) for command in commands]
    return bool(programs) and all(_is_harmless(program) for program in programs)


def _is_harmless(program: str) -> bool:
    return program in _PROGRAMS or (is_tool(normalized(program)) and program not in _STARTERS)


def _is_quoted(section: str, tables: Table) -> bool:
    """Whether another environment takes values of this one (``{[testenv:docs]deps}``)."""
    return any(f"[{section}]" in repr(table) for name, table in _environments(tables) if name != section)


def _commands(value: object) -> list[list[str]]:
    if isinstance(value, str):
        return [line.split() for line in value.replace("\\\n", " ").splitlines() if line.strip()]
    return [[str(word) for word in command] for command in value if isinstance(command, list)] if isinstance(value, list) else []


def _program(command: list[str]) -> str:
    """The program that a command starts, without tox's prefixes (``-``, a factor) and Python's ``-m``."""
    words = command[1:] if command and command[0].endswith(":") else command
    if len(words) > 2 and words[0].strip("-{}").startswith(("python", "envpython")) and words[1] == "-m":  # noqa: PLR2004 - python -m NAME
        return words[2]
    return words[0].lstrip("-! ").rpartition("/")[2] if words else ""
