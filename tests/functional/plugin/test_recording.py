from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.functional.plugin.conftest import Project

RECORD = {"IMPACTGRAPH_RECORD": "true"}
IGNORED: dict[str, str | bytes | None] = {".gitignore": "__pycache__/\n.pytest_cache/\n"}
QUICK = "import pytest\n\n\n@pytest.mark.parametrize('n', range({}))\ndef test_quick(n):\n    pass\n"
OUTCOMES = """
import unittest
import pytest

@pytest.fixture
def broken():
    raise ValueError

@pytest.fixture
def fragile():
    yield
    raise ValueError

def test_passed(): pass
def test_failed(): assert 0
def test_skipped(): pytest.skip()
@pytest.mark.skip
def test_skipped_by_mark(): pass
@pytest.mark.xfail
def test_xfailed(): assert 0
@pytest.mark.xfail
def test_xpassed(): pass
@pytest.mark.xfail(strict=True)
def test_xpassed_strictly(): pass
def test_broken_setup(broken): pass
def test_broken_teardown(fragile): pass
def test_broken_twice(fragile): assert 0

class TestUnit(unittest.TestCase):
    def test_part(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)
    def test_whole(self):
        with self.subTest():
            pass
    @unittest.expectedFailure
    def test_expected(self):
        self.fail()
"""


def history(project: Project) -> Path:
    return project.path / ".impactgraph_cache" / "history"


def exported(project: Project) -> list[dict[str, Any]]:
    """All recorded runs, oldest first, by way of the command."""
    command = [sys.executable, "-m", "impactgraph", "history", "export"]
    done = subprocess.run(command, cwd=project.path, capture_output=True, check=True)
    return orjson.loads(done.stdout)["runs"][::-1]


def outcomes(run: dict[str, Any]) -> dict[str, str]:
    return {attempt["node_id"].rpartition("::")[2]: attempt["outcome"] for attempt in run["attempts"]}


def test_each_outcome_is_recorded_as_pytest_counts_it(make: Callable[..., Project]) -> None:
    project = make({**IGNORED, "test_all.py": OUTCOMES, "test_bad.py": "import no_such_module\n"})
    assert project.pytest("--continue-on-collection-errors", **RECORD).code == 1
    (run,) = exported(project)
    assert run["exit_status"] == 1
    assert outcomes(run) == {
        "test_passed": "passed",
        "test_failed": "failed",
        "test_skipped": "skipped",
        "test_skipped_by_mark": "skipped",
        "test_xfailed": "xfailed",
        "test_xpassed": "xpassed",
        "test_xpassed_strictly": "failed",
        "test_broken_setup": "error",
        "test_broken_teardown": "error",
        "test_broken_twice": "failed",
        "test_part": "failed",
        "test_whole": "passed",
        "test_expected": "xfailed",
        "test_bad.py": "error",
    }


def test_a_run_is_recorded_with_its_circumstances(make: Callable[..., Project]) -> None:
    project = make({**IGNORED, "sub/pytest.ini": "[pytest]\nimpactgraph_record = true\n", "sub/test_a.py": "def test_a(): pass\n"})
    project.pytest("-q", cwd=project.path / "sub")
    project.write({"sub/test_a.py": "def test_a(): pass\n\n"})
    project.pytest("-q", cwd=project.path / "sub", CI="1", GITLAB_CI="true")
    clean, dirty = exported(project)
    assert (clean["revision"], clean["dirty"], clean["environment"]["ci"]) == (project.git("rev-parse", "HEAD"), False, None)
    assert (dirty["revision"], dirty["dirty"], dirty["environment"]["ci"]) == (clean["revision"], True, "gitlab")
    assert clean["arguments"][-1] == "-q"
    assert clean["environment"]["pytest"] == pytest.__version__
    assert clean["ended"] > clean["started"]
    (attempt,) = clean["attempts"]
    assert attempt["node_id"] == "sub/test_a.py::test_a"  # from the checkout's top, as in a selection
    assert all(isinstance(attempt[phase], int) for phase in ("setup", "call", "teardown"))


def test_phases_that_did_not_run_have_no_duration(make: Callable[..., Project]) -> None:
    body = "import pytest\nimport time\n@pytest.mark.skip\ndef test_a(): pass\ndef test_b(): time.sleep(0.05)\n"
    project = make({**IGNORED, "test_a.py": body})
    project.pytest(**RECORD)
    skipped, slept = exported(project)[0]["attempts"]
    assert skipped["call"] is None
    assert 50_000 <= slept["call"] < 5_000_000


def test_a_repeated_test_has_an_attempt_for_each_time(make: Callable[..., Project]) -> None:
    pytest.importorskip("pytest_rerunfailures")
    body = "TRIES = []\ndef test_flaky():\n    TRIES.append(1)\n    assert len(TRIES) == 3\ndef test_firm(): pass\n"
    project = make({**IGNORED, "test_a.py": body})
    assert project.pytest("--reruns=3", **RECORD).code == 0
    rows = [(attempt["node_id"], attempt["attempt"], attempt["outcome"]) for attempt in exported(project)[0]["attempts"]]
    flaky = "test_a.py::test_flaky"
    assert rows == [("test_a.py::test_firm", 1, "passed"), (flaky, 1, "rerun"), (flaky, 2, "rerun"), (flaky, 3, "passed")]


