from __future__ import annotations

from typing import Any

from impactgraph.reports.explain import render


def test_a_chain_shows_every_hop_with_kind_and_place(explanation: dict[str, Any]) -> None:
    assert render(explanation) == (
        "tests/test_b.py is selected:\n"
        "\n"
        "src/a.py -> tests/test_b.py\n"
        "      src/a.py\n"
        "  <-  src/b.py         import            src/b.py:3          import a\n"
        '  <-  tests/test_b.py  string, function  tests/test_b.py:12  patch("b.x")\n'
    )


def test_a_changed_test_needs_no_hop(explanation: dict[str, Any]) -> None:
    explanation["chains"] = [{"change": "t.py", "test": "t.py", "hops": []}]
    assert render(explanation).endswith("t.py -> t.py\n  the file itself changed\n")


def test_what_is_not_selected_is_said(explanation: dict[str, Any]) -> None:
    assert render(explanation | {"selected": False, "chains": []}) == "tests/test_b.py is not selected.\n"


def test_a_question_about_a_change_is_answered_about_the_change(explanation: dict[str, Any]) -> None:
    question = {"test": None, "change": "src/a.py"}
    assert render(explanation | {"question": question}).startswith("src/a.py selects tests:\n")
    assert render(explanation | {"question": question, "selected": False, "chains": []}) == "src/a.py selects no test.\n"


def test_reasons_stand_in_where_no_chain_leads(explanation: dict[str, Any]) -> None:
    reasons = [{"code": "global-input", "path": "uv.lock", "detail": None, "tests": 9}]
    assert (
        render(explanation | {"chains": [], "reasons": reasons}) == "tests/test_b.py is selected:\n  9 test files: global-input uv.lock\n"
    )


def test_an_edge_without_a_line_names_the_file(explanation: dict[str, Any]) -> None:
    explanation["chains"][0]["hops"][0] |= {"kind": "conftest", "line": None, "text": None, "path": "tests/conftest.py"}
    assert "  <-  src/b.py         conftest          tests/conftest.py\n" in render(explanation)


def test_source_text_can_not_reach_the_terminal_raw(explanation: dict[str, Any]) -> None:
    explanation["chains"][0]["hops"][0]["text"] = "import a  # \x1b[2J"
    assert "\x1b" not in render(explanation)
