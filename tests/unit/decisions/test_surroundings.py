from __future__ import annotations

import pytest

from impactgraph.analysis.assemble import assemble
from impactgraph.config import Config
from impactgraph.decisions.surroundings import Place, around, surroundings
from tests.memory import tree_of

FILES = {
    "setup.py": "",
    "pkg/__init__.py": "",
    "pkg/a.py": "open('pkg/data/x.json')\n",
    "pkg/data/x.json": "{}",
    "pkg/data/y.json": "{}",
    "pkg/data/code/b.py": "import pkg._c\n",
    "pkg/_c.pyx": "",
    "pkg/_c.pyi": "",
    "pkg/alone.pyi": "",
    "docs/x.txt": "",
    "docs/deep/conf.py": "",
    "tests/test_a.py": "import pkg.a\ndef test_it(): pass\n",
}


def place_of(files: dict[str, str] | None = None) -> Place:
    return Place(assemble(tree_of(files or FILES), Config()).graph)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pkg/data/y.json", {"pkg/__init__.py", "pkg/a.py", "pkg/data/code/b.py"}),
        ("pkg/data/code/z.json", {"pkg/data/code/b.py"}),
        ("pkg/new/deep/z.json", {"pkg/__init__.py", "pkg/a.py", "pkg/data/code/b.py"}),
        ("tests/z.json", {"tests/test_a.py"}),
        ("docs/x.txt", set()),
        ("z.json", set()),
        ("nowhere/z.json", set()),
        ("pkgs/z.json", set()),
    ],
)
def test_around_a_file_is_the_nearest_directory_of_modules_with_all_below_it(path: str, expected: set[str]) -> None:
    assert around(path, place_of()) == expected


def test_importers_are_those_with_an_edge() -> None:
    place = place_of()
    assert place.importers("pkg/data/x.json") == ["pkg/a.py"]
    assert place.importers("pkg/data/x.json", by_name=True) == []
    assert place.importers("pkg/_c.pyx", by_name=True) == ["pkg/data/code/b.py"]
    assert place.importers("pkg/data/y.json") == []
    assert place.importers("no/such.py") == []


def test_the_judge_is_told_what_only_the_graph_knows() -> None:
    place = place_of()
    assert surroundings("pkg/data/x.json", place, None)[:2] == (True, True)
    assert surroundings("docs/x.txt", place, None)[:2] == (False, False)
    assert [surroundings(path, place, None).twin for path in ("pkg/_c.pyi", "pkg/alone.pyi", "pkg/a.py")] == [True, False, False]
    assert surroundings("docs/x.txt", place, (("tox.ini", b""),)).readers == (("tox.ini", b""),)


def test_a_project_with_rust_sources_is_told() -> None:
    assert surroundings("Cargo.toml", place_of({**FILES, "src/lib.rs": ""}), None).rust
    assert not surroundings("Cargo.toml", place_of(), None).rust
