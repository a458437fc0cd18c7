from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from impactgraph.sources.history import runs, schema, store
from impactgraph.sources.history.ingest import store_run
from impactgraph.sources.history.journal import Recording

PASSED = ["a.py::test_a", "passed", 10, 20, 30, None]
FAILED = ["b.py::T::test_b", "failed", 10, 20, None, "gw1"]


def recording(name: str = "x", *attempts: list[Any], **facts: Any) -> Recording:
    return Recording({"run": name, **facts}, list(attempts))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        schema.migrate(opened)
        yield opened
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []


def count(connection: sqlite3.Connection, table: str) -> int:
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608


def test_a_run_is_stored_once_however_often_it_is_ingested(connection: sqlite3.Connection) -> None:
    assert [store_run(connection, recording("x", PASSED, FAILED)) for _ in range(2)] == [True, False]
    (run,) = runs.runs(connection)
    assert run["outcomes"] == {"failed": 1, "passed": 1}
    assert run["seconds"] == pytest.approx(90e-6)


def test_names_are_kept_once(connection: sqlite3.Connection) -> None:
    for name in "xyz":
        store_run(connection, recording(name, PASSED, FAILED, ["a.py::test_c", "passed", 1, 1, 1, None]))
    assert (count(connection, "file"), count(connection, "node"), count(connection, "outcome")) == (2, 3, 2)
    assert count(connection, "attempt") == 9


def test_attempts_come_back_in_order(connection: sqlite3.Connection) -> None:
    store_run(connection, recording("x", FAILED, PASSED, [*FAILED[:1], "passed", 1, 2, 3, None], ["c.py", "error", None, None, None, None]))
    rows = [(row["node_id"], row["attempt"], row["outcome"]) for row in runs.attempts(connection, 1)]
    assert rows == [("a.py::test_a", 1, "passed"), (FAILED[0], 1, "failed"), (FAILED[0], 2, "passed"), ("c.py", 1, "error")]


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 137])
def test_any_number_of_attempts_is_stored_and_known_again(connection: sqlite3.Connection, count: int) -> None:
    attempts = [[f"f{number % 3}.py::t{number // 4}", "passed", number, number + 1, None, None] for number in range(count)]
    for name in ("x", "y"):
        store_run(connection, recording(name, *attempts))
    for run in (1, 2):
        rows = runs.attempts(connection, run)
        assert sorted((row["setup"], row["node_id"], row["call"]) for row in rows) == [(at[2], at[0], at[3]) for at in attempts]
        nodes = sorted({attempt[0] for attempt in attempts})
        assert [row["attempt"] for row in rows] == [n + 1 for node in nodes for n in range(sum(at[0] == node for at in attempts))]


def test_node_ids_are_told_from_the_top_of_the_checkout(connection: sqlite3.Connection) -> None:
    attempts = [["t/a.py::t[a/../b::c]", *PASSED[1:]], ["../u/a.py::t", *PASSED[1:]]]
    store_run(connection, recording("x", *attempts, directory="sub"))
    assert [row["node_id"] for row in runs.attempts(connection, 1)] == ["sub/t/a.py::t[a/../b::c]", "u/a.py::t"]


def test_names_that_are_not_utf_8_are_escaped(connection: sqlite3.Connection) -> None:
    store_run(connection, recording("x", ["a\udcff.py::é[\udc80]", *PASSED[1:]], ["a\\xff.py::é[\\x80]", *PASSED[1:]]))
    assert {row["node_id"] for row in runs.attempts(connection, 1)} == {"a\\xff.py::é[\\x80]"}
    assert count(connection, "node") == 1


def test_the_last_attempt_says_whether_a_test_failed(connection: sqlite3.Connection) -> None:
    again = [*FAILED[:1], "passed", 1, 2, 3, None]
    store_run(connection, recording("x", FAILED, again, ["c.py::test_c", "error", 1, None, 1, None]))
    assert [row["node_id"] for row in runs.failing(connection, 1)] == ["c.py::test_c"]


