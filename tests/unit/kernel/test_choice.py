"""Which kernel runs, asked in a fresh process each time."""

from __future__ import annotations

import importlib.machinery
import os
import subprocess
import sys

import pytest

SHOW_NAME = "from impactgraph import kernel; print(kernel.NAME, kernel.reach.__module__)"
SHOW_ERROR = """
import sys
{before}
from impactgraph.errors import ImpactGraphError
try:
    from impactgraph import kernel
except ImpactGraphError as error:
    print(error, error.hint)
"""
WITHOUT_EXTENSION = "sys.modules['impactgraph._core'] = None"


def run(code: str, choice: str | None) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "IMPACTGRAPH_KERNEL"}
    if choice is not None:
        environment["IMPACTGRAPH_KERNEL"] = choice
    return subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["_core", "_columns", "_counts", "_gains", "_sides", "_best"])
def test_the_extensions_are_built_and_loaded(name: str) -> None:
    extension = importlib.import_module(f"impactgraph.{name}")
    assert str(extension.__file__).endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES))


@pytest.mark.parametrize("choice", [None, "compiled"])
def test_the_compiled_kernel_is_the_default(choice: str | None) -> None:
    assert run(SHOW_NAME, choice) == "compiled impactgraph._core\n"


def test_the_reference_is_taken_when_asked_for() -> None:
    assert run(SHOW_NAME, "reference") == "reference impactgraph._reference\n"


def test_the_reference_needs_no_extension() -> None:
    assert run(f"import sys; {WITHOUT_EXTENSION}; {SHOW_NAME}", "reference") == "reference impactgraph._reference\n"


@pytest.mark.parametrize("choice", [None, "compiled"])
def test_a_missing_extension_is_an_error_with_a_hint_never_the_slow_kernel(choice: str | None) -> None:
    answer = run(SHOW_ERROR.format(before=WITHOUT_EXTENSION), choice)
    assert "the compiled kernel can't be loaded" in answer
    assert "IMPACTGRAPH_KERNEL=reference" in answer


@pytest.mark.parametrize("choice", ["fast", "", "COMPILED"])
def test_an_unknown_kernel_is_an_error_that_names_the_known_ones(choice: str) -> None:
    answer = run(SHOW_ERROR.format(before=""), choice)
    assert repr(choice) in answer
    assert "compiled or reference" in answer


def test_choosing_the_compiled_kernel_loads_neither_numpy_nor_rustworkx() -> None:
    code = "import sys; from impactgraph import kernel; print(sorted({'numpy', 'rustworkx'} & set(sys.modules)))"
    assert run(code, None) == "[]\n"
