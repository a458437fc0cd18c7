"""Files that import by name and need no syntax tree: the characters say what the tree says, or that it has to be asked."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from impactgraph import _scan
from impactgraph.analysis.implicit import names, syntax
from impactgraph.analysis.implicit.plain import plain_references

PATH = "src/pkg/mod.py"


def triggers_of(source: bytes) -> frozenset[str]:
    return frozenset(name.decode() for name in _scan.scan_literals(source)[1])


def by_tree(source: bytes, triggers: frozenset[str]) -> set[names.Line] | None:
    """What the finders that apply to such files find in the tree; None where there is none."""
    parsed = syntax.parse(PATH, source, triggers)
    return None if parsed is None else {*names.import_calls(parsed), *names.name_prefixes(parsed)}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = import_module("conf")', [("conf", 1)]),
        ("\n\nx = importlib.import_module('a')", [("a", 3)]),
        ("from lib import import_module\nx = import_module('a', min_version=1)", [("a", 2)]),
        ("from lib import other, import_module as im, third\n", []),
        ("from lib import (\n    import_module,\n)\nx = import_module(\n    'a',\n)", [("a", 4)]),
        ("def import_module(name):\n    return name", []),
        ("loaders = [import_module, other]", []),
        ("importlib.import_module.cache_clear()", []),
        ("# import_module(x)\n'''import_module(y)'''\nimport_module('a')", [("a", 3)]),
        ("import_module('a')\nif __name__ == '__main__':\n    go('A sentence. %s' % x)", [("a", 1)]),
        ("import_module('a')\nx = 'b%s' % y + 'c{}'.format(z)", [("a", 1)]),
        ("import_module('a b')", None),
        ("import_module(name)", None),
        ("import_module('a' + name)", None),
        ("import_module('a' 'b')", None),
        ("import_module(u'a')", None),
        ("import_module('a.b')", None),
        ("import_module('.a', __package__)", None),
        ("import_module('a')\nx = 'b.' + y", None),
        ("import_module('a')\nx = 'b\\x2e' + y", None),
        ("import_module('a')\nx = os.curdir + y", None),
        ("import_module('a')\nx = f'{y}{z}'", None),
        ("import_module('a')\nx = __name__ + y", None),
        ("import_module('a')\nx = 'b", None),
        ("import_module('a')\nx = '''b", None),
        ("load = (import_module)('a')", None),
        ("x = (importlib\n    .import_module('a'))", None),
        ("open(__file__); import_module('a')", None),
    ],
)
def test_one_literal_for_each_call_is_plain(source: str, found: list[tuple[str, int]] | None) -> None:
    expected = None if found is None else [(("dynamic-import", target), line) for target, line in found]
    assert plain_references(source.encode(), triggers_of(source.encode())) == expected


def test_plain_files_are_read_as_their_tree_would_be() -> None:
    source = b"from lib import import_module\nnp = import_module('numpy', v=(1, 2))\nrule = Pattern(WC('a', S(1)) * sec(x_))\n" * 500
    triggers = triggers_of(source)
    found = plain_references(source, triggers)
    assert found is not None
    assert set(found) == by_tree(source, triggers)


PIECES = st.sampled_from(
    [
        *("import_module", "__import__", "locate", "importlib", "(", ")", "('a')", '("b-c")', "('a.b')", "'a'", '"b."', "'c d.'", "'%s.x'"),
        *("'''d'''", '"""e.f"""', "u'", "f'", "'", '"', "'''", '"""', "\\", "\\\n", "\n", "\r\n", " ", ".", ",", ";", ":", "=", " + x"),
        *("x = ", "def ", "import ", "from lib import ", " as y", "# ", "y", " % z", ".format(z)", "'.'", "''", '""', "[", "]", "'\\n.'"),
        *("if __name__ == 'a': ", "__name__", "os.pardir", "lambda x='g.': x", "name='h'", "'\\56'", "\n    "),
    ]
)


@given(st.lists(PIECES, max_size=14).map(lambda pieces: "".join(pieces).encode()))
@example(b"a.\nimport_module('b')")
@example(b"import_module('a')\nx = 'b' '.c' + y")
def test_the_characters_say_what_the_tree_says(source: bytes) -> None:
    triggers = triggers_of(source)
    if triggers and triggers <= syntax.IMPORTERS:
        found, expected = plain_references(source, triggers), by_tree(source, triggers)
        assert found is None or expected is None or set(found) == expected


STDLIB = sorted(Path(ast.__file__).parent.rglob("*.py"))


def test_so_they_do_in_the_standard_library() -> None:
    plain = 0
    for path in STDLIB:
        source = path.read_bytes()
        triggers = triggers_of(source)
        if triggers and triggers <= syntax.IMPORTERS:
            found = plain_references(source, triggers)
            plain += found is not None
            assert found is None or set(found) == by_tree(source, triggers), path
    assert plain
