"""What doctor found, as text: the layout, what could not be read, the graph, and what to configure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable, quantity


def render(doctor: Mapping[str, Any], style: Style = PLAIN) -> str:
    """The report by sections; a section without content is left out, but for the graph."""
    sections = [
        ("Files", _files(doctor["files"])),
        ("Import roots", columns([(row["path"], row["source"]) for row in doctor["roots"]])),
        ("pytest settings", _pytest(doctor["pytest"])),
        (
            "Directories",
            columns([(row["directory"], quantity(row["files"], "file"), row["how"]) for row in doctor["placements"]], right=(1,)),
        ),
        ("Graph", _graph(doctor["graph"])),
        ("Not parsed", _places(doctor["unparsed"], "reason")),
        ("Dynamic imports that were not resolved", _places(doctor["unresolved"], "text")),
        ("Warnings", _places(doctor["warnings"], "message")),
        ("What to configure", _suggestions(doctor["suggestions"])),
    ]
    blocks = ["\n".join([style.title(title), *lines]) for title, lines in sections if lines]
    return "\n\n".join(blocks) + "\n"


def _files(files: Mapping[str, Any]) -> list[str]:
    names = {"total": "files in the checkout", "python": "Python files", "tests": "test files", "conftests": "conftest.py files"}
    return columns([(files[key], name) for key, name in names.items()], right=(0,))


def _pytest(settings: Mapping[str, Any]) -> list[str]:
    rows = [("read from", settings["source"] or "no file: pytest's defaults")]
    rows += [(name, _setting(value)) for name, value in settings.items() if name != "source" and value not in (None, [], "")]
    return columns(rows)


def _setting(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _graph(graph: Mapping[str, Any]) -> list[str]:
    edges = [(count, f"edges: {kind}") for kind, count in sorted(graph["edges"].items()) if count]
    sizes = [(graph["modules"], "modules"), *edges]
    share = f"  on average, a module that is no test reaches {percent(graph['mean_share'])} of the test files"
    return columns(sizes, right=(0,)) + ([share] if graph["mean_share"] is not None else [])


def _places(rows: Sequence[Mapping[str, Any]], what: str) -> list[str]:
    return columns([(_place(row), row[what]) for row in rows])


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['path'] or ''}:{row['line']}" if row["line"] else str(row["path"] or "")


def _suggestions(suggestions: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for row in suggestions:
        lines.append(f"  - {printable(row['message'])}")
        lines += [f"      {printable(line)}" for line in (row["setting"] or "").splitlines()]
    return lines
