"""Faults of a former audit: read from its answer, and found again in the code."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from impactgraph.analysis.faults import Fault, faults_of
from impactgraph.decisions.mutants import OUTCOMES, Mutant, ended
from impactgraph.errors import UsageError
from impactgraph.questions.audit_again import key_of, known_of, runs_of

SOURCE = b"def price(amount, factor=3):\n    return amount * factor\n\n\ndef both(one=None, other=None):\n    return one, other\n"


def row(mutant: Mutant, outcome: str, *failing: tuple[str, str]) -> dict[str, object]:
    path, line, before, after = key_of(mutant)
    tests = [{"node_id": node, "path": node.partition("::")[0], "outcome": how, "verdict": "selected"} for node, how in failing]
    return {"path": path, "line": line, "before": before, "after": after, "outcome": outcome, "failing": tests}


def mutants() -> list[Mutant]:
    return [Mutant("price.py", fault) for fault in faults_of(SOURCE)]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_run_that_is_known_ends_as_it_did(tmp_path: Path, outcome: str) -> None:
    failing = {"failed": [("test_price.py::test_price", "failed")], "import-crash": [("test_price.py", "uncollected")]}.get(outcome, [])
    mutant = mutants()[0]
    file = tmp_path / "audit.json"
    file.write_bytes(orjson.dumps({"mutants": [row(mutant, outcome, *failing)]}))
    run = runs_of(str(file))[key_of(mutant)]
    outcomes = {node: test.outcome for node, test in run.tests.items()}
    assert outcomes == dict(failing)
    assert ended(run.code, outcomes) == outcome
    assert {test.file for test in run.tests.values()} <= {"test_price.py"}


def test_of_faults_that_look_alike_none_is_taken_for_another() -> None:
    found = list(known_of(mutants(), {key_of(mutant) for mutant in mutants()}))
    assert {mutant.fault.before for mutant in mutants()} - {mutant.fault.before for mutant in found} == {"None"}
    assert len(found) == len(mutants()) - 2
    assert list(known_of(mutants(), {key_of(found[0])})) == [found[0]]
    assert list(known_of([Mutant("other.py", fault) for fault in faults_of(SOURCE)], {key_of(found[0])})) == []


def test_a_fault_is_known_whatever_its_kind_is_called() -> None:
    fault = Fault("class-attribute", 3, 10, 11, "5", "6", "Order")
    known = {key_of(Mutant("order.py", fault))}
    assert list(known_of([Mutant("order.py", fault._replace(kind="external-attribute"))], known)) != []


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"mutants": [{}]}', b'{"mutants": []}', b'{"mutants": 3}'])
def test_what_is_no_audit_of_mutants_is_an_error_that_says_what_would_be(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "audit.json"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"no .*mutants in") as error:
        runs_of(str(file))
    assert "--format json" in str(error.value.hint)
