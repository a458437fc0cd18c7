from __future__ import annotations

import pytest

from impactgraph.plugin.tally import Tally


def tally(left_out: set[str], collected: int, *troubles: str) -> Tally:
    made = Tally()
    made.left_out, made.collected, made.failed = left_out, collected, {"t"} if troubles else set()
    for message in troubles:
        made.trouble(message)
    return made


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (tally({"a"}, 0), True),
        (tally(set(), 0), False),
        (tally({"a"}, 1), False),
        (tally({"a"}, 0, "an error"), False),
    ],
)
def test_all_was_left_out_if_something_was_there_and_nothing_is_left(made: Tally, expected: bool) -> None:
    assert made.was_all_left_out() is expected


def test_what_workers_saw_is_brought_together() -> None:
    whole = Tally()
    for part in (tally({"a"}, 3), tally({"a", "b"}, 3, "an error"), tally(set(), 0, "an error")):
        whole.merge(part.dump())
    assert (whole.left_out, whole.collected, whole.failed, whole.troubles) == ({"a", "b"}, 3, {"t"}, ["an error"])


def test_counts_are_null_where_a_mode_does_not_know_them() -> None:
    made = tally({"a"}, 3)
    made.unselected = 1
    assert made.counts("observe") == {"node_ids_total": 3, "node_ids_selected": 2}
    assert made.counts("select") == {"node_ids_total": None, "node_ids_selected": 3}
    assert made.counts("remaining") == {"node_ids_total": None, "node_ids_selected": None}
