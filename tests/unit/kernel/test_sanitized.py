"""The extensions built with AddressSanitizer and bounds checks."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[3]
MODULES = ("impactgraph", "tests")
FILES = ("setup.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.mark.slow
def test_the_kernel_under_address_sanitizer_with_bounds_checks(tmp_path: Path) -> None:
    if importlib.util.find_spec("Cython") is None:
        pytest.skip("Cython is not installed")
    for name in MODULES:
        shutil.copytree(TOP / name, tmp_path / name, ignore=shutil.ignore_patterns("*.so", "*.c", "__pycache__"))
    for name in FILES:
        shutil.copy(TOP / name, tmp_path / name)

    def python(*arguments: str, **more: str) -> str:
        finished = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=os.environ | more, check=False, capture_output=True, text=True
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    python("setup.py", "-q", "build_ext", "--inplace", IMPACTGRAPH_DEBUG="1", CFLAGS="-fsanitize=address -g -O1")
    sanitizer = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True).stdout.strip()
    # leaks: Python itself keeps what it has until it ends; malloc: else small objects lie in pools that the sanitizer can't see into
    run = {"LD_PRELOAD": sanitizer, "ASAN_OPTIONS": "detect_leaks=0", "PYTHONPATH": str(tmp_path), "PYTHONMALLOC": "malloc"}
    for name in ("_core", "_columns", "_counts", "_gains", "_sides", "_spans", "_best"):
        assert python("-c", f"import impactgraph.{name} as module; print(module.__file__)", **run).startswith(str(tmp_path))
    chosen = "compiled or any_arrays or gains_in_graphs"
    assert "passed" in python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, "tests/unit/kernel", **run)
