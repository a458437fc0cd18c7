"""Faults put in one at a time: which ones, what became of each, and what that says of the selection."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.faults import KINDS
from impactgraph.decisions.audit import miss_rate

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Sequence
    from random import Random

    from impactgraph.analysis.faults import Fault

Row = Mapping[str, Any]

#: How a run with a fault ended. Only `failed` counts: after the others not all tests have had their say, or none needed to.
OUTCOMES = ("failed", "import-crash", "survived", "crash", "timeout")
#: Outcomes of a test that failed.
BAD = frozenset({"failed", "error", "uncollected", "unfinished"})


class Mutant(NamedTuple):
    """A fault, and the file that it is put into."""

    path: str
    fault: Fault


def shuffled(mutants: Iterable[Mutant], random: Random, among: Sequence[str] = KINDS) -> Iterator[Mutant]:
    """All of `mutants`, of the kinds `among`, one of each in turn as long as there are any, and among those of a kind in any order."""
    kinds: dict[str, list[Mutant]] = {kind: [] for kind in among}
    for mutant in mutants:
        kinds[mutant.fault.kind].append(mutant)
    for found in kinds.values():
        random.shuffle(found)
    while any(kinds.values()):
        for found in kinds.values():
            if found:
                yield found.pop()


def stable(runs: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """The tests that pass, or are skipped, in each of `runs` without a fault (outcomes by node ID): only they can tell of one."""
    return frozenset(node for node in runs[0] if all(node in run and run[node] not in BAD for run in runs))


def failing(before: Iterable[str], unstable: Iterable[str], after: Mapping[str, str]) -> dict[str, str]:
    """Outcomes of the tests that fail with a fault and not without: those of `before`, and what was not there before."""
    known, out = frozenset(before), frozenset(unstable)
    return {node: outcome for node, outcome in after.items() if outcome in BAD and (node in known or node not in out)}


def is_selected(node_ids: Collection[str] | None, node: str) -> bool:
    """Whether pytest runs the test `node` when it is given `node_ids`, all of the test's file; None stands for the whole file."""
    if node_ids is None or node in node_ids:
        return True
    if "::" not in node:  # the file itself, which could not be imported: any of its tests shows it
        return bool(node_ids)
    whole = node.partition("[")[0]
    parts = whole.split("::")
    return any("::".join(parts[:length]) in node_ids for length in range(1, len(parts) + 1))


def is_red(code: int | None, verdicts: Collection[str], *, has_tests: bool) -> bool:
    """Whether a run of the selection fails: `verdicts` of the tests that fail in a run of all, `has_tests` whether any is selected."""
    if "selected" in verdicts:
        return True
    return not verdicts and code not in _WHOLE_RUN and has_tests  # pytest ended before any test: it would again


def ended(code: int | None, failed: Mapping[str, str]) -> str:
    """One of OUTCOMES: `code` is pytest's exit code, None where it took too long; `failed` are the failing tests with their outcomes."""
    if code is None:
        return "timeout"
    if code not in _WHOLE_RUN:
        return "crash"
    if "uncollected" in failed.values():
        return "import-crash"
    return "failed" if failed else "survived"


_WHOLE_RUN = frozenset({0, 1, 2, 5})  # 2: errors during the collection


def lacking(reached: Container[str], path: str, test: str, frames: Sequence[str]) -> dict[str, str]:
    """The edge that the graph had no idea of: from a file `imported`, of those `reached` by the change at `path`, to the next `importer`.

    `frames` are the files that the error of the test file `test` passed on its way: what really ran, so the edge lies among them.
    """
    way = [test, *(name for name in frames if name != test)]
    if path in way:
        way = way[: way.index(path)]
    way.append(path)
    for importer, imported in pairwise(way):
        if imported == path or imported in reached:
            return {"importer": importer, "imported": imported}
    return {"importer": test, "imported": path}


def summarise(mutants: Sequence[Row], kinds: Sequence[str] = KINDS) -> dict[str, Any]:
    """The figures of mutants, in the shape of `summary` of the schema `audit`.

    A mutant has `kind`, one of `kinds`, `outcome`, `failing` tests with a `verdict`, `red` (the selection fails), and `tests` and
    `seconds`, each with `total` and `left_out`. It is contaminated if a test that was left out fails, but not without those that were not.
    """
    counted = [row for row in mutants if row["outcome"] == "failed"]
    apart = [row for row in mutants if row["outcome"] in {"import-crash", "crash", "timeout"}]
    tests = [test for row in counted for test in row["failing"]]
    return {
        "mutants": len(mutants),
        "counted": len(counted),
        "with_miss": sum(map(_is_missed, counted)),
        "outcomes": {outcome: sum(row["outcome"] == outcome for row in mutants) for outcome in OUTCOMES},
        "apart_with_miss": sum(map(_is_missed, apart)),
        "apart_unseen": sum(not row["red"] for row in apart),
        "contaminated": sum(any(test["verdict"] == "not-alone" for test in row["failing"]) for row in counted),
        "failing_tests": len(tests),
        "failing_tests_missed": sum(test["verdict"] == "missed" for test in tests),
        "failing_tests_in_doubt": sum(test["verdict"] in {"not-alone", "without-fault"} for test in tests),
        "tests": _share(mutants, "tests"),
        "seconds": _share(mutants, "seconds"),
        "failing_tests_contaminated": sum(test["verdict"] == "not-alone" for test in tests),
        "kinds": [_kind(kind, [row for row in mutants if row["kind"] == kind], len(counted)) for kind in kinds],
        "miss_rate": miss_rate(sum(map(_is_missed, counted)), len(counted)),
    }


def _is_missed(row: Row) -> bool:
    return any(test["verdict"] == "missed" for test in row["failing"])


def _kind(kind: str, rows: Sequence[Row], all_counted: int) -> dict[str, Any]:
    """Of one kind: `share` of all that count, `left_out` the share of the tests that those that count leave out."""
    counted = [row for row in rows if row["outcome"] == "failed"]
    return {
        "kind": kind,
        "mutants": len(rows),
        "counted": len(counted),
        "with_miss": sum(map(_is_missed, counted)),
        "share": len(counted) / all_counted if all_counted else None,
        "left_out": _share(counted, "tests")["share"],
    }


def _share(rows: Sequence[Row], of: str) -> dict[str, Any]:
    total, left_out = (sum(row[of][part] for row in rows) for part in ("total", "left_out"))
    return {"total": total, "left_out": left_out, "share": left_out / total if total else None}
