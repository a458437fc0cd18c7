"""Runs that others recorded: JUnit XML, as pytest --junitxml and most other tools write it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.errors import SourceError, UsageError
from impactgraph.sources.history.journal import Attempt, Recording

if TYPE_CHECKING:
    from collections.abc import Iterator


class Imported(NamedTuple):
    """`unplaced`: how many tests name no file of the checkout; their node IDs begin with the class name as it stands in the XML."""

    recording: Recording
    unplaced: int


def read_junit(path: str, root: str, revision: str | None) -> Imported:
    """The run in the file at `path`, of the checkout at `root`. Raises SourceError, and UsageError without the library that reads it.

    The name of the run is made of the content, so that importing a file twice changes nothing.
    """
    from hashlib import blake2b  # the command alone needs it

    data, document = _parsed(path)
    facts = {
        "run": f"junit-{blake2b(data, digest_size=16).hexdigest()}",
        "source": "junit",
        "started": _started(document),
        "revision": revision,
        "arguments": [os.path.basename(path)],
    }
    places: dict[tuple[str, str | None], str | None] = {}
    attempts = [_attempt(case, places, root) for case in _cases(document)]
    return Imported(Recording(facts, attempts), sum(place is None for place in places.values()))


def _parsed(path: str) -> tuple[bytes, Any]:
    try:
        import junitparser  # an extra
    except ImportError:
        raise UsageError("reading JUnit XML needs the library junitparser", "pip install junitparser") from None
    try:
        with open(path, "rb") as file:
            data = file.read()
        return data, junitparser.JUnitXml.fromstring(data)
    except OSError as error:
        raise SourceError(f"can't read {path}: {error.strerror}", "name a file that exists") from error
    except (SyntaxError, junitparser.JUnitXmlError) as error:  # XML parsers raise children of SyntaxError
        raise SourceError(f"{path} is not JUnit XML: {error}", "pytest writes it with --junitxml=FILE") from error


def _cases(document: Any) -> Iterator[Any]:
    """All test cases; the top may be a suite, or suites, which give those of the suites in them."""
    from junitparser import TestCase  # `_parsed` has seen that it is there

    for element in document:
        if isinstance(element, TestCase):
            yield element
        else:
            yield from element


def _started(document: Any) -> float | None:
    """When the first suite began, in seconds since 1970."""
    from datetime import datetime  # as above

    moments = [suite.timestamp for suite in document if getattr(suite, "timestamp", None)]
    try:
        return datetime.fromisoformat(min(moments)).timestamp()
    except ValueError:  # none, or in no standard form
        return None


def _attempt(case: Any, places: dict[tuple[str, str | None], str | None], root: str) -> Attempt:
    key = case.classname or "", case._elem.get("file")  # noqa: SLF001 - pytest's older form names the file; the library has no word for it
    if key not in places:
        places[key] = _place(*key, root)
    spent = None if case.time is None else int(case.time * 1e6)
    return f"{places[key] or key[0]}::{case.name}", _outcome(case), None, spent, None, None


def _place(classname: str, file: str | None, root: str) -> str | None:
    """Path and classes of a test, joined as in a node ID: the longest part of the dotted name that is a file of the checkout."""
    parts = classname.split(".")
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length]) + ".py"
        if path == file or os.path.isfile(os.path.join(root, path)):
            return "::".join([path, *parts[length:]])
    return file


def _outcome(case: Any) -> str:
    for result in case.result:
        kind = type(result).__name__
        if kind in _OUTCOMES:
            return "xfailed" if result.type == "pytest.xfail" else _OUTCOMES[kind]
    return "passed"


_OUTCOMES = {"Failure": "failed", "Error": "error", "Skipped": "skipped"}
