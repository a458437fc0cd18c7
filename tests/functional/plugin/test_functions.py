"""Which functions each test entered, as pytest really runs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

import pytest

from impactgraph import _recorder
from impactgraph.kernel import decode_set
from impactgraph.record import Function, Record
from impactgraph.sources.history.ingest import ingest_journals
from impactgraph.sources.history.recorded import read_record
from tests.functional.plugin.conftest import Outcome, Project
from tests.functional.plugin.test_recording import history

pytestmark = pytest.mark.skipif(not _recorder.SUPPORTED, reason="functions can't be recorded on this Python")

RECORD = {"IMPACTGRAPH_RECORD": "functions"}
Files = dict[str, str | bytes | None]
BASE: Files = {
    ".gitignore": "__pycache__/\n.pytest_cache/\n",
    "pytest.ini": "[pytest]\npythonpath = .\n",
    "lib.py": "def one(): pass\ndef two(): pass\ndef three(): pass\ndef four(): pass\n",
}


class Recorded(NamedTuple):
    """What is recorded, by names instead of numbers."""

    record: Record

    def of(self, node_id: str) -> set[str]:
        """Functions of lib.py that a test entered."""
        test = list(self.record.node_ids).index(node_id)
        functions = enumerate(self.record.functions)
        return {function.name for number, function in functions if function.path == "lib.py" and test in self.record.entered([number])}

    def tests(self, numbers: set[int] | frozenset[int]) -> set[str]:
        return {self.record.node_ids[number] for number in numbers}

    def names(self, numbers: frozenset[int]) -> set[Function]:
        return {self.record.functions[number] for number in numbers}


def recorded(project: Project) -> Recorded:
    assert ingest_journals(str(history(project)), str(project.path)) == []  # where the run crashed
    with closing(sqlite3.connect(history(project) / "history.sqlite3")) as connection:
        record = read_record(connection)
    assert record is not None
    return Recorded(record)


def run(project: Project, *arguments: str, code: int = 0, **environment: str) -> Outcome:
    outcome = project.pytest(*arguments, **{**RECORD, **environment})
    assert outcome.code == code, outcome.output
    assert "impactgraph:" not in outcome.output, outcome.output
    return outcome


def test_setup_call_and_teardown_count(make: Callable[..., Project]) -> None:
    body = """
import lib, pytest
@pytest.fixture
def made():
    lib.one()
    yield
    lib.three()
def test_all(made): lib.two()
def test_none(): pass
"""
    project = make({**BASE, "test_a.py": body})
    run(project)
    found = recorded(project)
    assert found.of("test_a.py::test_all") == {"one", "two", "three"}
    assert found.of("test_a.py::test_none") == set()
    assert found.record.partial == frozenset()


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        ([], {"test_a.py::test_many[2]", "test_a.py::Test::test_made[y]"}),
        (["--deselect", "test_a.py::test_many[1]", "--deselect", "test_a.py::Test::test_made[x]"], set()),
        (["test_a.py::test_many[1]", "test_a.py::test_many[2]"], {"test_a.py::test_many[2]"}),
        (["-x"], {"test_a.py::test_many[2]"}),
        (["--lf"], set()),
    ],
)
def test_it_is_known_when_all_parameters_of_a_function_have_run(make: Callable[..., Project], arguments: list[str], last: set[str]) -> None:
    body = """
import pytest
@pytest.mark.parametrize("n", [1, 2])
def test_many(n): pass
class Test:
    @pytest.fixture(params=["x", "y"])
    def made(self, request): return request.param
    def test_made(self, made): assert made == "y"
def test_plain(): pass
"""
    project = make({**BASE, "test_a.py": body})
    if arguments == ["--lf"]:
        project.pytest(IMPACTGRAPH_RECORD="off")
    run(project, *arguments, code=int("test_a.py" not in str(arguments)))
    found = recorded(project)
    assert found.tests(found.record.last) == last
    assert found.record.partial == frozenset()


def test_what_a_skipped_test_would_do_is_not_known_until_it_ran(make: Callable[..., Project]) -> None:
    body = """
