"""Each way in which a file leads to another, and that what could mean several files leads to each."""

from __future__ import annotations

import pytest

from impactgraph.analysis.assemble import Former, assemble
from impactgraph.config import Config, Link
from tests.memory import edges_of, pairs_of, tree_of

PYTEST = {"pyproject.toml": "[tool.pytest.ini_options]\n"}
TEST = "def test_it(): pass\n"


def edges(
    files: dict[str, str], *, links: dict[str, str] | None = None, config: Config | None = None, gone: tuple[str, ...] = ()
) -> set[tuple[str, str, str]]:
    return pairs_of(assemble(tree_of({**PYTEST, **files}, links), config or Config(), base=Former(gone)).graph)


PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/a.py": "",
    "pkg/sub/__init__.py": "",
    "pkg/sub/m.py": "",
    "pkg/sub/n.py": "",
    "pkg/sub/deep/x.py": "",
}


BELOW_SUB = {path for path in PACKAGE if path.startswith("pkg/sub/")}


@pytest.mark.parametrize(
    ("source", "imported", "kind"),
    [
        ("import pkg.a", {"pkg/a.py"}, "import"),
        ("from pkg import a", {"pkg/a.py"}, "import"),
        ("from pkg.sub.m import name", {"pkg/sub/m.py"}, "import"),
        ("from pkg.sub import m, name", {"pkg/sub/m.py", "pkg/sub/__init__.py"}, "import"),
        ("from pkg.sub import *", {"pkg/sub/__init__.py", "pkg/sub/m.py", "pkg/sub/n.py"}, "import"),
        ("from pkg._version import v", {"pkg/__init__.py"}, "import"),
        ("from pkg.sub._gone.more import v", {"pkg/sub/__init__.py"}, "import"),
        ("if TYPE_CHECKING:\n    import pkg.a", {"pkg/a.py"}, "type-checking"),
        ("mock.patch('pkg.sub.m.name')", {"pkg/sub/m.py"}, "string"),
        ("NAME = 'pkg.a'", {"pkg/a.py"}, "string"),
        ("NAME = 'pkg.a:attr'", {"pkg/a.py"}, "string"),
        ("NAME = 'pkg.name'", {"pkg/__init__.py"}, "string"),
        ("NAME = 'pkg'", set(), "string"),
        ("NAME = 'pkg.no.such'", set(), "string"),
        ("import importlib\nimportlib.import_module('pkg.a')", {"pkg/a.py"}, "dynamic-import"),
        ("__import__('pkg.sub.m')", {"pkg/sub/m.py"}, "dynamic-import"),
        ("import importlib\nimportlib.import_module(f'pkg.sub.{x}')", BELOW_SUB, "dynamic-import"),
        ("import importlib\nimportlib.import_module(x)", set(), "dynamic-import"),
        ("import pkgutil, pkg.sub\npkgutil.iter_modules(pkg.sub.__path__)", BELOW_SUB, "package-walk"),
        ("pytest_plugins = ['pkg.a']", {"pkg/a.py"}, "pytest-plugin"),
        ("pytest_plugins = 'pkg.a'", {"pkg/a.py"}, "pytest-plugin"),
    ],
)  # fmt: skip
def test_what_a_test_names_is_an_edge_of_its_kind(source: str, imported: set[str], kind: str) -> None:
    found = edges({**PACKAGE, "tests/test_a.py": f"{source}\n{TEST}"})
    assert {target for importer, target, what in found if importer == "tests/test_a.py" and what == kind} == imported


def test_a_prefix_of_a_name_stands_for_all_modules_that_begin_so() -> None:
    files = {
        "plug_a.py": "",
        "plug_b/__init__.py": "",
        "plug_b/inner.py": "",
        "unplug.py": "",
        "src.py": "import importlib\nimportlib.import_module('plug_' + name)\n",
    }
    found = {target for importer, target, kind in edges(files) if (importer, kind) == ("src.py", "dynamic-import")}
    assert found >= {"plug_a.py", "plug_b/__init__.py"}
    assert "unplug.py" not in found


@pytest.mark.parametrize(
    ("path", "source", "imported"),
    [
        ("pkg/a.py", "from . import sub", "pkg/sub/__init__.py"),
        ("pkg/a.py", "from .sub import m", "pkg/sub/m.py"),
        ("pkg/a.py", "from .sub.gone import x", "pkg/sub/__init__.py"),
        ("pkg/sub/n.py", "from .m import x", "pkg/sub/m.py"),
        ("pkg/sub/n.py", "from ..a import x", "pkg/a.py"),
        ("pkg/sub/deep/y.py", "from . import x", "pkg/sub/deep/x.py"),
        ("pkg/sub/deep/y.py", "from .gone import x", "pkg/sub/__init__.py"),
        ("other/b.py", "from ..pkg import a", "pkg/a.py"),
    ],
)
def test_relative_imports_lead_to_files_beside(path: str, source: str, imported: str) -> None:
    assert (path, imported, "import") in edges({**PACKAGE, path: source})


