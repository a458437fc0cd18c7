"""Whatever the bytes are: an answer, the same one, from both forms of the scanner, with nothing lost where parsing fails."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from impactgraph import _scan
from impactgraph.analysis.implicit import scan

PIECES = st.sampled_from(
    [
        *[
            "'",
            '"',
            '"""',
            "'''",
            "f'",
            'f"',
            'rb"',
            'f"""',
            "{",
            "}",
            "{{",
            "(",
            ")",
            "[",
            "]",
            "\\",
            "\n",
            "\r",
            "\r\n",
            ";",
            "#",
            " ",
            ":",
        ],
        *[
            "a.b",
            "import_module",
            "__file__",
            "sys.path",
            ".insert(",
            "pytest_plugins = ",
            "x = ",
            "-m",
            "data/x.json",
            ">>> import a.b",
            "\0",
        ],
        *["iter_modules(", "os.path.dirname(", "/", " + ", "%s", "*", "importorskip(", "é", "PYTHONPATH"],
    ]
)
SOURCES = st.one_of(st.binary(), st.lists(PIECES).map(lambda pieces: "".join(pieces).encode()))


@pytest.fixture(scope="module")
def interpreted() -> object:
    """The scanner from its source, whatever is imported elsewhere."""
    path = Path(_scan.__file__).parent / "_scan.py"
    spec = importlib.util.spec_from_file_location("interpreted_scan", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(SOURCES)
@example(b"f'{" * 9 + b"'\n'a.b'")
@example(b'"""' + b'\\"""' * 9)
def test_never_raises_and_is_sorted(source: bytes) -> None:
    references = scan("pkg/mod.py", source)
    assert list(references) == sorted(set(references))
    assert len({(reference.kind, reference.target) for reference in references}) == len(references)


@given(SOURCES)
def test_compiled_and_interpreted_scanner_agree(interpreted: object, source: bytes) -> None:
    assert _scan.scan_literals(source) == interpreted.scan_literals(source)  # type: ignore[attr-defined]


@given(st.lists(st.sampled_from(["x = 'a.b'", "# 'c.d'", "  # it's", '# """', "", "open('data/y.txt')"])))
def test_comments_change_lines_at_most(lines: list[str]) -> None:
    with_comments = scan("m.py", "\n".join(lines).encode())
    without = scan("m.py", "\n".join(line for line in lines if not line.strip().startswith("#")).encode())
    assert [(kind, target) for kind, target, _ in with_comments] == [(kind, target) for kind, target, _ in without]


STDLIB = sorted(Path(ast.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", STDLIB[::12], ids=lambda path: path.name)
def test_every_dotted_string_that_the_syntax_tree_holds_is_found(path: Path) -> None:
    source = path.read_bytes()
    tree = ast.parse(source)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    expected = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in statements | parts
        and "." in node.value
        and all(part.isidentifier() for part in node.value.split("."))
        and node.value.encode() in source  # implicit concatenation and escapes are not in the bytes as such
    }
    assert expected <= {reference.target for reference in scan(path.name, source) if reference.kind == "string"}


BROKEN = "\nprint 'python 2'\n"


@pytest.mark.parametrize(
    "source",
    [
        'import_module("conf")',
        'import_module("a." + name)',
        'import_module(".x", __package__)',
        'pytest_plugins = ["a.b", "c"]',
        "pkgutil.iter_modules(__path__)",
        "sys.path.insert(0, os.path.dirname(__file__))",
        'sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))',
        "__getattr__ = lazy.attach_stub(__name__, __file__)",
        'x = "a.b"; open("data/x.json")',
    ],
)
def test_what_parsing_finds_is_also_found_where_parsing_fails(source: str) -> None:
    path = "src/pkg/mod.py"
    parsed = {(kind, target) for kind, target, _ in scan(path, source.encode()) if kind != "data-file" or not target.startswith("/")}
    assert parsed
    assert parsed <= {(kind, target) for kind, target, _ in scan(path, (source + BROKEN).encode())}


@pytest.mark.parametrize(
    "source",
    [
        b"x = 'a.b'\0import_module('q')",
        b"(" * 5000 + b"'a.b'" + b")" * 5000 + b"\nimport_module(x)",
        b"import_module(" + b" + ".join([b"'a.b'"] * 20_000) + b")",
        b"__file__\ny = x" + b".a" * 50_000 + b"\nz = 'a.b'",
        b"import_module; x = [" + b"'a.b', " * 1_000_000 + b"]",
        b"f'{" * 300_000 + b"\n'a.b'",
        b"'\\" * 1_000_000 + b"x\n'a.b', 1",
        b"x = '''" + b" " * 500_000 + b"import ''', 'a.b'",
        b"x = '''" + b"import a, " * 100_000 + b"''', 'a.b'",
    ],
    ids=["nul", "brackets", "sum", "attributes", "one-line", "open-fields", "open-quotes", "blanks", "names"],
)
def test_hostile_files_are_read_in_time_and_lose_nothing(source: bytes) -> None:
    limit = sys.getrecursionlimit()
    assert "a.b" in {reference.target for reference in scan("m.py", source)}
    assert sys.getrecursionlimit() == limit


def test_newer_syntax_than_the_running_python_is_read() -> None:
    source = b"type X[T] = list[T]\nx = t'{y}'\nmatch z:\n    case 1: load('a.b')\nimport_module(name)\n"
    references = {(reference.kind, reference.target) for reference in scan("m.py", source)}
    assert {("string", "a.b"), ("dynamic-import", "?")} <= references
