"""Questions to the history's database. Durations are in seconds, moments in seconds since 1970."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

_NODE_ID = "file.path || CASE node.name WHEN '' THEN '' ELSE '::' || node.name END"
_SPENT = "(coalesce(setup, 0) + coalesce(call, 0) + coalesce(teardown, 0)) / 1e6"
#: Of a test that was tried several times, the last attempt counts.
_IS_LAST = "number = (SELECT max(number) FROM attempt AS other WHERE other.run = attempt.run AND other.node = attempt.node)"
_NAMED = "JOIN node ON node.id = attempt.node JOIN file ON file.id = node.file JOIN outcome ON outcome.id = attempt.outcome"


def runs(connection: sqlite3.Connection, limit: int | None = None, mode: str | None = None) -> list[dict[str, Any]]:
    """The last `limit` runs, all without a limit, newest first, with attempts by outcome and the time they took together."""
    query = "SELECT * FROM run WHERE ? IS NULL OR mode = ? ORDER BY started DESC, name DESC LIMIT ?"
    rows = _rows(connection, query, (mode, mode, -1 if limit is None else limit))
    return [_run(row) | _outcomes(connection, row["id"]) for row in rows]


def _run(row: dict[str, Any]) -> dict[str, Any]:
    parsed = {name: row[name] and json.loads(row[name]) for name in ("arguments", "environment", "answer")}
    return row | parsed | {"dirty": None if row["dirty"] is None else bool(row["dirty"])}


def _outcomes(connection: sqlite3.Connection, run: int) -> dict[str, Any]:
    query = f"""SELECT outcome.name AS name, count(*) AS attempts, sum({_SPENT}) AS seconds
        FROM attempt JOIN outcome ON outcome.id = attempt.outcome WHERE run = ? GROUP BY outcome.name ORDER BY outcome.name"""  # noqa: S608
    rows = _rows(connection, query, (run,))
    return {"outcomes": {row["name"]: row["attempts"] for row in rows}, "seconds": sum(row["seconds"] for row in rows)}


def attempts(connection: sqlite3.Connection, run: int) -> list[dict[str, Any]]:
    """All attempts of a run, by node ID and number; durations in microseconds, as they were measured."""
    query = f"""SELECT {_NODE_ID} AS node_id, number AS attempt, outcome.name AS outcome, setup, call, teardown, worker
        FROM attempt {_NAMED} WHERE run = ? ORDER BY file.path, node.name, number"""  # noqa: S608
    return _rows(connection, query, (run,))


def left_out(connection: sqlite3.Connection, run: int) -> dict[bool, tuple[int, float]]:
    """Tests of a run and the seconds they took, by whether the selection leaves them out."""
    query = f"""SELECT coalesce(NOT judged.selected, 0) AS is_out, count(DISTINCT node) AS tests, sum({_SPENT}) AS seconds
        FROM attempt JOIN node ON node.id = attempt.node LEFT JOIN judged ON judged.run = attempt.run AND judged.file = node.file
        WHERE attempt.run = ? GROUP BY is_out"""  # noqa: S608
    return {bool(row["is_out"]): (row["tests"], row["seconds"]) for row in _rows(connection, query, (run,))}


def failing(connection: sqlite3.Connection, run: int) -> list[dict[str, Any]]:
    """The tests that failed in a run: `node`, `node_id`, `path`, `outcome`, `left_out`; by node ID."""
    query = f"""SELECT node.id AS node, {_NODE_ID} AS node_id, file.path AS path, outcome.name AS outcome,
            coalesce(NOT judged.selected, 0) AS left_out
        FROM attempt {_NAMED} LEFT JOIN judged ON judged.run = attempt.run AND judged.file = node.file
        WHERE attempt.run = ? AND outcome.name IN ('failed', 'error') AND {_IS_LAST} ORDER BY file.path, node.name"""  # noqa: S608
    return [row | {"left_out": bool(row["left_out"])} for row in _rows(connection, query, (run,))]


def failed_at(connection: sqlite3.Connection, revision: str | None, node: int) -> bool | None:
    """Whether a test failed in any recorded run of exactly the state `revision`; None where it was not run there."""
    query = f"""SELECT max(outcome.name IN ('failed', 'error')) AS failed
        FROM attempt JOIN run ON run.id = attempt.run JOIN outcome ON outcome.id = attempt.outcome
        WHERE run.revision = ? AND run.dirty = 0 AND attempt.node = ? AND {_IS_LAST}"""  # noqa: S608
    (row,) = _rows(connection, query, (revision, node))
    return None if row["failed"] is None else bool(row["failed"])


def seconds_by_file(connection: sqlite3.Connection, limit: int) -> dict[str, float]:
    """Per test file, the seconds that its tests take: of each test the mean of its first attempts in the last `limit` runs, added up."""
    query = f"""WITH last AS (SELECT id FROM run ORDER BY started DESC, name DESC LIMIT ?),
            spent AS (SELECT node, avg({_SPENT}) AS seconds FROM attempt WHERE run IN last AND number = 1 GROUP BY node)
        SELECT file.path AS path, sum(seconds) AS seconds
        FROM spent JOIN node ON node.id = spent.node JOIN file ON file.id = node.file GROUP BY file.path ORDER BY file.path"""  # noqa: S608
    return {row["path"]: row["seconds"] for row in _rows(connection, query, (limit,))}


def seconds_by_test(connection: sqlite3.Connection, limit: int) -> dict[str, float]:
    """Per node ID the mean seconds of its first attempts in the last `limit` runs that were not those of a selection."""
    query = f"""WITH last AS (SELECT id FROM run WHERE mode IS NULL OR mode NOT IN ('select', 'remaining')
                ORDER BY started DESC, name DESC LIMIT ?)
        SELECT {_NODE_ID} AS node_id, avg({_SPENT}) AS seconds
        FROM attempt JOIN node ON node.id = attempt.node JOIN file ON file.id = node.file
        WHERE run IN last AND number = 1 GROUP BY node"""  # noqa: S608 - as above
    return {row["node_id"]: row["seconds"] for row in _rows(connection, query, (limit,))}


def prune(connection: sqlite3.Connection, *, keep: int | None, before: float | None) -> int:
    """Delete all but the last `keep` runs, and those that started before `before`; how many went. Names that nothing uses go, too."""
    newest = "SELECT id FROM run ORDER BY started DESC, name DESC LIMIT ?"
    gone = connection.execute(f"DELETE FROM run WHERE id NOT IN ({newest})", (-1 if keep is None else keep,)).rowcount  # noqa: S608
    gone += connection.execute("DELETE FROM run WHERE started < ?", (before,)).rowcount
    for table in ("attempt", "judged"):
        connection.execute(f"DELETE FROM {table} WHERE run NOT IN (SELECT id FROM run)")  # noqa: S608
    connection.execute("DELETE FROM node WHERE id NOT IN (SELECT node FROM attempt)")
    connection.execute("DELETE FROM file WHERE id NOT IN (SELECT file FROM node UNION SELECT file FROM judged)")
    return gone


def vacuum(connection: sqlite3.Connection) -> None:
    """Give the space of what was deleted back to the disk."""
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(connection: sqlite3.Connection, query: str, values: tuple[object, ...]) -> list[dict[str, Any]]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