import os, lib, pytest
no = not os.environ.get("SLOW")
@pytest.mark.skipif(no, reason="slow")
def test_mark(): lib.one()
def test_late(): no and pytest.skip("slow"); lib.two()
@pytest.mark.xfail(no, reason="slow", run=False)
def test_not_run(): lib.three()
@pytest.mark.xfail
def test_expected(): lib.four(); assert 0
"""
    project = make({**BASE, "test_a.py": body})
    names = {f"test_a.py::test_{name}" for name in ("mark", "late", "not_run")}
    run(project)
    found = recorded(project)
    assert found.tests(found.record.skipped) == found.tests(found.record.partial) == names
    assert found.of("test_a.py::test_expected") == {"four"}
    run(project, SLOW="1")
    assert recorded(project).record.partial == frozenset()
    run(project)
    found = recorded(project)
    assert found.record.partial == frozenset()
    assert found.of("test_a.py::test_late") == {"two"}


def test_what_runs_outside_of_tests_counts_for_all_unless_no_test_follows(make: Callable[..., Project]) -> None:
    conftest = """
import lib, pytest
class Between:
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        if item.name == "test_second":
            lib.two()
        return (yield)
def pytest_configure(): lib.one()
def pytest_collection_finish(session): session.config.pluginmanager.register(Between())
def pytest_sessionfinish(): lib.three()
"""
    project = make({**BASE, "conftest.py": conftest, "test_a.py": "def test_first(): pass\ndef test_second(): pass\n"})
    run(project)
    found = recorded(project)
    assert {name for path, name in found.names(found.record.session) if path == "lib.py"} == {"one", "two"}
    assert found.of("test_a.py::test_second") == set()


@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
def test_a_wider_fixture_counts_for_each_of_its_users(make: Callable[..., Project], scope: str) -> None:
    body = f"""
import lib, pytest
@pytest.fixture(scope="{scope}")
def deep():
    lib.one()
    yield
    lib.three()
@pytest.fixture(scope="{scope}")
def made(request):
    request.getfixturevalue("deep")
    lib.two()
    yield
class Test:
    def test_deep(self, deep): pass
    def test_first(self, made): pass
    def test_second(self, made): pass
    def test_third(self, request): request.getfixturevalue("made")
    def test_other(self): pass
"""
    project = make({**BASE, "test_a.py": body})
    run(project)
    found = recorded(project)
    of = {name: found.of(f"test_a.py::Test::test_{name}") for name in ("deep", "first", "second", "third", "other")}
    all_three = {"one", "two", "three"}
    assert of == {"deep": {"one", "three"}, "first": all_three, "second": all_three, "third": all_three, "other": set()}


def test_a_fixture_that_fails_counts_for_all_that_it_fails(make: Callable[..., Project]) -> None:
    body = """
import lib, pytest
@pytest.fixture(scope="module")
def broken():
    lib.one()
    raise ValueError
def test_first(broken): pass
def test_second(broken): pass
"""
    project = make({**BASE, "test_a.py": body})
    run(project, code=1)
    found = recorded(project)
    assert found.of("test_a.py::test_first") == found.of("test_a.py::test_second") == {"one"}


def test_each_parameter_of_a_fixture_is_one_of_its_own(make: Callable[..., Project]) -> None:
    body = """
import lib, pytest
@pytest.fixture(scope="module", params=["one", "two"])
def made(request):
    getattr(lib, request.param)()
def test_a(made): pass
def test_b(made): pass
"""
    project = make({**BASE, "test_a.py": body})
    run(project)
    found = recorded(project)
    assert [found.of(f"test_a.py::test_{name}[{name_of}]") for name in "ab" for name_of in ("one", "two")] == [{"one"}, {"two"}] * 2


def test_xunit_setups_count_for_all_beneath(make: Callable[..., Project]) -> None:
    unit = """
