"""What a frame costs while functions are recorded, beside what it costs else.

    python -m benchmarks.frames [ROUNDS]

Nanoseconds of CPU per frame, the best of ROUNDS (15 by default), of a function that is called and of a generator that is resumed: plain;
recorded, where the code is the checkout's and was entered before; recorded, where it is not the checkout's. Each kind in a process of its
own, in turn. What a call costs more is nearly all CPython's: while anybody evaluates frames, calls of Python code are not inlined.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from impactgraph import _recorder as recorder

KINDS = ("plain", "the checkout's", "others'")
FRAMES = 200_000


def main(rounds: int = 15) -> None:
    """Print a line for each kind."""
    best = {kind: [float("inf")] * 2 for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            done = subprocess.run([sys.executable, "-m", "benchmarks.frames", "--", kind], capture_output=True, text=True, check=True)
            best[kind] = [min(pair) for pair in zip(best[kind], map(float, done.stdout.split()), strict=True)]
    for kind, (call, resumption) in best.items():
        print(f"{kind}: {call:.1f} ns per call, {resumption:.1f} ns per resumption")


def measure(kind: str) -> None:
    """Print the cost of a call and of a resumption."""
    with tempfile.TemporaryDirectory() as elsewhere:
        if kind != "plain":
            recorder.install(elsewhere if kind == "others'" else str(Path(__file__).parent))
            recorder.start(recorder.Sink())
        print(*(min(spent(action) for _ in range(5)) for action in (call_many, resume_many)))


def spent(action: Callable[[], None]) -> float:
    """Nanoseconds per frame."""
    before = time.process_time()
    action()
    return (time.process_time() - before) / FRAMES * 1e9


def call_many() -> None:
    """Calls, and nothing else."""
    for number in range(FRAMES):
        same(number)


def same(number: int) -> int:
    """As little as a function can do."""
    return number


def resume_many() -> None:
    """Resumptions, and nothing else."""
    for _ in numbers():
        pass


def numbers() -> Iterator[int]:
    """As little as a generator can do."""
    yield from range(FRAMES)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--"]:
        measure(sys.argv[2])
    else:
        main(*map(int, sys.argv[1:2]))
