"""A copy of a checkout in which tests are run with faults put in: the checkout itself is read, and never written to."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.sources.command import Git
from impactgraph.sources.copies import lay_down

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impactgraph.model import Tree

_PROBE = "impactgraph_probe"
_TAIL = 4000  # bytes of output that are kept
_SEVERITY = {"skipped": 1, "failed": 2, "error": 3}


class Outcome(NamedTuple):
    """What became of one test: `file` is relative to the top, `seconds` of all phases, `frames` the files that its error passed."""

    file: str
    outcome: str
    seconds: float
    frames: tuple[str, ...]


class Run(NamedTuple):
    """What became of a run of pytest. `tests`: per node ID; a file that can't be collected is an ``uncollected`` one.

    `code`: pytest's exit code; None: it took too long and was ended. `unfinished`: tests that had begun and not ended. `modules`: name ->
    file, from all processes. `seconds`: how long it took. `tail`: the end of the output.
    """

    code: int | None
    seconds: float
    tests: Mapping[str, Outcome]
    unfinished: tuple[str, ...]
    modules: Mapping[str, str]
    tail: str


class Command(NamedTuple):
    """How pytest is run: with the directories `roots` of the copy before all else that Python imports from, and with these `arguments`.

    `is_recorded`: what each test enters goes into the history of the copy.
    """

    roots: Sequence[str]
    arguments: Sequence[str]
    is_recorded: bool = False


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """A run was ended because all runs are to end."""


class Trial:
    """Copies of the files of `tree` below the directory `scratch`, which the caller removes, and the runs in them."""

    def __init__(self, tree: Tree, scratch: str, python: str = sys.executable) -> None:
        self._tree = tree
        self._scratch = scratch
        self._python = python
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_over = False
        self._laid = self._directory("laid")
        self._plugins = self._directory("plugins")
        probe = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe.py")
        shutil.copyfile(probe, os.path.join(self._plugins, f"{_PROBE}.py"))

    def _directory(self, *parts: str) -> str:
        path = os.path.join(self._scratch, *parts)
        os.makedirs(path, exist_ok=True)
        return path

    def lay(self, built: Iterable[str] = ()) -> None:
        """Lay down what all copies are made from: a repository whose only commit has all files.

        `built`: files that git ignores, and that come, too.
        """
        lay_down(self._tree, self._laid)
        for path in built:
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(os.path.join(self._laid, path)), exist_ok=True)
                shutil.copy2(os.path.join(self._tree.label, path), os.path.join(self._laid, path))

    def copy(self, name: str) -> Copy:
        """A new copy of what was laid down."""
        top = os.path.join(self._directory(name), "checkout")
        shutil.copytree(self._laid, top, symlinks=True)
        Git(top).run("update-index", "-q", "--refresh")
        return Copy(top, self._laid, self, self._directory(name, "tmp"), self._directory(name, "told"))

    def run(self, copy: Copy, command: Command, *, timeout: float | None, only: Sequence[str]) -> Run:
        """Run pytest in `copy`. `only`: node IDs; without any, all that the arguments say. Raises Stopped."""
        told = copy.told
        for name in os.listdir(told):
            os.remove(os.path.join(told, name))
        variables = self._variables(copy, command)
        if only:
            variables["IMPACTGRAPH_PROBE_ONLY"] = os.path.join(told, "only")
            with open(variables["IMPACTGRAPH_PROBE_ONLY"], "w", encoding="utf-8") as file:
                file.writelines(f"{name}\n" for name in only)
        pytest = [self._python, "-m", "pytest", "-p", _PROBE, "-p", "no:randomly", "--continue-on-collection-errors", "--maxfail=0"]
        begun = time.monotonic()
        code, output = self._finish([*pytest, *command.arguments], copy.top, variables, timeout)
        return _read(copy, code, time.monotonic() - begun, output)

    def _variables(self, copy: Copy, command: Command) -> dict[str, str]:
        """The user's own environment, where it names the checkout naming the copy."""
        checkout = os.path.realpath(self._tree.label)
        named = [_moved(path, checkout, copy.top) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
        paths = [*(os.path.normpath(os.path.join(copy.top, root)) for root in command.roots), *named, self._plugins]
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "IMPACTGRAPH_"))},
            "PYTHONPATH": os.pathsep.join(paths),
            "TMPDIR": copy.temporary,
            "IMPACTGRAPH_PROBE": copy.told,
            "IMPACTGRAPH_RECORD": "functions" if command.is_recorded else "0",
        }

    def _finish(self, command: list[str], directory: str, variables: dict[str, str], timeout: float | None) -> tuple[int | None, str]:
        output = os.path.join(os.path.dirname(directory), "output")
        with open(output, "wb") as file:
            process = self._start(command, directory, variables, file.fileno())
            try:
                code: int | None = process.wait(timeout)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
                self._running.discard(process)
        if self._is_over:
            raise Stopped
        with open(output, "rb") as file:
            file.seek(max(0, os.path.getsize(output) - _TAIL))
            return code, file.read().decode("utf-8", "replace")

    def _start(self, command: list[str], directory: str, variables: dict[str, str], output: int) -> subprocess.Popen[bytes]:
        with self._lock:  # none may start after `stop`
            if self._is_over:
                raise Stopped
            process = subprocess.Popen(  # noqa: S603 - the user's own tests, as they run them
                command,
                cwd=directory,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that its workers end with it
            )
            self._running.add(process)
        return process

    def in_checkout(self, place: str) -> str | None:
        """The path within the checkout (not a copy) of what is at `place`, absolute and without symlinks; None of all else."""
        start = os.path.join(os.path.realpath(self._tree.label), "")
        return place.removeprefix(start).replace(os.sep, "/") if place.startswith(start) else None

    def stop(self) -> None:
        """End what runs in other threads, and let nothing start."""
        with self._lock:
            self._is_over = True
            for process in list(self._running):
                _end(process)

    def found_in(self, names: Sequence[str]) -> dict[str, str]:
        """Where the environment of the tests, without pytest or any copy, would import each of the top-level `names` from, if at all."""
        script = (
            "import importlib.util, json, os, sys\nfound = {}\nfor name in json.load(sys.stdin):\n    try:\n"
            "        spec = importlib.util.find_spec(name)\n    except Exception:\n        continue\n    places = [] if spec is None else "
            "[spec.origin, *(spec.submodule_search_locations or ())]\n"
            "    found.update({name: place for place in places if place and os.path.exists(place)})\n"
            "print(json.dumps(found))\n"
        )
        done = subprocess.run(  # noqa: S603 - our own script
            [self._python, "-P", "-c", script], cwd=self._scratch, input=json.dumps(names).encode(), capture_output=True, check=False
        )
        try:
            found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            return {}
        return {name: os.path.realpath(place) for name, place in found.items()}


