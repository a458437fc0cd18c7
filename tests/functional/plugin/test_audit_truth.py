"""Past commits judged by executions that somebody else recorded, with and without a record of our own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from impactgraph.reports.schemas import load
from tests.functional.command import Outcome, impactgraph, refused
from tests.functional.plugin.conftest import Project

SHOP: dict[str, str | bytes | None] = {
    "pytest.ini": "[pytest]\npythonpath = src\ntestpaths = tests\n",
    ".gitignore": "__pycache__/\n.impactgraph_cache/\n.pytest_cache/\ntruth.*\n",
    "src/price.py": "RATE = 2\n\n\ndef price(amount):\n    return amount * RATE\n\n\ndef vat(amount):\n    return amount\n",
    "tests/test_price.py": (
        "import price\n\n\ndef test_price():\n    assert price.price(1) == 2\n\n\ndef test_vat():\n    assert price.vat(1) == 1\n"
    ),
    "tests/test_other.py": "def test_other():\n    pass\n",
}
PRICE, VAT, OTHER = "tests/test_price.py::test_price", "tests/test_price.py::test_vat", "tests/test_other.py::test_other"


def changed(make: Callable[..., Project], **entered: list[int]) -> Project:
    """A shop of which two commits change a function each, and one a comment; the truth of the last state is in ``truth.json``."""
    shop = make(SHOP)
    price = str(SHOP["src/price.py"])
    shop.commit({"src/price.py": price.replace("return amount\n", "return +amount\n")})
    shop.commit({"src/price.py": price.replace("return amount\n", "return +amount\n").replace("return amount *", "return +amount *")})
    truth = {
        "commit": shop.git("rev-parse", "HEAD").strip(),
        "functions": [
            {"file": "src/price.py", "qualname": "price", "line": 4},
            {"file": "src/price.py", "qualname": "vat", "line": 8},
            {"file": "src/price.py", "qualname": "<module>", "line": 1},
        ],
        "tests": {
            PRICE: entered.get("price", [0]),
            VAT: entered.get("vat", [1]),
            OTHER: entered.get("other", []),
            "tests/gone.py::test": [0],
        },
        "outcomes": {PRICE: "passed", VAT: "passed", OTHER: "passed", "tests/gone.py::test": "skipped"},
        "import_time": {"tests/test_price.py": {"modules": ["src/price.py"], "functions": [2]}},
    }
    (shop.path / "truth.json").write_text(json.dumps(truth))
    return shop


def audit(shop: Project, *arguments: str) -> Outcome:
    return impactgraph(shop.path, "audit", "truth", "truth.json", *arguments)


def audited(shop: Project, *arguments: str) -> dict[str, Any]:
    outcome = audit(shop, "--format=json", *arguments)
    assert outcome.code == 0, outcome
    Draft202012Validator(orjson.loads(load("audit"))).validate(outcome.answer)
    return outcome.answer


def test_each_commit_selects_who_entered_what_it_changed(make: Callable[..., Project]) -> None:
    answer = audited(changed(make))
    assert (answer["record"], answer["tests"], answer["misses"]) == ("truth", 3, [])
    assert [(row["selected"], row["selected_by_module"], row["entered"]) for row in answer["commits"]] == [(1, 2, 1), (1, 2, 1)]
    assert (answer["summary"]["recall"], answer["summary"]["precision"]) == (1, 1)
    assert answer["summary"]["floors"]["entered"]["mean"] == pytest.approx(1 / 3)


def test_a_record_of_our_own_decides_and_the_truth_tells_what_it_lost(make: Callable[..., Project]) -> None:
    shop = changed(make, other=[1])
    assert shop.pytest(IMPACTGRAPH_RECORD="functions").code == 0
    answer = audited(shop)
    assert answer["record"] == "own"
    assert [(row["selected"], row["ran"], row["lost"]) for row in answer["commits"]] == [(1, 1, []), (1, 2, [OTHER])]
    assert [miss["node_id"] for miss in answer["misses"]] == [OTHER]
    assert (answer["summary"]["recall"], answer["summary"]["lost"]) == (pytest.approx(2 / 3), 1)
    outcome = audit(shop, "--exit-code")
    text = "\n".join(outcome.lines)
    assert outcome.code == 1
    assert text.startswith("Of 2 commits 1 test that ran a changed function would have been left out.")
    assert f"lost {OTHER}" in text


def test_a_record_of_another_state_is_not_used(make: Callable[..., Project]) -> None:
    shop = changed(make)
    shop.write({"src/price.py": SHOP["src/price.py"]})
    assert shop.pytest(IMPACTGRAPH_RECORD="functions").code == 0
    answer = audited(shop)
    assert answer["record"] == "truth"
    assert [warning["code"] for warning in answer["warnings"]] == ["other-state"]


def test_what_is_no_record_is_an_error(make: Callable[..., Project]) -> None:
    shop = changed(make)
    truth = shop.path / "truth.json"
    truth.write_bytes(gzip.compress(truth.read_bytes()))
    assert audited(shop, "--commits=1")["summary"]["commits"] == 1
    for content in (b"{}", b"[1]", b"\x1f\x8b", b"no json"):
        truth.write_bytes(content)
        refused(audit(shop), "is no record of executions", "docs/functions.md")
    Path(truth).unlink()
    assert audit(shop).code == 2
