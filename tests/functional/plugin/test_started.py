"""Processes that tests start: followed if they are this Python, else the test is known to lack something."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from textwrap import dedent

import pytest

from impactgraph import _recorder
from tests.functional.plugin.conftest import Project
from tests.functional.plugin.test_children import left_behind, partial
from tests.functional.plugin.test_functions import BASE, Recorded, recorded, run

pytestmark = pytest.mark.skipif(not _recorder.SUPPORTED, reason="functions can't be recorded on this Python")

HEAD = "import asyncio, concurrent.futures, multiprocessing, os, pty, subprocess, sys\nimport lib\n"
#: Of a process that enters lib.two.
CODE = "'import lib; lib.two()'"
COMMAND = f"[sys.executable, '-c', {CODE}]"
INNER = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import lib; lib.two()'], check=True)"

FOLLOWED = {
    "subprocess": f"subprocess.run({COMMAND}, check=True)",
    "environment": f"assert subprocess.Popen({COMMAND}, env={{'PYTHONPATH': os.getcwd()}}).wait() == 0",
    "directory": f"subprocess.run({COMMAND}, cwd='sub', env={{'PYTHONPATH': '..'}}, check=True)",
    "script": "subprocess.run(['./script'], check=True)",
    "grandchild": f"subprocess.run([sys.executable, '-c', {INNER!r}], check=True)",
    "thread": f"asyncio.run(asyncio.to_thread(subprocess.run, {COMMAND}))",
    "preexec": f"subprocess.run({COMMAND}, preexec_fn=lib.three)",
    "asyncio": f"asyncio.run(go({COMMAND}))",
    "fork": "forked(os.fork)",
    "pty_fork": "forked(lambda: pty.fork()[0])",
    "multiprocessing_fork": "join(multiprocessing.get_context('fork').Process(target=lib.two))",
    "multiprocessing_spawn": "join(multiprocessing.get_context('spawn').Process(target=lib.two))",
    "pool": "use(multiprocessing.get_context('fork').Pool(1))",
    "pool_spawned": "use(multiprocessing.get_context('spawn').Pool(1))",
    "executor": "executor(concurrent.futures.ProcessPoolExecutor(1))",
    "executor_spawned": "executor(concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context('spawn')))",
    "forkserver": "join(multiprocessing.get_context('forkserver').Process(target=lib.two))",
}
SILENT = {
    "other_program": "subprocess.run(['true'])",
    "shell": f"subprocess.run('python -c \"' + {CODE} + '\"', shell=True)",
    "isolated": "subprocess.run([sys.executable, '-I', '-c', ''])",
    "without_site": f"subprocess.run([sys.executable, '-S', '-c', {CODE}])",
    "without_environment": f"subprocess.run([sys.executable, '-E', '-c', {CODE}])",
    "killed_at_once": f"kill({COMMAND})",
    "asyncio_shell": "asyncio.run(shell())",
    "system": "os.system('true')",
    "popen": "os.popen('true').close()",
    "posix_spawn": f"os.waitpid(os.posix_spawn(sys.executable, {COMMAND}, os.environ), 0)",
    "posix_spawnp": "os.waitpid(os.posix_spawnp('true', ['true'], {}), 0)",
    "spawnv": f"os.spawnv(os.P_WAIT, sys.executable, {COMMAND})",
    "spawnvp": "os.spawnvp(os.P_WAIT, 'true', ['true'])",
    "exec": f"replaced(lambda: os.execv(sys.executable, {COMMAND}))",
    "exec_with_environment": f"replaced(lambda: os.execve(sys.executable, {COMMAND}, {{}}))",
    "pty_spawn": "pty.spawn('true', lambda file: b'')",
}
HELPERS = """
async def go(command):
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0

async def shell():
    process = await asyncio.create_subprocess_shell("true")
    assert await process.wait() == 0

def join(process):
    process.start()
    process.join()
    assert process.exitcode == 0

def use(pool):
    with pool:
        pool.apply(lib.two)

def executor(pool):
    with pool:
        pool.submit(lib.two).result()

def forked(fork):
    process = fork()
    if not process:
        lib.two()
        os._exit(0)
    os.waitpid(process, 0)

def replaced(action):
    process = os.fork()
    if not process:
        action()
    os.waitpid(process, 0)

def kill(command):
    process = subprocess.Popen(command)
    process.kill()
    process.wait()
