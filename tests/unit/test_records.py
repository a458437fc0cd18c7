from __future__ import annotations

from impactgraph.record import Function, Record
from tests.unit.records import made


def test_a_record_made_by_hand_answers_as_one() -> None:
    record: Record = made(
        {"t.py::b": ["m.py::f", "m.py::C.g"], "t.py::a": ["m.py::f"], "t.py::c": []},
        states=({"m.py": "1"}, {"m.py": "2"}),
        state_of={"t.py::a": 0},
        partial=["t.py::c"],
        imported={"m.py": ["m.py::C"]},
        session=["conftest.py::pytest_configure"],
        requested={"t.py::c": ["m.py"]},
        opened={"t.py::b": ["data.json"]},
        texts={"2": b"x"},
    )
    number = {function: index for index, function in enumerate(record.functions)}
    assert (record.node_ids, record.state_of) == (["t.py::a", "t.py::b", "t.py::c"], [0, 1, 1])
    assert record.entered([number[Function("m.py", "f")]]) == {0, 1}
    assert record.entered([number[Function("m.py", "C.g")]]) == {1}
    assert record.entered([]) == set()
    assert record.imported == {"m.py": {number[Function("m.py", "C")]}}
    assert record.session == {number[Function("conftest.py", "pytest_configure")]}
    assert (record.requested(["m.py"]), record.opened(["data.json", "x"]), record.partial) == ({2}, {1}, {2})
    assert (record.text("2"), record.text("1")) == (b"x", None)
