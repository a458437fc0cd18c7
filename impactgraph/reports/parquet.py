"""The tables of an answer as Parquet files, for whoever goes on reckoning. Needs the library pyarrow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import orjson

from impactgraph.errors import UsageError
from impactgraph.reports.survey import flattened
from impactgraph.reports.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Row = Mapping[str, Any]

#: By kind, the lists of an answer that are tables.
_TABLES = {
    "growth": ("snapshots", "laws", "forecast", "fan", "distribution"),
    "bill": ("modules", "packages", "histogram", "components"),
}

_TEXTS = frozenset({"basis", "date", "path", "reason", "refused", "regime", "since", "until"})  # how names of such columns end


def require() -> None:
    """Raises UsageError where the library is missing: said before the work, not after it."""
    from importlib.util import find_spec

    if find_spec("pyarrow") is None:
        raise UsageError("--parquet needs pyarrow", "pip install 'pytest-impactgraph[parquet]'")


def files(answer: Row) -> Iterator[tuple[str, bytes]]:
    """Names of files and what they hold. A table without a row, whose columns nobody knows, has no file."""
    for name, rows in tables(answer).items():
        if rows:
            yield f"{name}.parquet", _written(rows)


def tables(answer: Row) -> dict[str, list[dict[str, Any]]]:
    """The tables of an answer about growth, a bill, or a survey of either: flat rows, all of the same columns.

    Of a survey the first is `repositories`; each row of the others begins with `repository` and `place`.
    """
    if answer["kind"] != "survey":
        return {name: _even(_rows(answer, name)) for name in _TABLES[answer["kind"]]}
    head = ("repository", "place", "status", "reason")
    lines = [{**{name: row[name] for name in head}, **dict(flattened(row["summary"] or {}))} for row in answer["repositories"]]
    found = {"repositories": _even(lines), "laws_over_all": _even(answer.get("laws", ()))}
    read = [row for row in answer["repositories"] if row["answer"]]
    for name in _TABLES[answer["of"]]:
        rows = [{**{key: row[key] for key in head[:2]}, **inner} for row in read for inner in _rows(row["answer"], name)]
        found[name] = _even(rows)
    return found


def _rows(answer: Row, name: str) -> list[dict[str, Any]]:
    return [dict(flattened(row)) for row in answer[name]]


def _even(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """`rows` with the columns that any of them has; text that is not UTF-8 is escaped."""
    kept = list(rows)
    names = list(dict.fromkeys(name for row in kept for name in row))
    return [{name: _plain(row.get(name)) for name in names} for row in kept]


def _plain(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_plain(one) if isinstance(one, str) else orjson.dumps(one).decode() for one in value]
    return value


def _written(rows: Sequence[Row]) -> bytes:
    import pyarrow as pa  # an extra, and slow to load
    from pyarrow import parquet

    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    sink = io.BytesIO()
    parquet.write_table(pa.table({name: column.cast(_type(pa, name, column.type)) for name, column in columns.items()}), sink)
    return sink.getvalue()


def _type(pa: Any, name: str, found: Any) -> Any:
    """The type of a column; where no value or no list's element shows it, the one that it has in other files."""
    if str(found) == "list<item: null>":
        return pa.list_(pa.string())
    if str(found) != "null":
        return found
    return pa.string() if name.rpartition("_")[2] in _TEXTS else pa.float64()