class Copy:
    """One copy. `top` is its checkout; whatever runs change in it is mended before the next."""

    def __init__(self, top: str, laid: str, trial: Trial, temporary: str, told: str) -> None:
        self.top = top
        self.temporary = temporary
        self.told = told
        self._laid = laid
        self._trial = trial
        self._statuses = {path: os.lstat(os.path.join(laid, path)) for path in _files(laid)}
        self._puts = 0

    def read(self, path: str) -> bytes:
        """What the file at `path` was at first."""
        with open(os.path.join(self._laid, path), "rb") as file:
            return file.read()

    def has(self, path: str) -> bool:
        """Whether the copy has a file, not a link, at `path`."""
        return path in self._statuses and stat.S_ISREG(self._statuses[path].st_mode)

    def put(self, path: str, content: bytes) -> None:
        """Let the file at `path` have `content` until `mend`."""
        target = os.path.join(self.top, path)
        with open(target, "wb") as file:
            file.write(content)
        self._puts += 1
        # Python knows compiled code by time, in seconds, and size.
        moment = self._statuses[path].st_mtime_ns + 2 * self._puts * 1_000_000_000
        os.utime(target, ns=(moment, moment))

    def mend(self) -> None:
        """Make all files what they were at first, and remove those that came after, but for compiled code."""
        for path in set(_files(self.top)) - self._statuses.keys():
            os.remove(os.path.join(self.top, path))
        for path, status in self._statuses.items():
            if not _is_same(os.path.join(self.top, path), status):
                _replace(os.path.join(self._laid, path), os.path.join(self.top, path))
        shutil.rmtree(self.temporary, ignore_errors=True)
        os.makedirs(self.temporary, exist_ok=True)

    def run(self, command: Command, *, timeout: float | None = None, only: Sequence[str] = ()) -> Run:
        """As `Trial.run`."""
        return self._trial.run(self, command, timeout=timeout, only=only)


