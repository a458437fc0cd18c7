"""What several audits of mutants say together, each fault counted once.

    python -m benchmarks.mutants NAME=FILE ...

FILE: the answer of `impactgraph audit mutants --format json`; audits of one checkout, with other seeds, have the same NAME. A line for each
says what it adds to those before it, the last what all say. In doubt are tests that fail only beside others (contaminated), or without the
fault, too. The bound is the rule of three, so it is given only where nothing was missed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

APART = ("import-crash", "crash", "timeout")
DOUBTS = ("not-alone", "without-fault")


def main(*audits: str) -> None:
    """Print a line for each of `audits`, then the kinds of all that count, and the bound."""
    seen: set[tuple[object, ...]] = set()
    counted: list[dict[str, Any]] = []
    missed: Counter[bool] = Counter()
    for audit in audits:
        name, _, path = audit.partition("=")
        rows = [row for row in json.loads(Path(path).read_bytes())["mutants"] if _fault(name, row) not in seen]
        seen.update(_fault(name, row) for row in rows)
        count = [row for row in rows if row["outcome"] == "failed"]
        verdicts = Counter(test["verdict"] for row in count for test in row["failing"])
        apart = sum(row["outcome"] in APART for row in rows)
        selected = [row["test_files"]["selected"] / row["test_files"]["total"] for row in count]
        saved = sum(row["tests"]["left_out"] for row in rows) / sum(row["tests"]["total"] for row in rows)
        print(
            f"{name}: put in {len(rows)}, count {len(count)} ({_of_kinds(count)}), apart {apart}, failing tests {verdicts.total()}, "
            f"left out {verdicts['missed']}, in doubt {sum(verdicts[doubt] for doubt in DOUBTS)}, tests saved {saved:.0%}; "
            f"test files selected {sum(selected) / len(selected):.1%}"
        )
        counted += count
        missed.update(row["outcome"] in APART for row in rows for test in row["failing"] if test["verdict"] == "missed")
    kinds = Counter(map(_kind, counted))
    print(f"all: {len(counted)} count: {', '.join(f'{number} {kind}' for kind, number in kinds.most_common())}")
    print(
        f"in code that runs at import: {1 - kinds['body'] / len(counted):.0%}; tests left out by those that count: {_left_out(counted):.0%}"
    )
    bound = f"in {sum(map(_is_missed, counted))} mutants" if missed[False] else f"at most {3 / len(counted):.1%} at 95 %"
    print(f"failing tests left out: {missed[False]} ({bound}), {missed[True]} of those apart")


def _of_kinds(rows: list[dict[str, Any]]) -> str:
    kinds = Counter(map(_kind, rows))
    return f"{len(rows) - kinds['body']} in code that runs at import, {kinds['external-attribute']} attributes under foreign bases"


def _is_missed(row: dict[str, Any]) -> bool:
    return any(test["verdict"] == "missed" for test in row["failing"])


def _left_out(rows: list[dict[str, Any]]) -> float:
    return sum(row["tests"]["left_out"] / row["tests"]["total"] for row in rows) / len(rows)


def _fault(name: str, row: dict[str, Any]) -> tuple[object, ...]:
    return name, *(row[part] for part in ("path", "line", "kind", "before", "after"))


def _kind(row: dict[str, Any]) -> str:
    return str(row["kind"])


if __name__ == "__main__":
    main(*sys.argv[1:])
