"""What a run of pytest did, told line by line: the plugin in the runs of ``audit mutants``. Never imported from here, but copied.

It imports the standard library and pytest alone, since the code under test may be anything, this package included. IMPACTGRAPH_PROBE names
the directory to write to: ``tests`` has a JSON array per event, ``modules-PID`` where each process imported its modules from.
IMPACTGRAPH_PROBE_ONLY, where it is set, names a file of node IDs, one a line: all else is not run.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_FRAMES = "impactgraph_frames"


def pytest_configure(config: pytest.Config) -> None:
    """Begin to tell, or say nothing where nobody listens."""
    directory = os.environ.get("IMPACTGRAPH_PROBE")
    if directory:
        only = os.environ.get("IMPACTGRAPH_PROBE_ONLY")
        config.pluginmanager.register(_Probe(config, directory), "impactgraph-probe")
        if only:
            config.pluginmanager.register(_Only(config, only), "impactgraph-probe-only")


class _Probe:
    def __init__(self, config: pytest.Config, directory: str) -> None:
        self._root = os.path.join(os.path.realpath(os.getcwd()), "")
        self._directory = directory
        self._lines: IO[str] | None = None
        if not hasattr(config, "workerinput"):  # the workers of pytest-xdist report to its controller
            self._lines = open(os.path.join(directory, "tests"), "w", encoding="utf-8", buffering=1)  # noqa: SIM115 - until the end
            self._tell("root", str(config.rootpath))

    def _tell(self, *event: object) -> None:
        if self._lines is not None:
            self._lines.write(json.dumps(event) + "\n")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._tell("start", nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        outcome = "error" if report.outcome == "failed" and report.when != "call" else report.outcome
        self._tell("report", report.nodeid, report.when, outcome, report.duration, getattr(report, _FRAMES, []))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._tell("uncollected", report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        del item
        report = yield
        if call.excinfo is not None:
            setattr(report, _FRAMES, self._frames(call.excinfo))
        return report

    def _frames(self, error: pytest.ExceptionInfo[BaseException]) -> list[str]:
        """Files of the checkout that the error passed, from the test to where it was raised."""
        paths = [os.path.realpath(str(entry.path)) for entry in error.traceback]
        return list(dict.fromkeys(path.removeprefix(self._root).replace(os.sep, "/") for path in paths if path.startswith(self._root)))

    def pytest_sessionfinish(self) -> None:
        files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
        found = {name: os.path.realpath(file) for name, file in files.items() if isinstance(file, str)}
        with open(os.path.join(self._directory, f"modules-{os.getpid()}"), "w", encoding="utf-8") as file:
            json.dump(found, file)

    def pytest_unconfigure(self) -> None:
        if self._lines is not None:
            self._lines.close()
            self._lines = None


class _Only:
    def __init__(self, config: pytest.Config, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self._wanted = frozenset(file.read().splitlines())
        self._files = {os.path.realpath(os.path.join(config.rootpath, name.partition("::")[0])) for name in self._wanted}

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Other files are not even imported."""
        path = os.path.realpath(collection_path)
        is_other = os.path.isfile(path) and path not in self._files and os.path.basename(path) not in {"__init__.py", "conftest.py"}
        return True if is_other else None

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        out = [item for item in items if item.nodeid not in self._wanted]
        if out:
            items[:] = [item for item in items if item.nodeid in self._wanted]
            config.hook.pytest_deselected(items=out)
