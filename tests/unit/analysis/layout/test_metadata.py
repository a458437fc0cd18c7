from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from impactgraph.analysis.layout import place
from impactgraph.analysis.layout.directories import Directories
from impactgraph.analysis.layout.documents import Documents
from impactgraph.analysis.layout.metadata import mapped_directories

if TYPE_CHECKING:
    from collections.abc import Callable

    from impactgraph.model import Tree

MODULE = "code/app/__init__.py"
DECLARATIONS = {
    "setuptools package-dir": ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "code"\n'),
    "setuptools where": ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["code"]\n'),
    "poetry": ("pyproject.toml", '[tool.poetry]\npackages = [{include = "app", from = "code"}]\n'),
    "hatch packages": ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["code/app"]\n'),
    "hatch sources": ("pyproject.toml", '[tool.hatch.build]\nsources = ["code"]\n'),
    "pdm": ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "code"\n'),
    "maturin": ("pyproject.toml", '[tool.maturin]\npython-source = "code"\n'),
    "uv": ("pyproject.toml", '[tool.uv.build-backend]\nmodule-root = "code"\n'),
    "scikit-build": ("pyproject.toml", '[tool.scikit-build]\nwheel.packages = ["code/app"]\n'),
    "setup.cfg package_dir": ("setup.cfg", "[options]\npackage_dir =\n    = code\n"),
    "setup.cfg where": ("setup.cfg", "[options.packages.find]\nwhere = code\n"),
    "setup.py package_dir": ("setup.py", 'setup(package_dir={"": "code"})'),
    "setup.py assigned": ("setup.py", 'package_dir = {"": "code"}\nsetup(package_dir=package_dir)'),
    "setup.py find_packages": ("setup.py", 'setup(packages=find_packages("code"))'),
    "setup.py where": ("setup.py", 'import setuptools\nsetuptools.setup(packages=setuptools.find_packages(where="code"))'),
    "setup.py of Python 2": ("setup.py", 'print "hello"\nsetup(package_dir={"": "code"})'),
    "pytest's pythonpath": ("pytest.ini", "[pytest]\npythonpath = code\n"),
}


@pytest.mark.parametrize("case", DECLARATIONS)
def test_a_declared_source_directory_is_the_first_root(case: str, tree: Callable[..., Tree]) -> None:
    path, text = DECLARATIONS[case]
    layout = place(tree({path: text, MODULE: "#"}))
    assert "code" in layout.roots
    assert "app" in layout.names_of(MODULE)


@pytest.mark.parametrize("name", ["src", "lib", "python"])
def test_a_source_directory_by_custom_is_a_root_without_a_word(name: str, tree: Callable[..., Tree]) -> None:
    layout = place(tree({f"{name}/app/__init__.py": "#"}))
    assert layout.roots == (name, "")
    assert layout.names_of(f"{name}/app/__init__.py")[0] == "app"


def test_a_package_called_src_is_no_root(tree: Callable[..., Tree]) -> None:
    assert place(tree({"src/__init__.py": "#", "src/app.py": "#"})).roots == ("",)


def test_each_project_of_a_monorepo_has_roots_of_its_own(tree: Callable[..., Tree]) -> None:
    files = {
        "pyproject.toml": "",
        "api/pyproject.toml": '[tool.poetry]\npackages = [{include = "api", from = "code"}]\n',
        "api/code/api/__init__.py": "#",
        "web/setup.py": "setup()",
        "web/web/__init__.py": "#",
    }
    layout = place(tree(files))
    assert layout.roots == ("", "api/code", "web", "api")
    assert layout.names_of("web/web/__init__.py") == ("web", "web.web")


def test_a_package_under_another_directory_name_is_mapped(tree: Callable[..., Tree]) -> None:
    files = {
        "setup.cfg": "[options]\npackage_dir =\n    shop = source\n    shop.cart = basket/cart\n",
        "source/__init__.py": "#",
        "basket/cart/a.py": "#",
    }
    layout = place(tree(files))
    assert layout.names_of("source/__init__.py") == ("shop", "source")
    assert layout.names_of("basket/cart/a.py")[0] == "shop.cart.a"


def test_declared_directories_outside_the_checkout_or_missing_are_left_out(tree: Callable[..., Tree]) -> None:
    text = '[tool.setuptools.package-dir]\n"" = "../elsewhere"\na = "/etc"\nb = "missing"\n'
    made = tree({"pyproject.toml": text, "a.py": "#"})
    found = mapped_directories("", Documents(made.read(["pyproject.toml"])), Directories(made))
    assert [mapped.directory for mapped in found] == [""]


def test_metadata_of_the_wrong_shape_is_no_end(tree: Callable[..., Tree]) -> None:
    text = (
        "[tool]\nsetuptools = 3\npoetry = {packages = [1, {from = 2}]}\nhatch = {build = {sources = 4}}\nmaturin = {python-source = []}\n"
    )
    assert place(tree({"pyproject.toml": text, "a.py": "#"})).roots == ("",)


def test_configured_packages_come_first_and_missing_ones_are_told(tree: Callable[..., Tree]) -> None:
    layout = place(tree({"apps/shop/__init__.py": "#", "apps/shop/a.py": "#", "src/b.py": "#"}), packages=["apps/shop", "nowhere"])
    assert layout.roots == ("apps", "src", "")
    assert layout.names_of("apps/shop/a.py")[0] == "shop.a"
    assert [(warning.code, warning.path) for warning in layout.warnings] == [("no-such-directory", "nowhere")]


def test_import_mode_importlib_inserts_no_roots(tree: Callable[..., Tree]) -> None:
    files = {"tests/test_a.py": "#", "pytest.ini": "[pytest]\n"}
    assert place(tree(files)).roots == ("", "tests")
    assert place(tree(files)).names_of("tests/test_a.py") == ("test_a", "tests.test_a")
    assert place(tree({**files, "pytest.ini": "[pytest]\naddopts = --import-mode importlib\n"})).roots == ("",)
