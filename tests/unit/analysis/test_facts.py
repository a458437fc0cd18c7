from __future__ import annotations

import pytest
from hypothesis import given, settings

from impactgraph.analysis.facts import EMPTY, UNREADABLE, Book, Meanings, collect, outside, place_of
from impactgraph.model import Facts, FileEntry, Reference, Tree
from tests.memory import oid_of, tree_of
from tests.unit.analysis.made_up import State, histories

FILES = {
    "pkg/__init__.py": "",
    "pkg/a.py": "from . import x\nfrom .y import z\n",
    "pkg/b.py": "from pkg import x\n",
    "pkg/c.py": "import pkg.sub.m\n",
    "pkg/sub/m.py": "from .. import x\n",
    "one.py": "import helper\n",
    "two.py": "import os\nfrom os import path\n",
    "three.py": "from pkg import *\n",
}


class Reading:
    """Files by path with a note of what was read of them."""

    def __init__(self, files: dict[str, str], unreadable: tuple[str, ...] = ()) -> None:
        self.read: list[str] = []
        contents = tree_of(files)

        def reader(wanted: object) -> dict[str, bytes]:
            found = contents.read(wanted)  # type: ignore[arg-type]  # a sequence of paths
            self.read.extend(found)
            return {path: content for path, content in found.items() if path not in unreadable}

        self.tree = Tree(contents.files, reader, label="made up")


def collected(tree: Tree, known: Book = EMPTY, symlinks: dict[str, str] | None = None) -> Book:
    paths = [path for path in tree.files if path.endswith(".py")]
    places = [place_of(path) for path in paths]
    return collect(tree, paths, Meanings({place.replace("/", ".") for place in places}, places), symlinks or {}, known)


