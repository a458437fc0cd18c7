"""Imports by a name that is a value, lazy loaders, plugins and walks over packages."""

from __future__ import annotations

import pytest

from impactgraph.analysis.implicit import scan


def found(source: str, kind: str, path: str = "src/pkg/mod.py") -> list[str]:
    return [reference.target for reference in scan(path, source.encode()) if reference.kind == kind]


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ('importlib.import_module("conf")', ["conf"]),
        ('__import__("a.b")', ["a.b"]),
        ('import_module(name="a.b")', ["a.b"]),
        ('runpy.run_module("worker")', ["worker"]),
        ('import_string("a.b:C")', ["a.b.C"]),
        ('symbol_by_name("app")', ["app"]),
        ('NAME = "conf"\nimport_module(NAME)', ["conf"]),
        ('for name in ("x", "y"):\n    import_module(name)', ["x", "y"]),
        ('import_module("x" if fast else "y")', ["x", "y"]),
        ('import_module("a.b." + name)', ["a.b.*"]),
        ('import_module(f"a.{name}.b")', ["a.*"]),
        ('import_module("a.%s" % name)', ["a.*"]),
        ('import_module("a.{}".format(name))', ["a.*"]),
        ('import_module(".".join(["a", name]))', ["a.*"]),
        ('import_module("a.plug_" + name)', ["a.*"]),
        ('import_module("plug_" + name)', ["plug_*"]),
        ("import_module(name)", ["?"]),
        ("def f(name):\n    __import__(name)", ["?"]),
    ],
)
def test_import_calls_name_modules_prefixes_or_nothing(source: str, targets: list[str]) -> None:
    assert found(source, "dynamic-import") == targets


def test_a_prefix_counts_wherever_it_is_built_in_a_file_that_imports_by_name() -> None:
    source = 'def spec(n):\n    return "_pytest." + n if n in BUILTIN else n\n\ndef load(n):\n    __import__(n)\n'
    assert found(source, "dynamic-import") == ["?", "_pytest.*"]


@pytest.mark.parametrize(
    ("path", "source", "targets"),
    [
        ("src/pkg/mod.py", 'import_module(".x", __package__)', ["@src/pkg:x"]),
        ("src/pkg/mod.py", 'import_module(".x.y", package=__package__)', ["@src/pkg:x.y"]),
        ("src/pkg/mod.py", 'import_module("..x", __package__)', ["@src:x"]),
        ("src/pkg/__init__.py", 'import_module(".x", __name__)', ["@src/pkg:x"]),
        ("src/pkg/__init__.py", 'import_module(f".{name}", __name__)', ["@src/pkg:*"]),
        ("src/pkg/__init__.py", 'import_module(f"{__name__}.{x}")', ["@src/pkg:*"]),
        ("src/pkg/mod.py", 'import_module(__package__ + "." + x)', ["@src/pkg:*"]),
        ("src/pkg/mod.py", 'import_module(__name__.rpartition(".")[0] + ".x")', ["@src/pkg:x"]),
        ("src/pkg/mod.py", 'import_module("." + x, __spec__.parent)', ["@src/pkg:*"]),
        ("conftest.py", 'import_module(f"{__package__}.{x}")', ["@:*"]),
    ],
)
def test_relative_names_are_placed_below_the_directory_of_the_package(path: str, source: str, targets: list[str]) -> None:
    assert found(source, "dynamic-import", path) == targets


def test_a_relative_name_below_a_named_package_is_absolute() -> None:
    assert "a.b.x" in found('import_module(".x", package="a.b")', "dynamic-import")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ('_lazy = {"X": ".mod"}\ndef __getattr__(n):\n    return getattr(import_module(_lazy[n], __name__), n)', "@src/pkg:mod"),
        ('__getattr__ = lazy_loader.attach(__name__, submodules=["sub"])', "@src/pkg:sub"),
        ('__getattr__ = lazy.attach(__name__, submod_attrs={"mod": ["f"]})', "@src/pkg:mod"),
        ('SUBS = ["sub"]\n__getattr__ = lazy.attach(__name__, SUBS)', "@src/pkg:sub"),
        ("__getattr__ = lazy.attach_stub(__name__, __file__)", "@src/pkg:*"),
        ('_import_structure = {"mod": ["X"]}\nsys.modules[__name__] = _LazyModule(__name__, f, _import_structure)', "@src/pkg:mod"),
        ('_import_structure = {}\n_import_structure["mod"] = ["X"]', "@src/pkg:mod"),
        ('recreate_module(__name__, by_module={"mod": ["X"]})', "@src/pkg:mod"),
    ],
)
def test_lazy_loaders_name_modules_of_their_package(source: str, target: str) -> None:
    assert target in found(source, "dynamic-import", "src/pkg/__init__.py")


