"""What the frame evaluation function notes. In processes of their own, as it is there for a whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from impactgraph import _recorder

pytestmark = pytest.mark.skipif(not _recorder.SUPPORTED, reason="functions can't be recorded on this Python")

Write = Callable[..., Path]

PRELUDE = """
import importlib, json, sys, threading
from impactgraph import _recorder as recorder
root = sys.argv[1]
sys.path.insert(0, root)

def numbers(data):
    found, step, shift, last = [], 0, 0, 0
    for byte in data:
        step |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            last += step
            found.append(last)
            step = shift = 0
    return found

def names(sink):
    known = recorder.functions_since(0)
    return sorted("::".join(known[number]) for number in numbers(sink.take()))

def ran(action, *arguments):
    sink = recorder.Sink()
    recorder.start(sink)
    try:
        action(*arguments)
    finally:
        recorder.use(recorder.Sink())
    return names(sink)

def rest(action, *arguments):
    sink = recorder.Sink()
    recorder.start(sink)
    action(*arguments)
    recorder.use(recorder.Sink())
    opened, requested, started, cut = sink.take_rest() or (None, None, None, False)
    return [sorted(opened or ()), sorted(requested or ()), sorted(started or ()), cut]

def modules():
    known = recorder.functions_since(0)
    return {known[number][0]: names(sink) for number, sink in recorder.module_sinks()}

def tell(value):
    print(json.dumps(value))