def reread(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is read of `after` by those who know `before`."""
    reading = Reading(after)
    assert collected(reading.tree, collected(tree_of(before))).facts == collected(tree_of(after)).facts
    return sorted(reading.read)


def test_nothing_is_read_again_where_nothing_changed() -> None:
    assert reread(FILES, FILES) == []


def test_an_edited_file_is_read_again_alone() -> None:
    assert reread(FILES, {**FILES, "pkg/b.py": "import os\n"}) == ["pkg/b.py"]


def test_a_deleted_file_lets_nothing_be_read_again() -> None:
    files = {path: text for path, text in FILES.items() if path != "two.py"}
    assert reread(FILES, files) == []


@pytest.mark.parametrize(
    ("new", "stale"),
    [
        ("pkg/x.py", ["pkg/a.py", "pkg/b.py", "pkg/sub/m.py", "three.py"]),
        ("pkg/x/__init__.py", ["pkg/a.py", "pkg/b.py", "pkg/sub/m.py", "three.py"]),
        ("pkg/y.py", ["pkg/a.py", "pkg/b.py", "pkg/sub/m.py", "three.py"]),
        ("helper.py", ["one.py", "pkg/a.py"]),
        ("os.py", ["pkg/a.py", "two.py"]),
        ("pkg/sub/n.py", ["pkg/a.py", "pkg/b.py", "three.py"]),
        ("elsewhere/x.py", ["pkg/a.py"]),
    ],
)
def test_a_new_module_lets_those_be_read_again_who_could_mean_it(new: str, stale: list[str]) -> None:
    """pkg/a.py, whose relative import leads nowhere, could always mean it; who imports from `pkg`, anything in it."""
    assert reread(FILES, {**FILES, new: ""}) == sorted([*stale, new])


@pytest.mark.parametrize(
    ("source", "new", "target"),
    [
        ("from . import x", "pkg/x.py", "@pkg/x:"),
        ("from .x import y", "pkg/x.py", "@pkg/x:"),
        ("from .x.y import z", "pkg/x/y.py", "@pkg/x/y:"),
        ("from .x import y", "pkg/x/y.py", "@pkg/x/y:"),
        ("from ..other import y", "other/y.py", "@other/y:"),
        ("from pkg import x", "pkg/x.py", "pkg.x"),
        ("import helper", "helper.py", "helper"),
        ("from helper import y", "helper/y.py", "helper.y"),
        ("import pkg.x.y", "pkg/x/y.py", "pkg.x.y"),
        ("from pkg.x import y", "pkg/x/y.py", "pkg.x.y"),
    ],
)
def test_a_module_that_appears_is_seen_by_files_that_were_scanned_without_it(source: str, new: str, target: str) -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": source}
    book = collected(tree_of({**files, new: ""}), collected(tree_of(files)))
    assert target in {reference.target for reference in book.facts["pkg/a.py"][1].references}


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_is_kept_equals_what_a_scan_finds_as_long_as_files_only_join(history: list[State]) -> None:
    files: dict[str, str] = {}
    book = EMPTY
    for state in history:
        files = {**state.files, **files}
        book = collected(tree_of(files), book)
        assert book == collected(tree_of(files))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_is_kept_holds_every_name_that_may_be_meant_outside(history: list[State]) -> None:
    """A module of the checkout that is gone may be a distribution's now; its name may be kept finer than a scan without it would find."""
    book = EMPTY
    for state in history:
        tree = tree_of(state.files)
        book = collected(tree, book)
        for path, (_, facts) in collected(tree).facts.items():
            kept = outside(book.facts[path][1])
            for external in set(facts.externals) - {"."}:
                assert any(name == external or name.startswith(f"{external}.") for name in kept), (path, external)


def test_names_only_ever_join() -> None:
    book = collected(tree_of({"one.py": ""}), collected(tree_of(FILES)))
    assert {"pkg.a", "one"} <= book.names
    assert list(book.facts) == ["one.py"]


def test_facts_are_kept_with_the_content_id_they_are_of() -> None:
    assert collected(tree_of({"a.py": "import b"})).facts["a.py"][0] == oid_of(b"import b")


def test_a_file_that_can_not_be_read_has_no_facts_and_is_tried_again() -> None:
    reading = Reading(FILES, unreadable=("one.py",))
    book = collected(reading.tree)
    assert book.facts["one.py"][1] == UNREADABLE
    again = Reading(FILES, unreadable=("one.py",))
    assert collected(again.tree, book) == book
    assert set(again.read) == {"one.py"}
    assert collected(tree_of(FILES), book).facts["one.py"][1].externals == ("helper",)


def test_a_file_under_the_unknown_id_is_not_taken_for_another_under_it() -> None:
    def tree(text: str | None) -> Tree:
        files = {"a.py": FileEntry("100644", "0" * 40)}
        return Tree(files, lambda wanted: {path: text.encode() for path in wanted if text is not None}, label="made up")

    book = collected(tree(None))
    assert collected(tree("import b"), book).facts["a.py"][1].externals == ("b",)


def test_a_link_has_the_facts_of_what_it_leads_to_seen_from_where_it_is() -> None:
    files = {"real/m.py": "from . import n\n", "real/n.py": "", "alias/n.py": ""}
    book = collected(tree_of(files, {"alias/m.py": "../real/m.py"}), symlinks={"alias/m.py": "real/m.py"})
    assert [reference.target for reference in book.facts["alias/m.py"][1].references] == ["@alias/n:"]
    changed = tree_of({**files, "real/m.py": "import n"}, {"alias/m.py": "../real/m.py"})
    assert collected(changed, book, {"alias/m.py": "real/m.py"}).facts["alias/m.py"][1].externals == ("n",)


def test_facts_hold_what_imports_and_what_strings_say() -> None:
    facts = collected(tree_of({"a.py": "import b\nNAME = 'b.c'\n", "b.py": ""})).facts["a.py"][1]
    assert facts == Facts((Reference("import", "b", 1), Reference("string", "b.c", 2)), ("b",))


def test_all_that_imports_name_may_be_outside() -> None:
    source = "import yaml\nfrom b.c import x\nfrom b import *\nfrom . import n\nNAME = 's.t'\nif TYPE_CHECKING:\n    import d.e\n"
    facts = collected(tree_of({"a.py": source, "b/c.py": "", "d/e.py": "", "n.py": ""})).facts["a.py"][1]
    assert outside(facts) == ("b", "b.*", "b.c", "d.e", "yaml")
