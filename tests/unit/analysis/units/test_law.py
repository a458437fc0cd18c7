"""The law of `compare`, held against ``ast.dump`` on real sources and random edits of them."""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactgraph.analysis.units import compare
from impactgraph.analysis.units.tokens import read_text, same_tokens

STDLIB = Path(ast.__file__).parent
NAMES = ["abc.py", "bisect.py", "colorsys.py", "contextlib.py", "dataclasses.py", "fnmatch.py", "functools.py", "graphlib.py", "heapq.py"]
NAMES += ["io.py", "linecache.py", "operator.py", "reprlib.py", "sched.py", "shlex.py", "stat.py", "string.py", "types.py", "weakref.py"]
FILES = [STDLIB / name for name in NAMES] + sorted(Path(__file__).parent.glob("*.py"))
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in FILES}
# Small, dense with what a tokenizer can get wrong: random edits hit something that matters nearly every time.
SNIPPETS = [
    "x = [1,\n  2] # c\nif x:\n    y = '#' \\\n  'b'\n",
    's = f"{x!r:>{w}} {d[\'k\']}#" + rb"\\"\n',
    "def f(a, b=1.e5):\n\treturn a .real if b else 1 .real\n\n\nclass C:\n    '''d'''\n    x = 0xe-5; y = ...\n",
    "t = '''a # b\n  c''' \"x\"\n@d\ndef g(): yield (\n  1)\n",
    "if a:\n  b\n# c\nelse: c = f'{{{x:{y}}}}'\nz = a if b else-1\n",
]
PIECES = [
    " ",
    "\n",
    "#",
    "\\\n",
    "'",
    '"',
    '"""',
    "(",
    ")",
    "]",
    "{",
    "}",
    ":",
    ".",
    "\t",
    "\f",
    "f",
    "r",
    "1",
    "e",
    "-",
    ";",
    "x",
    "pass",
    "# c\n",
]


def dump(source: str) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.dump(ast.parse(source))
        except (SyntaxError, ValueError):
            return None


def assert_law(old: str, new: str) -> None:
    before, after = dump(old), dump(new)
    diff = compare("m.py", old.encode(), new.encode())
    if before is None or after is None:
        alike = same_tokens(read_text(old.encode()), read_text(new.encode()))  # type: ignore[arg-type]
        assert diff.inert == (alike or old == new)
        assert not diff.inert or before == after, "what parses is never the same as what does not"
    elif diff.reason != "type-checking-only":
        assert diff.inert == (before == after)
    assert diff.inert == (diff.units == ())


@st.composite
def edited(draw: st.DrawFn, sources: list[str]) -> tuple[str, str]:
    source = text = draw(st.sampled_from(sources))
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(text)))
        end = begin + draw(st.integers(0, 3))
        text = text[:begin] + "".join(draw(st.lists(st.sampled_from(PIECES), max_size=2))) + text[end:]
    return source, text


@st.composite
def rearranged(draw: st.DrawFn) -> tuple[str, str]:
    source = ast.unparse(ast.parse(draw(st.sampled_from(sorted(SOURCES.values())))))
    tree = ast.parse(source)
    bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list) and node.body]
    body = draw(st.sampled_from(bodies))
    first, second = (draw(st.integers(0, len(body) - 1)) for _ in range(2))
    action = draw(st.sampled_from(["swap", "repeat", "replace"]))
    if action == "swap":
        body[first], body[second] = body[second], body[first]
    elif action == "repeat":
        body.insert(first, body[second])
    else:
        body[first] = ast.Pass()
    return source, ast.unparse(tree)


@given(edited(SNIPPETS))
@settings(max_examples=600, deadline=None)
def test_random_edits_of_tricky_code_are_inert_only_if_the_tree_is_the_same(pair: tuple[str, str]) -> None:
    assert_law(*pair)


@given(edited(sorted(SOURCES.values())))
@settings(max_examples=60, deadline=None)
def test_random_edits_of_real_code_are_inert_only_if_the_tree_is_the_same(pair: tuple[str, str]) -> None:
    assert_law(*pair)


@given(rearranged())
@settings(max_examples=80, deadline=None)
def test_moved_repeated_and_removed_statements_give_units(pair: tuple[str, str]) -> None:
    assert_law(*pair)


@given(edited(SNIPPETS))
@settings(max_examples=600, deadline=None)
def test_equal_tokens_are_equal_trees(pair: tuple[str, str]) -> None:
    old, new = (read_text(each.encode()) for each in pair)
    assert old is not None
    assert new is not None
    if same_tokens(old, new):
        assert dump(pair[0]) == dump(pair[1])


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_writing_a_file_anew_is_inert(name: str) -> None:
    source = SOURCES[name]
    anew = ast.unparse(ast.parse(source))
    assert dump(anew) == dump(source), "the round trip itself"
    assert compare(name, source.encode(), anew.encode()).reason == "syntax-unchanged"


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_comments_blank_lines_and_line_endings_are_inert_by_tokens_alone(name: str) -> None:
    source = SOURCES[name]
    tree = ast.parse(source)
    lines = source.split("\n")
    for node in reversed(tree.body):
        lines[node.end_lineno or 0 : node.end_lineno or 0] = ["", "# '''comment (", "\t", ""]
    old, new = read_text(source.encode()), read_text("\r\n".join(lines).encode())
    assert old is not None
    assert new is not None
    assert same_tokens(old, new)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_changed_function_of_a_file_is_named(name: str) -> None:
    source = SOURCES[name]
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in functions:
        node.body.append(ast.Expr(ast.Constant(sys.maxsize)))
    diff = compare(name, source.encode(), ast.unparse(tree).encode())
    changed = [unit.name.rpartition(".")[2] for unit in diff.units or () if unit.kind == "function-body"]
    assert sorted(changed) == sorted(node.name for node in functions)
