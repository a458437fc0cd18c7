"""What any checkout makes of the command: ``python benchmarks/sweep.py CHECKOUT...`` prints a table row for each.

Files, Python files, test files and files that could not be parsed, as `doctor` has them; the decision for the last commit; the CPU
seconds (user and system, whole processes) of ``select`` for it without a cache and again, and of `grimp`'s own parsing of the same files
where the checkout has packages below its top, ``src`` or ``lib`` (the sum over them; empty where grimp can't build); the mean share of
the test files that a module which is no test reaches. The checkouts are read, not changed; exits with 1 if a command fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

COLUMNS = ("checkout", "files", "python", "tests", "unparsed", "decision", "cold", "warm", "grimp", "cold/grimp", "share")
GRIMP = "import grimp, sys; sys.path.insert(0, sys.argv[1]); grimp.build_graph(sys.argv[2], *sys.argv[3:], cache_dir=None)"
RIGHT = 9  # characters of a column of figures


class Run(NamedTuple):
    """A finished process: whether it succeeded, what it printed, and its CPU seconds."""

    succeeded: bool
    output: str
    seconds: float


def run(*command: str) -> Run:
    """Run a process to its end, with bytecode caches as users have them."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    after = os.times()
    seconds = after.children_user - before.children_user + after.children_system - before.children_system
    if done.returncode:
        sys.stderr.write(f"{' '.join(command[:8])}: exit code {done.returncode}\n{done.stderr[-500:]}\n")
    return Run(done.returncode == 0, done.stdout, seconds)


def impactgraph(checkout: Path, cache: str, *arguments: str) -> Run:
    """One command of the tool in the checkout, with a cache outside of it."""
    command, *rest = arguments
    return run(sys.executable, "-m", "impactgraph", command, "-C", str(checkout), "--cache-dir", cache, "--format", "json", *rest)


def packages(checkout: Path) -> dict[Path, list[str]]:
    """Directories that hold regular packages other than tests, with the names of these."""
    found = {}
    for root in (checkout, checkout / "src", checkout / "lib"):
        names = sorted(path.parent.name for path in root.glob("*/__init__.py"))
        names = [name for name in names if name.isidentifier() and not name.startswith("test")]
        if names:
            found[root] = names
    return found


def grimp_seconds(checkout: Path) -> float | None:
    """CPU seconds of grimp for the checkout's packages, None where there are none or grimp gives up."""
    runs = [run(sys.executable, "-c", GRIMP, str(root), *names) for root, names in packages(checkout).items()]
    return sum(done.seconds for done in runs) if runs and all(done.succeeded for done in runs) else None


def row(checkout: Path) -> tuple[tuple[str, ...], bool]:
    """The table row of a checkout, and whether every command of ours succeeded."""
    with tempfile.TemporaryDirectory(prefix="impactgraph-sweep-") as cache:
        change = ("select", "--base", "HEAD~1", "--head", "HEAD", "--no-merge-base")
        cold, warm = impactgraph(checkout, cache, *change), impactgraph(checkout, cache, *change)
        doctor = impactgraph(checkout, cache, "doctor", "--head", "HEAD")
    return _cells(checkout, cold, warm, doctor), cold.succeeded and warm.succeeded and doctor.succeeded


def _cells(checkout: Path, cold: Run, warm: Run, doctor: Run) -> tuple[str, ...]:
    answer: dict[str, Any] = json.loads(cold.output or "{}")
    found: dict[str, Any] = json.loads(doctor.output or "{}")
    files = found.get("files", {})
    grimp = grimp_seconds(checkout)
    share = found.get("graph", {}).get("mean_share")
    return (
        checkout.name,
        *(str(files.get(key, "-")) for key in ("total", "python", "tests")),
        str(len(found.get("unparsed", ()))),
        answer.get("decision", "failed"),
        f"{cold.seconds:.2f}",
        f"{warm.seconds:.2f}",
        f"{grimp:.2f}" if grimp else "",
        f"{cold.seconds / grimp:.1f}" if grimp else "",
        f"{share:.0%}" if share is not None else "-",
    )


def main(arguments: list[str]) -> int:
    """Print the table; 1 if a command failed, 2 if no checkout is named."""
    if not arguments:
        sys.stderr.write(__doc__ or "")
        return 2
    print_row(COLUMNS)
    succeeded = True
    for argument in arguments:
        cells, good = row(Path(argument).resolve())
        print_row(cells)
        succeeded = succeeded and good
    return 0 if succeeded else 1


def print_row(cells: tuple[str, ...]) -> None:
    """One line, the names to the left, the figures to the right."""
    name, *figures = cells
    sys.stdout.write(f"{name:<24}" + " ".join(f"{figure:>{RIGHT}}" for figure in figures) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
