from __future__ import annotations

import pytest

from impactgraph.analysis.imports import UNRESOLVED_RELATIVE, scan
from impactgraph.model import Facts

NAMES = ("b", "c", "pkg", "pkg.a", "pkg.b", "pkg.sub", "pkg.sub.m", "pkg.sub.n")
PATHS = ("b.py", "c.py", "pkg/__init__.py", "pkg/a.py", "pkg/b.py", "pkg/sub/__init__.py", "pkg/sub/m.py", "pkg/sub/n.py")


def facts_of(source: str | bytes, path: str = "pkg/a.py", names: tuple[str, ...] = NAMES, paths: tuple[str, ...] = PATHS) -> Facts:
    content = source.encode() if isinstance(source, str) else source
    return scan({path: content}, set(names), {*paths, path})[path]


def named(source: str | bytes, path: str = "pkg/a.py") -> list[tuple[str, str, int]]:
    facts = facts_of(source, path)
    assert facts.error is None
    return [tuple(reference) for reference in facts.references]


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("import b", ["b"]),
        ("import b as x, c", ["b", "c"]),
        ("import pkg.sub.m", ["pkg.sub.m"]),
        ("from pkg import b", ["pkg.b"]),
        ("from pkg import b as x", ["pkg.b"]),
        ("from pkg.sub.m import name", ["pkg.sub.m"]),
        ("from pkg.sub import m, name", ["pkg.sub", "pkg.sub.m"]),
        ("from pkg import (\n    b,\n    sub,\n)", ["pkg.b", "pkg.sub"]),
        ("from pkg.sub.m import *", ["pkg.sub.m.*"]),
        ("from pkg.sub import *  # noqa: F403", ["pkg.sub.*"]),
        ("from pkg.sub import*", ["pkg.sub.*"]),
        ("from pkg.sub import \\\n    *", ["pkg.sub.*"]),
        ("from pkg.sub.m import x, \\\n    y", ["pkg.sub.m"]),
        ("import b; import c", ["b", "c"]),
        ("try: import b\nexcept ImportError: import c", ["b", "c"]),
        ("def f():\n    import b\n", ["b"]),
        ("class A:\n    from pkg import b\n", ["pkg.b"]),
        ("if x:\n    import b\nelse:\n    import c\n", ["b", "c"]),
        ("match x:\n    case 1:\n        import b\n", ["b"]),
        ("import os, sys", []),
        ("import os.path, b", ["b"]),
        ("'import b'\n# import c\n", []),
    ],
)
def test_absolute_imports_are_named_by_the_longest_name_there_is(source: str, targets: list[str]) -> None:
    assert sorted({target for _, target, _ in named(source)}) == targets


@pytest.mark.parametrize(
    ("path", "source", "targets"),
    [
        ("pkg/a.py", "from . import b", ["@pkg/b:"]),
        ("pkg/a.py", "from .b import x", ["@pkg/b:"]),
        ("pkg/a.py", "from . import name", ["@pkg:"]),
        ("pkg/a.py", "from .sub import m, name", ["@pkg/sub/m:", "@pkg/sub:"]),
        ("pkg/a.py", "from .sub import *", ["@pkg/sub:*"]),
        ("pkg/a.py", "from .sub import *  # noqa", ["@pkg/sub:*"]),
        ("pkg/sub/m.py", "from ..b import x", ["@pkg/b:"]),
        ("pkg/sub/m.py", "from .. import b", ["@pkg/b:"]),
        ("pkg/sub/__init__.py", "from .m import x", ["@pkg/sub/m:"]),
        ("pkg/__init__.py", "from .a import x", ["@pkg/a:"]),
        ("pkg/__init__.py", "from . import a", ["@pkg/a:"]),
        ("b.py", "from .c import x", ["@c:"]),
        ("__init__.py", "from .c import x", ["@c:"]),
        ("__init__.py", "from . import c", ["@c:"]),
        ("tests/test_a.py", "from ..pkg import a", ["@pkg/a:"]),
    ],
)
def test_relative_imports_are_named_by_place(path: str, source: str, targets: list[str]) -> None:
    assert sorted({target for _, target, _ in named(source, path)}) == targets


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("from pkg._version import v", "pkg._version"),
        ("import pkg._version", "pkg._version"),
        ("import pkg._version as v, os", "pkg._version"),
        ("import os; from pkg.sub.gone import v", "pkg.sub.gone"),
        ("try: from pkg.sub.gone import v\nexcept ImportError: pass", "pkg.sub.gone"),
        ("from ._version import v", "@pkg:_version.v"),
        ("from .sub.gone import v", "@pkg:sub.gone.v"),
        ("from .gone import *", "@pkg:gone.*"),
    ],
)
def test_a_module_that_is_missing_is_named_in_full(source: str, target: str) -> None:
    """So that linking falls back to what is left of its name: the packages above it are imported in any case."""
    assert target in {target for _, target, _ in named(source)}


def test_a_missing_relative_module_is_noted_as_something_that_may_appear() -> None:
    assert UNRESOLVED_RELATIVE in facts_of("from .gone import x").externals
    assert UNRESOLVED_RELATIVE not in facts_of("from .b import x").externals


def test_externals_are_what_is_imported_from_outside() -> None:
    facts = facts_of("import yaml\nimport google.cloud.storage as s\nfrom os import path\nfrom pkg.sub.m import x\n")
    assert facts.externals == ("google.cloud.storage", "os", "yaml")
    assert [reference.target for reference in facts.references] == ["pkg.sub.m"]


