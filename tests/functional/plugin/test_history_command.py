from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from impactgraph import _recorder
from impactgraph.reports.schemas import load
from impactgraph.sources.history import place
from tests.functional.command import impactgraph
from tests.functional.plugin.conftest import Project
from tests.functional.plugin.test_recording import IGNORED, RECORD, history

TESTS = "import pytest\n\n\ndef test_a(): pass\n\n\ndef test_b(): assert 0\n\n\n@pytest.mark.xfail\ndef test_c(): assert 0\n"


@pytest.fixture
def recorded(make: Callable[..., Project]) -> Project:
    """A project with a recorded run."""
    project = make({**IGNORED, "test_a.py": TESTS})
    assert project.pytest(**RECORD).code == 1
    return project


def test_runs_are_listed_newest_first(recorded: Project) -> None:
    recorded.write({"test_a.py": "def test_a(): pass\n"})
    recorded.pytest(**RECORD)
    title, _, *lines = impactgraph(recorded.path, "history", "list").lines
    assert title == "2 runs recorded"
    oid = recorded.git("rev-parse", "HEAD")[:10]
    assert [line.split()[2:5] for line in lines] == [[f"{oid}+", "-", "1"], [oid, "-", "3"]]
    assert lines[1].split()[6:] == ["1", "1", "0", "0", "1", "1"]


def test_answers_keep_their_schema(recorded: Project) -> None:
    validator = Draft202012Validator(orjson.loads(load("history")))
    for arguments in (("list", "--format=json"), ("export",)):
        answer = impactgraph(recorded.path, "history", *arguments).answer
        validator.validate(answer)
        assert len(answer["runs"]) == 1


def test_an_export_has_a_row_for_each_attempt(recorded: Project) -> None:
    table = impactgraph(recorded.path, "history", "export", "--format=csv").output.decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["node_id"], row["outcome"]) for row in rows] == [
        ("test_a.py::test_a", "passed"),
        ("test_a.py::test_b", "failed"),
        ("test_a.py::test_c", "xfailed"),
    ]
    assert all(int(row["call"]) > 0 for row in rows)


def test_pruning_deletes_what_is_named(recorded: Project) -> None:
    recorded.pytest(**RECORD)
    assert impactgraph(recorded.path, "history", "prune", "--older-than=1h").lines == ["0 runs deleted"]
    assert impactgraph(recorded.path, "history", "prune", "--keep=1", "--vacuum").lines == ["1 run deleted"]
    assert impactgraph(recorded.path, "history", "list").lines[0] == "1 run recorded"
    assert impactgraph(recorded.path, "history", "prune", "--older-than=0h").lines == ["1 run deleted"]


@pytest.mark.parametrize("arguments", [("prune",), ("prune", "--older-than=x"), ("prune", "--older-than=5"), ("import", "no.xml")])
def test_what_can_not_be_meant_is_refused_with_a_hint(recorded: Project, arguments: tuple[str, ...]) -> None:
    outcome = impactgraph(recorded.path, "history", *arguments)
    assert outcome.code == 2
    assert "hint:" in outcome.complaint


def test_where_nothing_is_recorded_the_way_is_told(make: Callable[..., Project]) -> None:
    outcome = impactgraph(make(IGNORED).path, "history", "list")
    assert outcome.code == 2
    assert "impactgraph_record" in outcome.complaint


def test_a_killed_run_is_ingested_by_whoever_looks(recorded: Project) -> None:
    recorded.write({"test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os.kill(os.getpid(), 9)\n"})
    recorded.pytest(**RECORD)
    assert len(list(history(recorded).glob("*.journal"))) == 1
    assert impactgraph(recorded.path, "history", "list").lines[0] == "2 runs recorded"
    assert not list(history(recorded).glob("*.journal"))


def test_another_cache_directory_is_kept_to(make: Callable[..., Project]) -> None:
    project = make({**IGNORED, "test_a.py": TESTS, "pyproject.toml": "[tool.impactgraph]\ncache-dir = 'elsewhere'\n"})
    project.pytest(**RECORD)
    assert (project.path / "elsewhere" / "history" / "history.sqlite3").is_file()
    assert impactgraph(project.path, "history", "list").lines[0] == "1 run recorded"
    assert impactgraph(project.path.parent, "history", "list", "-C", project.path.name, "--cache-dir=elsewhere").code == 0


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_what_pytest_writes_as_junit_is_imported_once(make: Callable[..., Project], tmp_path: Path, family: str) -> None:
    files = {
        f"pkg/{name}": text for name, text in (("__init__.py", ""), ("test_a.py", TESTS + "\n\nclass TestD:\n    def test_d(self): pass\n"))
    }
    project = make({**IGNORED, **files})
    project.pytest(f"--junitxml={tmp_path}/junit.xml", "-o", f"junit_family={family}")
    command = ("history", "import", "--revision=HEAD", f"{tmp_path}/junit.xml")
    assert impactgraph(project.path, *command).lines == [f"{tmp_path}/junit.xml: 4 tests"]
    assert impactgraph(project.path, *command).lines == [f"{tmp_path}/junit.xml: was there already"]
    (run,) = impactgraph(project.path, "history", "export").answer["runs"]
    assert (run["source"], run["revision"]) == ("junit", project.git("rev-parse", "HEAD"))
    assert abs(run["started"] - time.time()) < 600
    assert [(attempt["node_id"], attempt["outcome"]) for attempt in run["attempts"]] == [
        ("pkg/test_a.py::TestD::test_d", "passed"),
        ("pkg/test_a.py::test_a", "passed"),
        ("pkg/test_a.py::test_b", "failed"),
        ("pkg/test_a.py::test_c", "xfailed"),
    ]


def test_recorded_functions_are_told_with_what_is_not_known(make: Callable[..., Project]) -> None:
    body = "import subprocess\nimport lib\ndef test_a(): lib.one()\ndef test_b(): subprocess.run(['true'])\n"
    project = make({**IGNORED, "lib.py": "def one(): pass\n", "test_a.py": body, "test_b.py": "def test_c(): pass\n"})
    assert impactgraph_functions(project) is None
    if not _recorder.SUPPORTED:
        return
    assert project.pytest(IMPACTGRAPH_RECORD="functions").code == 0
    project.write({"lib.py": "def one(): return 1\n"})
    assert project.pytest("test_b.py", IMPACTGRAPH_RECORD="functions").code == 0
    assert impactgraph_functions(project) == {
        "tests": 3,
        "states": [{"tests": 1, "files_changed": 0}, {"tests": 2, "files_changed": 1}],
        "partial": [{"node_id": "test_a.py::test_b", "lacks": "processes"}],
        "unseen": [],
    }
    lines = impactgraph(project.path, "history", "list").lines
    assert lines[lines.index("") + 1 :] == [
        "functions of 3 tests recorded, of 2 all of them",
        "  1  in the present state",
        "  2  in a state from which 1 file changed since",
        "  1 test with processes that told nothing: test_a.py::test_b",
    ]


def impactgraph_functions(project: Project) -> object:
    assert project.pytest("--collect-only", **RECORD).code == 0
    place.make(str(history(project)))
    answer = impactgraph(project.path, "history", "list", "--format=json").answer
    Draft202012Validator(orjson.loads(load("history"))).validate(answer)
    return answer["functions"]
