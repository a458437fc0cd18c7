"""Random small projects and random changes of them, for the fuzz. A project is {path: text}."""

from __future__ import annotations

import re
from typing import NamedTuple

from hypothesis import strategies as st

Files = dict[str, str]
DIRECTORIES = ("", "alpha", "alpha/deep", "beta", "beta/inner")
TEST_DIRECTORIES = ("tests", "tests/sub", "alpha/tests", "")
STYLES = ("import", "from", "member", "relative", "sibling", "star", "attempt", "lazy", "constant", "f-string", "walk", "patch", "data")
#: Styles whose import runs in the function's body.
LATE = frozenset({"lazy", "f-string", "walk", "patch"})
CONFTEST = "import pytest\n{imports}\n@pytest.fixture\ndef shared(): return {value}\n"


class Module(NamedTuple):
    """Module number `number`: it binds ``V<number>`` at import and ``f<number>()`` adds what it imports late."""

    number: int
    directory: str

    @property
    def path(self) -> str:
        return f"{self.directory}/m{self.number}.py".lstrip("/")

    @property
    def dotted(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")

    @property
    def package(self) -> str:
        return self.directory.replace("/", ".")


class Use(NamedTuple):
    """How one file uses a module: the lines that import it, and the expression of its value."""

    lines: tuple[str, ...]
    value: str


def use(importer: str, module: Module, style: str) -> Use:  # noqa: C901, PLR0911 - a table of styles
    """`style` is taken as far as it makes sense between the two places; otherwise it is a plain `from` import."""
    name, dotted, package = f"V{module.number}", module.dotted, module.package
    loaded = f"__import__('importlib').import_module({{}}).{name}"
    match style:
        case "import":
            return Use((f"import {dotted}",), f"{dotted}.{name}")
        case "member" if package:
            return Use((f"from {package} import m{module.number}",), f"m{module.number}.{name}")
        case "relative" if package and importer.split("/", maxsplit=1)[0] == module.directory.split("/")[0]:
            return Use((f"from {relative(importer, module)} import {name}",), name)
        case "sibling" if package and importer.rpartition("/")[0] == module.directory:
            return Use((f"from . import m{module.number}",), f"m{module.number}.{name}")
        case "star":
            return Use((f"from {dotted} import *",), name)
        case "attempt":
            return Use(("try:", f"    from {dotted} import {name}", "except ImportError:", f"    {name} = -1"), name)
        case "constant":
            return Use((), loaded.format(repr(dotted)))
        case "f-string" if package:
            return Use((f"name = 'm{module.number}'",), loaded.format(f"f'{package}.{{name}}'"))
        case "walk" if package:
            return Use((f"import importlib, pkgutil, {package}",), walked(package))
        case "patch":
            lines = ("from unittest import mock", f"with mock.patch('{dotted}.{name}', 5) as patched: pass")
            return Use(lines, "patched")
        case "data":
            return Use(("from pathlib import Path",), f"int((Path(__file__).parent / 'd{module.number}.txt').read_text())")
    return Use((f"from {dotted} import {name}",), name)


def relative(importer: str, module: Module) -> str:
    """The relative name of `module` for a file at `importer`, in the same top directory."""
    here = importer.split("/")[:-1]
    there = module.dotted.split(".")
    common = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    return "." * (len(here) - common + 1) + ".".join(there[common:])


def walked(package: str) -> str:
    """The sum of what all modules of a package bind."""
    modules = f"importlib.import_module(f'{package}.{{info.name}}') for info in pkgutil.iter_modules({package}.__path__)"
    return f"sum(value for module in [{modules}] for key, value in vars(module).items() if key[0] == 'V')"


@st.composite
def uses(draw: st.DrawFn, importer: str, modules: list[Module], most: int) -> tuple[list[Use], list[Use]]:
    """Some uses of some modules: those at import time, and those in a function."""
    chosen = draw(st.lists(st.sampled_from(modules), min_size=1, max_size=most, unique=True)) if modules else []
    early: list[Use] = []
    late: list[Use] = []
    for module in chosen:
        style = draw(st.sampled_from(STYLES))
        (late if style in LATE else early).append(use(importer, module, style))
    return early, late


@st.composite
def module_text(draw: st.DrawFn, module: Module, others: list[Module]) -> str:
    early, late = draw(uses(module.path, others, 3))
    imports = [line for each in early for line in each.lines]
    value = " + ".join([str(draw(st.integers(0, 9))), *(each.value for each in early)])
    return "\n".join([*imports, f"V{module.number} = {value}", *function(f"f{module.number}()", late, [f"V{module.number}"])])


def function(head: str, late: list[Use], values: list[str]) -> list[str]:
    imports = [f"    {line}" for each in late for line in each.lines if " import *" not in line]
    return [f"def {head}:", *imports, f"    return {' + '.join([*values, *(each.value for each in late)])}", ""]


@st.composite
def test_text(draw: st.DrawFn, path: str, modules: list[Module]) -> str:
    """A test that records what it sees: any difference in the value is a difference in the outcome."""
    early, late = draw(uses(path, modules, 3))
    imports = [line for each in early for line in each.lines]
    values = ["0", *(each.value for each in early)]
    if draw(st.booleans()):
        imports.append("from helper import H")
        values.append("H")
    shared = draw(st.booleans())
    body = function("total(shared)", late, [*values, "shared"])
    fixture = "" if shared else "def pytest_generate_tests(metafunc): metafunc.parametrize('shared', [0])\n"
    return "\n".join([*imports, *body, fixture, "def test_it(record_property, shared): record_property('value', total(shared))\n"])


@st.composite
def conftest_text(draw: st.DrawFn, path: str, modules: list[Module]) -> str:
    early, _ = draw(uses(path, modules, 1))
    imports = "\n".join(line for each in early for line in each.lines)
    return CONFTEST.format(imports=imports, value=" + ".join([str(draw(st.integers(0, 9))), *(each.value for each in early)]))


@st.composite
def projects(draw: st.DrawFn) -> tuple[Files, list[Module]]:
    """Five to twelve modules, packages with and without `__init__`, conftests, a helper, tests in several places."""
    modules = [Module(number, draw(st.sampled_from(DIRECTORIES))) for number in range(draw(st.integers(5, 12)))]
    files = {module.path: draw(module_text(module, modules[:number])) for number, module in enumerate(modules)}
    for directory in (*DIRECTORIES[1:], "tests", "tests/sub", "alpha/tests"):
        if draw(st.booleans()):
            files[f"{directory}/__init__.py"] = draw(init_text(directory, modules))
    for directory in ("", "tests/", "tests/sub/"):
        if draw(st.booleans()):
            files[f"{directory}conftest.py"] = draw(conftest_text(f"{directory}conftest.py", modules))
    files["tests/helper.py"] = f"H = {draw(st.integers(0, 9))}\n"
    for number in range(draw(st.integers(2, 4))):
        path = f"{draw(st.sampled_from(TEST_DIRECTORIES))}/test_{number}.py".lstrip("/")
        files[path] = draw(test_text(path, modules))
    return files | data_files(files), modules


def data_files(files: Files) -> Files:
    """The files that the "data" style opens, each beside its reader."""
    found = ((path.rpartition("/")[0], name) for path, text in files.items() for name in re.findall(r"d\d+\.txt", text))
    return {f"{directory}/{name}".lstrip("/"): "1\n" for directory, name in found}


@st.composite
def init_text(draw: st.DrawFn, directory: str, modules: list[Module]) -> str:
    inside = [module for module in modules if module.directory == directory]
    if not inside or draw(st.booleans()):
        return ""
    module = draw(st.sampled_from(inside))
    return draw(st.sampled_from([f"from . import m{module.number}\n", f"from .m{module.number} import *\n"]))


@st.composite
def changes(draw: st.DrawFn, files: Files, modules: list[Module]) -> Files:
    """The project after one or two edits, moves, deletions or additions."""
    result = dict(files)
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(sorted(result)))
        match draw(st.sampled_from(("value", "value", "rewrite", "move", "delete", "add", "add"))):
            case "value":
                result[path] = result[path].replace(" = ", " = 100 + ", 1).replace("return ", "return 50 + ", 1)
            case "rewrite":
                module = draw(st.sampled_from(modules))
                result[module.path] = draw(module_text(module, modules[: module.number]))
            case "move":
                directory = draw(st.sampled_from((*DIRECTORIES, *TEST_DIRECTORIES)))
                result[f"{directory}/{path.rpartition('/')[2]}".lstrip("/")] = result.pop(path)
            case "delete":
                del result[path]
            case "add":
                result |= draw(additions(modules))
    return result


@st.composite
def additions(draw: st.DrawFn, modules: list[Module]) -> Files:
    """One new file, of the kinds that change what other files mean."""
    module = draw(st.sampled_from(modules))
    directory = draw(st.sampled_from((*DIRECTORIES[1:], "tests", "tests/sub", "alpha/tests")))
    bound = f"V{module.number} = 77\n"
    path, text = draw(
        st.sampled_from(
            (
                (f"{directory}/__init__.py", ""),
                (f"{directory}/conftest.py", CONFTEST.format(imports="", value=77)),
                (module.path.removesuffix(".py") + "/__init__.py", bound),
                (f"tests/m{module.number}.py", bound),
                (f"{directory}/m{module.number}.py", bound),
                (f"{directory.split('/')[0]}.py", bound),
                (f"{directory}/helper.py", "H = 77\n"),
                (f"{directory}/d{module.number}.txt", "77\n"),
            )
        )
    )
    return {path: text}
