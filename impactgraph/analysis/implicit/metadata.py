"""What is found through installed metadata: plugins by entry point groups, and commands by their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from impactgraph.analysis.implicit.syntax import ENTRY_POINTS, STARTERS, Parsed
from impactgraph.analysis.implicit.values import UNKNOWN, callee, elements

if TYPE_CHECKING:
    import ast

    from impactgraph.analysis.implicit.names import Line

_RUNNERS = frozenset(
    """
    run Popen call check_call check_output getoutput getstatusoutput system popen which create_subprocess_exec create_subprocess_shell
    spawn spawnl spawnv exec_command launch
    """.split()
)


def entry_points(parsed: Parsed) -> Iterator[Line]:
    """The groups that are looked up: "group:NAME", or "*" where the file does not say which."""
    if ENTRY_POINTS.isdisjoint(parsed.triggers):
        return
    for call in parsed.calls:
        if callee(call) in ENTRY_POINTS:
            groups = [value for node in _group(call) for value in parsed.evaluator.values(node)] or [UNKNOWN]
            for group in groups:
                yield ("entry-point", "*" if UNKNOWN in group else f"group:{group}"), call.lineno


def _group(call: ast.Call) -> list[ast.expr]:
    named = [word.value for word in call.keywords if word.arg == "group"]
    return named or call.args[:2]


def commands(parsed: Parsed) -> Iterator[Line]:
    """Programs that are started by their name, "script:NAME": the checkout may install them."""
    if STARTERS.isdisjoint(parsed.triggers):
        return
    for call in parsed.calls:
        if callee(call) in _RUNNERS and call.args:
            first = elements(call.args[0])[:1] or call.args[:1]
            for value in parsed.evaluator.values(first[0]):
                word = value.split()[0] if value.strip() else ""
                name = word.rpartition("/")[2]
                if name and UNKNOWN not in name and name.isprintable():
                    yield ("entry-point", f"script:{name}"), call.lineno
