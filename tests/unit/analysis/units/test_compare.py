from __future__ import annotations

import subprocess
import sys
import warnings

import pytest

from impactgraph.analysis.units import UnitDiff, compare


def diff(old: str, new: str, *, docstrings_inert: bool = False) -> UnitDiff:
    return compare("m.py", old.encode(), new.encode(), docstrings_inert=docstrings_inert)


def units(old: str, new: str) -> list[tuple[str, str, str]]:
    return [(unit.name, unit.kind, unit.change) for unit in diff(old, new).units or ()]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("def f():\n    return 1\n", "def f():\n    return 2\n", [("f", "function-body", "changed")]),
        ("def f(a): ...\n", "def f(a, b): ...\n", [("f", "signature", "changed")]),
        ("def f(a, /): ...\n", "def f(a): ...\n", [("f", "signature", "changed")]),
        ("def f(): ...\n", "async def f(): ...\n", [("f", "signature", "changed")]),
        ("def f(a=1): ...\n", "def f(a=2): ...\n", [("f", "default", "changed")]),
        ("def f(*, a=1, b): ...\n", "def f(*, a, b=1): ...\n", [("f", "default", "changed")]),
        ("def f(a: int): ...\n", "def f(a: str): ...\n", [("f", "annotation", "changed")]),
        ("def f(): ...\n", "def f() -> int: ...\n", [("f", "annotation", "added")]),
        ("@a\ndef f(): ...\n", "@b\ndef f(): ...\n", [("f", "decorator", "changed")]),
        ("class A: x = 1\n", "class A: x = 2\n", [("A.x", "binding", "changed")]),
        ("class A(B): x = 1\n", "class A(C): x = 1\n", [("A", "class", "changed")]),
        (
            "class A:\n    class B:\n        def f(s): 1\n",
            "class A:\n    class B:\n        def f(s): 2\n",
            [("A.B.f", "function-body", "changed")],
        ),
        ("x = 1\n", "y = 1\n", [("x", "binding", "removed"), ("y", "binding", "added")]),
        ("a = b = 1\n", "a = b = 2\n", [("a", "binding", "changed"), ("b", "binding", "changed")]),
        ("(a, [*b]) = x\n", "(a, [*b]) = y\n", [("a", "binding", "changed"), ("b", "binding", "changed")]),
        ("x: int\n", "x: str\n", [("x", "binding", "changed")]),
        ("x.y = 1\n", "x.y = 2\n", [("<module>", "effect", "added"), ("<module>", "effect", "removed")]),
        ("__all__ = []\n", "__all__ = ['a']\n", [("__all__", "all", "changed")]),
        ("from m import a, b\n", "from m import a, c\n", [("b", "import", "removed"), ("c", "import", "added")]),
        ("from m import a\n", "from .m import a\n", [("a", "import", "changed")]),
        ("from __future__ import division\nx = 1\n", "x = 1\n", [("__future__", "effect", "removed")]),
        ("f()\n", "f()\nf()\n", [("<module>", "effect", "added")]),
        ("a()\nb()\n", "b()\na()\n", [("<module>", "order", "changed")]),
        ("class A:\n    x = 1\n    y = x\n", "class A:\n    y = x\n    x = 1\n", [("A", "order", "changed")]),
        ("import a, b\n", "import a\nimport b\n", [("<module>", "order", "changed")]),
        ("'a'\n", "'b'\n", [("<module>", "docstring", "changed")]),
        ("x = 1\n'a'\n", "x = 1\n'b'\n", [("<module>", "string", "added"), ("<module>", "string", "removed")]),
    ],
)
def test_a_change_is_named_by_its_unit(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    assert units(old, new) == expected


def test_becoming_a_generator_changes_the_signature_too() -> None:
    assert ("f", "signature", "changed") in units("def f():\n    return 1\n", "def f():\n    yield 1\n")
    assert ("f", "signature", "changed") not in units("def f():\n    return 1\n", "def f():\n    return lambda: (yield)\n")


def test_a_nested_function_is_a_unit_of_its_own() -> None:
    code = "def f():\n    class C:\n        def g(self):\n            return {0}\n    return C\n"
    assert units(code.format(1), code.format(2)) == [("f.<locals>.C.g", "function-body", "changed")]


def test_a_nested_function_that_becomes_a_generator_changes_the_function_around_it() -> None:
    code = "def f():\n    def g():\n        {0}\n    return g\n"
    assert ("f", "function-body", "changed") in units(code.format("return"), code.format("yield"))


def test_a_guard_belongs_to_what_stands_below_it() -> None:
    code = "if {0}:\n    x = 1\n    def f(): pass\nelse:\n    import y\n"
    found = units(code.format("a"), code.format("b"))
    assert {("x", "binding", "changed"), ("f", "signature", "changed"), ("y", "import", "changed")} < set(found)
    assert ("if", "guard", "added") in found


def test_a_handler_is_part_of_the_guard() -> None:
    code = "try:\n    import a\nexcept {0}:\n    a = None\n"
    assert ("a", "import", "changed") in units(code.format("ImportError"), code.format("KeyError"))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_of_several_functions_of_one_name_is_seen(number: int) -> None:
    bodies = ["1", "2", "3"]
    code = "@r\ndef _():\n    return {0}\n\n@r\ndef _():\n    return {1}\n\n@r\ndef _():\n    return {2}\n"
    old = code.format(*bodies)
    bodies[number] = "4"
    assert units(old, code.format(*bodies)) == [("_", "function-body", "changed")]
    swapped = code.format(*["2", "1", "3"])
    assert units(old, swapped), "the last one wins: their order matters"


def test_a_change_and_a_move_are_both_reported() -> None:
    assert set(units("a = 1\nb = 2\nf()\n", "f()\na = 1\nb = 3\n")) == {("b", "binding", "changed"), ("<module>", "order", "changed")}


def test_lines_are_those_of_the_new_file() -> None:
    found = diff("def f():\n    return 1\ndef g(): ...\n", "# c\n\ndef f():\n    return 2\n").units
    assert found is not None
    assert [(unit.name, unit.change, unit.line) for unit in found] == [("f", "changed", 3), ("g", "removed", 3), ("g", "removed", 3)]


def test_docstrings_are_code_unless_said_otherwise() -> None:
    old, new = (
        "class A:\n    'a'\n    def f(self):\n        'b'\n        return 1\n",
        "class A:\n    'c'\n    def f(self):\n        return 1\n",
    )
    found = diff(old, new)
    assert (found.inert, found.only_docstrings, found.reason) == (False, True, "units")
    allowed = diff(old, new, docstrings_inert=True)
    assert (allowed.inert, allowed.only_docstrings, allowed.reason, allowed.units) == (True, True, "docstrings-only", ())


@pytest.mark.parametrize(
    ("old", "new"), [("'a'\np(__doc__)\n", "'b'\np(__doc__)\n"), ("'a'\nx = 1\n", "'b'\nx = 2\n"), ("f('a')\n", "f('b')\n")]
)
def test_a_docstring_that_is_read_and_any_other_change_beside_it_count(old: str, new: str) -> None:
    assert diff(old, new, docstrings_inert=True).reason == "units"


@pytest.mark.parametrize(
    "start", ["from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    ", "import typing as t\nif t.TYPE_CHECKING:\n    "]
)
def test_imports_for_type_checkers_never_run(start: str) -> None:
    assert diff(f"{start}import a\n", f"{start}from b import c\n").reason == "type-checking-only"


@pytest.mark.parametrize(
    "code",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import {0}\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nimport {0}\n",
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    import {0}\n",
        "from typing import TYPE_CHECKING\nTYPE_CHECKING = 1\nif TYPE_CHECKING:\n    import {0}\n",
        "import typing\ntyping.TYPE_CHECKING = 1\nif typing.TYPE_CHECKING:\n    import {0}\n",
        "from typing import TYPE_CHECKING\nfrom m import *\nif TYPE_CHECKING:\n    import {0}\n",
        "from m import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {0}\n",
        "from typing import TYPE_CHECKING\ndef f():\n    if TYPE_CHECKING:\n        import {0}\n    return os\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    return {0}\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from __future__ import {0}\n",
    ],
)
def test_what_only_looks_like_type_checking_is_a_change(code: str) -> None:
    assert diff(code.format("os"), code.format("sys")).reason == "units"


