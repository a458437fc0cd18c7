"""Recorded executions in a file that another recorder made: which functions each test of a project really entered, at one commit."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from impactgraph.errors import SourceError
from impactgraph.record import Function

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_COUNTED = frozenset({"passed", "xfailed", "failed"})
_FORMAT = "see docs/functions.md for what the file has to hold"


def read_truth(path: str) -> Truth:
    """The truth in the JSON file at `path`, which may be compressed by gzip. Raises SourceError where there is none."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        return Truth(json.loads(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data))
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror or error}", _FORMAT) from error
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, zlib.error) as error:
        raise SourceError(f"{path} is no record of executions: {error!r}", _FORMAT) from error


class Truth:
    """The truth as a `Record` of one state, which is that of `commit`.

    `imported`: per test file, the functions that ran while it, and all that it needs, was imported. Tests without a result are left out.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.commit: str = told.get("commit") or told["meta"]["commit"]
        outcomes = told["outcomes"]
        self.node_ids = sorted(node for node in told["tests"] if outcomes.get(node) in _COUNTED)
        self.functions = [Function(entry["file"], entry["qualname"]) for entry in _functions(told)]
        modules = {number for number, function in enumerate(self.functions) if function.name == "<module>"}
        self._by_function: dict[int, set[int]] = defaultdict(set)
        self._by_module: dict[str, set[int]] = defaultdict(set)
        for test, node in enumerate(self.node_ids):
            for part in ("tests", "subprocess"):
                for number in _numbers(told.get(part, {}).get(node, [])):
                    if number not in modules:
                        self._by_function[number].add(test)
            for path in told.get("lazy_modules", {}).get(node, []):
                self._by_module[path].add(test)
        at_import = told.get("import_time", {})
        self.imported = {path: frozenset(_numbers(entry["functions"])) - modules for path, entry in at_import.items()}
        self._loaded: dict[str, set[str]] = defaultdict(set)
        for test_file, entry in at_import.items():
            for path in entry["modules"]:
                self._loaded[path].add(test_file)
        self.states: list[Mapping[str, str]] = [{}]
        self.state_of = [0] * len(self.node_ids)
        self.partial: frozenset[int] = frozenset()
        self.silent: frozenset[int] = frozenset()
        self.skipped: frozenset[int] = frozenset()
        self.last: frozenset[int] = frozenset()
        self.unseen: frozenset[str] = frozenset()
        self.early: frozenset[str] = frozenset()
        self.session: frozenset[int] = frozenset()

    def entered(self, functions: Iterable[int]) -> set[int]:
        """Tests that entered one of `functions`."""
        return set().union(*(self._by_function.get(number, ()) for number in functions))

    def requested(self, paths: Iterable[str]) -> set[int]:
        """Tests during which one of the modules was asked for."""
        return set().union(*(self._by_module.get(path, ()) for path in paths))

    def opened(self, paths: Iterable[str]) -> set[int]:  # noqa: ARG002 - nobody noted it
        """Not known."""
        return set()

    def text(self, oid: str) -> bytes | None:  # noqa: ARG002 - git has all of them
        """None: the state is a commit."""
        return None

    def loading(self, paths: Iterable[str]) -> set[int]:
        """Tests whose file, when it is imported, loads one of the modules at `paths`, and those during which one was asked for."""
        wanted = list(paths)
        files = set().union(*(self._loaded.get(path, ()) for path in wanted))
        return self._of_files(files) | self.requested(wanted)

    def importing(self, functions: Iterable[int]) -> set[int]:
        """Tests during the import of whose file one of `functions` ran."""
        wanted = set(functions)
        return self._of_files({path for path, ran in self.imported.items() if ran & wanted})

    def _of_files(self, files: set[str]) -> set[int]:
        return {test for test, node in enumerate(self.node_ids) if node.partition("::")[0] in files}


def _functions(told: Mapping[str, Any]) -> list[Mapping[str, str]]:
    functions = told["functions"]
    return functions if isinstance(functions, list) else [functions[key] for key in sorted(functions, key=int)]


def _numbers(entry: Any) -> Iterator[int]:
    """Ids, given as a list, or as lists by the phase of the test."""
    parts = entry.values() if isinstance(entry, dict) else [entry]
    for part in parts:
        yield from map(int, part)
