from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.reports.json import render


def test_arrays_of_records_are_sorted_and_the_answer_is_left_alone(selection: dict[str, Any]) -> None:
    before = copy.deepcopy(selection)
    document = orjson.loads(render(selection))
    assert [test["path"] for test in document["tests"]] == ["tests/test_a.py", "tests/test_b.py"]
    assert [reason["code"] for reason in document["reasons"]] == ["changed", "reached"]
    assert selection == before


def test_equal_answers_in_another_order_are_equal_bytes(selection: dict[str, Any]) -> None:
    other = selection | {"tests": selection["tests"][::-1], "reasons": selection["reasons"][::-1]}
    assert render(selection) == render(other)


def test_null_sorts_before_every_value(selection: dict[str, Any]) -> None:
    selection["warnings"] = [
        {"code": "c", "path": path, "line": line, "message": "m"} for path, line in [("b", 2), ("b", None), (None, None)]
    ]
    assert [(row["path"], row["line"]) for row in orjson.loads(render(selection))["warnings"]] == [(None, None), ("b", None), ("b", 2)]


def test_hops_keep_their_order(explanation: dict[str, Any]) -> None:
    assert orjson.loads(render(explanation))["chains"] == explanation["chains"]


def test_document_is_indented_and_ends_with_one_newline(selection: dict[str, Any]) -> None:
    text = render(selection).decode()
    assert text.startswith('{\n  "schema_version": 1,\n')
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize(("name", "shown"), [(b"tests/caf\xe9.py", r"tests/caf\xe9.py"), ("tests/café.py".encode(), "tests/café.py")])
def test_undecodable_bytes_of_names_are_shown(selection: dict[str, Any], name: bytes, shown: str) -> None:
    selection["tests"][0]["path"] = name.decode("utf-8", "surrogateescape")
    assert shown in [test["path"] for test in orjson.loads(render(selection))["tests"]]


@given(st.text(st.characters(exclude_categories=())))
def test_every_string_can_be_rendered_and_only_surrogates_are_replaced(text: str) -> None:
    back = orjson.loads(render({"value": [text]}))["value"][0]
    assert (back == text) is not any("\ud800" <= char <= "\udfff" for char in text)
