"""How many test functions a test file defines: its cost, where no run of it was ever timed."""

from __future__ import annotations

import re

_MENTIONED = re.compile(rb"def[ \t]+test")  # found five times as fast, and most code has none
_FUNCTION = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]+test", re.MULTILINE)


def count_test_functions(source: bytes) -> int:
    """Definitions in `source` whose name starts with ``test``, methods included; at least 1, as pytest collects the file for something.

    By its text, so that a source that no parser of today takes counts as well. What a parametrization multiplies is not known from there.
    """
    return max(test_functions(source), 1)


def test_functions(source: bytes) -> int:
    """Those definitions; of a file that pytest need not collect there may be none."""
    return len(_FUNCTION.findall(source)) if _MENTIONED.search(source) else 0
