"""What recorded tests are called now: files were edited since, and pytest refuses names that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from impactgraph.decisions.functions.evidence import Evidence
    from impactgraph.decisions.functions.names import Book
    from impactgraph.model import FileEntry


class Identities:
    """Node IDs of recorded tests in the state `files`, whose mentions are in `book`."""

    def __init__(self, evidence: Evidence, book: Book, files: Mapping[str, FileEntry], named: Iterable[tuple[str, str]] = ()) -> None:
        self._record = evidence.record
        self._whole = evidence.as_they_are_now(
            named, lambda path, name: any("fixture" in each for each in book[path].decorators.get(name, ()))
        )
        self._book = book
        self._files = files

    def current(self, tests: Iterable[int]) -> set[str] | None:
        """Node IDs of `tests`, all of one file; None where nobody can tell, so that the file has to run as a whole."""
        found: set[str] = set()
        for test in tests:
            node_id = self._record.node_ids[test]
            path = node_id.partition("::")[0]
            whole = self._whole.get(test)
            if whole is not None and self._is_there(path, whole):
                found.add(whole)
                continue
            if self._is_as_recorded(test, path):
                found.add(node_id)
                continue
            known = self._edited(path, node_id)
            if known is None:
                return None
            found |= known
        return found

    def _is_there(self, path: str, node_id: str) -> bool:
        """Whether the file defines the test or class: an inherited one is as it was recorded."""
        mentions, name = self._book[path], node_id.partition("::")[2].replace("::", ".")
        return name in mentions.decorators or name in mentions.classes

    def _is_as_recorded(self, test: int, path: str) -> bool:
        entry = self._files.get(path)
        return entry is not None and self._record.states[self._record.state_of[test]].get(path) == entry.oid

    def _edited(self, path: str, node_id: str) -> set[str] | None:
        """The node ID without parameters, which may have changed; nothing for a test that is gone; None where that is not known."""
        whole, _, _ = node_id.partition("[")
        name = whole.partition("::")[2].replace("::", ".")
        mentions = self._book[path]
        if name in mentions.decorators:
            return {whole}
        outer = name.rpartition(".")[0]
        facts = mentions.classes.get(outer)
        if facts is not None and not (facts.bases or facts.is_special or mentions.namespaces or "setattr" in mentions.words):
            return set()
        # A method that the class does not define may be inherited; what no function defines is something else than a function.
        return set() if name and not outer and path.endswith(".py") and not mentions.opaque and not mentions.is_dynamic else None

    def fresh(self, named: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
        """Node IDs, by file, of test functions and classes that no run recorded; "" as an ID stands for the whole file."""
        found: dict[str, list[str]] = {}
        known = {whole for node_id in self._record.node_ids for whole in _with_those_around(node_id.partition("[")[0])}
        for path, name in named:
            mentions = self._book[path]
            node_id = f"{path}::{name.replace('.', '::')}"
            if path not in known or node_id in known or not _is_test(name):
                continue
            if name in mentions.decorators and name not in mentions.classes:
                found.setdefault(path, []).append(node_id)
            elif name in mentions.classes:
                found.setdefault(path, []).append(node_id if any(each.startswith(f"{name}.test") for each in mentions.decorators) else "")
        return found


def _with_those_around(node_id: str) -> list[str]:
    """A node ID, and those of the classes and the file that it is in."""
    parts = node_id.split("::")
    return ["::".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _is_test(name: str) -> bool:
    """Whether pytest collects a function or class by its name, unless it is configured otherwise."""
    *outer, last = name.split(".")
    return last.startswith(("test", "Test")) and all(each.startswith("Test") for each in outer)
