"""Recording functions beside all that also watches or bends the execution of Python."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from impactgraph import _recorder
from tests.functional.plugin.conftest import Project
from tests.functional.plugin.test_children import partial
from tests.functional.plugin.test_functions import BASE, Files, Recorded, recorded, run

pytestmark = pytest.mark.skipif(not _recorder.SUPPORTED, reason="functions can't be recorded on this Python")

#: A suite of which is known what each test enters.
KNOWN: Files = {
    **BASE,
    "lib.py": "def one(): return three()\ndef two():\n    yield three()\ndef three(): pass\ndef four(): pass\n",
    "test_a.py": """
import lib, pytest, threading
@pytest.fixture(scope="module")
def shared():
    lib.four()
def test_one(shared): lib.one()
def test_two(): list(lib.two())
def test_thread(shared):
    thread = threading.Thread(target=lib.three)
    thread.start()
    thread.join()
@pytest.mark.parametrize("n", [1, 2])
def test_none(n): pass
""",
}
ENTERED = {
    "test_one": {"one", "three", "four"},
    "test_two": {"two", "three"},
    "test_thread": {"three", "four"},
    "test_none[1]": set(),
    "test_none[2]": set(),
}


def entered(found: Recorded, path: str = "test_a.py") -> dict[str, set[str]]:
    return {node_id.partition("::")[2]: found.of(node_id) for node_id in found.record.node_ids if node_id.startswith(f"{path}::")}


def check_known(project: Project, *arguments: str, **environment: str) -> None:
    run(project, *arguments, **environment)
    found = recorded(project)
    assert (entered(found), partial(found)) == (ENTERED, set())


def test_beside_trace_and_profile_functions_that_tests_set_and_leave(make: Callable[..., Project]) -> None:
    body = """
import bdb, io, lib, pdb, sys, threading
def watch(*_): return watch
def in_a_thread(action):
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()
def test_trace():
    sys.settrace(watch)
    lib.one()
def test_traced(): lib.two()
def test_profile():
    sys.settrace(None)
    sys.setprofile(watch)
    lib.three()
def test_threads():
    threading.settrace(watch)
    threading.setprofile(watch)
    in_a_thread(lib.four)
def test_bdb():
    sys.setprofile(None)
    threading.settrace(None)
    threading.setprofile(None)
    bdb.Bdb().runcall(lib.one)
def test_pdb():
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("step\\nstep\\ncontinue\\n"), stdout=out, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    debugger.runcall(lib.two)
    assert "lib.py" in out.getvalue()
def test_after(): lib.three()
"""
    project = make({**BASE, "test_a.py": body})
    run(project)
    found = recorded(project)
    expected = {"trace": "one", "traced": "two", "profile": "three", "threads": "four", "bdb": "one", "pdb": "two", "after": "three"}
    assert entered(found) == {f"test_{name}": {function} for name, function in expected.items()}
    assert partial(found) == set()


def test_who_runs_while_a_greenlet_is_in_the_middle_of_an_import(make: Callable[..., Project]) -> None:
    pytest.importorskip("greenlet")
    body = """
import importlib, greenlet, lib
def test_begin():
    global running
    running = greenlet.greenlet(lambda: importlib.import_module("lazy"))
    running.switch()
    lib.one()
def test_beside(): lib.two()
def test_end(): running.switch()
def test_both():
    first = greenlet.greenlet(lambda: importlib.import_module("left"))
    second = greenlet.greenlet(lambda: importlib.import_module("right"))
    for each in (first, second, first, second):
        each.switch()
def test_after(): lib.four()
"""
    module = "import greenlet, lib\ngreenlet.getcurrent().parent.switch()\nlib.three()\n"
    project = make({**BASE, "test_a.py": body, **dict.fromkeys(("lazy.py", "left.py", "right.py"), module)})
    run(project)
    found = recorded(project)
    of = {name: entered(found)[f"test_{name}"] for name in ("begin", "beside", "end", "after")}
    assert of == {"begin": {"one"}, "beside": {"two"}, "end": set(), "after": {"four"}}
    assert {function.name for function in found.names(found.record.imported["lazy.py"])} == {"three"}
    # Who ran what is not known any more where imports take turns.
    assert found.record.unseen == {"left.py", "right.py"}


def test_generators_and_threads_that_outlive_their_test_count_where_they_run(make: Callable[..., Project]) -> None:
    body = """
import lib, threading
def generator():
    try:
        yield
    finally:
        lib.two()
def test_start():
    global running, thread, event
    running = generator()
    next(running)
    event = threading.Event()
    thread = threading.Thread(target=lambda: (event.wait(), lib.three()))
    thread.start()
def test_generator():
    global running
    del running
def test_thread():
    event.set()
    thread.join()
