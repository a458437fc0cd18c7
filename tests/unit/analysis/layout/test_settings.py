from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from impactgraph.analysis.layout import place
from impactgraph.analysis.layout.options import read_options
from impactgraph.analysis.layout.pytest_settings import CONFIG_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from impactgraph.model import Tree

SECTIONS = {
    "pytest.toml": '[pytest]\npython_files = ["{}"]\n',
    ".pytest.toml": '[pytest]\npython_files = ["{}"]\n',
    "pytest.ini": "[pytest]\npython_files = {}\n",
    ".pytest.ini": "[pytest]\npython_files = {}\n",
    "pyproject.toml": '[tool.pytest]\npython_files = ["{}"]\n',
    "tox.ini": "[pytest]\npython_files = {}\n",
    "setup.cfg": "[tool:pytest]\npython_files = {}\n",
}


@pytest.mark.parametrize("first", range(len(CONFIG_NAMES)))
def test_of_several_configurations_the_first_in_order_wins(first: int, tree: Callable[..., Tree]) -> None:
    names = CONFIG_NAMES[first:]
    settings = place(tree({name: SECTIONS[name].format(name) for name in names})).pytest
    assert (settings.source, settings.python_files) == (names[0], (names[0],))


def test_both_tables_of_pyproject_are_read(tree: Callable[..., Tree]) -> None:
    for table in ("tool.pytest", "tool.pytest.ini_options"):
        text = f'[{table}]\ntestpaths = ["a b", "c"]\nnorecursedirs = ["x"]\npython_classes = ["Check"]\naddopts = ["-p", "no:doctest"]\n'
        settings = place(tree({"pyproject.toml": text})).pytest
        assert (settings.testpaths, settings.norecursedirs, settings.python_classes) == (("a b", "c"), ("x",), ("Check",))
        assert not settings.options.doctests


def test_a_pyproject_without_a_table_is_the_source_but_configures_nothing(tree: Callable[..., Tree]) -> None:
    settings = place(tree({"pyproject.toml": "[project]\nname = 'x'\n"})).pytest
    assert (settings.source, settings.configured) == ("pyproject.toml", False)


@pytest.mark.parametrize("text", ["[tool.pytest\n", 'a = "', "\x00"])
def test_a_broken_configuration_means_more_tests_and_a_warning(text: str, tree: Callable[..., Tree]) -> None:
    names = ("test_a.py", "b_test.py", "shop/tests.py", "build/cart_tests.py")
    layout = place(tree({"pyproject.toml": text, "shop/models.py": "#", **dict.fromkeys(names, "#")}))
    assert set(layout.test_files) == set(names)
    assert [(warning.code, warning.path) for warning in layout.warnings] == [("unreadable-configuration", "pyproject.toml")]


def test_a_broken_configuration_that_speaks_of_doctests_makes_every_module_a_test(tree: Callable[..., Tree]) -> None:
    layout = place(tree({"tox.ini": "x\n[pytest]\naddopts = --doctest-modules\n", "shop/models.py": "#"}))
    assert layout.test_files == ("shop/models.py",)


@pytest.mark.parametrize("value", ["3", "[1, 2]", '"\'unclosed"', "{a = 1}"])
def test_a_value_that_pytest_would_refuse_means_more_tests(value: str, tree: Callable[..., Tree]) -> None:
    text = f"[tool.pytest.ini_options]\npython_files = {value}\nnorecursedirs = {value}\n"
    layout = place(tree({"pyproject.toml": text, "build/tests.py": "#"}))
    assert layout.test_files == ("build/tests.py",)
    assert {warning.code for warning in layout.warnings} == {"pytest-setting"}


def test_options_are_told_from_paths() -> None:
    words = "-n 4 -n4 -rsx -p no:cov -k a --tb short --cov=src --strict-markers tests --ignore=x --ignore y --deselect t.py::a last"
    options = read_options(words.split(), lambda _word: True)
    assert (options.paths, options.maybe_paths, options.ignore) == (("tests", "last"), (), ("x", "y"))
    assert (options.plugins, options.deselect) == (("no:cov",), ("t.py::a",))


def test_a_word_after_an_unknown_option_may_be_a_path() -> None:
    options = read_options(["--record", "tests", "--mode", "fast"], lambda word: word == "tests")
    assert (options.paths, options.maybe_paths) == ((), ("tests",))


def test_a_word_that_may_be_a_path_adds_tests_and_takes_none_away(tree: Callable[..., Tree]) -> None:
    files = {"a/test_a.py": "#", "b/test_b.py": "#", "c/test_c.py": "#"}
    layout = place(tree({**files, "pytest.ini": "[pytest]\naddopts = --record a\ntestpaths = b\n"}))
    assert layout.test_files == ("a/test_a.py", "b/test_b.py")
    assert "unknown-option" in {warning.code for warning in layout.warnings}


@pytest.mark.parametrize(
    ("options", "path"), [("--mypy", "a.py"), ("--doctest-plus", "a.py"), ("--nbval", "a.ipynb"), ("--doctest-rst", "a.rst")]
)
def test_plugins_that_collect_other_files_are_known(options: str, path: str, tree: Callable[..., Tree]) -> None:
    files = {"a.py": "#", "a.ipynb": "{}", "a.rst": "text"}
    assert path in place(tree({**files, "pytest.ini": f"[pytest]\naddopts = {options}\n"})).test_files


def test_names_of_packages_as_testpaths_that_are_not_found_mean_everything(tree: Callable[..., Tree]) -> None:
    files = {"src/shop/test_a.py": "#", "other/test_b.py": "#", "pytest.ini": "[pytest]\naddopts = --pyargs\ntestpaths = shop other\n"}
    assert place(tree(files)).test_files == ("other/test_b.py", "src/shop/test_a.py")


def test_what_conftests_ignore_is_told(tree: Callable[..., Tree]) -> None:
    files = {"a/conftest.py": 'collect_ignore = ["x.py"]\ncollect_ignore_glob = ["../b/*_y.py", "../../z"]\n', "a/test_a.py": "#"}
    settings = place(tree(files)).pytest
    assert (settings.collect_ignore, settings.collect_ignore_glob) == (("a/x.py",), ("b/*_y.py",))