def test_attach_of_something_else_is_no_lazy_loader() -> None:
    assert found('panel.attach("sub")', "dynamic-import") == []


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ('pytest_plugins = "a.b"', ["a.b"]),
        ('pytest_plugins = ["a.b", "c"]', ["a.b", "c"]),
        ('pytest_plugins = ("a.b",) + ("c",)', ["a.b", "c"]),
        ('pytest_plugins: list[str] = ["a"]', ["a"]),
        ('pytest_plugins = []\npytest_plugins += ["a"]', ["a"]),
        ('pytest_plugins = [*("a", "b")]', ["a", "b"]),
        ('pytest_plugins = [f"fixtures.{n}" for n in names]', ["fixtures.*"]),
        ("pytest_plugins = load()", ["?"]),
        ("pytest_plugins = []", []),
    ],
)
def test_pytest_plugins_in_all_forms(source: str, targets: list[str]) -> None:
    assert found(source, "pytest-plugin") == targets


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ('walk_modules("a.b")', ["a.b.*"]),
        ('find_modules("plugins")', ["plugins.*"]),
        ("import a.b as x\npkgutil.iter_modules(x.__path__)", ["a.b.*"]),
        ("import a.b\npkgutil.iter_modules(a.b.__path__)", ["a.b.*"]),
        ("from . import plugins\npkgutil.walk_packages(plugins.__path__)", ["@src/pkg:plugins.*"]),
        ("from ..x import plugins\npkgutil.walk_packages(path=plugins.__path__)", ["@src:x.plugins.*"]),
        ("import a\npath = a.__path__\npkgutil.walk_packages(path)", ["a.*"]),
        ("pkgutil.iter_modules(__path__)", ["@src/pkg:*"]),
        ("pkgutil.iter_modules([os.path.dirname(__file__)])", ["@src/pkg:*"]),
        ("pkgutil.iter_modules([str(Path(__file__).parent / 'plugins')])", ["@src/pkg/plugins:*"]),
        ('m = import_module("a.b")\npkgutil.iter_modules(m.__path__)', ["a.b.*"]),
        ("pkgutil.iter_modules(package.__path__)", ["?"]),
        ("def load(name):\n    walk_modules(name)\n\nload('a.commands')", ["?", "a.commands.*"]),
        ("for f in os.listdir(os.path.dirname(__file__)):\n    import_module(f)", ["@src/pkg:*"]),
        ("for f in Path(__file__).parent.glob('*.py'):\n    import_module(f.stem)", ["@src/pkg:*"]),
        ("for f in Path.cwd().iterdir():\n    import_module(f.stem)", ["?"]),
        ('pytest_plugins = [name(f) for f in glob("tests/fixtures/*.py")]', ["@tests/fixtures:*"]),
        ('pytest_plugins = [name(f) for f in Path("tests").glob("fixtures/*.py")]', ["@tests/fixtures:*"]),
        ('pytest_plugins = [name(f) for f in glob("**/fixtures/*.py")]', ["?"]),
        ("for f in os.listdir(os.path.join(os.path.dirname(__file__), *parts)):\n    import_module(f)", []),
        ("os.listdir(os.path.dirname(__file__))", []),
    ],
)
def test_walks_reach_all_modules_below_a_package(source: str, targets: list[str]) -> None:
    assert found(source, "package-walk") == targets


@pytest.mark.parametrize("source", ["name = name[1:]\n", "name = other[0]\nother = name[0]\n"])
def test_a_walk_over_a_name_that_is_made_of_itself_ends(source: str) -> None:
    assert found(f"import pkgutil\n{source}pkgutil.walk_packages(name)\n", "package-walk") == ["?"]


def test_a_file_of_another_syntax_puts_nothing_on_the_path_because_it_mentions_paths() -> None:
    source = 'print os.path.join("a", "b")\n'
    assert found(source, "path-insertion") == []
    assert "src/pkg/a" in found(f"{source}sys.path.insert(0, x)\n", "path-insertion")
