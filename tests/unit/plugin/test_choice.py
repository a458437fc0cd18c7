from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.plugin.choice import Choice

NAMES = [f"tests/test_{letter}.py" for letter in "abcdef"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def choice(checkout: Path, mode: str, distances: dict[str, int | None], *, fallback: bool = False) -> Choice:
    return Choice(mode, str(checkout), NAMES[:5], distances, fallback=fallback)


@given(selected=st.sets(st.sampled_from(NAMES[:5])))
def test_select_and_remaining_are_complements(tmp_path_factory: pytest.TempPathFactory, selected: set[str]) -> None:
    top = tmp_path_factory.getbasetemp() / "complements"
    for name in NAMES:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).touch()
    distances = dict.fromkeys(selected)
    select, remaining = (choice(top, mode, distances) for mode in ("select", "remaining"))
    for name in NAMES:
        assert select.leaves_out(str(top / name)) != remaining.leaves_out(str(top / name))


@pytest.mark.parametrize("mode", ["select", "remaining", "first", "observe"])
def test_after_a_fallback_nothing_is_left_out(checkout: Path, mode: str) -> None:
    made = choice(checkout, mode, {}, fallback=True)
    assert not any(made.leaves_out(str(checkout / name)) for name in NAMES)


def test_what_is_not_known_is_not_left_out(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = choice(checkout, "select", {})
    assert not made.leaves_out(str(checkout / NAMES[5]))
    assert not made.leaves_out(str(tmp_path_factory.mktemp("elsewhere") / NAMES[0]))
    assert not made.leaves_out(f"{checkout}-beside/{NAMES[0]}")
    assert made.leaves_out(str(checkout / NAMES[0]))


def test_the_remainder_keeps_directories(checkout: Path) -> None:
    assert not choice(checkout, "remaining", {}).leaves_out(str(checkout / "tests"))


def test_a_link_is_out_only_if_it_is_under_both_its_paths(checkout: Path) -> None:
    os.remove(checkout / NAMES[0])
    (checkout / NAMES[0]).symlink_to("test_b.py")
    path = str(checkout / NAMES[0])
    assert choice(checkout, "select", {}).leaves_out(path)
    assert not choice(checkout, "select", {NAMES[0]: 1}).leaves_out(path)
    assert not choice(checkout, "select", {NAMES[1]: 1}).leaves_out(path)


def test_the_rank_is_by_distance_then_what_is_not_measured_then_what_is_out(checkout: Path) -> None:
    made = choice(checkout, "first", {NAMES[0]: 2, NAMES[1]: None, NAMES[2]: 0})
    ranks = {name: made.rank(str(checkout / name)) for name in NAMES}
    assert sorted(NAMES, key=ranks.__getitem__) == [NAMES[2], NAMES[0], NAMES[1], NAMES[5], NAMES[3], NAMES[4]]
    assert ranks[NAMES[1]] == ranks[NAMES[5]]


def test_it_travels_as_json(checkout: Path) -> None:
    made = Choice("select", str(checkout), ["tests/\udcff.py", *NAMES], {NAMES[0]: 2, NAMES[1]: None}, fallback=False)
    text = json.dumps(made.dump())
    assert text.isascii()
    assert Choice.load(json.loads(text)).dump() == made.dump()
