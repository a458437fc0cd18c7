from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.analysis.faults import FINE_KINDS, KINDS, Fault, faults_of

STATEMENTS = st.lists(
    st.sampled_from(
        [
            "A = 1",
            "B = 'é' 'b'",
            "C: str = b'x'",
            "D = {1: 2}, [3]",
            "E = {*A, 2}",
            "call(a, b=2)",
            "from a import b",
            "def f(a=1, *, b='x', c=None):\n    'é'\n    if (x := a):\n        return [a\n    ]\n    return lambda: 1",
            "@deco(1)\nasync def g(a=-1):\n    def h(): return f'{a!r}é' + 'x'\n    return h()",
            "class K(Base, key=1):\n    'é'; x = 'é'; y: int = 2\n    def m(self, a={1: 2}): self.x = a; return self",
            "if a or b: A = 2\nelif c: pass\nelse: A = 3",
            "x = make(\n    1)",
            "try:\n    import a\nexcept ImportError:\n    a = None",
        ]
    ),
    max_size=8,
).map(lambda lines: "\n".join([*lines, ""]))


def put(source: str) -> dict[str, list[str]]:
    """Kind -> the sources with one fault of it."""
    found: dict[str, list[str]] = {}
    for fault in faults_of(source.encode()):
        found.setdefault(fault.kind, []).append(fault.put_into(source.encode()).decode())
    return found


@pytest.mark.parametrize(
    ("source", "kind", "after"),
    [
        ("LIMIT = 3\n", "constant", "LIMIT = 4\n"),
        ("LIMIT: int = 3\n", "constant", "LIMIT: int = 4\n"),
        ("NAME = 'a'\n", "constant", "NAME = 'ax'\n"),
        ("FLAG = True\n", "constant", "FLAG = False\n"),
        ("MANY = [\n    1,\n]\n", "constant", "MANY = []\n"),
        ("def f(a, b=1): pass\n", "default", "def f(a, b=2): pass\n"),
        ("def f(*, b=None): pass\n", "default", "def f(*, b=0): pass\n"),
        ("class A:\n    x = 1.5\n", "class-attribute", "class A:\n    x = 2.5\n"),
        ("register(1)\n", "import-time", "pass\n"),
        ("from a import (\n    b,\n)\n", "import-time", "pass\n"),
        ("x = make()\n", "import-time", "x = None\n"),
        ("if a and b:\n    pass\n", "import-time", "if not (a and b):\n    pass\n"),
        ("def f():\n    'é'; return g()\n", "body", "def f():\n    'é'; return None\n"),
        ("def f():\n    if a: g()\n", "body", "def f():\n    if not (a): g()\n"),
    ],
)
def test_each_kind_of_fault(source: str, kind: str, after: str) -> None:
    assert after in put(source)[kind]


def test_a_body_raises_after_its_docstring() -> None:
    assert put('def f():\n    """d"""\n    a()\n')["body"][0].startswith('def f():\n    """d"""\n    raise RuntimeError(')


@pytest.mark.parametrize(
    "source",
    [
        "",
        '"""only a docstring"""\n',
        "import a\n",
        "from __future__ import annotations\n",
        "if TYPE_CHECKING:\n    pass\n",
        "if __name__ == '__main__':\n    main()\n",
        "def f(): ...\n",
        "def f():\n    raise NotImplementedError\n",
        "MANY = []\n",
        "HUGE = 1e308\n",
        "this is no Python\n",
        "a = 1\r",
        "\ufeffa = 1\n",
    ],
)
def test_where_no_fault_is_known_to_be_one_there_is_none(source: str) -> None:
    assert put(source) == {}


def test_what_is_no_utf8_is_left_alone() -> None:
    assert faults_of("# coding: latin-1\na = 1  # é\n".encode("latin-1")) == []


@given(STATEMENTS)
def test_every_fault_can_be_parsed_and_is_one(source: str) -> None:
    for fault in faults_of(source.encode()):
        assert fault.kind in KINDS
        after = fault.put_into(source.encode())
        assert ast.dump(ast.parse(after)) != ast.dump(ast.parse(source))


@given(st.binary())
def test_no_input_stops_it(source: bytes) -> None:
    assert all(isinstance(fault, Fault) for fault in faults_of(source))


def fine(source: str) -> dict[str, list[str]]:
    """As `put`, of the kinds below the module."""
    found: dict[str, list[str]] = {}
    for fault in faults_of(source.encode(), fine=True):
        found.setdefault(fault.kind, []).append(fault.put_into(source.encode()).decode())
    return found


@pytest.mark.parametrize(
    ("source", "kind", "after"),
    [
        ("@a.b(1)\n@ c\ndef f(): ...\n", "decorator", ["\n@ c\ndef f(): ...\n", "@a.b(1)\n\ndef f(): ...\n"]),
        ("class A:\n    @property\n    def x(self): ...\n", "decorator", ["class A:\n    \n    def x(self): ...\n"]),
        ("import a, b.c as d\n", "import", ["import a\n", "import b.c as d\n"]),
        ("from .a import (\n    b as c,\n    d,\n)\n", "import", ["from .a import b as c\n", "from .a import d\n"]),
        ("from a import *\n", "import", ["pass\n"]),
        ("register(1)\n", "call", ["pass\n"]),
        ("x = make()\n", "call", ["x = None\n"]),
        ("if a and b:\n    pass\n", "condition", ["if not (a and b):\n    pass\n"]),
        ("class A:\n    x = Other\n", "class-attribute", ["class A:\n    x = None\n", "class A:\n    pass\n"]),
        ("class A:\n    x: int\n    y: int = 1\n", "class-attribute", [f"class A:\n    x: int\n    {y}\n" for y in ("y: int = 2", "pass")]),
        ("X = 1 + Y\n", "constant", ["X = None\n"]),
    ],
)
def test_kinds_below_the_module_take_names_and_decorators_one_by_one(source: str, kind: str, after: list[str]) -> None:
    assert sorted(fine(source)[kind]) == sorted(after)


@given(STATEMENTS)
def test_faults_below_the_module_leave_code_that_can_be_parsed(source: str) -> None:
    for fault in faults_of(source.encode(), fine=True):
        assert fault.kind in FINE_KINDS
        changed = fault.put_into(source.encode())
        assert changed != source.encode()
        ast.parse(changed)


def test_a_class_attribute_says_which_class_it_is_of() -> None:
    source = "class A:\n    x = 1\n    class B:\n        y = 2\ndef f():\n    class C:\n        z = 3\n"
    found = {fault.owner for fault in faults_of(source.encode(), fine=True) if fault.kind == "class-attribute"}
    assert found == {"A", "A.B", "f.<locals>.C"}