def test_what_the_selection_leaves_out_is_counted_by_file(connection: sqlite3.Connection) -> None:
    store_run(connection, recording("x", PASSED, FAILED, left_out=["b.py", "z.py"], selected=["a.py"], mode="observe"))
    assert runs.left_out(connection, 1) == {False: (1, pytest.approx(60e-6)), True: (1, pytest.approx(30e-6))}
    (test,) = runs.failing(connection, 1)
    assert (test["path"], test["left_out"]) == ("b.py", True)


def test_a_failure_at_a_revision_counts_where_nothing_else_was_in_the_way(connection: sqlite3.Connection) -> None:
    store_run(connection, recording("x", FAILED, PASSED, revision="r", dirty=False))
    store_run(connection, recording("y", ["a.py::test_a", "failed", 1, 1, 1, None], revision="r", dirty=True))
    nodes = {row["name"]: row["id"] for row in runs._rows(connection, "SELECT name, id FROM node", ())}
    assert runs.failed_at(connection, "r", nodes["T::test_b"]) is True
    assert runs.failed_at(connection, "r", nodes["test_a"]) is False
    assert runs.failed_at(connection, "s", nodes["test_a"]) is None
    assert runs.failed_at(connection, None, nodes["test_a"]) is None


def test_pruning_keeps_the_newest_and_what_they_name(connection: sqlite3.Connection) -> None:
    for number in range(5):
        store_run(connection, recording(str(number), [f"{number}.py::t", *PASSED[1:]], started=float(number), left_out=[f"l{number}.py"]))
    assert runs.prune(connection, keep=2, before=None) == 3
    assert [run["name"] for run in runs.runs(connection)] == ["4", "3"]
    assert {table: count(connection, table) for table in ("node", "file", "attempt", "judged")} == {
        "node": 2,
        "file": 4,
        "attempt": 2,
        "judged": 2,
    }
    assert runs.prune(connection, keep=None, before=4.0) == 1
    assert runs.prune(connection, keep=None, before=None) == 0


def test_each_migration_is_taken_once(tmp_path: Path) -> None:
    later = (*schema.MIGRATIONS, "ALTER TABLE run ADD COLUMN more TEXT; UPDATE run SET more = 'old';")
    store.use(str(tmp_path), lambda connection: store_run(connection, recording("x", PASSED)))
    with closing(sqlite3.connect(tmp_path / store.DATABASE, isolation_level=None)) as connection:
        for _ in range(2):
            schema.migrate(connection, later)
        assert connection.execute("SELECT name, more FROM run").fetchall() == [("x", "old")]
        with pytest.raises(schema.NewerHistoryError):
            schema.migrate(connection)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    store.use(str(tmp_path), lambda connection: store_run(connection, recording("x", PASSED)))
    with closing(sqlite3.connect(tmp_path / store.DATABASE, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.Error):
            schema.migrate(connection, (*schema.MIGRATIONS, "ALTER TABLE run ADD COLUMN more TEXT; SELECT nonsense;"))
        connection.execute("ROLLBACK")
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        assert "more" not in connection.execute("SELECT sql FROM sqlite_master WHERE name = 'run'").fetchone()[0]


def test_the_database_is_in_wal_mode(tmp_path: Path) -> None:
    mode, _ = store.use(str(tmp_path), lambda connection: connection.execute("PRAGMA journal_mode").fetchone())
    assert mode == ("wal",)


def test_a_holder_of_the_lock_is_waited_for_no_longer_than_told(tmp_path: Path) -> None:
    def inside(_: sqlite3.Connection) -> None:
        with pytest.raises(store.UnavailableHistoryError):
            store.use(str(tmp_path), lambda _: None, patience=0.05)

    store.use(str(tmp_path), inside)


def test_a_transaction_is_undone_by_any_error(connection: sqlite3.Connection) -> None:
    with pytest.raises(AttributeError):
        store_run(connection, recording("x", PASSED, [1, "passed", 1, 1, 1, None]))
    assert count(connection, "run") == 0
