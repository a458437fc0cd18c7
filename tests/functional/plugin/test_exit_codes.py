from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.functional.plugin.conftest import Project

NONE_COLLECTED = 5


def test_no_tests_at_all_stays_pytests_5(make: Callable[..., Project]) -> None:
    assert make({"a.py": ""}).pytest("--impactgraph").code == NONE_COLLECTED


def test_no_match_for_a_keyword_stays_pytests_5(changed: Project) -> None:
    assert changed.pytest("--impactgraph", "-k", "nowhere").code == NONE_COLLECTED


@pytest.mark.parametrize("more", [(), ("-k", "one"), ("-n", "2"), ("--collect-only",), ("-p", "no:terminal"), ("-q", "-q")], ids=str)
def test_all_left_out_is_a_success(project: Project, more: tuple[str, ...]) -> None:
    assert project.pytest("--impactgraph", *more).code == 0


def test_selected_files_without_a_test_are_a_success_where_others_were_left_out(project: Project) -> None:
    project.write({"tests/test_one.py": "import one\n"})
    assert project.pytest("--impactgraph").code == 0


def test_a_failing_test_stays_a_failure(changed: Project) -> None:
    changed.write({"src/one.py": "def value():\n    return 3\n"})
    assert changed.pytest("--impactgraph").code == 1
    assert changed.pytest("--impactgraph", "-n", "2").code == 1


def test_an_error_at_collection_stays_an_error(changed: Project) -> None:
    changed.write({"tests/test_one.py": "import nowhere_to_be_found\n"})
    assert changed.pytest("--impactgraph").code == 2
