from __future__ import annotations

import io
import os
from typing import Any

import pytest

from impactgraph.reports.parquet import files, tables
from tests import growthanswers

if not os.environ.get("TESTS_IN_CI"):
    pytest.importorskip("pyarrow", reason="needs the extra parquet; CI has it")


def read(answer: dict[str, Any]) -> dict[str, Any]:
    from pyarrow import parquet

    return {name: parquet.read_table(io.BytesIO(data)) for name, data in files(answer)}


def test_every_table_of_growth_comes_back_as_it_was() -> None:
    answer = growthanswers.growth()
    found = read(answer)
    assert set(found) == {"snapshots.parquet", "laws.parquet", "forecast.parquet", "fan.parquet", "distribution.parquet"}
    for name, rows in tables(answer).items():
        assert found[f"{name}.parquet"].to_pylist() == rows
    snapshots = found["snapshots.parquet"]
    assert snapshots["lines"].to_pylist() == [row["lines"] for row in answer["snapshots"]]
    means = [row["impact"]["safe"]["commits"]["functions"]["mean"] for row in answer["snapshots"]]
    assert snapshots["impact_safe_commits_functions_mean"].to_pylist() == means
    assert dict(files(answer)) == dict(files(answer))


def test_several_repositories_are_told_apart_and_what_is_not_known_keeps_its_type() -> None:
    found = read(growthanswers.survey())
    repositories = found["repositories.parquet"]
    assert repositories["status"].to_pylist().count("failed") == 1
    assert str(repositories.schema.field("reason").type) == str(repositories.schema.field("laws_total_refused").type) == "string"
    laws = found["laws.parquet"].to_pylist()
    assert {row["repository"] for row in laws} == {row["repository"] for row in repositories.to_pylist() if row["status"] == "ok"}
    assert len(found["laws_over_all.parquet"]) == 9
    assert "fan.parquet" not in read(growthanswers.growth() | {"fan": []})


def test_names_that_are_no_text_and_lists_of_anything() -> None:
    bill = {
        "kind": "bill",
        "modules": [{"path": "a\udcff.py", "component": None}, {"path": "b.py", "component": None}],
        "packages": [],
        "histogram": [],
        "components": [{"id": 1, "modules": ["a\udcff.py"], "cuts": [{"line": 3}]}, {"id": 2, "modules": [], "cuts": []}],
    }
    found = read(bill)
    assert list(found) == ["modules.parquet", "components.parquet"]
    assert found["modules.parquet"].to_pylist()[0] == {"path": "a\\xff.py", "component": None}
    assert found["components.parquet"].to_pylist() == [
        {"id": 1, "modules": ["a\\xff.py"], "cuts": ['{"line":3}']},
        {"id": 2, "modules": [], "cuts": []},
    ]