def test_files_that_come_and_go_are_changed_as_a_whole() -> None:
    assert compare("m.py", None, b"") == (None, False, "added")
    assert compare("m.py", b"", None) == (None, False, "deleted")
    assert compare("m.txt", b"", b"#") == (None, False, "not-python")
    assert compare("m.txt", b"\0", b"\0") == ((), True, "identical")


@pytest.mark.parametrize(
    ("old", "new", "inert"),
    [
        (b"print 'a'\n", b"print 'a'  # c\n\n", True),
        (b"print 'a'\n", b"print 'b'\n", False),
        (b"def broken(x y):\n  x\n", b"def broken(x y):\n  # c\n  x\n", True),
        (b"def broken(x y):\n  x\n", b"def broken(x y):\nx\n", False),
        (b"x = 1\r\ny = '''a\r\nb'''\r\n", b"x = 1\ny = '''a\nb'''\n", True),
        (b"x = 1\n\x0c\ny = 2\n", b"x = 1\ny = 2\n", True),
        (b"x = 1\n", b"\xef\xbb\xbfx = 1\n", True),
        (b"x = 1\n", b"x = 1 \\\n", False),  # a continuation of nothing: an error to some versions
        (b"print 1\n  x\n", b"print 1\n\\\n  x\n", False),
        (b"x = (1\n", b"x = (1 # c\n", False),
        (b"x = 1\nx = 1; x = 2\n", b"x = 1; x = 2\nx = 2\n", False),  # the second statements stand on the same line of text
        (b"x = 1\0\n", b"x = 1\0 # c\n", False),
        (b"# coding: latin-1\nx = '\xe9'\n", b"# coding: latin-1\n\nx = '\xe9'\n", True),
        (b"# coding: latin-1\nx = '\xe9'\n", b"# coding: cp1251\nx = '\xe9'\n", False),
        (b"# coding: nonsense\nx = 1\n", b"# coding: nonsense\n\nx = 1\n", False),
        (b"x = '\xe9'\n", b"x = '\xe9' # c\n", False),
        (b"# coding: utf-8\nprint '\xc3\xa9'\n", b"print '\xc3\xa9'\n", False),
        (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", b"# coding: latin-1\nx = 1\n", False),
        (b"x = (1,\n 2)\n", b"x = " + b"(" * 5000 + b")" * 5000 + b"\n", False),
        (b"x = 1\n", b"x = 1" + b" + 1" * 50_000 + b"\n", False),
        (b"x = 0x" + b"f" * 9000, b"x = 0x" + b"e" * 9000, False),
        (b"# a\n" * 10_000_000, b"# a\n" * 10_000_001, False),
    ],
)
def test_old_broken_and_hostile_files_get_a_safe_answer(old: bytes, new: bytes, inert: bool) -> None:
    assert compare("m.py", old, new).inert is inert


def test_invalid_escapes_are_not_this_programs_business() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert not diff("x = '\\d'\n", "x = '\\d' + y\n").inert
    assert not caught


def test_the_parser_is_imported_only_for_pairs_that_differ() -> None:
    code = (
        "import sys; from impactgraph.analysis.units import compare; before = 'ast' in sys.modules;"
        "assert compare('m.py', b'x', b'x').inert; assert before or 'ast' not in sys.modules;"
        "assert compare('m.py', b'x', b'x # c').inert; assert 'difflib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-S", "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
