from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.analysis.settings.tables import UnparsableError, changed_keys, parse_ini, parse_toml


def names(old: bytes, new: bytes) -> list[str]:
    return [change.name for change in changed_keys(parse_toml(old), parse_toml(new))]


def test_each_value_that_differs_is_named_by_its_whole_key() -> None:
    assert names(b"[a]\nx = 1\ny = 2\n[a.b]\nz = [1]\n", b"[a]\nx = 1\ny = 3\n[a.b]\nz = [2]\n") == ["a.b.z", "a.y"]


def test_comments_layout_and_order_are_no_difference() -> None:
    assert names(b"[b]\ny=1\n[a]\nx={p=1,q=2}\n", b"# hello\n[a]\nx = {q = 2, p = 1}\n\n[b]\ny = 1 # one\n") == []


def test_a_table_that_comes_is_told_as_its_keys_an_empty_one_by_its_name() -> None:
    assert names(b"", b"[tool.x]\na = 1\n[tool.y]\n") == ["tool.x.a", "tool.y"]


def test_a_value_that_becomes_a_table_differs() -> None:
    assert names(b"a = 1\n", b"[a]\nb = 1\n") == ["a"]


def test_true_is_not_one() -> None:
    assert names(b"a = 1\n", b"a = true\n") == ["a"]


def test_ini_sections_are_tables_and_default_lends_nothing() -> None:
    tables = parse_ini(b"[DEFAULT]\nx = 1\n[flake8]\nmax = 3\n  # why\n  4\nbare\n")
    assert tables == {"DEFAULT": {"x": "1"}, "flake8": {"max": "3\n4", "bare": ""}}


@pytest.mark.parametrize("content", [b"x = 1\n", b"[a]\nx=1\nx=2\n", b"[a]\nx=1\n[a]\ny=1\n", b"[a]\nx = \xff\n"])
def test_an_ini_file_that_tools_may_read_otherwise_is_unparsable(content: bytes) -> None:
    with pytest.raises(UnparsableError):
        parse_ini(content)


@pytest.mark.parametrize("content", [b"[a", b"a = 1\na = 2\n", b"a = '\xff'\n"])
def test_what_is_no_toml_is_unparsable(content: bytes) -> None:
    with pytest.raises(UnparsableError):
        parse_toml(content)


def test_a_byte_order_mark_hides_nothing() -> None:
    assert parse_toml(b"\xef\xbb\xbfa = 1\n") == {"a": 1}
    assert parse_ini(b"\xef\xbb\xbf[a]\nb = 1\n") == {"a": {"b": "1"}}


TABLES = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3),
    lambda below: st.dictionaries(st.sampled_from("abc"), below | st.integers(0, 2), max_size=3),
    max_leaves=8,
)


@given(TABLES, TABLES)
def test_tables_differ_exactly_where_keys_are_named(old: dict[str, object], new: dict[str, object]) -> None:
    assert bool(changed_keys(old, new)) == (old != new)
    forward, backward = changed_keys(old, new), changed_keys(new, old)
    assert [(change.key, change.old, change.new) for change in forward] == [(change.key, change.new, change.old) for change in backward]