import lib, unittest
def setUpModule(): lib.one()
class Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls): lib.two()
    @classmethod
    def tearDownClass(cls): lib.three()
    def test_a(self): pass
    def test_b(self): pass
class Other(unittest.TestCase):
    def test_c(self): pass
"""
    package = "import lib\ndef setup_module(): lib.one()\ndef teardown_module(): lib.four()\n"
    project = make({**BASE, "test_u.py": unit, "pkg/__init__.py": package, "pkg/test_p.py": "def test_p(): pass\ndef test_q(): pass\n"})
    run(project)
    found = recorded(project)
    assert found.of("test_u.py::Test::test_a") == found.of("test_u.py::Test::test_b") == {"one", "two", "three"}
    assert found.of("test_u.py::Other::test_c") == {"one"}
    assert found.of("pkg/test_p.py::test_p") == found.of("pkg/test_p.py::test_q") == {"one", "four"}


def test_what_an_import_runs_belongs_to_the_module_and_the_test_has_asked_for_it(make: Callable[..., Project]) -> None:
    body = """
def test_first():
    import lazy
def test_second():
    import lazy
def test_dynamic():
    import importlib
    importlib.import_module("lazy")
def test_none(): pass
"""
    project = make({**BASE, "lazy.py": "import lib\nlib.one()\n", "test_a.py": body})
    run(project)
    found = recorded(project)
    assert found.names(found.record.imported["lazy.py"]) == {Function("lib.py", "one")}
    assert found.of("test_a.py::test_first") == set()
    assert found.tests(found.record.requested(["lazy.py"])) == {f"test_a.py::test_{name}" for name in ("first", "second", "dynamic")}
    assert found.tests(found.record.requested(["lib.py"])) == {"test_a.py::test_first"}


def test_imports_of_conftests_are_seen(make: Callable[..., Project]) -> None:
    project = make({**BASE, "conftest.py": "import lib\nlib.four()\n", "test_a.py": "def test_a(): pass\n"})
    run(project)
    found = recorded(project)
    assert found.names(found.record.imported["conftest.py"]) == {Function("lib.py", "four")}
    assert found.record.unseen == frozenset()


def test_a_plugin_that_was_there_before_is_unseen(make: Callable[..., Project]) -> None:
    project = make({**BASE, "early.py": "import lib\nlib.four()\n", "test_a.py": "def test_a(): pass\n"})
    run(project, "-p", "early", PYTHONPATH=str(project.path))
    record = recorded(project).record
    assert (record.early, record.unseen) == ({"early.py", "lib.py"}, frozenset())


def test_files_are_recorded(make: Callable[..., Project]) -> None:
    body = """
import os, pathlib
def test_read(): pathlib.Path("data/x.json").read_text()
def test_listed(): os.listdir("data")
def test_elsewhere(tmp_path): (tmp_path / "y").write_text("")
"""
    project = make({**BASE, "data/x.json": "{}", "test_a.py": body})
    run(project)
    found = recorded(project)
    assert found.tests(found.record.opened(["data/x.json"])) == {"test_a.py::test_read"}
    assert found.tests(found.record.opened(["data"])) == {"test_a.py::test_listed"}


def test_what_is_not_whole_is_partial(make: Callable[..., Project]) -> None:
    body = """
import lib, os, pytest, subprocess, sys
@pytest.fixture(scope="module")
def made():
    yield
def test_whole(): lib.one()
def test_child(): subprocess.run(["true"])
def deep(n): return n and deep(n - 1)
def test_deep():
    sys.setrecursionlimit(10**6)
    deep(100_000)
def test_after(): lib.two()
def test_fixture(made): pass
def test_crash(made):
    lib.three()
    os._exit(1)
"""
    project = make({**BASE, "test_a.py": body})
    run(project, "-k", "not crash")
    found = recorded(project)
    assert found.tests(found.record.partial) == {f"test_a.py::test_{name}" for name in ("child", "deep")}
    assert (found.of("test_a.py::test_whole"), found.of("test_a.py::test_after")) == ({"one"}, {"two"})


def test_a_crash_leaves_its_test_and_the_users_of_its_fixtures_partial(make: Callable[..., Project]) -> None:
    body = """
