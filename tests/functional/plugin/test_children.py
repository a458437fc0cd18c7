"""What child processes of tests do, recorded for the tests."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from impactgraph import _recorder
from tests.functional.plugin.conftest import Project
from tests.functional.plugin.test_functions import BASE, Recorded, recorded, run
from tests.functional.plugin.test_recording import history

pytestmark = pytest.mark.skipif(not _recorder.SUPPORTED, reason="functions can't be recorded on this Python")

FORK = """
import lib, os

def fork(action):
    process = os.fork()
    if not process:
        action()
        os._exit(0)
    return process
"""


def partial(found: Recorded) -> set[str]:
    return {node_id.partition("::")[2] for node_id in found.tests(found.record.partial)}


def outcomes(project: Project) -> dict[str, int]:
    with closing(sqlite3.connect(history(project) / "history.sqlite3")) as connection:
        query = "SELECT outcome.name, count(*) FROM attempt JOIN outcome ON outcome.id = attempt.outcome GROUP BY 1"
        return dict(connection.execute(query))


def left_behind(project: Project) -> list[str]:
    return [name for name in os.listdir(history(project)) if not name.startswith("history.") and name != "lock"]


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=str)
def test_what_a_forked_child_enters_is_recorded_for_the_test(make: Callable[..., Project], workers: tuple[str, ...]) -> None:
    body = """
def test_before(): lib.one()
def test_fork():
    os.waitpid(fork(lib.two), 0)
    lib.three()
def test_after(): lib.four()
"""
    project = make({**BASE, "test_a.py": FORK + body})
    run(project, *workers)
    found = recorded(project)
    of = {name: found.of(f"test_a.py::test_{name}") for name in ("before", "fork", "after")}
    assert of == {"before": {"one"}, "fork": {"two", "three"}, "after": {"four"}}
    assert (partial(found), outcomes(project), left_behind(project)) == (set(), {"passed": 3}, [])


def test_grandchildren_files_and_imports_of_a_fork_are_recorded(make: Callable[..., Project]) -> None:
    body = """
def inner():
    import lazy
    open("data.txt").close()
    os.waitpid(fork(lib.one), 0)
def test_fork(): os.waitpid(fork(inner), 0)
def test_other(): pass
"""
    project = make({**BASE, "lazy.py": "import lib\nlib.four()\n", "data.txt": "", "test_a.py": FORK + body})
    run(project)
    found = recorded(project)
    assert (found.of("test_a.py::test_fork"), found.of("test_a.py::test_other")) == ({"one", "four"}, set())
    assert found.tests(found.record.requested(["lazy.py"])) == found.tests(found.record.opened(["data.txt"])) == {"test_a.py::test_fork"}
    assert partial(found) == set()


def test_a_forked_child_that_goes_on_as_pytest_writes_into_nobodys_journal(make: Callable[..., Project]) -> None:
    body = """
import pytest
@pytest.fixture(scope="module")
def shared():
    yield
    lib.four()
def test_fork(shared):
    process = os.fork()
    if process:
        os.waitpid(process, 0)
    else:
        lib.two()
def test_next(shared): lib.one()
def test_last(): pass
"""
    project = make({**BASE, "test_a.py": FORK + body})
    run(project)
    found = recorded(project)
    of = {name: found.of(f"test_a.py::test_{name}") for name in ("fork", "next", "last")}
    assert of == {"fork": {"one", "two", "four"}, "next": {"one", "four"}, "last": set()}  # the child ran all that the parent did
    assert (partial(found), outcomes(project), left_behind(project)) == (set(), {"passed": 3}, [])


def test_a_killed_child_has_told_what_it_did(make: Callable[..., Project]) -> None:
    body = """
import signal, time
def work():
    lib.two()
    os.write(pipe[1], b"x")
    time.sleep(60)
def test_killed():
    global pipe
    pipe = os.pipe()
    process = fork(work)
    os.read(pipe[0], 1)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
