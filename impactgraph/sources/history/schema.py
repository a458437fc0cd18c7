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