import lib, os, pytest
@pytest.fixture(scope="module")
def made():
    yield
def test_whole(): lib.one()
def test_fixture(made): lib.two()
def test_crash(made):
    lib.three()
    os._exit(1)
"""
    project = make({**BASE, "test_a.py": body})
    run(project, "-n1", "--max-worker-restart=0", code=1)
    found = recorded(project)
    assert found.tests(found.record.partial) == {"test_a.py::test_fixture", "test_a.py::test_crash"}
    assert (found.of("test_a.py::test_whole"), found.of("test_a.py::test_fixture")) == ({"one"}, {"two"})


def test_of_a_run_without_an_end_nothing_is_known_to_be_whole(make: Callable[..., Project]) -> None:
    project = make({**BASE, "test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os._exit(1)\n"})
    run(project, code=1)
    found = recorded(project)
    assert found.tests(found.record.partial) == {"test_a.py::test_a", "test_a.py::test_b"}


def test_runs_are_added_up(make: Callable[..., Project]) -> None:
    lib = "import functools\n@functools.cache\ndef cached(): return inner()\ndef inner(): return 1\n"
    body = "import lib\ndef test_first(): lib.cached()\ndef test_second(): lib.cached()\n"
    project = make({**BASE, "lib.py": lib, "test_a.py": body})
    run(project)
    run(project, "test_a.py::test_second")
    found = recorded(project)
    assert found.of("test_a.py::test_first") == found.of("test_a.py::test_second") == {"cached", "inner"}
    assert len(found.record.states) == 1


def test_a_function_leaves_a_test_when_it_changed_and_is_not_entered_any_more(make: Callable[..., Project]) -> None:
    body = (
        "import lib\ndef test_a(): lib.one() if hasattr(lib, 'one') else lib.two()\ndef test_b(): lib.one() if lib.FIRST else lib.two()\n"
    )
    project = make({**BASE, "lib.py": "FIRST = True\ndef one(): pass\ndef two(): pass\n", "test_a.py": body})
    run(project)
    # Moved and surrounded by others, not changed: what was entered once stays.
    project.write({"lib.py": "FIRST = False\n\n\ndef zero(): pass\ndef one(): pass\ndef two(): pass\n"})
    run(project)
    found = recorded(project)
    assert (found.of("test_a.py::test_a"), found.of("test_a.py::test_b")) == ({"one"}, {"one", "two"})
    assert [state["lib.py"] for state in found.record.states] != []
    project.write({"lib.py": "FIRST = False\ndef one(): return 1\ndef two(): pass\n"})
    run(project)
    found = recorded(project)
    assert (found.of("test_a.py::test_a"), found.of("test_a.py::test_b")) == ({"one"}, {"two"})


def test_the_state_is_that_of_the_work_tree_and_texts_that_git_lacks_are_kept(make: Callable[..., Project]) -> None:
    project = make({**BASE, "test_a.py": "import lib\ndef test_a(): lib.one()\n", "test_b.py": "def test_b(): pass\n"})
    run(project)
    text = "def one(): pass\n"
    project.write({"lib.py": text})
    run(project, "test_a.py")
    record = recorded(project).record
    one, two = (record.states[state] for state in record.state_of)
    assert one["test_a.py"] == two["test_a.py"] == project.git("rev-parse", "HEAD:test_a.py")
    assert one["lib.py"] == project.git("hash-object", "lib.py") != two["lib.py"]
    assert (record.text(one["lib.py"]), record.text(two["lib.py"])) == (text.encode(), None)


def test_a_checkout_that_changes_under_a_run_makes_all_of_it_partial(make: Callable[..., Project]) -> None:
    writes = "def test_b():\n    with open({!r}, 'w') as file: file.write('x = 1\\n')\n"
    project = make({**BASE, "test_a.py": "def test_a(): pass\n" + writes.format("output.txt")})
    run(project)
    assert recorded(project).record.partial == frozenset()
    project.write({"test_a.py": "def test_a(): pass\n" + writes.format("lib.py")})
    run(project)
    assert recorded(project).tests(recorded(project).record.partial) == {"test_a.py::test_a", "test_a.py::test_b"}


def test_node_ids_are_relative_to_the_top(make: Callable[..., Project]) -> None:
    project = make({**BASE, "sub/pytest.ini": "[pytest]\n", "sub/test_a.py": "def helper(): pass\ndef test_a(): helper()\n"})
    outcome = project.pytest(cwd=project.path / "sub", **RECORD)
    assert outcome.code == 0
    found = recorded(project)
    assert list(found.record.node_ids) == ["sub/test_a.py::test_a"]
    assert set(found.record.functions) == {Function("sub/test_a.py", "helper"), Function("sub/test_a.py", "test_a")}


def test_workers_tell_what_they_did(make: Callable[..., Project]) -> None:
    body = """
