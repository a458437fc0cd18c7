"""What the code has to look like: the direction of imports, and modules and functions that can be read in one go."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "impactgraph").rglob("*.py"))
MODULE_LINES = 400
FUNCTION_LINES = 50
MEDIAN_LINES = 7


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and lines, without the docstring, of every function of a module."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            documented = ast.get_docstring(node, clean=False) is not None
            docstring = (node.body[0].end_lineno or 0) - node.body[0].lineno + 1 if documented else 0
            yield f"{relative(path)}:{node.lineno} {node.name}", last - node.lineno + 1 - docstring


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > len(list((ROOT / "impactgraph" / "reports").glob("*.py")))


def test_imports_go_one_way(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"]
    run = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "NO_COLOR": "1"},
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_says_what_it_is_and_is_not_long(path: Path) -> None:
    source = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(source)), "no docstring"
    assert source.count("\n") < MODULE_LINES


def test_no_function_is_long() -> None:
    assert [(name, lines) for path in MODULES for name, lines in functions(path) if lines > FUNCTION_LINES] == []


def test_the_typical_function_is_short(record_property: pytest.RecordProperty) -> None:
    typical = median(lines for path in MODULES for _, lines in functions(path))
    record_property("median_function_lines", typical)
    assert typical <= MEDIAN_LINES
