from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator, ValidationError

from impactgraph.decisions.replay import summarise
from impactgraph.model import EDGE_KINDS
from impactgraph.reports import json
from impactgraph.reports.schemas import kinds, load


def validate(answer: dict[str, Any]) -> None:
    Draft202012Validator(orjson.loads(load(answer["kind"]))).validate(orjson.loads(json.render(answer)))


@pytest.fixture
def replay(doctor: dict[str, Any]) -> dict[str, Any]:
    head = {key: doctor[key] for key in ("schema_version", "tool", "root", "warnings")}
    reasons = [{"code": "global-input", "path": "uv.lock", "detail": None}]
    commits = [{"revision": "a" * 40, "subject": "s", "decision": "all", "tests_selected": 1, "tests_total": 1, "reasons": reasons}]
    return {**head, "kind": "replay", "commits": commits, "summary": summarise(commits)}


def test_the_kinds_are_known() -> None:
    assert {"doctor", "explanation", "replay", "selection"} <= set(kinds())
    assert "head" not in kinds()


@pytest.mark.parametrize("kind", kinds())
def test_schemas_are_valid_and_complete_in_themselves(kind: str) -> None:
    schema = orjson.loads(load(kind))
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["kind"] == {"const": kind}
    assert {"schema_version", "kind", "tool", "root", "warnings"} <= set(schema["required"])
    assert b'"$ref": "#/$defs/' in load(kind) or b'"$ref"' not in load(kind)


@pytest.mark.parametrize("kind", ["head", "no-such", "../selection"])
def test_an_unknown_kind_is_a_key_error(kind: str) -> None:
    with pytest.raises(KeyError):
        load(kind)


@pytest.mark.parametrize("name", ["selection", "everything", "nothing", "explanation", "doctor", "replay"])
def test_samples_are_valid(name: str, request: pytest.FixtureRequest) -> None:
    validate(request.getfixturevalue(name))


@pytest.mark.parametrize("name", ["selection", "explanation", "doctor", "replay"])
def test_every_field_is_required_and_more_are_allowed(name: str, request: pytest.FixtureRequest) -> None:
    answer = request.getfixturevalue(name)
    validate(answer | {"added_later": 1})
    for field in answer:
        if field != "kind":
            with pytest.raises(ValidationError):
                validate({key: value for key, value in answer.items() if key != field})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer.update(decision="some"),
        lambda answer: answer.update(schema_version=2),
        lambda answer: answer["changes"][0].update(status="X"),
        lambda answer: answer["changes"][0].update(effect="maybe"),
        lambda answer: answer["tests"][0].update(layer="guess"),
        lambda answer: answer["tests"][0].pop("node_ids"),
        lambda answer: answer["counts"].update(tests_total=-1),
        lambda answer: answer["base"].update(revision="main"),
        lambda answer: answer.update(default_arguments=[]),
        lambda answer: answer.update(tests=[]),
        lambda answer: answer.update(reasons=[]),
        lambda answer: answer.update(fallback={"code": "shallow"}),
        lambda answer: answer.update(decision="none"),
    ],
)
def test_a_selection_that_says_what_it_can_not_mean_is_invalid(
    selection: dict[str, Any], spoil: Callable[[dict[str, Any]], object]
) -> None:
    spoil(selection)
    with pytest.raises(ValidationError):
        validate(selection)


def test_all_needs_a_reason_or_a_fallback(everything: dict[str, Any]) -> None:
    everything["reasons"] = []
    with pytest.raises(ValidationError):
        validate(everything)
    validate(everything | {"fallback": {"code": "shallow", "message": "m", "hint": "h"}})


def test_every_edge_kind_may_stand_in_a_chain(explanation: dict[str, Any]) -> None:
    for kind in EDGE_KINDS:
        explanation["chains"][0]["hops"][0]["kind"] = kind
        validate(explanation)
