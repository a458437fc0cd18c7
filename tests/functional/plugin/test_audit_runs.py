from __future__ import annotations

import orjson
from jsonschema import Draft202012Validator

from impactgraph.reports.schemas import load
from tests.functional.command import Outcome, impactgraph
from tests.functional.plugin.conftest import Project
from tests.functional.plugin.test_recording import RECORD, exported

#: Fails for a reason that is not in the checkout, so that no analysis can see it.
BLIND = "import os\n\n\ndef test_blind():\n    assert 'BREAK' not in os.environ\n"


def observe(project: Project, **environment: str) -> None:
    project.pytest("--impactgraph-mode=observe", **RECORD, **environment)


def audit(project: Project, *arguments: str) -> Outcome:
    return impactgraph(project.path, "audit", "runs", *arguments)


def test_a_failure_that_is_selected_is_no_miss(changed: Project) -> None:
    changed.write({"src/one.py": "def value():\n    return 3\n"})
    observe(changed)
    answer = audit(changed, "--format=json").answer
    Draft202012Validator(orjson.loads(load("audit"))).validate(answer)
    summary = answer["summary"]
    assert (summary["runs_with_failure"], summary["runs_with_miss"], summary["failing_tests"]) == (1, 0, 2)
    assert summary["miss_rate"] == {"rate": 0, "upper": 1.0, "level": 0.95, "method": "rule-of-three"}
    assert (summary["tests"]["left_out"], summary["tests"]["total"]) == (2, 5)
    assert 0 < summary["seconds"]["left_out"] < summary["seconds"]["total"]
    assert "would the selection have left out" in audit(changed).lines[0]


def test_a_failure_that_is_left_out_is_named_with_its_change(project: Project) -> None:
    project.commit({"tests/test_blind.py": BLIND})
    project.write({"src/one.py": "def value():\n    return 0 + 1\n"})
    observe(project, BREAK="1")
    (miss,) = audit(project, "--format=json").answer["misses"]
    assert (miss["node_id"], miss["left_out"], miss["failed_at_base"]) == ("tests/test_blind.py::test_blind", True, None)
    text = "\n".join(audit(project).lines)
    assert text.startswith("In 1 of 1 run with a failure the selection would have left out a failing test.")
    assert "tests/test_blind.py::test_blind (failed)" in text
    assert "src/one.py (module, seeds: " in text


def test_a_test_that_is_broken_at_the_base_is_no_miss(project: Project) -> None:
    project.commit({"tests/test_broken.py": "def test_broken():\n    assert 0\n"})
    project.pytest(**RECORD)
    project.write({"src/one.py": "def value():\n    return 0 + 1\n"})
    observe(project)
    answer = audit(project, "--format=json").answer
    assert answer["misses"][0]["failed_at_base"] is True
    assert (answer["summary"]["failing_tests_left_out"], answer["summary"]["failing_tests_missed"]) == (1, 0)
    assert answer["summary"]["runs_with_failure"] == 0
    assert audit(project).lines[0].startswith("Nothing can be said yet")


def test_a_file_that_can_not_be_imported_is_a_failure(changed: Project) -> None:
    changed.write({"src/one.py": "nonsense(\n"})
    observe(changed)
    (run,) = audit(changed, "--format=json").answer["runs"]
    assert [(test["node_id"], test["left_out"]) for test in run["failing"]] == [("tests/test_both.py", False), ("tests/test_one.py", False)]


def test_a_file_named_on_the_command_line_is_never_left_out(changed: Project) -> None:
    changed.write({"tests/test_two.py": "def test_two():\n    assert 0\n"})
    changed.commit()
    changed.write({"src/over.py": "import one\n\nmore = 1\n"})
    changed.pytest("--impactgraph-mode=observe", "--impactgraph-base=HEAD", "tests/test_two.py", **RECORD)
    summary = audit(changed, "--format=json").answer["summary"]
    assert (summary["failing_tests"], summary["failing_tests_left_out"]) == (1, 0)


def test_other_modes_are_no_evidence(changed: Project) -> None:
    for mode in ("select", "first", "remaining"):
        changed.pytest(f"--impactgraph-mode={mode}", **RECORD)
    changed.pytest(**RECORD)
    assert {run["mode"] for run in exported(changed)} == {"select", "first", "remaining", None}
    assert audit(changed, "--format=json").answer["summary"]["runs"] == 0
