from __future__ import annotations

from impactgraph.questions.durations import spent

SECONDS = {"a.py::one": 1.0, "a.py::two": 2.0, "b.py::one": 4.0, "gone.py::one": 8.0}


def test_time_is_added_up_over_files_and_over_those_selected() -> None:
    assert spent(SECONDS, {"a.py", "b.py"}, {"a.py"}, ()) == {
        "node_ids_total": 3,
        "node_ids_selected": 2,
        "seconds_total": 7.0,
        "seconds_selected": 3.0,
    }


def test_a_test_that_is_left_out_takes_no_time() -> None:
    found = spent(SECONDS, {"a.py", "b.py"}, {"a.py", "b.py"}, {"a.py::two"})
    assert (found["node_ids_selected"], found["seconds_selected"]) == (2, 5.0)


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert spent({"gone.py::one": 8.0}, {"a.py"}, {"a.py"}, ()) == {}