def test_lines_are_where_the_statement_starts() -> None:
    source = "'''\nimport c\n'''\n\x0c\nfrom pkg import (\n    b,\n\n    sub,\n)\r\nimport c\n"
    assert named(source) == [("import", "pkg.b", 5), ("import", "pkg.sub", 5), ("import", "c", 10)]


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("if TYPE_CHECKING:\n    import b\n    import c\n", {"b": "type-checking", "c": "type-checking"}),
        ("import typing\nif typing.TYPE_CHECKING:\n    import b\n", {"b": "type-checking"}),
        ("import typing as t\nif t.TYPE_CHECKING: import b\n", {"b": "type-checking"}),
        ("if TYPE_CHECKING:\n    import b\nelse:\n    import c\n", {"b": "type-checking", "c": "import"}),
        ("if TYPE_CHECKING:\n    import b\nelif x:\n    import c\n", {"b": "type-checking", "c": "import"}),
        ("if x:\n    import b\nelif TYPE_CHECKING:\n    import c\n", {"b": "import", "c": "type-checking"}),
        ("if x:\n    pass\nelif TYPE_CHECKING:\n    import b\nelse:\n    import c\n", {"b": "type-checking", "c": "import"}),
        ("if (\n    TYPE_CHECKING\n):\n    import b\nelse:\n    import c\n", {"b": "type-checking", "c": "import"}),
        ("if TYPE_CHECKING:\n    from b import (\nx,\n)\nelse:\n    import c\n", {"b": "type-checking", "c": "import"}),
        ("if not TYPE_CHECKING:\n    import b\nelse:\n    import c\n", {"b": "import", "c": "import"}),
        ("if TYPE_CHECKING or x:\n    import b\n", {"b": "import"}),
        ("if TYPE_CHECKING:\n    if x:\n        import b\n    else:\n        import c\n", {"b": "type-checking", "c": "type-checking"}),
        ("TYPE_CHECKING = True\nimport b\n", {"b": "import"}),
        ("if False:\n    import b\n", {"b": "import"}),
        ("def f():\n    if TYPE_CHECKING:\n        import b\n    import c\n", {"b": "type-checking", "c": "import"}),
    ],
)
def test_imports_for_type_checkers_are_a_kind_of_their_own(source: str, kinds: dict[str, str]) -> None:
    assert {target: kind for kind, target, _ in named(source)} == kinds


def test_an_import_that_also_runs_is_both() -> None:
    assert named("if TYPE_CHECKING:\n    import b\nimport b\n") == [("type-checking", "b", 2), ("import", "b", 3)]


@pytest.mark.parametrize(
    "path",
    [
        "conftest.py",
        "loose.py",
        "my-scripts/run-me.py",
        "a.b/c.d.py",
        "with space/x.py",
        "line\nbreak.py",
        "pkg/.hidden.py",
        ".py",
        "x/.py",
        "x/__init__/y.py",
        "caf\udce9/m\udcff.py",
        "日本/é.py",
        "1st.py",
        "a.py.py",
    ],
)
def test_a_file_of_any_name_is_scanned(path: str, capfd: pytest.CaptureFixture[str]) -> None:
    facts = facts_of("import b\nfrom . import sibling\n", path, paths=(*PATHS, f"{path.rpartition('/')[0]}/sibling.py".lstrip("/")))
    directory = path.rpartition("/")[0]
    assert [(reference.target, reference.line) for reference in facts.references] == [
        ("b", 1),
        (f"@{directory}/sibling:".replace("@/", "@"), 2),
    ]
    assert facts.error is None
    assert capfd.readouterr() == ("", "")


def test_a_module_beside_a_package_of_its_name_keeps_its_own_imports() -> None:
    sources = {"pkg/sub.py": b"from . import a\nimport b\n", "pkg/sub/__init__.py": b"from . import m\nimport c\n"}
    found = scan(sources, set(NAMES), {*PATHS, "pkg/sub.py"})
    assert [reference.target for reference in found["pkg/sub.py"].references] == ["@pkg/a:", "b"]
    assert [reference.target for reference in found["pkg/sub/__init__.py"].references] == ["@pkg/sub/m:", "c"]


def test_two_files_of_one_import_name_keep_their_own_imports() -> None:
    sources = {"one/utils.py": b"import b\nfrom .x import y", "two/utils.py": b"import c\nfrom .x import y"}
    found = scan(sources, {"b", "c", "utils"}, {*sources, "one/x.py", "two/x.py"})
    assert [reference.target for reference in found["one/utils.py"].references] == ["b", "@one/x:"]
    assert [reference.target for reference in found["two/utils.py"].references] == ["c", "@two/x:"]


def test_an_installed_package_of_the_same_name_is_not_looked_at() -> None:
    """Names are resolved among those given: `click` and `json` are the checkout's here."""
    facts = facts_of("import click.core\nimport json.decoder\n", "x.py", names=("click", "click.core", "json"), paths=("click/core.py",))
    assert [reference.target for reference in facts.references] == ["click.core", "json.decoder"]
    assert facts.externals == ("json.decoder",)


def test_directories_without_init_are_packages() -> None:
    sources = {"flask/sansio/app.py": b"from . import blueprints\nfrom ..json import x\n"}
    found = scan(sources, {"flask.sansio.app"}, {*sources, "flask/sansio/blueprints.py", "flask/json/__init__.py"})
    assert [reference.target for reference in found["flask/sansio/app.py"].references] == ["@flask/sansio/blueprints:", "@flask/json:"]


def test_the_result_holds_every_file_and_nothing_else() -> None:
    assert scan({}, set(NAMES), set(PATHS)) == {}
    assert scan({"a.py": b""}, set(), {"a.py"}) == {"a.py": Facts(())}
