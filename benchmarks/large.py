"""Counts on one large graph: ``python -m benchmarks.large GRAPH.npz [INTERRUPTS]``.

GRAPH.npz as for `kernel.py`. Prints the CPU time from edge arrays to the counts of all nodes, the most memory that the process ever had,
edge arrays included, and, of INTERRUPTS (20) signals at moments spread over such a call, how long the longest had to wait for its end.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.kernel import counts, load
from impactgraph import _core

if TYPE_CHECKING:
    from benchmarks.kernel import Graph


def waits(graph: Graph, count: int, seconds: float) -> list[float]:
    """Seconds from each signal to the end of the call that it interrupts, which takes about `seconds`."""
    found = []
    for number in range(count):
        moment = seconds * (number + 0.5) / count
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        due = time.monotonic() + moment
        signal.setitimer(signal.ITIMER_REAL, moment)
        try:
            counts(_core, graph)
            time.sleep(max(due - time.monotonic(), 0) + 1)  # it was quicker than before: the signal comes here
        except KeyboardInterrupt:
            found.append(time.monotonic() - due)
    return found


def main(path: str, interrupts: str = "20") -> None:
    """Measure and print; the arguments are told above."""
    graph = load(path)
    begun, start = time.monotonic(), time.process_time()
    found = counts(_core, graph)
    spent, wall = time.process_time() - start, time.monotonic() - begun
    print(f"nodes {graph.nodes:,}  edges {len(graph.importer):,}  tests {len(graph.tests):,}  most reached {max(found):,}")
    print(f"counts              {spent:10.3f} s of CPU, {wall:.3f} s")
    print(f"most memory         {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10.0f} MiB")
    if int(interrupts):
        late = waits(graph, int(interrupts), wall)
        print(f"interrupted         {max(late):10.3f} s until it ended, at most, of {len(late)}")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(*sys.argv[1:])
