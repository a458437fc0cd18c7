from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.functional.plugin.conftest import Project

#: Writes, at the end of a run, what is loaded.
WITNESS = """
import json, sys

def pytest_unconfigure(config):
    with open("modules.json", "w") as file:
        json.dump(sorted(sys.modules), file)
"""
DEPENDENCIES = {"click", "grimp", "iniconfig", "numpy", "orjson", "rustworkx", "sqlite3", "tomllib"}


def loaded(project: Project, *arguments: str) -> set[str]:
    outcome = project.pytest("--co", *arguments)
    assert outcome.code == 5, outcome.output
    return set(json.loads((project.path / "modules.json").read_text()))


@pytest.fixture
def empty(make: Callable[..., Project]) -> Project:
    return make({"conftest.py": WITNESS})


def test_without_its_options_the_plugin_is_its_entry_module_alone(empty: Project) -> None:
    idle, blocked = loaded(empty), loaded(empty, "-p", "no:impactgraph")
    assert {name for name in idle if name.partition(".")[0] == "impactgraph"} == {"impactgraph", "impactgraph.plugin"}
    assert idle - blocked <= {"impactgraph", "impactgraph.plugin"}
    assert not (idle - blocked) & DEPENDENCIES


def test_a_selection_brings_none_of_its_dependencies_where_tests_run(empty: Project) -> None:
    outcome = empty.pytest("--impactgraph", "--co")
    assert "impactgraph: select" in outcome.output
    with_selection = set(json.loads((empty.path / "modules.json").read_text()))
    assert not (with_selection - loaded(empty, "-p", "no:impactgraph")) & DEPENDENCIES
    assert "impactgraph.questions.impact" not in with_selection


def test_our_modules_are_loaded_as_they_are(make: Callable[..., Project]) -> None:
    # pytest looks for asserts in the files of an installed plugin, those of a wheel; of an editable installation it knows none.
    loader = """
import sys

def pytest_unconfigure(config):
    with open("loader.txt", "w") as file:
        file.write(type(sys.modules["impactgraph.plugin.recording"].__spec__.loader).__name__)
"""
    project = make({"conftest.py": loader, "test_one.py": "def test_one():\n    pass\n"})
    assert project.pytest("-o", "impactgraph_record=true").code == 0
    assert (project.path / "loader.txt").read_text() == "SourceFileLoader"


def test_the_suite_that_this_test_is_in_runs_with_the_plugin_idle(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("impactgraph")
    assert not pytestconfig.pluginmanager.has_plugin("impactgraph-selecting")
