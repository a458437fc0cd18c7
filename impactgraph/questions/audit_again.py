"""Faults of a former audit, judged anew: what they broke is known, and only what would be selected can differ."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from impactgraph.errors import UsageError
from impactgraph.sources.trial import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from impactgraph.decisions.mutants import Mutant

#: A fault as an audit tells of it: path, line, before and after.
Key: TypeAlias = tuple[str, int, str, str]

_CODES = {"survived": 0, "failed": 1, "import-crash": 2, "crash": 3}


def runs_of(path: str) -> dict[Key, Run]:
    """The runs that the answer of ``audit mutants`` in the file at `path` tells of. Raises UsageError where there are none."""
    try:
        with open(path, "rb") as file:
            rows = orjson.loads(file.read())["mutants"]
        runs = {(row["path"], row["line"], row["before"], row["after"]): _run(row) for row in rows}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageError(f"no audit of mutants in {path}: {error}", "name what `audit mutants --format json -o FILE` wrote") from error
    if not runs:
        raise UsageError(f"no mutants in {path}", "name what `audit mutants --format json -o FILE` wrote")
    return runs


def _run(row: dict[str, Any]) -> Run:
    tests = {test["node_id"]: Outcome(test["path"], test["outcome"], 0.0, ()) for test in row["failing"]}
    return Run(_CODES.get(row["outcome"]), 0.0, tests, (), {}, "")


def key_of(mutant: Mutant) -> Key:
    """What an audit tells of the fault."""
    return mutant.path, mutant.fault.line, mutant.fault.before, mutant.fault.after


def known_of(mutants: Iterable[Mutant], known: Container[Key]) -> Iterator[Mutant]:
    """Those of `mutants` that are `known`, without such as look like another of the same line."""
    found: dict[Key, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        if key_of(mutant) in known:
            found[key_of(mutant)].append(mutant)
    yield from (same[0] for same in found.values() if len(same) == 1)
