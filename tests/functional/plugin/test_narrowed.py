"""From a recorded run to the tests that a change can break, with real pytest runs."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from impactgraph import _recorder
from impactgraph.reports.schemas import load
from tests.functional.command import impactgraph
from tests.functional.plugin.conftest import Project

pytestmark = pytest.mark.skipif(not _recorder.SUPPORTED, reason="functions can't be recorded on this Python")

_CART = "LIMIT = 3\nOTHER = 4\n\n\ndef one():\n    return LIMIT\n\n\ndef two():\n    return OTHER\n"
# Of another length: compiled code is taken for that of any file that was written in the same second with as many bytes.
_DEARER = _CART.replace("LIMIT = 3", "LIMIT = 3 + 2")
_TESTS = "import cart\n\n\ndef test_one():\n    assert cart.one() == 3\n\n\ndef test_two():\n    assert cart.two() == 4\n"
_ONE, _TWO = "tests/test_cart.py::test_one", "tests/test_cart.py::test_two"


_FILES: dict[str, str | bytes | None] = {
    ".gitignore": "__pycache__/\n.pytest_cache/\n",
    "pytest.ini": "[pytest]\npythonpath = .\ntestpaths = tests\n",
    "cart.py": _CART,
    "tests/test_cart.py": _TESTS,
}


@pytest.fixture
def shop(make: Callable[..., Project]) -> Project:
    """A checkout whose tests were recorded."""
    project = make(_FILES)
    outcome = project.pytest(IMPACTGRAPH_RECORD="functions")
    assert outcome.code == 0, outcome.output
    return project


def _answer(project: Project) -> dict[str, object]:
    found: dict[str, object] = json.loads(impactgraph(project.path, "select", "--base", "HEAD", "--format", "json").output)
    return found


def _selected(project: Project) -> list[str]:
    return impactgraph(project.path, "select", "--base", "HEAD").output.decode().split()


def test_a_constant_selects_the_tests_that_run_code_which_reads_it(shop: Project) -> None:
    (shop.path / "cart.py").write_text(_DEARER)
    assert _selected(shop) == [_ONE]
    answer = _answer(shop)
    assert (answer["granularity"], answer["decision"]) == ("function", "subset")
    assert answer["counts"]["node_ids_total"] == 2  # type: ignore[index]
    assert answer["counts"]["node_ids_selected"] == 1  # type: ignore[index]


def test_pytest_runs_those_and_what_it_never_saw(shop: Project) -> None:
    (shop.path / "cart.py").write_text(_DEARER)
    (shop.path / "tests/test_cart.py").write_text(_TESTS + "\n\ndef test_three():\n    assert cart.two() == 4\n")
    outcome = shop.pytest("--impactgraph", "--impactgraph-base", "HEAD", "-v")
    assert outcome.code == 1
    assert f"{_ONE} FAILED" in outcome.output
    assert "test_cart.py::test_three PASSED" in outcome.output
    assert _TWO not in outcome.output


def test_the_tests_that_select_leaves_out_are_what_remains(shop: Project) -> None:
    (shop.path / "cart.py").write_text(_DEARER)
    outcome = shop.pytest("--impactgraph-mode", "remaining", "--impactgraph-base", "HEAD", "-v")
    assert outcome.code == 0, outcome.output
    assert f"{_TWO} PASSED" in outcome.output
    assert _ONE not in outcome.output


def test_a_comment_selects_nothing(shop: Project) -> None:
    (shop.path / "cart.py").write_text(_CART.replace("LIMIT = 3", "LIMIT = 3  # of them"))
    assert _selected(shop) == []


def test_an_answer_from_before_the_record_is_not_given_again(make: Callable[..., Project]) -> None:
    project = make(_FILES)
    (project.path / "cart.py").write_text(_DEARER)
    assert _selected(project) == ["tests/test_cart.py"]
    (project.path / "cart.py").write_text(_CART)
    project.pytest(IMPACTGRAPH_RECORD="functions")
    (project.path / "cart.py").write_text(_DEARER)
    assert _selected(project) == [_ONE]


def test_whole_files_are_selected_where_that_is_configured(shop: Project) -> None:
    (shop.path / "cart.py").write_text(_DEARER)
    assert _selected(shop) == [_ONE]
    (shop.path / "pyproject.toml").write_text('[tool.impactgraph]\ngranularity = "module"\n')
    assert _answer(shop)["granularity"] == "module"


def test_explain_says_what_decided_for_each_test(shop: Project) -> None:
    (shop.path / "cart.py").write_text(_DEARER)
    done = impactgraph(shop.path, "explain", "tests/test_cart.py", "--base", "HEAD", "--format", "json")
    answer = json.loads(done.output)
    Draft202012Validator(json.loads(load("explanation"))).validate(answer)
    assert answer["selected"]
    assert [(row["node_id"], row["selected"], row["rule"], row["unit"]) for row in answer["recorded"]] == [
        (_ONE, True, "mentions", "binding LIMIT"),
        (_TWO, False, None, None),
    ]
    text = impactgraph(shop.path, "explain", "tests/test_cart.py", "--base", "HEAD").output.decode()
    assert "function-mentions: cart.py binding LIMIT" in text
    assert "left out: it ran nothing that the change can touch" in text


def test_explain_says_that_a_file_is_left_out_although_a_chain_leads_to_it(shop: Project) -> None:
    shop.commit({"tests/test_idle.py": "import cart\n\n\ndef test_idle():\n    pass\n"})
    assert shop.pytest(IMPACTGRAPH_RECORD="functions").code == 0
    (shop.path / "cart.py").write_text(_DEARER)
    answer = json.loads(impactgraph(shop.path, "explain", "tests/test_idle.py", "--base", "HEAD", "--format", "json").output)
    assert (answer["selected"], len(answer["chains"])) == (False, 1)
