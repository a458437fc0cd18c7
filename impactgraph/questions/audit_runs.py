"""Would the selection have left out a test that failed? Asked of the recorded runs of the mode `observe`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.decisions.audit import summarise
from impactgraph.questions.answer import head
from impactgraph.sources.history import runs

if TYPE_CHECKING:
    import sqlite3

    from impactgraph.questions.history import History


def audited(history: History, limit: int | None) -> dict[str, Any]:
    """The last `limit` observed runs, newest first, in the shape of the schema `audit`."""
    rows = history.use(lambda connection: [_observed(connection, row) for row in runs.runs(connection, limit, mode="observe")])
    misses = [{"run": row["name"], **test, "changes": row["changes"]} for row in rows for test in row["failing"] if test["left_out"]]
    return {**head("audit", history.root, history.warnings), "source": "runs", "summary": summarise(rows), "misses": misses, "runs": rows}


def _observed(connection: sqlite3.Connection, row: dict[str, Any]) -> dict[str, Any]:
    answer = row["answer"] or {}
    base = (answer.get("base") or {}).get("revision")
    parts = runs.left_out(connection, row["id"])
    total = [sum(part[number] for part in parts.values()) for number in (0, 1)]
    out = parts.get(True, (0, 0.0))
    return {
        **{name: row[name] for name in ("name", "started", "revision", "dirty", "decision")},
        "base": base,
        "fallback": answer.get("fallback"),
        "changes": [{name: change[name] for name in ("path", "class", "effect", "reason")} for change in answer.get("changes") or ()],
        "reasons": answer.get("reasons") or [],
        "tests": {"total": total[0], "left_out": out[0]},
        "seconds": {"total": total[1], "left_out": out[1]},
        "failing": [_failing(connection, base, test) for test in runs.failing(connection, row["id"])],
    }


def _failing(connection: sqlite3.Connection, base: str | None, test: dict[str, Any]) -> dict[str, Any]:
    known = {name: test[name] for name in ("node_id", "path", "outcome", "left_out")}
    return {**known, "failed_at_base": runs.failed_at(connection, base, test["node"])}
