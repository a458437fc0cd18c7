"""Questions answered in processes of their own, a few at a time: one that dies, or lacks memory, takes no other with it."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

from impactgraph.errors import ImpactGraphError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    Ask = Callable[[str], Any]

#: An answer, or what came instead of one.
Outcome = Any
_CONTEXT = multiprocessing.get_context("spawn")  # of a process with threads a fork may hang


def asked(ask: Callable[[str], Any], place: str) -> Outcome:
    """What `ask` says of `place`; instead of raising, the `ImpactGraphError` with which it failed."""
    try:
        return ask(place)
    except ImpactGraphError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one repository must not be the end of the others
        return SourceError(f"internal error: {type(error).__name__}: {error}", "run it alone, with IMPACTGRAPH_DEBUG=1")


def answers(ask: Callable[[str], Any], places: Sequence[str], jobs: int) -> Iterator[tuple[str, Outcome]]:
    """Each of `places` with what `asked` gives for it, as they get ready; `ask` is of an importable module. At most `jobs` at a time."""
    running: set[SpawnProcess] = set()
    is_over = Event()
    pool = ThreadPoolExecutor(jobs)
    try:
        place_of = {pool.submit(_apart, ask, place, running, is_over): place for place in places}
        for future in as_completed(place_of):
            yield place_of[future], future.result()
    finally:  # where the user stops it, those that are at work are told to clear away
        is_over.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for process in list(running):
            process.terminate()
        pool.shutdown()


def _apart(ask: Ask, place: str, running: set[SpawnProcess], is_over: Event) -> Outcome:
    receiving, sending = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_answer, args=(sending, ask, place))
    process.start()
    running.add(process)
    if is_over.is_set():  # too late for whoever told those that were at work
        process.terminate()
    sending.close()
    outcome: Outcome = None
    with receiving, suppress(EOFError):
        outcome = receiving.recv()
    process.join()
    running.discard(process)
    if outcome is None:
        return SourceError(f"its process ended with {process.exitcode}, without an answer", "it may have lacked memory: run it alone")
    return outcome


def _answer(sending: Connection, ask: Ask, place: str) -> None:
    """In the other process. A request to end is as good as Ctrl-C there: what was made is removed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), sending:
        sending.send(asked(ask, place))
