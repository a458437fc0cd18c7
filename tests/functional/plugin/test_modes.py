from __future__ import annotations

import re

import orjson
import pytest
from jsonschema import Draft202012Validator

from impactgraph.reports import schemas
from tests.functional.plugin.conftest import Project

AFFECTED = ["tests/test_both.py", "tests/test_one.py"]
OTHERS = ["tests/test_alone.py", "tests/test_two.py"]


def test_select_runs_what_the_change_can_break_in_the_order_of_pytest(changed: Project) -> None:
    outcome = changed.pytest("-v", "--impactgraph")
    assert (outcome.code, outcome.ran()) == (0, AFFECTED)
    assert "impactgraph: select since main: 2 of 4 test files (50 %) can be broken by 1 changed file." in outcome.output
    assert "module-changed src/one.py" in outcome.output
    assert "impactgraph: select: left out 2 of 4 test files; 3 tests collected" in outcome.output


def test_where_runs_were_recorded_the_summary_says_how_many_tests_and_how_much_time_are_left_out(changed: Project) -> None:
    seconds = r", \d\.\d of \d\.\d s"
    changed.pytest("-o", "impactgraph_record=true")
    said = {mode: changed.pytest("--impactgraph", f"--impactgraph-mode={mode}").output for mode in ("select", "remaining", "observe")}
    assert re.search(f"left out 2 of 4 test files: 2 of 5 recorded tests{seconds}; 3 tests collected", said["select"])
    assert re.search(f"left out 2 of 4 test files: 3 of 5 recorded tests{seconds}; 2 tests collected", said["remaining"])
    assert re.search(f"\\(2 of 5 tests\\): 2 of 5 recorded tests{seconds}", said["observe"])


def test_a_file_that_is_out_is_not_imported(changed: Project) -> None:
    changed.commit({"tests/test_two.py": "raise SystemExit('imported')\n"})
    changed.git("checkout", "-q", "-b", "topic")
    changed.write({"src/one.py": "def value():\n    return 2 - 1\n"})
    assert changed.pytest("--impactgraph").code == 0
    assert "imported" in changed.pytest("--impactgraph", "--impactgraph-mode=observe").output


def test_first_runs_all_the_nearest_to_the_change_first(changed: Project) -> None:
    outcome = changed.pytest("-v", "--impactgraph", "--impactgraph-mode=first")
    assert (outcome.code, outcome.ran()) == (0, ["tests/test_one.py", "tests/test_both.py", *OTHERS])
    assert "select would have left out 2 of 4 test files (2 of 5 tests)" in outcome.output


def test_observe_runs_all_and_names_the_failures_that_would_have_been_missed(changed: Project) -> None:
    changed.commit({"tests/test_two.py": "def test_two():\n    assert False\n"})
    changed.git("checkout", "-q", "-b", "topic")
    changed.write({"src/one.py": "def value():\n    return 2 - 1\n"})
    outcome = changed.pytest("-v", "--impactgraph", "--impactgraph-mode=observe")
    assert (outcome.code, outcome.ran()) == (1, sorted(AFFECTED + OTHERS))
    assert "impactgraph: 1 test of these failed: tests/test_two.py::test_two" in outcome.output
    session = changed.report("--impactgraph-mode=observe")["session"]
    assert session == {"mode": "observe", "left_out": OTHERS, "left_out_failed": ["tests/test_two.py::test_two"]}


def test_remaining_is_the_exact_complement(changed: Project) -> None:
    outcome = changed.pytest("-v", "--impactgraph-mode=remaining")  # a mode turns the selection on
    assert (outcome.code, outcome.ran()) == (0, OTHERS)


def test_the_mode_may_stand_in_the_configuration(changed: Project) -> None:
    changed.commit({"pytest.ini": "[pytest]\npythonpath = src\nimpactgraph_mode = first\n"})
    changed.write({"src/one.py": "def value():\n    return 3\n"})
    assert "impactgraph: first since" in changed.pytest("--impactgraph").output
    assert "impactgraph" not in changed.pytest("-p", "no:hypothesispytest").output.replace("plugins: impactgraph", "")


def test_an_unknown_mode_in_the_configuration_is_an_error_of_usage(changed: Project) -> None:
    outcome = changed.pytest("--impactgraph", "-o", "impactgraph_mode=some")
    assert outcome.code == 4
    assert "impactgraph_mode = some: not one of select, first, observe, remaining" in outcome.output


@pytest.mark.parametrize("option", ["--impactgraph-base=main", "--impactgraph-report=report.json"])
def test_an_option_without_the_switch_is_an_error_of_usage(project: Project, option: str) -> None:
    assert project.pytest(option).code == 4


def test_the_base_comes_from_the_option_then_the_environment_then_the_configuration(project: Project) -> None:
    project.git("tag", "old")
    project.commit({"src/two.py": "def value():\n    return 1 + 1\n"})
    project.commit({"src/one.py": "def value():\n    return 0 + 1\n"})
    ini = ("-o", "impactgraph_base=old")
    assert project.report(*ini)["counts"]["tests_selected"] == 3
    assert project.report(*ini, IMPACTGRAPH_BASE="HEAD~1")["counts"]["tests_selected"] == 2
    assert project.report(*ini, "--impactgraph-base=HEAD", IMPACTGRAPH_BASE="HEAD~1")["decision"] == "none"


def test_the_report_is_the_selection_with_what_became_of_it(changed: Project) -> None:
    report = changed.report()
    assert report["kind"] == "selection"
    assert [test["path"] for test in report["tests"]] == AFFECTED
    assert report["counts"] | {"tests_total": 4, "tests_selected": 2, "node_ids_total": None, "node_ids_selected": 3} == report["counts"]
    assert report["session"] == {"mode": "select", "left_out": OTHERS, "left_out_failed": None}
    assert changed.report("--impactgraph-mode=first")["counts"]["node_ids_total"] == 5


@pytest.mark.parametrize("more", [(), ("--impactgraph-mode=observe",), ("--impactgraph-base=nowhere",)], ids=str)
def test_the_report_is_valid(changed: Project, more: tuple[str, ...]) -> None:
    Draft202012Validator(orjson.loads(schemas.load("selection"))).validate(changed.report(*more))


def test_a_report_inside_the_checkout_is_no_change_of_it(changed: Project) -> None:
    changed.commit({".gitignore": "__pycache__/\n.pytest_cache/\n.impactgraph_cache/\n", "src/one.py": "def value():\n    return 1\n"})
    assert changed.report()["decision"] == "none"
    assert changed.report()["decision"] == "none"


def test_where_nothing_changed_nothing_runs(project: Project) -> None:
    outcome = project.pytest("--impactgraph")
    assert outcome.code == 0
    assert "No test can be broken by 0 changed files (of 4 test files)." in outcome.output
    assert "left out 4 of 4 test files" in outcome.output


def test_remaining_of_all_is_empty(project: Project) -> None:
    project.write({"tests/conftest.py": "X = 1\n"})
    outcome = project.pytest("--impactgraph", "--impactgraph-mode=remaining")
    assert (outcome.code, outcome.ran()) == (0, [])
