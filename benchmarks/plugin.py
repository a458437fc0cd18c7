"""What the pytest plugin costs: unused, and when it decides.

    python -m benchmarks.plugin CHECKOUT [RUNS]

CHECKOUT: a clean git checkout whose tests pytest can collect (the bars name networkx); it is cloned, never written to. RUNS: runs of each
kind, 9 by default. A wheel of this project is built and installed into an environment made for it, with pytest and what
it needs itself. CPU seconds of the process and all its children; the kinds that are compared take turns, and what one adds to another is
the median of the differences within a round. Bytecode caches are warm. Each line ends with the bar.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
_EMPTY = 40  # times RUNS: one run of an empty project is short, and the difference looked for is of milliseconds
_NO_TESTS_COLLECTED = 5


class Kind(NamedTuple):
    """A way to call pytest: `arguments`, what to do before, and the exit codes that say it worked."""

    arguments: tuple[str, ...]
    before: Callable[[], object] = lambda: None
    codes: tuple[int, ...] = (0,)


def main(checkout: str, runs: int = 9) -> None:
    """Print a line for each bar."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as scratch:
        python = environment(Path(scratch))
        copy = Path(scratch, "checkout")
        subprocess.run(["git", "clone", "-q", checkout, copy], check=True)
        idle(python, Path(scratch), runs * _EMPTY // 9)
        deciding(python, copy, runs)


def environment(scratch: Path) -> str:
    """The Python of a new environment with the wheel in it; what else is needed comes from the index."""
    subprocess.run([sys.executable, "-m", "venv", scratch / "venv"], check=True)
    python = str(scratch / "venv" / "bin" / "python")
    wheel = [python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(scratch), str(ROOT)]
    subprocess.run(wheel, check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *map(str, scratch.glob("*.whl")), "pytest"], check=True)
    return python


def idle(python: str, scratch: Path, runs: int) -> None:
    """Collecting an empty project with the plugin installed, and with its distribution out of the way."""
    project = scratch / "empty"
    project.mkdir()
    (project / "pytest.ini").write_text("[pytest]\n")
    metadata = next(scratch.glob("venv/lib/*/site-packages/pytest_impactgraph-*.dist-info"))
    aside = metadata.with_name("aside")
    kinds = {
        "with": Kind(("--co",), lambda: aside.exists() and aside.rename(metadata), (_NO_TESTS_COLLECTED,)),
        "without": Kind(("--co",), lambda: metadata.exists() and metadata.rename(aside), (_NO_TESTS_COLLECTED,)),
    }
    seconds = measure(python, project, kinds, runs)
    kinds["with"].before()
    share = added(seconds, "with", "without")
    base = median(seconds["without"])
    print(f"idle: {share * base * 1000:+.1f} ms, {share:+.1%} of {base * 1000:.0f} ms (bar: 5 ms and 2.5 %)")


def deciding(python: str, checkout: Path, runs: int) -> None:
    """The decision, as what `observe` adds to a collection, with and without a cache; and a collection of one selected file."""
    test = leaf(python, checkout)
    test.write_text(test.read_text() + "\nIMPACTGRAPH_BENCHMARK = 1\n")
    cache = checkout / ".impactgraph_cache"
    observe = ("--co", "-q", "--impactgraph", "--impactgraph-mode=observe", "--impactgraph-base=HEAD")
    select = ("--co", "-q", "--impactgraph", "--impactgraph-base=HEAD")
    kinds = {
        "all": Kind(("--co", "-q")),
        "cold": Kind(observe, lambda: shutil.rmtree(cache, ignore_errors=True)),
        "warm": Kind(observe),
        "one": Kind(select),
    }
    seconds = measure(python, checkout, kinds, runs)
    print(f"pytest --co -q: {median(seconds['all']):.2f} s")
    print(f"decision, cold: {added(seconds, 'cold', 'all'):.3f}x (bar: 0.25x)")
    print(f"decision, warm: {added(seconds, 'warm', 'all'):.3f}x (bar: 0.1x)")
    print(f"one file selected, whole run: {1 + added(seconds, 'one', 'all'):.3f}x (bar: 0.5x)")


def added(seconds: dict[str, list[float]], kind: str, base: str) -> float:
    """What `kind` adds to `base`, as a share of it."""
    differences = [one - other for one, other in zip(seconds[kind], seconds[base], strict=True)]
    return median(differences) / median(seconds[base])


def leaf(python: str, checkout: Path) -> Path:
    """A test file whose change selects itself alone, found by trying."""
    listing = subprocess.run(["git", "ls-files", "*/test_*.py"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    for name in listing.splitlines():
        command = [python, "-m", "impactgraph", "select", "--files", name, "--format", "json"]
        selected = json.loads(subprocess.run(command, cwd=checkout, capture_output=True, check=True).stdout)
        if [test["path"] for test in selected["tests"]] == [name]:
            return checkout / name
    raise SystemExit("no test file of this checkout is selected alone")


def measure(python: str, directory: Path, kinds: dict[str, Kind], runs: int) -> dict[str, list[float]]:
    """CPU seconds of each kind in `runs` rounds; a round before them warms the caches."""
    seconds: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(runs + 1):
        for name, kind in kinds.items():
            kind.before()
            spent = cpu([python, "-m", "pytest", *kind.arguments], directory, kind.codes)
            if number:
                seconds[name].append(spent)
    return seconds


def cpu(command: list[str], directory: Path, codes: tuple[int, ...]) -> float:
    """CPU seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in codes, done.stdout + done.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