def test_a_package_runs_before_its_modules() -> None:
    found = {(importer, target) for importer, target, kind in edges({**PACKAGE, "loose.py": ""}) if kind == "parent-package"}
    assert found == {
        ("pkg/a.py", "pkg/__init__.py"),
        ("pkg/sub/__init__.py", "pkg/__init__.py"),
        ("pkg/sub/m.py", "pkg/sub/__init__.py"),
        ("pkg/sub/n.py", "pkg/sub/__init__.py"),
        ("pkg/sub/deep/x.py", "pkg/sub/__init__.py"),  # a directory without __init__ in between
    }


def test_an_init_at_the_top_is_the_package_of_all() -> None:
    assert ("a.py", "__init__.py", "parent-package") in edges({"__init__.py": "", "a.py": ""})


def test_a_name_under_several_roots_leads_to_each() -> None:
    files = {
        "src/shop/__init__.py": "",
        "src/shop/a.py": "",
        "lib/shop/__init__.py": "",
        "lib/shop/b.py": "",
        "tests/test_a.py": f"import shop.a\n{TEST}",
    }
    files["pyproject.toml"] = "[tool.pytest.ini_options]\npythonpath = ['src', 'lib']\n"
    found = {target for importer, target, kind in edges(files) if (importer, kind) == ("tests/test_a.py", "import")}
    assert found == {"src/shop/a.py", "lib/shop/__init__.py"}


def test_a_module_beside_a_package_of_its_name_is_reached_too() -> None:
    found = edges({"shop.py": "", "shop/__init__.py": "", "test_a.py": f"import shop\n{TEST}"})
    assert {target for importer, target, kind in found if (importer, kind) == ("test_a.py", "import")} == {"shop.py", "shop/__init__.py"}


def test_a_script_finds_what_lies_in_its_own_directory() -> None:
    found = edges(
        {
            **PACKAGE,
            "tools/run.py": "import helper\nfrom kit.part import x\n",
            "tools/helper.py": "",
            "tools/kit/__init__.py": "",
            "tools/kit/part.py": "",
            "helper.py": "",
        }
    )
    assert {target for importer, target, kind in found if (importer, kind) == ("tools/run.py", "import")} == {
        *("helper.py", "tools/helper.py", "tools/kit/part.py"),
    }


def test_a_test_finds_helpers_in_the_directory_that_pytest_puts_on_the_path() -> None:
    found = edges({"tests/unit/test_a.py": f"import helper\n{TEST}", "tests/unit/helper.py": ""})
    assert ("tests/unit/test_a.py", "tests/unit/helper.py", "import") in found


def test_code_that_edits_the_path_makes_a_root_for_all() -> None:
    files = {"conftest.py": "import sys\nsys.path.insert(0, 'vendor')\n", "vendor/thing.py": "", "tests/test_a.py": f"import thing\n{TEST}"}
    assert ("tests/test_a.py", "vendor/thing.py", "import") in edges(files)
    assert ("tests/test_a.py", "vendor/thing.py", "import") not in edges({**files, "conftest.py": ""})


def test_metadata_may_map_a_package_to_a_directory() -> None:
    setup = "from setuptools import setup\nsetup(packages=['shop'], package_dir={'shop': 'code'})\n"
    files = {"setup.py": setup, "code/__init__.py": "", "code/a.py": "", "tests/test_a.py": f"from shop.a import x\n{TEST}"}
    assert ("tests/test_a.py", "code/a.py", "import") in edges(files)


def test_tests_depend_on_the_conftest_files_above_them() -> None:
    files = dict.fromkeys(("test_a.py", "tests/test_b.py", "tests/unit/test_c.py", "other/test_d.py"), TEST)
    files |= dict.fromkeys(("conftest.py", "tests/conftest.py", "tests/unit/conftest.py"), "")
    found = {(importer, target) for importer, target, kind in edges(files) if kind == "conftest"}
    assert found == {
        *((path, "conftest.py") for path in ("test_a.py", "tests/test_b.py", "tests/unit/test_c.py", "other/test_d.py")),
        *((path, "tests/conftest.py") for path in ("tests/test_b.py", "tests/unit/test_c.py")),
        ("tests/unit/test_c.py", "tests/unit/conftest.py"),
    }


def test_a_conftest_that_only_the_base_state_has_reaches_the_tests_below_it() -> None:
    files = {"tests/test_a.py": TEST, "tests/deep/test_b.py": TEST, "other/test_c.py": TEST}
    found = {
        importer
        for importer, target, kind in edges(files, gone=("tests/conftest.py",))
        if (target, kind) == ("tests/conftest.py", "conftest")
    }
    assert found == {"tests/test_a.py", "tests/deep/test_b.py"}


