from __future__ import annotations

import ast

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from impactgraph.analysis.assemble import assemble
from impactgraph.analysis.deletion import without_imports
from impactgraph.analysis.statements import Imports, imports_of
from impactgraph.config import Config
from impactgraph.model import OUTSIDE_CLOSURE, ImpactGraph
from tests.memory import edges_of, tree_of
from tests.unit.analysis.made_up import CONTENTS, PATHS

FILES = {
    "pkg/__init__.py": "",
    "pkg/a.py": "from pkg import b, c\nimport pkg.b\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pkg.d\n",
    "pkg/b.py": "",
    "pkg/c.py": "",
    "pkg/d.py": "",
    "pkg/all.py": "from pkg import *\ndef later():\n    import os; import pkg.b\n",
    "tests/test_a.py": "import pkg.a\n\ndef test_it(): pass\n",
}


def named(graph: ImpactGraph, imports: Imports) -> dict[int, list[str]]:
    return {line: sorted(graph.paths[node] for node in nodes) for line, nodes in imports.lines.items()}


def pairs(graph: ImpactGraph) -> set[tuple[str, str]]:
    return {(edge.importer, edge.imported) for edge in edges_of(graph) if edge.kind not in OUTSIDE_CLOSURE}


def test_a_statement_carries_all_that_it_names() -> None:
    assembled = assemble(tree_of(FILES), Config())
    found = imports_of(assembled)
    assert named(assembled.graph, found["pkg/a.py"]) == {1: ["pkg/b.py", "pkg/c.py"], 2: ["pkg/b.py"]}
    assert named(assembled.graph, found["pkg/all.py"]) == {
        1: ["pkg/__init__.py", "pkg/a.py", "pkg/b.py", "pkg/c.py", "pkg/d.py"],
        3: ["pkg/b.py"],
    }
    index = {path: number for number, path in enumerate(assembled.graph.paths)}
    assert index["pkg/__init__.py"] in found["pkg/a.py"].fixed


def test_what_another_statement_names_too_is_not_lost() -> None:
    imports = Imports({1: frozenset({1, 2}), 2: frozenset({2, 3}), 9: frozenset({4, 5})}, frozenset({4}))
    assert [sorted(imports.lost(lines)) for lines in ([1], [2], [1, 2], [9], [], [7])] == [[1], [3], [1, 2, 3], [5], [], []]


def test_files_that_no_parser_takes_have_no_statements_to_delete() -> None:
    assert "pkg/broken.py" not in imports_of(assemble(tree_of({**FILES, "pkg/broken.py": "import pkg.b\ndef f(:\n"}), Config()))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(PATHS, CONTENTS, min_size=2, max_size=8), st.data())
def test_deleted_statements_take_away_the_edges_that_were_said_to_hang_on_them(files: dict[str, str], data: st.DataObject) -> None:
    assembled = assemble(tree_of(files), Config())
    found = {path: imports for path, imports in imports_of(assembled).items() if imports.lines}
    assume(found)
    path = data.draw(st.sampled_from(sorted(found)))
    lines = data.draw(st.lists(st.sampled_from(sorted(found[path].lines)), min_size=1, unique=True))
    source = without_imports(files[path].encode(), lines)
    assume(source is not None)  # two statements on a line of which one is no import
    lost = {(path, assembled.graph.paths[node]) for node in found[path].lost(lines)}
    event(f"{min(len(lost), 2)} edges")
    assert pairs(assemble(tree_of({**files, path: source or b""}), Config()).graph) == pairs(assembled.graph) - lost


@pytest.mark.parametrize(
    ("source", "lines", "expected"),
    [
        ("import a\nx = 1\n", [1], "pass\nx = 1\n"),
        ("x = 1; import a; y = 2\n", [1], "x = 1; pass; y = 2\n"),
        ("import a; from b import (\n  c,  # c\n  d)\nx = 1\n", [1], "pass; pass\nx = 1\n"),
        ("try:\n    import a\nexcept ImportError:\n    a = None\n", [2], "try:\n    pass\nexcept ImportError:\n    a = None\n"),
        ("from a import b, \\\r\n  c\r\nimport d\r\n", [1], "pass\nimport d\n"),
        ("\ufeffé = 1; import a\n", [1], "\ufeffé = 1; pass\n"),
        ("if x:\n\timport a\nimport a\n", [2, 3], "if x:\n\tpass\npass\n"),
    ],
)
def test_pass_stands_where_a_statement_was(source: str, lines: list[int], expected: str) -> None:
    assert without_imports(source.encode(), lines) == expected.encode()


def test_the_declared_encoding_is_kept() -> None:
    source = "# coding: latin-1\nimport a\nx = 'é'\n".encode("latin-1")
    assert without_imports(source, [2]) == source.replace(b"import a", b"pass")


@pytest.mark.parametrize(("source", "lines"), [(b"def f(:\n", [1]), (b"x = 1\nimport a\n", [1]), (b"\xff\nimport a\n", [2]), (b"\0", [1])])
def test_what_can_not_be_deleted_is_not_guessed(source: bytes, lines: list[int]) -> None:
    assert without_imports(source, lines) is None


@settings(max_examples=100)
@given(CONTENTS)
def test_what_is_left_parses(source: str) -> None:
    try:
        lines = [node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    except SyntaxError:
        return
    left = without_imports(source.encode(), lines)
    assert left is not None
    assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(ast.parse(left)))
