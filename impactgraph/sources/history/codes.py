"""Which functions of a file are no longer what they were: their own code, whatever lines it stands on."""

from __future__ import annotations

import warnings
from collections import defaultdict
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def changed_functions(old: bytes, new: bytes) -> frozenset[str] | None:
    """Qualified names of the functions of `old` that `new` doesn't have, or has with other code; None where either is no Python.

    Functions share a name where one is defined twice; then all of them have to be what they were.
    """
    try:
        before, after = _codes(old), _codes(new)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return frozenset(name for name, codes in before.items() if after.get(name) != codes)


def _codes(source: bytes) -> dict[str, list[object]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the compiler thinks of somebody's strings
        module = compile(source, "<recorded>", "exec", dont_inherit=True)
    found: dict[str, list[object]] = defaultdict(list)
    for code in _below(module):
        found[code.co_qualname].append(_own(code))
    return found


def _below(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _below(constant)


def _own(code: CodeType) -> object:
    """What a code object does, without lines and without the code in it, which is a function of its own."""
    constants = [constant.co_name if isinstance(constant, CodeType) else (type(constant), repr(constant)) for constant in code.co_consts]
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return code.co_code, code.co_exceptiontable, counts, names, constants
