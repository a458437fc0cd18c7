"""What scanning relies on: grimp below its public API, and that a file's facts don't depend on what else is scanned."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactgraph.analysis import imports
from impactgraph.analysis.imports import scan


def package_sources(directory: Path) -> dict[str, bytes]:
    return {path.relative_to(directory.parent).as_posix(): path.read_bytes() for path in sorted(directory.rglob("*.py"))}


def dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("module", [click, pytest], ids=["click", "pytest"])
def test_scanning_one_file_alone_gives_the_same_facts_as_scanning_all(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = Path(inspect.getfile(module)).parent  # type: ignore[arg-type]  # ours are modules
    sources = package_sources(directory if module is click else directory.parent / "_pytest")
    names = {dotted(path) for path in sources}
    monkeypatch.setattr(imports, "_FEW", 0)
    together = scan(sources, names, set(sources))
    monkeypatch.undo()
    alone = {path: scan({path: source}, names, set(sources))[path] for path, source in sources.items()}
    assert alone == together
    assert sum(len(facts.references) for facts in together.values()) > len(sources)


PARTS = st.sampled_from(["a", "b", "c", "é"])
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
STATEMENTS = st.one_of(
    st.lists(PARTS, min_size=1, max_size=3).map(lambda parts: f"import {'.'.join(parts)}"),
    st.tuples(st.integers(0, 4), st.lists(PARTS, max_size=2), st.lists(PARTS, min_size=1, max_size=2)).map(
        lambda three: f"from {'.' * three[0]}{'.'.join(three[1])} import {', '.join(three[2])}"
    ),
    st.tuples(st.integers(0, 3), PARTS).map(lambda two: f"from {'.' * two[0]}{two[1]} import *"),
)
TREES = st.dictionaries(
    st.tuples(PATHS, st.sampled_from([".py", "/__init__.py"])).map("".join), st.lists(STATEMENTS, max_size=4).map("\n".join), max_size=6
)


@settings(max_examples=150)
@given(TREES)
def test_a_file_has_the_same_facts_in_any_company(tree: dict[str, str]) -> None:
    sources = {path: text.encode() for path, text in tree.items()}
    names = {dotted(path) for path in sources} - {""}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "_FEW", 0)
        together = scan(sources, names, set(sources))
    assert {path: scan({path: source}, names, set(sources))[path] for path, source in sources.items()} == together
    assert scan(sources, names, set(sources)) == together


def test_the_minor_version_of_grimp_is_the_one_that_was_looked_at() -> None:
    assert version("grimp").split(".")[:2] == ["3", "19"]


def test_grimp_has_the_parts_below_its_public_api_that_we_use() -> None:
    from grimp import _rustgrimp
    from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
    from grimp.domain.valueobjects import Module

    assert list(inspect.signature(FoundPackage).parameters)[:3] == ["name", "directory", "module_files"]
    assert list(inspect.signature(ModuleFile).parameters) == ["module", "mtime"]
    assert next(iter(inspect.signature(Module).parameters)) == "name"
    assert set(inspect.signature(_rustgrimp.scan_for_imports).parameters) == {
        *("module_files", "found_packages", "include_external_packages", "exclude_type_checking_imports", "file_system"),
    }


def grimp_scan(source: str, *, exclude: bool = False) -> set[tuple[str, int, str]]:
    """The words of grimp for one file `top.a` beside `top` and `top.b`."""
    from grimp import _rustgrimp
    from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
    from grimp.domain.valueobjects import Module

    files = _rustgrimp.FakeBasicFileSystem()
    files.write("/a.py", source)
    module = ModuleFile(Module("top.a"), 0.0)
    universe = frozenset({module, *(ModuleFile(Module(name), 0.0) for name in ("top", "top.b", "top.b.c"))})
    found = _rustgrimp.scan_for_imports(
        module_files=(module,),
        found_packages={FoundPackage(name="x", directory="", module_files=universe)},
        include_external_packages=True,
        exclude_type_checking_imports=exclude,
        file_system=files,
    )
    return {(item.imported.name, item.line_number, item.line_contents) for item in found[module.module]}


def test_grimp_scans_from_memory_under_any_name_and_tells_line_and_text() -> None:
    assert grimp_scan("\nfrom .b import x  # why\n") == {("top.b", 2, "from .b import x  # why")}
    assert grimp_scan("from top import (\n  b,\n  x)\n") == {("top.b", 1, "from top import ("), ("top", 1, "from top import (")}
    assert grimp_scan("from .b import *") == {("top.b", 1, "from .b import *")}


def test_grimp_shortens_what_it_does_not_know_to_its_first_component() -> None:
    assert grimp_scan("import os.path") == {("os", 1, "import os.path")}
    assert grimp_scan("from top.nope.deep import x") == {("top", 1, "from top.nope.deep import x")}
    assert grimp_scan("from .nope import x") == {("top", 1, "from .nope import x")}


def test_grimp_leaves_out_the_body_of_a_type_checking_guard_and_nothing_else() -> None:
    source = "if TYPE_CHECKING:\n    import c\nelif x:\n    import d\nelse:\n    import e\n"
    assert {name for name, _, _ in grimp_scan(source, exclude=True)} == {"d", "e"}


def test_grimp_tells_the_line_that_it_refuses() -> None:
    with pytest.raises(Exception, match="Syntax error") as caught:
        grimp_scan("import b\ndef f(:\n")
    assert (type(caught.value).__name__, caught.value.lineno) == ("SourceSyntaxError", 2)  # type: ignore[attr-defined]  # grimp's
