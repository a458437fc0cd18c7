"""What `growth` costs beside grimp, and how much of old history it measures.

``python benchmarks/growth.py CHECKOUT PACKAGE [CHECKOUT ...]``

Of the first CHECKOUT, whose main package is PACKAGE, the CPU time (user and system, with children) of a first and a second run of 12
snapshots, beside 12 x 2 cold builds by grimp of the package as it is checked out. Of all, the share of snapshots with a row. The command
is that of the environment this runs in.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

SNAPSHOTS = 12
GRIMP = "import grimp, sys; sys.path.insert(0, sys.argv[1]); grimp.build_graph(sys.argv[2], cache_dir=None)"
PROGRAMS = Path(sys.executable).parent


def cpu(command: list[str | Path], directory: str) -> tuple[float, float]:
    """CPU seconds of a process with the children it waited for, and its peak memory in MiB."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, cwd=directory, env=kept, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def growth(checkout: str, cache: str, output: str) -> tuple[float, float]:
    """One run of the command, which writes JSON to `output`."""
    options = ["--snapshots", str(SNAPSHOTS), "--jobs", "1", "--cache-dir", cache, "--format", "json", "-o", output]
    return cpu([PROGRAMS / "impactgraph", "growth", *options], checkout)


def main(checkout: str, package: str, others: list[str]) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        output = f"{scratch}/growth.json"
        first, memory = growth(checkout, f"{scratch}/first", output)
        second, _ = growth(checkout, f"{scratch}/first", output)
        grimp = median(cpu([sys.executable, "-c", GRIMP, checkout, package], checkout)[0] for _ in range(3))
        print(f"load {os.getloadavg()[0]:.1f}; grimp, cold: {grimp:.2f} s; peak memory {memory:.0f} MiB")
        print(f"first run  {first:.1f} s = {first / (2 * SNAPSHOTS * grimp):.2f} of 12 x 2 builds by grimp (bar 1)")
        print(f"second run {second:.1f} s = {second / first:.3f} of the first (bar 0.1)")
        for place in (checkout, *others):
            growth(place, f"{scratch}/other", output)
            rows = json.loads(Path(output).read_bytes())["snapshots"]
            failed = [row for row in rows if row["status"] == "failed"]
            print(
                f"{Path(place).name}: {len(rows) - len(failed)} of {len(rows)}",
                *(f"{row['revision'][:10]}: {row['reason']}" for row in failed),
            )


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - as the docstring says
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
