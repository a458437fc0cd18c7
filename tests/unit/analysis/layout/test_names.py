from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.analysis.layout import place
from impactgraph.analysis.layout.roots import DECLARED, INSERTED, POSSIBLE, Names, Root, module_stem

if TYPE_CHECKING:
    from collections.abc import Callable

    from impactgraph.model import Tree

FLASK = {
    "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
    "src/flask/__init__.py": "#",
    "src/flask/app.py": "#",
    "src/flask/sansio/app.py": "#",
    "tests/conftest.py": "#",
    "tests/test_basic.py": "#",
    "tests/test_apps/cliapp/__init__.py": "#",
    "examples/my-app/main.py": "#",
}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("src/flask/__init__.py", ("flask", "src.flask")),
        ("src/flask/app.py", ("flask.app", "src.flask.app")),
        ("src/flask/sansio/app.py", ("flask.sansio.app", "src.flask.sansio.app")),
        ("tests/conftest.py", ("conftest", "tests.conftest")),
        ("tests/test_apps/cliapp/__init__.py", ("test_apps.cliapp", "tests.test_apps.cliapp")),
        ("examples/my-app/main.py", ()),
        ("pyproject.toml", ()),
    ],
)
def test_a_file_has_one_name_for_each_root_above_it(path: str, names: tuple[str, ...], tree: Callable[..., Tree]) -> None:
    assert place(tree(FLASK)).names_of(path) == names


def test_local_root_is_the_first_directory_that_is_no_package(tree: Callable[..., Tree]) -> None:
    layout = place(tree(FLASK))
    roots = [layout.local_root(path) for path in ("src/flask/app.py", "tests/test_apps/cliapp/__init__.py", "examples/my-app/main.py")]
    assert roots == ["src", "tests/test_apps", "examples/my-app"]


@pytest.mark.parametrize(
    "name", ["_core.pyx", "_core.pyi", "_core.pxd", "_core.so", "_core.cpython-311-x86_64-linux-gnu.so", "_core.cp311.pyd"]
)
def test_compiled_modules_are_named_like_python_files(name: str, tree: Callable[..., Tree]) -> None:
    assert place(tree({f"pkg/{name}": "x", "pkg/__init__.py": "#"})).names_of(f"pkg/{name}") == ("pkg._core",)


@pytest.mark.parametrize("name", ["a.b.py", "README.md", ".py", "Makefile", "x.json"])
def test_what_no_import_can_reach_has_no_name(name: str) -> None:
    assert module_stem(name) == ""


def test_a_migration_has_a_name_although_no_import_statement_can_say_it(tree: Callable[..., Tree]) -> None:
    assert place(tree({"shop/migrations/0001_initial.py": "#"})).names_of("shop/migrations/0001_initial.py") == (
        "shop.migrations.0001_initial",
    )


def test_the_package_that_is_the_top_itself_has_no_name(tree: Callable[..., Tree]) -> None:
    layout = place(tree({"__init__.py": "#", "nodes.py": "#"}))
    assert (layout.names_of("__init__.py"), layout.names_of("nodes.py"), layout.local_root("nodes.py")) == ((), ("nodes",), "")


def test_a_directory_mapped_to_a_package_gives_that_name_first() -> None:
    names = Names([Root(POSSIBLE, ""), Root(DECLARED, "source", "shop")])
    assert names.of("source/cart/models.py") == ("shop.cart.models", "source.cart.models")


_parts = st.text(string.ascii_lowercase + "-", min_size=1, max_size=3)
_paths = st.lists(_parts, max_size=4).map("/".join)


@given(st.sets(_paths, min_size=1, max_size=5), _paths)
def test_each_name_leads_back_to_the_file_below_one_of_the_roots(directories: set[str], directory: str) -> None:
    path = f"{directory}/mod.py" if directory else "mod.py"
    names = Names(Root(INSERTED, root) for root in directories).of(path)
    spelled = {f"{root}/{name.replace('.', '/')}.py".lstrip("/") for root in directories for name in names}
    assert not names or path in spelled
    above = [root for root in directories if path.startswith(f"{root}/") or not root]
    reachable = {root for root in above if all(part.isidentifier() for part in path[len(root) :].strip("/").split("/")[:-1])}
    assert len(names) == len(set(names)) == len(reachable)
