from __future__ import annotations

import pytest

from impactgraph.analysis.layout.conftests import read_conftest


@pytest.mark.parametrize(
    ("source", "ignored", "complete"),
    [
        ('collect_ignore = ["a.py", "b"]', ("a.py", "b"), True),
        ('collect_ignore: list[str] = ["a.py"]', ("a.py",), True),
        ('collect_ignore = ["a"] + ["b"]', ("a", "b"), True),
        ('collect_ignore = []\ncollect_ignore.append("a")\ncollect_ignore.extend(["b"])\ncollect_ignore += ["c"]', ("a", "b", "c"), True),
        ('collect_ignore = ["a"]\ncollect_ignore = ["b"]', ("b",), True),
        ('collect_ignore = ["a", *more()]', ("a",), False),
        ('collect_ignore = ["a"]\nif x:\n    collect_ignore.append("b")', ("a",), False),
    ],
)
def test_literals_at_module_level_are_ignored_paths(source: str, ignored: tuple[str, ...], *, complete: bool) -> None:
    rules = read_conftest(source.encode())
    assert rules is not None
    assert (rules.ignore, rules.complete) == (ignored, complete)


@pytest.mark.parametrize(
    "source",
    [
        'collect_ignore = ["a"]\ncollect_ignore.remove("a")',
        'collect_ignore = ["a"]\nif x:\n    collect_ignore = []',
        'collect_ignore = ["a"]\ndel collect_ignore[0]',
        'collect_ignore = ["a"]\nchange(collect_ignore)',
        'collect_ignore = ["a"]\nfrom other import collect_ignore',
        'collect_ignore = ["a"]\nfrom other import *',
        "collect_ignore = find()",
        "if x:\n    collect_ignore = ['a']",
        "collect_ignore = ['a'\nprint 'not this Python'",
        "from other import *",
    ],
)
def test_what_may_be_taken_away_again_is_not_ignored_and_hides_what_is_above(source: str) -> None:
    rules = read_conftest(source.encode())
    assert rules is not None
    assert rules.ignore == ()


def test_a_name_that_is_not_bound_leaves_the_rules_above_in_force() -> None:
    rules = read_conftest(b'collect_ignore_glob = ["*_x.py"]')
    assert rules is not None
    assert (rules.ignore, rules.ignore_glob, rules.complete) == (None, ("*_x.py",), True)


def test_an_ordinary_conftest_has_no_rules_and_is_not_parsed() -> None:
    assert read_conftest(b"import pytest\n\n@pytest.fixture\ndef (") is None


@pytest.mark.parametrize(("returned", "may"), [("True", False), ("None", False), ("False", True), ("'x' in str(collection_path)", True)])
def test_a_hook_that_only_ignores_more_is_told_from_one_that_may_ignore_less(returned: str, *, may: bool) -> None:
    rules = read_conftest(f"def pytest_ignore_collect(collection_path):\n    if x:\n        return {returned}\n".encode())
    assert rules is not None
    assert rules.may_unignore is may


def test_an_imported_hook_may_ignore_less() -> None:
    rules = read_conftest(b"from plugin import pytest_ignore_collect")
    assert rules is not None
    assert rules.may_unignore


def test_file_patterns_of_a_collector_are_found_in_its_strings() -> None:
    source = (
        b'from sybil import Sybil\npytest_collect_file = Sybil(pattern="*.rst", patterns=["README.md", ".yaml"], why="some words").pytest()'
    )
    rules = read_conftest(source)
    assert rules is not None
    assert rules.collects == ("*.rst", "*.yaml", "README.md")
    assert not rules.complete