recorder.install(root)
recorder.start(recorder.Sink())
"""


def told(root: Path, script: str, *options: str) -> list:
    """What a script tells after the prelude, told by `tell`."""
    command = [sys.executable, *options, "-c", PRELUDE + dedent(script), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def module(tmp_path: Path) -> Write:
    def write(source: str, name: str = "m.py") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source))
        return tmp_path

    return write


def test_a_function_is_noted_once_in_each_epoch(module: Write) -> None:
    root = module("def f():\n    return [g(x) for x in (1, 2)]\ndef g(x): return x\ndef h(): pass\n")
    both = ["m.py::f", "m.py::f.<locals>.<listcomp>", "m.py::g"]
    assert told(root, "import m\ntell(ran(m.f))\ntell(ran(m.f))\ntell(ran(m.h))\ntell(ran(len, ()))") == [both, both, ["m.py::h"], []]


def test_what_an_import_runs_belongs_to_the_module(module: Write) -> None:
    module("def inner(): pass\ninner()\n", "low.py")
    root = module("import low\ndef outer(): low.inner()\nouter()\nclass C:\n    x = outer()\n", "high.py")
    ran, modules = told(root, "tell(ran(lambda: importlib.import_module('high')))\ntell(modules())")
    assert ran == ["high.py::<module>", "low.py::<module>"]
    assert modules == {"high.py": ["high.py::C", "high.py::outer", "low.py::<module>", "low.py::inner"], "low.py": ["low.py::inner"]}


def test_an_import_that_fails_ends_with_its_frame(module: Write) -> None:
    root = module("def f(): pass\nf()\nraise ValueError\n", "bad.py")
    module("def g(): pass\n")
    script = """
    import m
    def both():
        try:
            import bad
        except ValueError:
            m.g()
    tell(ran(both))
    """
    assert told(root, script) == [["bad.py::<module>", "m.py::g"]]


def test_every_import_is_an_epoch_of_its_own(module: Write) -> None:
    for name in ("one.py", "two.py"):
        module("import m\nm.f()\n", name)
    root = module("def f(): pass\n")
    assert told(root, "import one, two\ntell(modules())")[0] == {"m.py": [], "one.py": ["m.py::<module>", "m.py::f"], "two.py": ["m.py::f"]}


def test_generators_count_when_made_and_when_resumed(module: Write) -> None:
    root = module("def gen():\n    yield helper()\ndef helper(): pass\nasync def coro(): pass\n")
    script = """
    import m
    kept = []
    for action in (lambda: kept.append(m.gen()), lambda: next(kept[0]), lambda: m.coro().close()):
        tell(ran(action))
    """
    assert told(root, script) == [["m.py::gen"], ["m.py::gen", "m.py::helper"], ["m.py::coro"]]


def test_threads_are_noted(module: Write) -> None:
    root = module("def f(): pass\n")
    script = "import m\ndef go():\n    t = threading.Thread(target=m.f)\n    t.start()\n    t.join()\ntell(ran(go))"
    assert told(root, script) == [["m.py::f"]]


def test_threads_that_take_turns_while_one_imports_are_told_apart(module: Write) -> None:
    module("import m\nm.f()\nm.turn()\nm.g()\nm.turn()\n", "turning.py")
    root = module("""
    from threading import Barrier, Thread
    barrier = Barrier(2)
    turn = barrier.wait
    def f(): pass
    def g(): pass
    def h(): f()
    def beside():
        turn()
        h()
        turn()
    def go():
        thread = Thread(target=beside)
        thread.start()
        g()
        import turning
        thread.join()
        g()
    """)
    ran, modules = told(root, "import m\ntell(ran(m.go))\ntell(modules())")
    assert ran == ["m.py::beside", "m.py::f", "m.py::g", "m.py::go", "m.py::h", "turning.py::<module>"]
    assert modules["turning.py"] == ["m.py::f", "m.py::g"]


@pytest.mark.parametrize("late", [False, True])
def test_a_subscript_that_is_inlined_is_noted_all_the_same(module: Write, late: bool) -> None:
    # After some executions CPython evaluates __getitem__ without asking the frame evaluation function.
    root = module("class C:\n    def __getitem__(self, key): return key\ndef use(it):\n    for n in range(100): it[n]\n")
    script = f"""
    {"" if late else "import m; made = m.C()"}
    {"recorder.stop()" if late else ""}
    {"import m; made = m.C(); m.use(made); recorder.install(root)" if late else ""}
    for _ in range(3):
        tell(ran(m.use, made))
    """
    assert told(root, script) == [["m.py::C.__getitem__", "m.py::use"]] * 3


def test_deep_recursion_goes_on_unnoted_rather_than_to_crash(module: Write) -> None:
    root = module("def deep(n):\n    return deep(n - 1) if n else last()\ndef last(): pass\n")
    script = """
    import m
    sys.setrecursionlimit(10**6)
    tell(rest(m.deep, 1000))
    tell(rest(m.deep, 200_000))
    tell(recorder.is_watching())
    tell(ran(m.last))
    threading.stack_size(128 * 1024)
    def go():
        t = threading.Thread(target=m.deep, args=(20_000,))
        t.start()
        t.join()
    tell(rest(go))
    """
    whole, cut = [[], [], [], False], [[], [], [], True]
    assert told(root, script) == [whole, cut, False, ["m.py::last"], cut]


def test_requests_for_modules_are_noted_whether_loaded_or_not(module: Write) -> None:
    module("", "pkg/__init__.py")
    root = module("", "pkg/sub.py")
    script = """
    import pkg.sub
    for action in (lambda: importlib.import_module("pkg.sub"), lambda: __import__("pkg"), lambda: __import__("pkg", fromlist=["sub"])):
        tell(rest(action)[1])
    tell(rest(lambda: importlib.import_module("json"))[1] or rest(lambda: __import__("json"))[1])
    """
    assert told(root, script)[:3] == [["pkg.sub"], ["pkg"], ["pkg", "pkg.sub"]]


def test_opened_files_and_listed_directories_are_noted(module: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = module("{}", "data/x.json")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "y.json"
    elsewhere.write_text("{}")
    script = f"""
    import os, pathlib
    tell(rest(lambda: open(root + "/data/x.json").close())[0])
    tell(rest(lambda: pathlib.Path("data", "x.json").read_bytes())[0])
    tell(rest(lambda: os.close(os.open(b"data/x.json", os.O_RDONLY)))[0])
    tell(rest(lambda: os.listdir("data"))[0])
    tell(rest(lambda: list(os.scandir()))[0])
    tell(rest(lambda: open({str(elsewhere)!r}).close())[0])
    """
    path, data = f"{root}/data/x.json", f"{root}/data"
    assert told(root, script) == [[path], [path], [path], [data], [f"{root}/."], []]


@pytest.mark.parametrize(
    "start",
    ["subprocess.run(['true'])", "os.system('true')", "os.waitpid(os.fork() or os._exit(0), 0)", "os.spawnlp(os.P_WAIT, 'true', 'true')"],
)
def test_started_processes_are_noted(module: Write, start: str) -> None:
    script = f"import os, subprocess\ntell(rest(lambda: {start})[2])\ntell(rest(lambda: None)[2])"
    assert told(module(""), script) == [[0], []]


def test_trace_and_profile_functions_of_tests_change_nothing(module: Write) -> None:
    root = module("def f(): g()\ndef g(): pass\n")
    script = """
    import m
    def traced(way):
        way(lambda *_: None)
        m.f()
    tell(ran(traced, sys.settrace))
    tell(ran(traced, sys.setprofile))
    tell(ran(m.g))
    """
    assert told(root, script) == [["m.py::f", "m.py::g"], ["m.py::f", "m.py::g"], ["m.py::g"]]


def test_code_of_environments_inside_the_checkout_is_not_its_own(module: Write) -> None:
    module("", ".venv/pyvenv.cfg")
    module("def f(): pass\n", ".venv/lib/other.py")
    root = module("def f(): pass\n")
    script = "sys.path.append(root + '/.venv/lib')\nimport m, other\ntell(ran(m.f))\ntell(ran(other.f))"
    assert told(root, script) == [["m.py::f"], []]


def test_a_checkout_behind_a_symlink_is_the_same(module: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = module("def f(): pass\n")
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(root)
    assert told(link, "import m\ntell(ran(m.f))\ntell(rest(lambda: open('m.py').close())[0])") == [["m.py::f"], [f"{root}/m.py"]]


def test_nothing_is_noted_after_the_end(module: Write) -> None:
    root = module("def f(): pass\n")
    script = """
    import m
    sink = recorder.Sink()
    recorder.start(sink)
    recorder.stop()
    m.f()
    tell(names(sink))
    tell(recorder.is_watching())
    """
    assert told(root, script) == [[], False]
