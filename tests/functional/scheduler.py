"""A Dask scheduler with workers on loopback, in processes of their own, as a cluster has them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.functional.command import environment

_SILENT = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Scheduler:
    """Started when made; `stop` ends it with all of its workers."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._processes = [self._start("scheduler", "--host", "127.0.0.1", "--port", str(port))]

    def worker(self, variables: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """One more worker, with one thread and nobody who would start it again; it may take some seconds to be there."""
        self._processes.append(self._start("worker", self.address, "--nthreads", "1", "--no-nanny", variables=variables))
        return self._processes[-1]

    def wait(self, workers: int) -> None:
        """Until there are so many."""
        from distributed import Client

        deadline = time.monotonic() + 60
        with Client(self.address, timeout=30) as client:
            while len(client.nthreads()) != workers:
                assert time.monotonic() < deadline, "the workers did not come, or not go"
                time.sleep(0.05)

    def stop(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.kill()
            process.wait()

    def _start(self, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        options: dict[str, Any] = {**_SILENT, "cwd": self._directory, "env": {**environment(variables), "XDG_CACHE_HOME": self.cache}}
        return subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_" + arguments[0], "--no-dashboard", *arguments[1:]], **options)

    @property
    def cache(self) -> str:
        """Where the workers keep their clones."""
        return os.path.join(self._directory, "cache-of-workers")