"""


def run_all(directory: object, ways: dict[str, str]) -> Recorded:
    """All ways, each in a test of its name, in one run."""
    project = Project(directory)
    script = f"#!{sys.executable}\nimport sys\nsys.path.insert(0, '.')\nimport lib\nlib.two()\n"
    tests = "".join(f"def test_{name}(): {action}\n" for name, action in ways.items())
    project.write({"script": script})
    (project.path / "script").chmod(0o755)
    project.commit({**BASE, "sub/data.txt": "", "test_a.py": f"{HEAD}{HELPERS}\ndef test_before(): lib.one()\n{tests}"})
    run(project, PYTHONPATH=str(project.path))
    found = recorded(project)
    assert found.of("test_a.py::test_before") == {"one"}
    assert left_behind(project) == []
    return found


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return run_all(tmp_path_factory.mktemp("followed") / "project", FOLLOWED)


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return run_all(tmp_path_factory.mktemp("silent") / "project", SILENT)


@pytest.mark.parametrize("way", FOLLOWED)
def test_what_a_started_python_enters_is_recorded_for_the_test(followed: Recorded, way: str) -> None:
    assert followed.of(f"test_a.py::test_{way}") == ({"two", "three"} if way == "preexec" else {"two"})
    assert f"test_{way}" not in partial(followed)


@pytest.mark.parametrize("way", SILENT)
def test_a_process_that_tells_nothing_makes_the_test_partial(silent: Recorded, way: str) -> None:
    assert f"test_{way}" in partial(silent)


def test_tests_beside_are_whole(silent: Recorded) -> None:
    assert partial(silent) == {f"test_{way}" for way in SILENT}


def test_a_server_that_stays_counts_for_the_tests_after(make: Callable[..., Project]) -> None:
    body = f"""
def test_start(): {FOLLOWED["forkserver"]}
def test_after(): pass
"""
    project = make({**BASE, "test_a.py": HEAD + HELPERS + body})
    run(project, PYTHONPATH=str(project.path))
    found = recorded(project)
    assert (found.of("test_a.py::test_after"), partial(found), left_behind(project)) == ({"two"}, set(), [])


def test_a_silent_process_that_lives_on_makes_the_tests_beside_it_partial(make: Callable[..., Project]) -> None:
    body = """
def test_before(): pass
def test_start():
    global process
    process = subprocess.Popen(["sleep", "30"])
def test_beside(): pass
def test_end():
    process.kill()
    process.wait()
def test_after(): pass
"""
    project = make({**BASE, "test_a.py": HEAD + body})
    run(project)
    assert partial(recorded(project)) == {"test_start", "test_beside", "test_end"}


def test_what_asks_the_system_about_the_machine_runs_nothing_of_the_checkout(make: Callable[..., Project]) -> None:
    body = """
import asyncio, os, platform, subprocess, lib
async def missing():
    try:
        await asyncio.create_subprocess_exec("no-such-program")
    except FileNotFoundError:
        pass
def test_plain(): lib.one(); subprocess.check_output(["uname", "-p"])
def test_library():
    platform.processor()
    if os.path.exists("/usr/bin/file"):
        platform.architecture("/bin/sh")
def test_hook(): subprocess.check_output(["uname"], preexec_fn=lib.two)
def test_missing(): asyncio.run(missing())
def test_own():
    own = os.path.abspath("bin")
    subprocess.check_output(["uname"], env={"PATH": f"{own}:/usr/bin:/bin"})
def test_near(): subprocess.check_output(["uname"], cwd="bin", env={"PATH": ".:/usr/bin:/bin"})
"""
    project = make({**BASE, "bin/uname": "#!/bin/sh\n", "test_a.py": body})
    (project.path / "bin" / "uname").chmod(0o755)
    run(project)
    assert partial(recorded(project)) == {"test_own", "test_near", "test_hook"}


def test_a_process_that_an_import_starts_makes_the_module_unseen(make: Callable[..., Project]) -> None:
    project = make({**BASE, "lib.py": "import subprocess\nsubprocess.run(['true'])\n", "test_a.py": "import lib\ndef test_a(): pass\n"})
    run(project)
    assert "lib.py" in recorded(project).record.unseen


def test_a_started_python_is_as_it_would_be(make: Callable[..., Project]) -> None:
    """Environment, import path, modules and the sitecustomize of the checkout."""
    script = """
    import json, os, sys
    print(json.dumps([dict(os.environ), sys.path, sorted(sys.modules), getattr(sys, "customized", None)]))
    """
    body = """
    import os, pytest, subprocess, sys
    @pytest.mark.parametrize("path", [None, "", "here", "here:there"])
    def test_it(path):
        environment = {} if path is None else {"PYTHONPATH": path}
        with open(f"{os.environ['OUT']}/p{path}", "wb") as out:
            subprocess.run([sys.executable, "script.py"], env=environment, stdout=out, check=True)
    """
    site = "import sys\nsys.customized = True\n"
    project = make({**BASE, "test_a.py": dedent(body), "script.py": dedent(script), "here/sitecustomize.py": site})
    out = project.path.parent / "out"
    out.mkdir()
    run(project, OUT=str(out))
    assert partial(recorded(project)) == set()
    for path in (None, "", "here", "here:there"):
        environment = {} if path is None else {"PYTHONPATH": path}
        plain = subprocess.run([sys.executable, "script.py"], env=environment, cwd=project.path, capture_output=True, check=True)
        expected, found = json.loads(plain.stdout), json.loads((out / f"p{path}").read_bytes())
        more = set(found[2]) - set(expected[2])
        assert (found[:2], found[3]) == (expected[:2], expected[3])
        assert {name for name in more if "cython" not in name} <= {"_json", "_posixsubprocess", "gc", "importlib", "mmap", "warnings"}
        assert expected[3] == (True if path and path.startswith("here") else None)