def test_after(): pass
"""
    project = make({**BASE, "test_a.py": body})
    run(project)
    expected = {"start": set(), "generator": {"two"}, "thread": {"three"}, "after": set()}
    assert entered(recorded(project)) == {f"test_{name}": functions for name, functions in expected.items()}


def test_documented_examples(make: Callable[..., Project]) -> None:
    lib = 'def one():\n    """\n    >>> one()\n    >>> two()\n    """\ndef two(): pass\ndef three():\n    """\n    >>> 1\n    1\n    """\n'
    project = make({**BASE, "lib.py": lib, "text.rst": ">>> import lib\n>>> lib.two()\n"})
    run(project, "--doctest-modules", "--doctest-glob=*.rst")
    found = recorded(project)
    assert entered(found, "lib.py") == {"lib.one": {"one", "two"}, "lib.three": set()}
    assert entered(found, "text.rst") == {"text.rst": {"two"}}
    assert partial(found) == set()


def test_attempts_of_a_test_add_up(make: Callable[..., Project]) -> None:
    body = """
import lib
tried = []
def test_again():
    tried.append(lib.two() if tried else lib.one())
    assert len(tried) == 2
"""
    project = make({**BASE, "test_a.py": body})
    run(project, "--reruns=1")
    found = recorded(project)
    assert (entered(found), partial(found)) == ({"test_again": {"one", "two"}}, set())


def test_a_run_inside_a_test_is_part_of_the_test(make: Callable[..., Project]) -> None:
    """A plugin's tests run pytest in the same process, which must not record for itself there."""
    inner = "import lib\ndef test_inner(): lib.two()\n"
    body = f"""
pytest_plugins = ["pytester"]
import lib
def test_before(): lib.one()
def test_outer(pytester):
    pytester.makepyfile({inner!r})
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
def test_after(): lib.three()
"""
    project = make({**BASE, "test_a.py": body})
    run(project)
    found = recorded(project)
    assert entered(found) == {"test_before": {"one"}, "test_outer": {"two"}, "test_after": {"three"}}
    assert partial(found) == set()


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A directory of plugins that must not be there in all other tests."""
    directory = str(tmp_path_factory.mktemp("beside"))
    names = ("coverage", "pytest-asyncio", "pytest-randomly", "pytest-timeout", "anyio", "idna", "typing_extensions")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", directory, *names], check=True)
    return directory


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("core", ["ctrace", "pytrace"])
def test_beside_coverage(make: Callable[..., Project], beside: str, core: str) -> None:
    """Neither sees less than without the other."""
    script = """
import coverage, pytest, sys
measured = coverage.Coverage(branch=True, include=["*/lib.py", "*/test_a.py"], data_file=None)
measured.start()
code = pytest.main(["-p", "no:randomly"])
measured.stop()
data = measured.get_data()
print("ARCS", sorted((path.rpartition("/")[2], sorted(data.arcs(path))) for path in data.measured_files()))
sys.exit(code)
"""
    arcs = []
    for record in ("functions", "off"):
        project = make({**KNOWN, "measure.py": script}, name=record)
        environment = {"IMPACTGRAPH_RECORD": record, "COVERAGE_CORE": core, "PYTHONPATH": beside, "PATH": os.environ["PATH"]}
        done = subprocess.run([sys.executable, "measure.py"], cwd=project.path, env=environment, capture_output=True, text=True, check=True)
        arcs.append(next(line for line in done.stdout.splitlines() if line.startswith("ARCS")))
        if record == "functions":
            found = recorded(project)
            assert (entered(found), partial(found)) == (ENTERED, set())
    assert arcs[0] == arcs[1]
    assert "lib.py" in arcs[0]


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("seed", range(3))
def test_in_any_order(make: Callable[..., Project], beside: str, seed: int) -> None:
    check_known(make(KNOWN), "-p", "randomly", "-p", "no:asyncio", f"--randomly-seed={seed}", PYTHONPATH=beside)


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_beside_time_limits(make: Callable[..., Project], beside: str, method: str) -> None:
    check_known(make(KNOWN), "--timeout=60", f"--timeout-method={method}", PYTHONPATH=beside)


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("plugin", ["asyncio", "anyio"])
def test_tests_that_are_coroutines(make: Callable[..., Project], beside: str, plugin: str) -> None:
    body = f"""
import asyncio, lib, pytest
pytestmark = pytest.mark.{plugin}
@pytest.fixture
def anyio_backend(): return "asyncio"
async def inner():
    await asyncio.sleep(0)
    lib.two()
async def test_one(): await asyncio.gather(inner(), asyncio.to_thread(lib.three))
async def test_two(): lib.four()
"""
    project = make({**BASE, "test_a.py": body})
    other = "asyncio" if plugin == "anyio" else "anyio"
    run(project, "-p", f"no:{other}", PYTHONPATH=beside)
    found = recorded(project)
    assert entered(found) == {"test_one": {"two", "three"}, "test_two": {"four"}}
    assert partial(found) == set()
