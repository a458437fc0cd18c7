"""What `select` costs on a checkout, beside grimp: ``python benchmarks/selection.py CHECKOUT PACKAGE [ROUNDS]``.

CHECKOUT: a git checkout, cloned and not touched. PACKAGE: its main package, at the top or in ``src``, which grimp builds for comparison.
The project that this file lies in is built as a wheel and installed into a new environment. Every figure is the CPU time (user and
system) of a whole process and its children; the runs of a round follow each other, so that a busy machine slows them all; the ratio is
that of the medians. Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROJECT = Path(__file__).resolve().parent.parent
ROUNDS = 5
EDITED = 5  # files that a change of some files touches
GRIMP = "import grimp, sys; sys.path.insert(0, sys.argv[1]); grimp.build_graph(sys.argv[2], cache_dir=sys.argv[3] or None)"
BARS = (
    ("cold, files edited", "edits", "grimp", 2.0),
    ("cold, files added, deleted, renamed", "moves", "grimp", 2.5),
    ("again, one file edited", "one edited", "grimp, warm", 0.5),
    ("again, one import added", "one import", "grimp, warm", 0.5),
    ("again, nothing edited", "nothing", "grimp, warm", 0.3),
)


class Clone(NamedTuple):
    """A clone at `path`; `package` is the package's directory in it, `base` the commit before the change."""

    path: Path
    package: Path
    base: str

    def git(self, *arguments: str) -> str:
        """Standard output of git in the clone."""
        identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", "-C", self.path, *identity, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    def modules(self) -> list[Path]:
        """EDITED modules of the package that are no tests, spread over it."""
        named = [path for path in sorted(self.package.rglob("*.py")) if not path.name.startswith(("__", "conftest", "test_"))]
        paths = [path for path in named if not {"tests", "migrations"} & set(path.parts)]
        return paths[:: max(1, len(paths) // EDITED)][:EDITED]

    def commit(self) -> None:
        """Commit what was changed."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "change")


class Bench(NamedTuple):
    """What the runs share: the environment's programs, three clones, grimp's cache."""

    programs: Path
    untouched: Clone
    edited: Clone
    moved: Clone
    cache: Path

    def select(self, clone: Clone) -> float:
        """CPU seconds of one select in `clone`."""
        return cpu([self.programs / "impactgraph", "select", "--base", clone.base], clone.path)

    def grimp(self, cache: str) -> float:
        """CPU seconds of one build by grimp."""
        package = self.untouched.package
        return cpu([self.programs / "python", "-c", GRIMP, package.parent, package.name, cache], self.untouched.path)

    def cold(self, clone: Clone) -> float:
        """`select` without its cache, of what is committed alone."""
        clone.git("checkout", "--quiet", ".")
        shutil.rmtree(clone.path / ".impactgraph_cache", ignore_errors=True)
        return self.select(clone)


def cpu(command: list[str | Path], directory: Path) -> float:
    """CPU seconds, user and system, of a process and the children it waited for."""
    with subprocess.Popen(command, cwd=directory, env=environment(), stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_utime + usage.ru_stime


def environment() -> Mapping[str, str]:
    """The environment without what would change the measurement: bytecode is written and read, CI names no base."""
    unwanted = ("PYTHON", "IMPACTGRAPH_", "CI_", "GITHUB_")
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}


def installed(place: Path) -> Path:
    """Build the wheel and install it into a new environment at `place`; the directory of its programs."""
    venv.create(place, with_pip=True)
    programs = place / "bin"
    subprocess.run([programs / "pip", "install", "--quiet", "--disable-pip-version-check", PROJECT], check=True, env=environment())
    return programs


def cloned(checkout: str, package: str, path: Path) -> Clone:
    """A clone of `checkout` at `path`."""
    subprocess.run(["git", "clone", "--quiet", checkout, path], check=True)
    found = [path / place / package for place in ("", "src") if (path / place / package / "__init__.py").is_file()]
    if not found:
        sys.exit(f"no package {package} at the top of {checkout} or in src")
    clone = Clone(path, found[0], "HEAD")
    return clone._replace(base=clone.git("rev-parse", "HEAD"))


def edit(clone: Clone) -> None:
    """Commit a change that edits files."""
    for path in clone.modules():
        append(path, "ANSWER = 42")
    clone.commit()


def move(clone: Clone) -> None:
    """Commit a change that adds a module, deletes one and renames one (of different directories, where there are)."""
    deleted, renamed, *_ = clone.modules()
    (clone.package / "benchmark_added.py").write_text(f"import {clone.package.name}\n")
    deleted.unlink()
    renamed.rename(renamed.with_name("benchmark_renamed.py"))
    clone.commit()


def append(path: Path, line: str) -> None:
    """Add `line` to the end of a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def measure(bench: Bench, rounds: int) -> dict[str, float]:
    """The median of each kind of run, in CPU seconds."""
    file = bench.edited.modules()[1]
    steps: dict[str, Callable[[int], float]] = {
        "grimp": lambda _: bench.grimp(""),
        "edits": lambda _: bench.cold(bench.edited),
        "moves": lambda _: bench.cold(bench.moved),
        "grimp, warm": lambda _: bench.grimp(str(bench.cache)),
        "nothing": lambda _: bench.select(bench.edited),
        "one edited": lambda number: after(bench, file, f"ANSWER_{number} = {number}"),
        "one import": lambda number: after(bench, file, f"import {MODULES[number % len(MODULES)]}, {bench.edited.package.name}"),
    }
    found: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(-1, rounds):  # the first round warms what the system keeps
        for name, step in steps.items():
            spent = step(number)
            if number >= 0:
                found[name].append(spent)
    return {name: median(times) for name, times in found.items()}


MODULES = ("ast", "csv", "json", "shlex", "uuid")


def after(bench: Bench, file: Path, line: str) -> float:
    """`select` after one more line in `file`, from the cache of the run before."""
    append(file, line)
    return bench.select(bench.edited)


def report(checkout: str, package: str, rounds: int) -> bool:
    """Measure and print; whether all bars hold."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        clones = [cloned(checkout, package, place / name) for name in ("untouched", "edited", "moved")]
        bench = Bench(installed(place / "venv"), *clones, place / "grimp")
        edit(bench.edited)
        move(bench.moved)
        before, started = os.getloadavg(), time.strftime("%Y-%m-%d %H:%M")
        times = measure(bench, rounds)
        files = len(bench.untouched.git("ls-files", "*.py").splitlines())
    loads = " to ".join(f"{load[0]:.1f}" for load in (before, os.getloadavg()))
    print(f"{package}: {files:,} Python files; {rounds} rounds, {started}; {os.cpu_count()} cores, load {loads}")
    print("Python " + sys.version.split()[0] + "; median CPU seconds: " + ", ".join(f"{name} {spent:.3f}" for name, spent in times.items()))
    print("\n| run | select | grimp | ratio | bar | |\n|---|---|---|---|---|---|")
    for label, ours, theirs, bar in BARS:
        ratio = times[ours] / times[theirs]
        verdict = "held" if ratio <= bar else "missed"
        print(f"| {label} | {times[ours]:.3f} s | {times[theirs]:.3f} s | {ratio:.2f} | {bar} | {verdict} |")
    return all(times[ours] / times[theirs] <= bar for _, ours, theirs, bar in BARS)


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(__doc__)
    sys.exit(not report(sys.argv[1], sys.argv[2], int(sys.argv[3]) if sys.argv[3:] else ROUNDS))