"""
    project = make({**BASE, "test_a.py": FORK + body})
    run(project)
    found = recorded(project)
    assert (found.of("test_a.py::test_killed"), partial(found)) == ({"two"}, set())


def test_a_child_that_outlives_its_test_counts_for_those_beside_it(make: Callable[..., Project]) -> None:
    body = """
import pytest
def work():
    os.read(pipe[0], 1)
    lib.two()
    os.write(back[1], b"x")
    os.read(pipe[0], 1)
def test_start():
    global pipe, back, process
    pipe, back = os.pipe(), os.pipe()
    process = fork(work)
def test_beside():
    os.write(pipe[1], b"x")
    os.read(back[0], 1)
def test_end():
    os.write(pipe[1], b"x")
    os.waitpid(process, 0)
def test_after(): lib.one()
"""
    project = make({**BASE, "test_a.py": FORK + body})
    run(project)
    found = recorded(project)
    of = {name: found.of(f"test_a.py::test_{name}") for name in ("start", "beside", "end", "after")}
    assert of == {"start": {"two"}, "beside": {"two"}, "end": {"two"}, "after": {"one"}}


def test_a_fixtures_child_counts_for_its_users_alone(make: Callable[..., Project]) -> None:
    body = """
import pytest
def work():
    lib.two()
    os.read(pipe[0], 1)
@pytest.fixture(scope="module")
def server():
    global pipe
    pipe = os.pipe()
    process = fork(work)
    yield
    os.write(pipe[1], b"x")
    os.waitpid(process, 0)
def test_first(server): pass
def test_without(): lib.one()
def test_second(server): pass
"""
    project = make({**BASE, "test_a.py": FORK + body})
    run(project)
    found = recorded(project)
    of = {name: found.of(f"test_a.py::test_{name}") for name in ("first", "without", "second")}
    assert of == {"first": {"two"}, "without": {"one"}, "second": {"two"}}
    assert partial(found) == set()


def test_a_child_that_lives_on_does_not_keep_the_run_from_the_history(make: Callable[..., Project]) -> None:
    body = """
import time
def test_daemon():
    global process
    process = fork(lambda: (os.closerange(0, 256), time.sleep(30)))  # whoever waits for the end of what pytest prints does not wait for it
    with open(os.environ["PROCESS"], "w") as file:
        file.write(str(process))
"""
    project = make({**BASE, "test_a.py": FORK + body})
    place = project.path.parent / "process"
    run(project, PROCESS=str(place))
    os.kill(int(place.read_text()), 9)
    assert (outcomes(project), left_behind(project)) == ({"passed": 1}, [])
    assert list(recorded(project).record.node_ids) == ["test_a.py::test_daemon"]


def test_a_fork_made_by_a_library_makes_the_test_partial(make: Callable[..., Project]) -> None:
    body = """
import ctypes
def test_fork():
    libc = ctypes.PyDLL(None)
    process = libc.fork()
    if not process:
        lib.two()
        os._exit(0)
    os.waitpid(process, 0)
def test_other(): lib.one()
"""
    project = make({**BASE, "test_a.py": FORK + body})
    run(project)
    found = recorded(project)
    assert partial(found) == {"test_fork"}
    assert (found.of("test_a.py::test_other"), outcomes(project)) == ({"one"}, {"passed": 2})


@pytest.mark.parametrize("hook", ["configure(config)", "sessionstart(session)", "collection_finish(session)"])
def test_a_process_that_lives_since_before_the_first_test_makes_all_partial(make: Callable[..., Project], hook: str) -> None:
    conftest = f"""
import subprocess, sys
servers = []
def pytest_{hook}:
    servers.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
def pytest_unconfigure(config):
    servers.pop().communicate(b"{chr(92)}n")
"""
    project = make({**BASE, "conftest.py": conftest, "test_a.py": "def test_one(): pass\ndef test_two(): pass\n"})
    run(project)
    assert partial(recorded(project)) == {"test_one", "test_two"}
