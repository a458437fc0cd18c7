"""What happens to long calls, and to senseless arrays."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from array import array

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.kernel.test_costs import load

LONG_CALL = """
from array import array
from impactgraph import _core, _gains
size = 6000
csr = _core.reverse_csr(size, array("i", range(1, size)), array("i", range(size - 1)))
ones = array("d", [1]) * size
print("ready", flush=True)
while True:
    _gains.edge_gains(*csr, bytes([1]) * size, ones, ones, edge_count=size - 1)
"""


def test_control_c_ends_a_long_call() -> None:
    with subprocess.Popen([sys.executable, "-c", LONG_CALL], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in errors


SMALL = st.integers(-2, 4)
INTS = st.lists(SMALL, max_size=5).map(lambda values: array("i", values))
FLOATS = st.lists(st.floats() | st.just(1.0), max_size=5).map(lambda values: array("d", values))


@given(st.tuples(INTS, INTS, INTS, st.binary(max_size=4), FLOATS, FLOATS, INTS, INTS, st.integers(-1, 5), SMALL))
def test_any_arrays_give_an_answer_or_a_value_error(values: tuple[object, ...]) -> None:
    """Nothing else, from the compiled kernel, which reads memory without asking."""
    compiled = load("compiled")
    indptr, importers, edge_ids, is_test, weights, frequencies, heads, members, edge_count, k = values
    graph = (indptr, importers)
    for name, arguments, more in (
        ("components", graph, {}),
        ("count_tests", (*graph, is_test), {}),
        ("weigh_tests", (*graph, is_test, weights, heads, members), {}),
        ("reached_tests", (*graph, is_test, heads, members), {}),
        ("edge_gains", (*graph, edge_ids, is_test, weights, frequencies), {"edge_count": edge_count}),
        ("top_edge_gains", (*graph, edge_ids, is_test, weights, frequencies, k), {"edge_count": edge_count}),
        ("bundle_gains", (*graph, edge_ids, is_test, weights, frequencies, heads, members), {"edge_count": edge_count}),
    ):
        with contextlib.suppress(ValueError):
            getattr(compiled, name)(*arguments, **more)
