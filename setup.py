"""The compiled extensions; everything else is in pyproject.toml. IMPACTGRAPH_DEBUG=1 builds the kernel with bounds checks."""

from __future__ import annotations

import os

from Cython.Build import cythonize
from setuptools import Extension, setup

CHECKED = os.environ.get("IMPACTGRAPH_DEBUG") == "1"
# depends: so that the sources themselves, not only the C made from them, are in the source distribution
HEADERS = ("_core", "_columns", "_counts", "_gains", "_sides")
KERNEL = [
    Extension(
        f"impactgraph.{name}",
        [f"impactgraph/{name}.pyx"],
        depends=[f"impactgraph/{name}.pyx", *(f"impactgraph/{other}.pxd" for other in HEADERS)],
        extra_compile_args=["-O3"],
    )
    for name in (*HEADERS, "_best", "_sets", "_spans")
]
# optional: what it notes is asked of CPython's inner parts; without it everything but the recording of functions works
RECORDER = Extension(
    "impactgraph._recorder",
    ["impactgraph/_recorder.pyx"],
    depends=["impactgraph/_recorder.pyx", "impactgraph/_recorder.h", "impactgraph/_recorder_children.pxi"],
    optional=True,
)
SCANNER = Extension("impactgraph._scan", ["impactgraph/_scan.py"], depends=["impactgraph/_scan.py", "impactgraph/_scan.pxd"])
# The kernel checks its arrays once, before its loops; the scanner reads what anybody may have written and keeps its checks.
UNCHECKED = {"boundscheck": CHECKED, "initializedcheck": CHECKED, "wraparound": False}

setup(
    # force: the directives are no part of what cythonize compares, without it a debug build would stay
    ext_modules=[*cythonize(KERNEL, compiler_directives=UNCHECKED, force=True), *cythonize([SCANNER, RECORDER], force=True)],
    options={"build_ext": {"parallel": os.cpu_count() or 1}},
)
