"""The tables of the history, and how older ones become the present ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impactgraph.errors import SourceError

if TYPE_CHECKING:
    import sqlite3

#: References are not enforced: this package alone writes, each time in one transaction, and looking them up is a tenth of an ingestion.
#: Script n makes version n + 1 of version n. A published script is never changed: another one is added below it.
MIGRATIONS = (
    """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    started REAL,
    ended REAL,
    exit_status INTEGER,
    revision TEXT,
    dirty INTEGER,
    directory TEXT NOT NULL,
    arguments TEXT NOT NULL,
    environment TEXT NOT NULL,
    mode TEXT,
    decision TEXT,
    answer TEXT
);
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE node (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES file (id),
    name TEXT NOT NULL,
    UNIQUE (file, name)
);
CREATE TABLE outcome (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE attempt (
    run INTEGER NOT NULL REFERENCES run (id),
    node INTEGER NOT NULL REFERENCES node (id),
    number INTEGER NOT NULL,
    outcome INTEGER NOT NULL REFERENCES outcome (id),
    setup INTEGER,
    call INTEGER,
    teardown INTEGER,
    worker TEXT,
    PRIMARY KEY (run, node, number)
) WITHOUT ROWID;
CREATE TABLE judged (
    run INTEGER NOT NULL REFERENCES run (id),
    file INTEGER NOT NULL REFERENCES file (id),
    selected INTEGER NOT NULL,
    PRIMARY KEY (run, file)
) WITHOUT ROWID;
""",
    # What functions did, in tables that refer to nothing above: runs are pruned, what is known of a test stays.
    """
ALTER TABLE run ADD COLUMN state INTEGER;
ALTER TABLE run ADD COLUMN held INTEGER;
CREATE TABLE state (id INTEGER PRIMARY KEY, base INTEGER, files BLOB NOT NULL);
CREATE TABLE content (oid TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE path (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE function (id INTEGER PRIMARY KEY, path INTEGER NOT NULL, name TEXT NOT NULL);
CREATE TABLE trace (path INTEGER PRIMARY KEY, tests BLOB NOT NULL);
CREATE TABLE trace_state (path INTEGER NOT NULL, state INTEGER NOT NULL, PRIMARY KEY (path, state)) WITHOUT ROWID;
CREATE TABLE import (path INTEGER PRIMARY KEY, state INTEGER NOT NULL, functions BLOB NOT NULL, flags INTEGER NOT NULL);
""",
    # What was recorded before this said nothing of some processes that were started: it is forgotten, and recorded again.
    """
DELETE FROM trace;
DELETE FROM trace_state;
DELETE FROM import;
""",
)


class NewerHistoryError(SourceError):
    """The history was written by a newer version of this program, whose tables we don't know."""


def migrate(connection: sqlite3.Connection, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring the tables up to date, each step whole or not at all. Raises NewerHistoryError, sqlite3.Error."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(migrations):
        raise NewerHistoryError(
            f"the history has format {version}, this version of impactgraph knows {len(migrations)}", "use the newer impactgraph for it"
        )
    if version == 0:
        connection.execute("PRAGMA journal_mode = WAL")
    for number in range(version, len(migrations)):
        connection.executescript(f"BEGIN IMMEDIATE;\n{migrations[number]}\nPRAGMA user_version = {number + 1};\nCOMMIT;")
