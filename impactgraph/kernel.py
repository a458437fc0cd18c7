"""The one place that chooses between the compiled kernel and its reference; everybody else imports the functions from here.

IMPACTGRAPH_KERNEL is ``compiled`` (what is taken when it is not set) or ``reference``. The slow kernel is never taken unasked: without
the extension this module raises ImpactGraphError when it is imported, so import it where such errors are shown to the user.
"""

from __future__ import annotations

import os

from impactgraph.errors import ImpactGraphError

#: The kernel in use, as reports name it.
NAME = os.environ.get("IMPACTGRAPH_KERNEL", "compiled")

if NAME == "compiled":
    try:
        from impactgraph._best import top_edge_gains
        from impactgraph._core import components, reach, reverse_csr
        from impactgraph._counts import count_tests, reached_tests, weigh_tests
        from impactgraph._gains import bundle_gains, edge_gains
        from impactgraph._sets import decode_set, encode_set, touching
    except ImportError as problem:
        raise ImpactGraphError(
            f"the compiled kernel can't be loaded: {problem}",
            "install pytest-impactgraph again with a C compiler at hand, or set IMPACTGRAPH_KERNEL=reference (much slower)",
        ) from problem
elif NAME == "reference":
    from impactgraph._reference import components, reach, reverse_csr
    from impactgraph._reference_costs import bundle_gains, count_tests, edge_gains, reached_tests, top_edge_gains, weigh_tests
    from impactgraph._reference_sets import decode_set, encode_set, touching
else:
    raise ImpactGraphError(f"IMPACTGRAPH_KERNEL is {NAME!r}, which is no kernel", "set it to compiled or reference, or leave it out")

__all__ = [
    "NAME",
    "bundle_gains",
    "components",
    "count_tests",
    "decode_set",
    "edge_gains",
    "encode_set",
    "reach",
    "reached_tests",
    "reverse_csr",
    "top_edge_gains",
    "touching",
    "weigh_tests",
]
