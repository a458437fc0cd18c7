"""An error of ours neither turns a run green nor breaks it: everything runs, and the report says so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import orjson
import pytest

from tests.functional.plugin.conftest import Outcome, Project

ALL = ["tests/test_alone.py", "tests/test_both.py", "tests/test_one.py", "tests/test_two.py"]
#: A plugin that makes a function of ours fail, the second time it is called where `{when}` is 2.
BREAK = """
import {module} as module
calls = []

def broken(*arguments, **named):
    calls.append(arguments)
    if len(calls) >= {when}:
        raise ValueError("injected")
    return original(*arguments, **named)

owner = module{owner}
original = owner.{name}
owner.{name} = broken
"""
#: What a hook cannot do without, by hook: module, class in it or nothing, function, the call that fails.
FAULTS = {
    "sessionstart": ("selecting", "", "question", 1),
    "sessionstart, later": ("selecting", ".Choice", "of", 1),
    "collection": ("selecting", ".Applying", "_path_of", 1),
    "report_header": ("selecting", ".telling", "header", 1),
    "ignore_collect": ("selecting", ".Choice", "leaves_out", 1),
    "ignore_collect, after files were left out": ("selecting", ".Choice", "leaves_out", 6),
    "collection_modifyitems": ("selecting", ".Applying", "_count_items", 1),
    "sessionfinish": ("selecting", ".Tally", "was_all_left_out", 1),
    "terminal_summary": ("selecting", ".telling", "ending", 1),
}
#: The hooks in which it is too late to run more; what they do is no part of the selection.
AFTER_THE_SELECTION = ("report_header", "collection_modifyitems", "sessionfinish", "terminal_summary")


def broken_run(project: Project, fault: str, *arguments: str) -> Outcome:
    module, owner, name, when = FAULTS[fault]
    breaking = BREAK.format(module=f"impactgraph.plugin.{module}", owner=owner, name=name, when=when)
    (project.path.parent / "breaking.py").write_text(breaking)
    more = ("-p", "breaking", "--impactgraph-report=report.json", *arguments)
    return project.pytest("-v", "--impactgraph", *more, PYTHONPATH=str(project.path.parent))


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_in_a_hook_leaves_nothing_out_and_breaks_nothing(changed: Project, fault: str) -> None:
    outcome = broken_run(changed, fault)
    assert outcome.code == 0
    assert "Traceback" not in outcome.output
    if fault not in AFTER_THE_SELECTION:
        assert sorted(outcome.ran()) == ALL
    if fault not in {"sessionfinish", "terminal_summary"}:
        report = orjson.loads((changed.path / "report.json").read_bytes())
        assert report["fallback"]["code"] == "internal-error"
        assert "injected" in report["fallback"]["message"]
        assert "injected" in outcome.output


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_in_a_hook_turns_no_failure_green(changed: Project, fault: str) -> None:
    changed.write({"src/one.py": "def value():\n    return 3\n"})
    assert broken_run(changed, fault).code == 1


def test_an_error_while_all_is_being_left_out_still_runs_all(project: Project) -> None:
    outcome = broken_run(project, "ignore_collect, after files were left out")
    assert (outcome.code, sorted(outcome.ran())) == (0, ALL)


def test_an_error_in_a_worker_runs_all(changed: Project) -> None:
    outcome = broken_run(changed, "ignore_collect, after files were left out", "-n", "2")
    assert (outcome.code, sorted(outcome.ran())) == (0, ALL)
    assert "injected" in outcome.output
    assert orjson.loads((changed.path / "report.json").read_bytes())["fallback"]["code"] == "internal-error"


@pytest.mark.parametrize("mode", ["select", "remaining"])
def test_an_analysis_that_dies_runs_all(changed: Project, mode: str, tmp_path: Path) -> None:
    """The process that analyses is started with -W ignore and killed as it starts, as by a crash of compiled code."""
    (tmp_path / "sitecustomize.py").write_text("import os, sys\nif 'ignore' in sys.warnoptions:\n    os.kill(os.getpid(), 11)\n")
    report = changed.report(f"--impactgraph-mode={mode}", PYTHONPATH=str(tmp_path))
    assert report["fallback"]["code"] == "internal-error"
    assert "the analysis ended with -11" in report["fallback"]["message"]
    assert changed.pytest("-v", f"--impactgraph-mode={mode}", PYTHONPATH=str(tmp_path)).ran() == ALL


@pytest.mark.parametrize("mode", ["select", "remaining", "first", "observe"])
def test_an_unknown_revision_runs_all_and_says_so(changed: Project, mode: str) -> None:
    outcome = changed.pytest("-v", f"--impactgraph-mode={mode}", "--impactgraph-base=nowhere")
    assert (outcome.code, sorted(outcome.ran())) == (0, ALL)
    assert "everything runs: unknown revision: 'nowhere'" in outcome.output
    fallback = changed.report(f"--impactgraph-mode={mode}", "--impactgraph-base=nowhere")["fallback"]
    assert (fallback["code"], bool(fallback["hint"])) == ("no-checkout", True)


def test_a_wrong_configuration_runs_all_and_says_so(changed: Project) -> None:
    changed.write({"pyproject.toml": "[tool.impactgraph]\nbse = 1\n"})
    assert changed.report()["fallback"]["code"] == "configuration"
    assert changed.pytest("-v", "--impactgraph").ran() == ALL


def test_outside_of_a_repository_all_runs(changed: Project) -> None:
    shutil.rmtree(changed.path / ".git")
    outcome = changed.pytest("-q", "--impactgraph", GIT_CEILING_DIRECTORIES=str(changed.path.parent))
    assert outcome.code == 0
    assert "5 passed" in outcome.output
    assert "nothing was left out, to be safe: not a git repository" in outcome.output


def test_without_git_all_runs(changed: Project, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = changed.pytest("-v", "--impactgraph", PATH=str(tmp_path / "empty"))
    assert (outcome.code, outcome.ran()) == (0, ALL)
    assert "git was not found" in outcome.output


def test_a_shallow_clone_runs_all_also_as_the_remainder(changed: Project, tmp_path: Path) -> None:
    changed.commit()
    changed.git("clone", "-q", "--depth=1", f"file://{changed.path}", str(tmp_path / "shallow"))
    for mode in ("select", "remaining"):
        outcome = changed.pytest("-v", f"--impactgraph-mode={mode}", "--impactgraph-base=HEAD~1", cwd=tmp_path / "shallow")
        assert (outcome.code, outcome.ran()) == (0, ALL)
        assert "(shallow)" in outcome.output


def test_a_report_that_cannot_be_written_breaks_nothing(changed: Project) -> None:
    target = changed.path / "directory"
    target.mkdir()
    outcome = changed.pytest("--impactgraph", f"--impactgraph-report={target}")
    assert outcome.code == 0
    assert "Is a directory" in outcome.output


def test_a_report_makes_the_directories_it_needs(changed: Project, tmp_path: Path) -> None:
    assert changed.pytest("--impactgraph", f"--impactgraph-report={tmp_path}/a/b/report.json").code == 0
    assert os.path.isfile(tmp_path / "a" / "b" / "report.json")