def test_workers_are_recorded_by_the_controller(make: Callable[..., Project]) -> None:
    project = make({**IGNORED, "test_a.py": QUICK.format(40) + "\n\ndef test_crash():\n    import os\n    os._exit(3)\n"})
    assert project.pytest("-n2", **RECORD).code == 1
    (run,) = exported(project)
    assert Counter(outcomes(run).values()) == {"passed": 40, "failed": 1}
    assert outcomes(run)["test_crash"] == "failed"
    assert {attempt["worker"] for attempt in run["attempts"]} >= {"gw0", "gw1"}
    assert run["environment"]["workers"] == 2


def test_the_decision_is_recorded(changed: Project) -> None:
    changed.pytest("--impactgraph-mode=observe", **RECORD)
    (run,) = exported(changed)
    assert (run["mode"], run["decision"]) == ("observe", "subset")


@pytest.mark.parametrize("arguments", [("--collect-only",), ("--help",), ("--version",)])
def test_what_runs_no_tests_is_not_recorded(project: Project, arguments: tuple[str, ...]) -> None:
    assert project.pytest(*arguments, **RECORD).code == 0
    assert not history(project).exists()


@pytest.mark.parametrize("value", ["", "0", "No", "false", "off"])
def test_recording_is_off_until_it_is_asked_for(project: Project, value: str) -> None:
    assert project.pytest(IMPACTGRAPH_RECORD=value).code == 0
    assert not history(project).exists()


@pytest.mark.parametrize("value", ["1", "True", "yes", "on", "outcomes", "functions"])
def test_each_word_for_it_switches_recording_on(project: Project, value: str) -> None:
    assert project.pytest("-o", f"impactgraph_record={value}").code == 0
    assert history(project).exists()


def test_a_word_that_is_not_known_is_an_error_that_names_those_that_are(project: Project) -> None:
    for arguments, variables, setting in (
        (("-o", "impactgraph_record=function"), {}, "impactgraph_record is 'function'"),
        (("-o", "impactgraph_record=outcomes"), {"IMPACTGRAPH_RECORD": "2"}, "IMPACTGRAPH_RECORD is '2'"),
    ):
        outcome = project.pytest(*arguments, **variables)
        assert outcome.code == pytest.ExitCode.USAGE_ERROR
        assert f"ERROR: {setting}; it can be: 0, false, no, off, 1, true, yes, on, outcomes, functions" in outcome.output
    assert not history(project).exists()


def test_an_interrupted_run_keeps_what_had_finished(make: Callable[..., Project]) -> None:
    project = make({**IGNORED, "test_a.py": "def test_a(): pass\ndef test_b(): raise KeyboardInterrupt\ndef test_c(): pass\n"})
    assert project.pytest(**RECORD).code == 2
    (run,) = exported(project)
    assert run["exit_status"] == 2
    assert outcomes(run) == {"test_a": "passed"}


def test_a_killed_run_loses_only_the_test_that_was_running(make: Callable[..., Project]) -> None:
    kill = "\n\ndef test_kill():\n    import os\n    os.kill(os.getpid(), 9)\n"
    project = make({**IGNORED, "test_a.py": QUICK.format(100) + kill + "\n\ndef test_later(): pass\n"})
    assert project.pytest(**RECORD).code == -signal.SIGKILL
    (run,) = exported(project)
    assert run["exit_status"] is None
    assert Counter(outcomes(run).values()) == {"passed": 100}


def test_the_journal_of_a_living_process_is_left_to_it(make: Callable[..., Project]) -> None:
    listing = (
        "\n\ndef test_list():\n    import subprocess, sys\n    subprocess.run([sys.executable, '-m', 'impactgraph', 'history', 'list'])\n"
    )
    project = make({**IGNORED, "test_a.py": QUICK.format(5) + listing + "\n\ndef test_later(): pass\n"})
    assert project.pytest(**RECORD).code == 0
    (run,) = exported(project)
    assert len(run["attempts"]) == 7


def test_processes_that_record_at_once_lose_nothing(make: Callable[..., Project]) -> None:
    project = make({**IGNORED, "test_a.py": QUICK.format(300)})
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    started = [
        subprocess.Popen(command, cwd=project.path, env=os.environ | RECORD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(4)
    ]
    outputs = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert not any(b"impactgraph" in output for output in outputs)
    assert [len(run["attempts"]) for run in exported(project)] == [300] * 4
    assert not list(history(project).glob("*.journal"))


@pytest.mark.slow
def test_twenty_thousand_tests_are_recorded(make: Callable[..., Project]) -> None:
    project = make({**IGNORED, "test_a.py": QUICK.format(20_000)})
    assert project.pytest("-q", **RECORD).code == 0
    (run,) = exported(project)
    assert run["outcomes"] == {"passed": 20_000}
    assert len({attempt["node_id"] for attempt in run["attempts"]}) == 20_000
