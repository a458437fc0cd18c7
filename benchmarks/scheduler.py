"""What a second worker of a Dask cluster brings to `growth`, and what a worker that is killed costs.

``python benchmarks/scheduler.py CHECKOUT [SNAPSHOTS [ROUNDS]]``

A scheduler and workers of one thread on loopback, 24 snapshots, nothing cached. Per round one worker, two workers, and two of which one is
killed (SIGKILL) when the first snapshots are done; all have to give the bytes of a run without a cluster. Wall time of the whole command,
and of the workers the CPU time. On a machine with two cores that are not idle the ratio of wall times is below what the work allows; the
share of the command's own CPU time in all says what that is (Amdahl).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

SILENT = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Run(NamedTuple):
    """Seconds of wall time, and of CPU time in the command itself and in the workers."""

    wall: float
    own: float
    workers: float


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """A program of the cluster."""
    return subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{arguments[0]}", "--no-dashboard", *arguments[1:]], **SILENT)


def cpu(pid: int) -> float:
    """CPU seconds of a running process, with the children it waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def wait_for(address: str, count: int) -> None:
    """Until so many workers are there."""
    from distributed import Client

    with Client(address, timeout=60) as client:
        client.wait_for_workers(count, timeout=60)


def run(checkout: str, snapshots: int, output: Path, workers: int, *, kill: bool = False) -> Run:
    """One run on a cluster of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    cluster = [start("scheduler", "--host", "127.0.0.1", "--port", port)]
    cluster += [start("worker", address, "--nthreads", "1", "--no-nanny") for _ in range(workers)]
    wait_for(address, workers)
    try:
        with tempfile.TemporaryDirectory() as cache:
            before = sum(cpu(process.pid) for process in cluster[1:])
            begun = time.perf_counter()
            process = grow(checkout, snapshots, output, "--scheduler", address, "--cache-dir", cache)
            if kill:
                while len(list(Path(cache).glob("snapshot-*"))) < 2:  # noqa: PLR2004 - in the midst of it
                    time.sleep(0.01)
                cluster.pop().send_signal(signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - begun
        assert process.returncode == 0
        return Run(wall, usage.ru_utime + usage.ru_stime, sum(cpu(process.pid) for process in cluster[1:]) - (0 if kill else before))
    finally:
        for process in cluster:
            process.kill()


def grow(checkout: str, snapshots: int, output: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command."""
    options = ["-C", checkout, "--snapshots", str(snapshots), "--format", "json", "-o", str(output), *arguments]
    return subprocess.Popen([sys.executable, "-m", "impactgraph", "growth", *options], **SILENT)


def main(checkout: str, snapshots: int = 24, rounds: int = 3) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        local, output = Path(scratch, "local.json"), Path(scratch, "cluster.json")
        assert grow(checkout, snapshots, local, "--no-cache", "-j", "1").wait() == 0
        found: dict[str, list[Run]] = {"one worker": [], "two workers": [], "two, one killed": []}
        for _ in range(rounds):
            for (name, runs), workers in zip(found.items(), (1, 2, 2), strict=True):
                runs.append(run(checkout, snapshots, output, workers, kill="killed" in name))
                assert output.read_bytes() == local.read_bytes(), name
        print(
            f"{Path(checkout).name}, {snapshots} snapshots, load {os.getloadavg()[0]:.1f}; medians of {rounds}; the same bytes every time"
        )
        for name, runs in found.items():
            wall, own, workers_cpu = (median(part) for part in zip(*runs, strict=True))
            print(f"{name:16} {wall:6.1f} s wall; CPU {own:.1f} s here, {workers_cpu:.1f} s in workers")
        ratios = [one.wall / two.wall for one, two in zip(found["one worker"], found["two workers"], strict=True)]
        print(f"two workers against one: {median(ratios):.2f} times as fast, {min(ratios):.2f} to {max(ratios):.2f} (bar 1.6)")


if __name__ == "__main__":
    if len(sys.argv) < 2:  # noqa: PLR2004 - as the docstring says
        sys.exit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:]))