import lib, pytest
@pytest.mark.parametrize('name', ['one', 'two', 'three', 'four'] * 5)
def test_a(name): getattr(lib, name)()
"""
    project = make({**BASE, "test_a.py": body})
    run(project, "-n2")
    found = recorded(project)
    assert len(found.record.node_ids) == 20
    assert [found.of(node_id) for node_id in found.record.node_ids] == [
        {node_id.partition("[")[2].rstrip("]0123456789")} for node_id in found.record.node_ids
    ]
    assert found.record.partial == frozenset()


def test_tracebacks_and_the_import_system_look_the_same(make: Callable[..., Project]) -> None:
    body = """
import sys, traceback
def test_a():
    try:
        __import__("no_such_module")
    except ImportError:
        assert sys.exc_info()[2].tb_next is None
        assert len(traceback.extract_tb(sys.exc_info()[2])) == 1
    try:
        import no_such_module
    except ImportError:
        assert sys.exc_info()[2].tb_next is None
"""
    run(make({**BASE, "test_a.py": body}))


#: Of a Python for which there is no extension, and of one for which it was built in vain, such as 3.12.
ABSENT = "import sys\nsys.modules['impactgraph._recorder'] = None\n"
UNSUPPORTED = """
import sys, types

def install(root):
    raise RuntimeError("functions can be recorded by CPython 3.11 on Linux only")

recorder = types.ModuleType("impactgraph._recorder")
recorder.SUPPORTED, recorder.Sink, recorder.install, recorder.leave = False, object, install, lambda: None
recorder.is_noting = recorder.is_child = lambda: False
sys.modules[recorder.__name__] = recorder
"""


@pytest.mark.parametrize("site", [ABSENT, UNSUPPORTED], ids=["absent", "unsupported"])
def test_without_the_extension_outcomes_are_recorded_and_files_decided_on(make: Callable[..., Project], site: str) -> None:
    files: Files = {"test_a.py": "import lib\ndef test_a(): pass\n", "test_b.py": "def test_b(): pass\n"}
    project = make({**BASE, **files})
    blocked = make({"sitecustomize.py": site}, name="blocked")
    outcome = project.pytest("test_a.py", **RECORD, PYTHONPATH=str(blocked.path))
    assert outcome.code == 0
    assert "functions are not recorded" in outcome.output
    project.write({"lib.py": "def one(): return 1\n"})
    selecting = project.pytest("-v", "--impactgraph", PYTHONPATH=str(blocked.path))
    assert (selecting.code, selecting.ran()) == (0, ["test_a.py"])
    with closing(sqlite3.connect(history(project) / "history.sqlite3")) as connection:
        assert read_record(connection) is None
        assert connection.execute("SELECT count(*) FROM attempt").fetchone() == (1,)


def test_sets_are_what_they_were() -> None:
    assert decode_set(b"\x03\x01\x80\x01") == [3, 4, 132]
