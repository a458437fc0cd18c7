"""Code that nests deeper than a thread's stack: grimp's parser recurses, and an overrun ends the process without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

Result = TypeVar("Result")

#: Bytes. A larger file was written by a program; its imports are read line by line.
LARGEST = 2_000_000
# What fits into the 2 MiB of grimp's threads, measured: 40 bytes for each operator of a chain, 1,050 for a lambda in a default.
_MOST_OPERATORS = 30_000
_MOST_LAMBDAS = 1_000
_OPERATORS = b"!%&(*+-./<=>@[^|~"
_OTHERS = bytes(set(range(256)) - set(_OPERATORS))
# Enough for the deepest nesting that `LARGEST` bytes can hold. Reserved, not used: only what is touched takes memory.
_STACK = 256 << 20


def may_nest_deeply(source: bytes) -> bool:
    """Whether `source` has enough of what nests that its depth could overrun a common stack."""
    if len(source) <= _MOST_LAMBDAS:
        return False
    return source.count(b"lambda") > _MOST_LAMBDAS or (
        len(source) > _MOST_OPERATORS and len(source.translate(None, _OTHERS)) > _MOST_OPERATORS
    )


def with_deep_stack(function: Callable[[], Result]) -> Result:
    """What `function` returns, called on a stack that any file up to `LARGEST` fits in."""
    from concurrent.futures import Future as NewFuture  # few checkouts have such a file
    from threading import Thread, stack_size

    future: Future[Result] = NewFuture()
    before = stack_size(_STACK)
    try:
        thread = Thread(target=_settle, args=(future, function))
        thread.start()
    finally:
        stack_size(before)
    thread.join()
    return future.result()


def _settle(future: Future[Result], function: Callable[[], Result]) -> None:
    try:
        future.set_result(function())
    except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
        future.set_exception(error)