def _files(top: str) -> list[str]:
    found = []
    for directory, directories, names in os.walk(top):
        directories[:] = [name for name in directories if name != "__pycache__" and not (name == ".git" and directory == top)]
        links = [name for name in directories if os.path.islink(os.path.join(directory, name))]
        found += [os.path.relpath(os.path.join(directory, name), top) for name in (*names, *links)]
    return found


def _is_same(path: str, status: os.stat_result) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return (found.st_mode, found.st_size, found.st_mtime_ns) == (status.st_mode, status.st_size, status.st_mtime_ns)


def _replace(source: str, target: str) -> None:
    if os.path.lexists(target):
        shutil.rmtree(target) if os.path.isdir(target) and not os.path.islink(target) else os.remove(target)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def _moved(path: str, checkout: str, top: str) -> str:
    real = os.path.realpath(path)
    return os.path.join(top, os.path.relpath(real, checkout)) if real == checkout or real.startswith(checkout + os.sep) else real


def _end(process: subprocess.Popen[bytes]) -> None:
    """End `process` and all that it started and that stayed in its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read(copy: Copy, code: int | None, seconds: float, tail: str) -> Run:
    """A run with what the probe told of it."""
    told = copy.told
    modules: dict[str, str] = {}
    for name in sorted(os.listdir(told)):
        if name.startswith("modules-"):
            with open(os.path.join(told, name), encoding="utf-8") as file, contextlib.suppress(ValueError):
                modules.update(json.load(file))
    try:
        with open(os.path.join(told, "tests"), encoding="utf-8") as file:
            events = [event for event in map(_event, file) if event]
    except OSError:
        events = []
    tests, unfinished = _outcomes(events, os.path.realpath(copy.top))
    return Run(code, seconds, tests, unfinished, modules, tail)


def _event(line: str) -> list[Any] | None:
    try:
        event: list[Any] = json.loads(line)
    except ValueError:  # cut off
        return None
    return event


def _outcomes(events: Sequence[list[Any]], top: str) -> tuple[dict[str, Outcome], tuple[str, ...]]:
    root = next((event[1] for event in events if event[0] == "root"), top)
    tests: dict[str, Outcome] = {}
    running: dict[str, None] = {}
    for kind, *values in events:
        if kind == "start":
            running[values[0]] = None
        elif kind == "uncollected":
            tests[values[0]] = Outcome(_file(values[0], root, top), "uncollected", 0.0, ())
        elif kind == "report":
            node, when, outcome, seconds, frames = values
            tests[node] = _worse(tests.get(node), Outcome(_file(node, root, top), outcome, seconds, tuple(frames)))
            if when == "teardown":
                running.pop(node, None)
    return tests, tuple(running)


def _worse(one: Outcome | None, other: Outcome) -> Outcome:
    if one is None:
        return other
    worst = max((one, other), key=lambda outcome: _SEVERITY.get(outcome.outcome, 0))
    return worst._replace(seconds=one.seconds + other.seconds)


def _file(node: str, root: str, top: str) -> str:
    return os.path.relpath(os.path.join(os.path.realpath(root), node.partition("::")[0]), top).replace(os.sep, "/")
