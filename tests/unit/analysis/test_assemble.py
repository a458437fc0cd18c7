from __future__ import annotations

import pytest
from hypothesis import event, given, settings

from impactgraph.analysis.assemble import Former, assemble, updated
from impactgraph.analysis.facts import EMPTY
from impactgraph.config import Config
from impactgraph.model import FileEntry, ImpactGraph, Tree
from tests.memory import edges_of, pairs_of, tree_of
from tests.unit.analysis.made_up import State, histories

CONFIG = Config()
FILES = {
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "pkg/__init__.py": "",
    "pkg/a.py": "from . import b\n",
    "pkg/b.py": "",
    "conftest.py": "import pkg.b\n",
    "tests/test_a.py": "import pkg.a\n\ndef test_it(): pass\n",
    "data.json": "{}",
}


def graph_of(files: dict[str, str], links: dict[str, str] | None = None) -> ImpactGraph:
    return assemble(tree_of(files, links), CONFIG).graph


@settings(max_examples=200, deadline=None)
@given(histories(most=1))
def test_a_graph_that_is_made_from_an_older_one_is_the_graph_made_from_scratch(history: list[State]) -> None:
    """None is always right; but where there is an answer, it is the same answer."""
    before, after = history
    gone = Former(tuple(sorted({*before.files, *before.links} - {*after.files, *after.links})))
    found = updated(assemble(before.tree(), CONFIG).graph, after.tree(), gone)
    event("again from scratch" if found is None else "from the older one")
    if found is not None:
        fresh = assemble(after.tree(), CONFIG, base=gone).graph
        assert found._replace(read=()) == fresh._replace(read=())
        assert set(fresh.read) <= set(found.read)  # what was read once makes a fresh start, needed or not


@settings(max_examples=150, deadline=None)
@given(histories())
def test_the_graph_does_not_depend_on_what_was_known(history: list[State]) -> None:
    book = EMPTY
    for state in history:
        assembled = assemble(state.tree(), CONFIG, known=book)
        book = assembled.book
        fresh = assemble(state.tree(), CONFIG).graph
        assert edges_of(assembled.graph) == edges_of(fresh)
        assert assembled.graph._replace(names=(), rows=fresh.rows) == fresh._replace(names=())


@settings(max_examples=50, deadline=None)
@given(histories(most=1))
def test_the_same_trees_have_the_same_graph(history: list[State]) -> None:
    first, second = (assemble(history[0].tree(), CONFIG).graph for _ in range(2))
    assert first == second
    assert list(first.paths) == sorted(first.paths)
    assert edges_of(first) == sorted(edges_of(first), key=lambda edge: (edge.importer, edge.imported))


def test_nothing_changed_gives_the_very_same_graph() -> None:
    graph = graph_of(FILES)
    assert updated(graph, tree_of(FILES)) is graph


def test_an_edit_makes_the_rows_of_its_file_anew_and_keeps_its_place() -> None:
    found = updated(graph_of(FILES), tree_of({**FILES, "tests/test_a.py": "import pkg.b\n"}))
    assert found is not None
    assert {(target, kind) for importer, target, kind in pairs_of(found) if importer == "tests/test_a.py"} == {
        *(("pkg/b.py", "import"), ("conftest.py", "conftest")),
    }


def test_a_file_that_breaks_and_one_that_is_mended_are_told() -> None:
    broken = {**FILES, "pkg/a.py": "def f(:\n"}
    found = updated(graph_of(FILES), tree_of(broken))
    assert found is not None
    assert found.unparsed == (("pkg/a.py", "syntax error in line 1"),)
    mended = updated(graph_of(broken), tree_of(FILES))
    assert mended is not None
    assert mended.unparsed == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"new.py": ""},
        {"conftest.py": ""},
        {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n"},
        {"pkg/a.py": "import sys\nsys.path.insert(0, 'pkg')\n"},
    ],
    ids=["another file", "conftest", "settings", "sys.path"],
)
def test_what_changes_more_than_one_file_is_left_to_a_fresh_start(changed: dict[str, str]) -> None:
    assert updated(graph_of(FILES), tree_of({**FILES, **changed})) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"l.py": "nowhere.py"}, {"l.py": "pkg/b.py"}),
        ({"l.py": "pkg/a.py"}, {"l.py": "pkg/b.py"}),
        ({"l.py": "pkg/b.py"}, {}),
        ({}, {"l.py": "pkg/b.py"}),
    ],
    ids=["it led nowhere", "it leads elsewhere", "it is a file now", "it was a file"],
)
def test_a_changed_link_is_left_to_a_fresh_start(before: dict[str, str], after: dict[str, str]) -> None:
    """A file that holds what a link led to has the same content id as the link."""
    files = {**FILES, "l.py": "pkg/b.py"}
    one, two = ({path: text for path, text in files.items() if path not in links} for links in (before, after))
    assert updated(graph_of(one, before), tree_of(two, after)) is None


def test_a_deleted_file_is_a_node_that_has_its_place_and_says_nothing() -> None:
    tree = tree_of({path: text for path, text in FILES.items() if path != "pkg/b.py"})
    graph = assemble(tree, CONFIG, base=Former(("pkg/b.py", "old/x.txt"))).graph
    assert {"pkg/b.py", "old/x.txt"} <= set(graph.paths)
    assert graph.oids[graph.paths.index("pkg/b.py")] == ""
    assert {(importer, target) for importer, target, _ in pairs_of(graph) if "pkg/b.py" in (importer, target)} == {
        *(("pkg/a.py", "pkg/b.py"), ("conftest.py", "pkg/b.py"), ("pkg/b.py", "pkg/__init__.py")),
    }


def test_a_file_that_is_back_is_not_taken_from_the_graph_without_it() -> None:
    without = {path: text for path, text in FILES.items() if path != "pkg/b.py"}
    graph = assemble(tree_of(without), CONFIG, base=Former(("pkg/b.py",))).graph
    assert updated(graph, tree_of(FILES)) is None
    assert updated(graph_of(FILES), tree_of(without), Former(("pkg/b.py",))) is None


def test_a_file_that_can_not_be_read_is_a_node_and_is_told() -> None:
    readable = tree_of(FILES)
    files = {**readable.files, "pkg/a.py": FileEntry("100644", "0" * 40)}
    tree = Tree(files, lambda wanted: {path: FILES[path].encode() for path in wanted if path != "pkg/a.py"}, label="made up")
    graph = assemble(tree, CONFIG).graph
    assert graph.unparsed == (("pkg/a.py", "can't be read"),)
    assert ("tests/test_a.py", "pkg/a.py", "import") in pairs_of(graph)
    assert ("pkg/a.py", "pkg/__init__.py", "parent-package") in pairs_of(graph)


def test_a_file_that_can_be_read_again_is_read() -> None:
    """The same content id: a commit that was fetched only now."""
    readable = tree_of(FILES)
    unreadable = Tree(readable.files, lambda wanted: {path: FILES[path].encode() for path in wanted if path != "pkg/a.py"}, label="made up")
    book = assemble(unreadable, CONFIG).book
    assert ("pkg/a.py", "pkg/b.py", "import") in pairs_of(assemble(readable, CONFIG, known=book).graph)


def test_edges_of_a_broken_file_as_a_whole_go_when_it_is_mended() -> None:
    broken = {**FILES, "pkg/a.py": "print 'x'\nimport pkgutil, p\npkgutil.walk_packages(p.__path__)\n"}
    found = updated(graph_of(broken), tree_of(FILES))
    assert found is not None
    assert edges_of(found) == edges_of(graph_of(FILES))