@pytest.mark.parametrize(
    ("source", "gone"),
    [
        ("import pkg.gone", "pkg/gone.py"),
        ("from pkg import gone", "pkg/gone.py"),
        ("from pkg.gone import x", "pkg/gone.py"),
        ("from pkg.gone import x", "pkg/gone/__init__.py"),
        ("from pkg.gone.part import x", "pkg/gone/part.py"),
        ("NAME = 'pkg.gone.x'", "pkg/gone.py"),
        ("import gone", "gone.py"),
        ("open('data/gone.json')", "data/gone.json"),
    ],
)
def test_a_deleted_file_is_still_reached_by_those_who_name_it(source: str, gone: str) -> None:
    found = edges({"pkg/__init__.py": "", "tests/test_a.py": f"{source}\n{TEST}"}, gone=(gone,))
    assert gone in {target for importer, target, _ in found if importer == "tests/test_a.py"}


@pytest.mark.parametrize(
    "source", ["from .gone import x", "from . import gone", "from .gone import *", "def f():\n    from .gone import x"]
)
def test_a_deleted_module_is_still_reached_by_relative_imports(source: str) -> None:
    assert ("pkg/a.py", "pkg/gone.py", "import") in edges({"pkg/__init__.py": "", "pkg/a.py": source}, gone=("pkg/gone.py",))


@pytest.mark.parametrize(
    "source", ["from pkg._core import f", "from pkg import _core", "import pkg._core", "from ._core import f", "from . import _core"]
)
@pytest.mark.parametrize(
    "compiled", ["pkg/_core.pyx", "pkg/_core.c", "pkg/_core.cpython-311-x86_64-linux-gnu.so", "pkg/_core.abi3.so", "pkg/_core.pyi"]
)
def test_a_compiled_module_is_reached_by_what_it_is_built_from(source: str, compiled: str) -> None:
    assert ("pkg/a.py", compiled, "compiled") in edges({"pkg/__init__.py": "", "pkg/a.py": source, compiled: ""})


@pytest.mark.parametrize(
    ("source", "opened"),
    [
        ("open('tests/data/x.json')", {"tests/data/x.json"}),
        ("open('data/x.json')", {"tests/data/x.json", "data/x.json"}),
        ("open('x.json')", {"tests/data/x.json", "data/x.json"}),
        ("open('../data/x.json')", {"tests/data/x.json", "data/x.json"}),
        ("from pathlib import Path\nopen(Path(__file__).parent / 'data' / 'y.json')", {"tests/data/y.json"}),
        ("open('no.json')", set()),
    ],
)
def test_a_literal_path_leads_to_the_files_it_may_mean(source: str, opened: set[str]) -> None:
    files = {
        "tests/data/x.json": "{}",
        "data/x.json": "{}",
        "data/box.json": "{}",
        "tests/data/y.json": "{}",
        "tests/test_a.py": f"{source}\n{TEST}",
    }
    found = {target for importer, target, kind in edges(files) if (importer, kind) == ("tests/test_a.py", "data-file")}
    assert found == opened


def test_declared_links_lead_from_what_changes_to_what_it_reaches() -> None:
    config = Config(links=(Link("templates/**", "tests/web/**"),))
    files = {"templates/a/page.html": "", "tests/web/test_a.py": TEST, "tests/test_b.py": TEST}
    found = {(importer, target) for importer, target, kind in edges(files, config=config) if kind == "declared"}
    assert found == {("tests/web/test_a.py", "templates/a/page.html")}


def test_a_linked_file_and_a_linked_directory_are_the_files_they_stand_for() -> None:
    files = {"real/__init__.py": "", "real/m.py": "import dep\n", "dep.py": "", "tests/test_a.py": f"import alias.m\nimport one\n{TEST}"}
    found = edges(
        files, links={"alias": "real", "one.py": "real/m.py", "two.py": "alias/m.py", "out.py": "../out.py", "loop.py": "loop.py"}
    )
    assert ("tests/test_a.py", "real/m.py", "import") in found
    assert ("tests/test_a.py", "one.py", "import") in found
    assert ("one.py", "real/m.py", "declared") in found
    assert ("one.py", "dep.py", "import") in found
    assert ("two.py", "real/m.py", "declared") in found


def test_relative_imports_through_a_linked_directory_lead_to_the_real_files() -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": "from .alias.m import x\nfrom .alias import m\n", "real/__init__.py": "", "real/m.py": ""}
    assert ("pkg/a.py", "real/m.py", "import") in edges(files, links={"pkg/alias": "../real"})


def test_no_edge_leads_from_a_file_to_itself_and_each_kind_stands_once_at_its_first_line() -> None:
    files = {"a.py": "import a\nimport b\nimport b\nfrom b import x\n", "b.py": ""}
    graph = assemble(tree_of(files), Config()).graph
    assert [tuple(edge) for edge in edges_of(graph)] == [("a.py", "b.py", "import", 2)]


def test_what_leads_out_of_the_checkout_is_no_edge() -> None:
    assert edges({"a.py": "import os, yaml\nfrom yaml import x\nopen('/etc/passwd')\nimport_string('django.conf.settings')\n"}) == set()
