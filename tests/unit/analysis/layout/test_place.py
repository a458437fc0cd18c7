from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from impactgraph.analysis.layout import place

if TYPE_CHECKING:
    from collections.abc import Callable

    from impactgraph.model import Tree

PROJECT = {
    "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
    "src/shop/__init__.py": "#",
    "src/shop/cart/__init__.py": "#",
    "src/shop/plain/a.py": "#",
    "src/shop/_vendor/six.py": "#",
    "tests/conftest.py": "#",
    "tests/unit/test_a.py": "#",
    "tests/unit/helper.py": "#",
    "scripts/run.py": "#",
    "examples/one/setup.py": "#",
    "examples/one/test_one.py": "#",
}


def test_conftests_apply_from_the_top_down(tree: Callable[..., Tree]) -> None:
    layout = place(tree({"conftest.py": "#", "a/conftest.py": "#", "a/b/c/conftest.py": "#", "a/b/c/test_x.py": "#", "d/test_y.py": "#"}))
    assert layout.conftests_of("a/b/c/test_x.py") == ("conftest.py", "a/conftest.py", "a/b/c/conftest.py")
    assert layout.conftests_of("d/test_y.py") == ("conftest.py",)
    assert layout.conftests == ("a/b/c/conftest.py", "a/conftest.py", "conftest.py")


def test_conftests_above_the_cut_are_not_loaded_and_those_beside_it_are(tree: Callable[..., Tree]) -> None:
    files = {"conftest.py": "#", "a/conftest.py": "#", "a/b/test_x.py": "#", "d/conftest.py": "#", "d/test_y.py": "#"}
    layout = place(tree({**files, "pytest.ini": "[pytest]\naddopts = --confcutdir=a\n"}))
    assert layout.conftests_of("a/b/test_x.py") == ("a/conftest.py",)
    assert layout.conftests_of("d/test_y.py") == ("d/conftest.py",)


def test_no_conftest_applies_where_pytest_loads_none(tree: Callable[..., Tree]) -> None:
    layout = place(tree({"conftest.py": "#", "test_a.py": "#", "pytest.ini": "[pytest]\naddopts = --noconftest\n"}))
    assert layout.conftests_of("test_a.py") == ()


def test_every_directory_with_python_files_is_placed_in_plain_words(tree: Callable[..., Tree]) -> None:
    placed = {placement.directory: placement.kind for placement in place(tree(PROJECT)).placements}
    assert placed == {
        "examples/one": "project",
        "scripts": "loose",
        "src/shop": "package",
        "src/shop/_vendor": "vendored",
        "src/shop/plain": "namespace",
        "tests": "tests",
    }


def test_placements_count_every_python_file_once(tree: Callable[..., Tree]) -> None:
    placements = place(tree(PROJECT)).placements
    assert sum(placement.files for placement in placements) == sum(path.endswith(".py") for path in PROJECT)
    assert sum(placement.directories for placement in placements) == len(
        {path.rpartition("/")[0] for path in PROJECT if path.endswith(".py")}
    )


def test_test_files_outside_of_testpaths_are_counted_in_a_warning(tree: Callable[..., Tree]) -> None:
    layout = place(tree(PROJECT))
    (warning,) = layout.warnings
    assert layout.test_files == ("tests/unit/test_a.py",)
    assert warning.code == "tests-outside-testpaths"
    assert "examples/one/test_one.py" in warning.message


@pytest.mark.parametrize(
    ("glob", "added"),
    [
        ("check_*.py", {"check_a.py", "x/check_b.py"}),
        ("x/check_*.py", {"x/check_b.py"}),
        ("x/**/deep_*.py", {"x/y/deep_c.py"}),
        ("x", {"x/check_b.py", "x/y/deep_c.py"}),
    ],
)
def test_configured_globs_add_tests(glob: str, added: set[str], tree: Callable[..., Tree]) -> None:
    files = dict.fromkeys(("test_a.py", "check_a.py", "x/check_b.py", "x/y/deep_c.py"), "#")
    assert set(place(tree(files), tests=[glob]).test_files) == {"test_a.py"} | added


def test_a_configured_glob_that_matches_nothing_is_told(tree: Callable[..., Tree]) -> None:
    assert [warning.code for warning in place(tree({"a.py": "#"}), tests=["none_*.py"]).warnings] == ["no-such-tests"]


def test_an_empty_file_is_no_test_and_a_text_without_an_example_neither(tree: Callable[..., Tree]) -> None:
    assert place(tree({"test_a.py": "", "test_b.py": "#", "test_c.txt": "words", "test_d.txt": ">>> 1\n"})).test_files == (
        "test_b.py",
        "test_d.txt",
    )


def test_a_loop_of_symlinks_ends(tree: Callable[..., Tree]) -> None:
    links = {"a/up": "..", "a/self": ".", "b": "a", "out": "../../elsewhere", "gone": "nowhere"}
    layout = place(tree({"a/test_a.py": "#"}, links))
    assert layout.test_files == ("a/test_a.py",)
    assert {warning.path for warning in layout.warnings} == {"a/self", "b"}


def test_a_symlinked_configuration_is_read_where_it_leads(tree: Callable[..., Tree]) -> None:
    made = tree({"etc/main.toml": '[tool.pytest.ini_options]\npython_files = "x.py"\n', "x.py": "#"}, {"pyproject.toml": "etc/main.toml"})
    assert place(made).test_files == ("x.py",)


def test_an_empty_tree_has_a_layout(tree: Callable[..., Tree]) -> None:
    layout = place(tree({}))
    assert (layout.roots, layout.test_files, layout.rootdir, layout.placements) == (("",), (), "", ())


def test_the_order_of_the_files_changes_nothing(tree: Callable[..., Tree]) -> None:
    one, other = place(tree(PROJECT)), place(tree(dict(reversed(PROJECT.items()))))
    assert (one.roots, one.test_files, one.placements, one.warnings) == (other.roots, other.test_files, other.placements, other.warnings)
