"""What the checkout's own packaging metadata makes findable once it is installed: commands, plugins of pytest and of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.layout.directories import join
from impactgraph.analysis.layout.documents import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impactgraph.analysis.layout.documents import Documents

_SCRIPT_GROUPS = {"scripts": "console_scripts", "gui-scripts": "gui_scripts"}
#: The groups whose names are commands.
COMMANDS = frozenset(_SCRIPT_GROUPS.values())
#: The group whose modules pytest loads before it collects.
PYTEST = "pytest11"


class EntryPoint(NamedTuple):
    """`target` is a dotted name: a module, or something in one."""

    group: str
    name: str
    target: str

    @property
    def is_command(self) -> bool:
        """Whether its name is that of a program."""
        return self.group in COMMANDS


def entry_points(project: str, documents: Documents) -> list[EntryPoint]:
    """The entry points that the metadata in the directory `project` declares, sorted."""
    found = {
        *_from_pyproject(documents.toml(join(project, "pyproject.toml"))),
        *_from_setup_cfg(documents.ini(join(project, "setup.cfg"))),
        *_from_setup_py(documents.text(join(project, "setup.py"))),
    }
    return sorted(found)


def _from_pyproject(document: dict[str, Any]) -> Iterator[EntryPoint]:
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    for key, group in _SCRIPT_GROUPS.items():
        yield from _of_group(group, table(project, key))
    yield from _of_group("console_scripts", table(poetry, "scripts"))
    for groups in (table(project, "entry-points"), table(poetry, "plugins")):
        for group in groups:
            yield from _of_group(group, table(groups, group))


def _of_group(group: str, points: Mapping[str, Any]) -> Iterator[EntryPoint]:
    for name, value in points.items():
        target = value.get("reference", value.get("callable")) if isinstance(value, dict) else value
        if isinstance(target, str):
            yield EntryPoint(group, name, _target(target))


def _target(value: str) -> str:
    """``pkg.mod:attr [extra]`` as a dotted name."""
    return value.partition("[")[0].strip().replace(":", ".")


def _from_setup_cfg(sections: dict[str, dict[str, str]]) -> Iterator[EntryPoint]:
    for group, lines in sections.get("options.entry_points", {}).items():
        yield from _from_lines(group, lines.splitlines())


def _from_lines(group: str, lines: list[str]) -> Iterator[EntryPoint]:
    for line in lines:
        name, equals, target = line.partition("=")
        if equals and target.strip():
            yield EntryPoint(group, name.strip(), _target(target))


def _from_setup_py(source: str) -> Iterator[EntryPoint]:
    if "entry_points" not in source and "scripts" not in source:
        return
    import ast  # few projects still have them there

    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "entry_points":
            yield from _from_literal(node.value)


def _from_literal(node: Any) -> Iterator[EntryPoint]:
    import ast  # as above

    try:
        groups = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return
    for group, lines in groups.items() if isinstance(groups, dict) else ():
        if isinstance(group, str):
            listed = lines.splitlines() if isinstance(lines, str) else lines if isinstance(lines, (list, tuple)) else ()
            yield from _from_lines(group, [line for line in listed if isinstance(line, str)])
