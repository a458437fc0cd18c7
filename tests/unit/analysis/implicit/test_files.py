"""Paths that code builds from its own place."""

from __future__ import annotations

import pytest

from impactgraph.analysis.implicit import scan


def found(source: str, kind: str, path: str = "tests/unit/test_x.py") -> list[str]:
    return [reference.target for reference in scan(path, source.encode()) if reference.kind == kind]


def below_top(source: str) -> list[str]:
    """Without what the literals say by themselves."""
    return [target for target in found(source, "data-file") if target.startswith("/")]


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ('open(os.path.join(os.path.dirname(__file__), "data", "x.json"))', ["/tests/unit/data/x.json"]),
        ('HERE = dirname(abspath(__file__))\nopen(join(HERE, "x.json"))', ["/tests/unit/x.json"]),
        ('DATA = Path(__file__).parent / "data"\n(DATA / "x.json").read_text()', ["/tests/unit/data", "/tests/unit/data/x.json"]),
        ('Path(__file__).resolve().parents[2] / "x"', ["/x"]),
        ('Path(__file__).parent.joinpath("a", "b")', ["/tests/unit/a/b"]),
        ('Path(__file__).with_name("x.sql")', ["/tests/unit/x.sql"]),
        ('os.path.join(os.path.dirname(__file__), "..", "x")', ["/tests/x"]),
        ('os.path.dirname(__file__) + "/x"', ["/tests/unit/x"]),
        ('f"{os.path.dirname(__file__)}/x"', ["/tests/unit/x"]),
        ('class A:\n    HERE = Path(__file__).parent\n    def f(self):\n        open(self.HERE / "x")', ["/tests/unit/x"]),
        ('def f(name):\n    open(os.path.join(os.path.dirname(__file__), "data", name))', ["/tests/unit/data/"]),
        ('Path(__file__).parent / f"data/{name}.json"', ["/tests/unit/data/"]),
        ('os.listdir(Path(__file__).parent / "data")', ["/tests/unit/data", "/tests/unit/data/"]),
        ('glob.glob(os.path.join(os.path.dirname(__file__), "data", "*.json"))', ["/tests/unit/data/"]),
        ("HERE = os.path.dirname(__file__)", []),
        ("TOP = Path(__file__).parents[2]", []),
        ("Path(__file__).parents[9] / 'x'", []),
        ('open(os.path.join(os.path.dirname(__file__), "/etc/passwd"))', []),
        ('open(Path(__file__).parent / ".." / ".." / ".." / "x")', []),
        ("open(__file__)", []),
    ],
)
def test_paths_from_file_are_worked_out(source: str, paths: list[str]) -> None:
    assert below_top(source) == paths


def test_a_literal_directory_that_is_listed_stands_for_its_files() -> None:
    assert found('os.listdir("tests/data")', "data-file") == ["tests/data", "tests/data/"]
    assert found('Path("tests").glob("data/*.json")', "data-file") == ["data/", "tests/data/"]


@pytest.mark.parametrize(
    ("source", "directories"),
    [
        ("sys.path.insert(0, os.path.dirname(__file__))", ["tests/unit"]),
        ('sys.path.append(os.path.join(os.path.dirname(__file__), "lib"))', ["tests/unit/lib"]),
        ("sys.path.insert(0, str(Path(__file__).resolve().parents[1]))", ["tests"]),
        ("sys.path.insert(0, str(Path(__file__).parent.parent.parent))", [""]),
        ('sys.path.insert(0, os.path.abspath("lib"))', ["lib"]),
        ('sys.path.append(".")', [""]),
        ("sys.path.append(os.getcwd())", [""]),
        ('sys.path.extend(["a", "b"])', ["a", "b"]),
        ('sys.path[:0] = ["a"]', ["a"]),
        ('sys.path += ["a"]', ["a"]),
        ('sys.path = ["a"] + sys.path', ["a"]),
        ('monkeypatch.syspath_prepend(Path(__file__).parent / "apps")', ["tests/unit/apps"]),
        ('site.addsitedir("vendor")', ["vendor"]),
        ('monkeypatch.setenv("PYTHONPATH", "lib")', ["lib"]),
        ('env["PYTHONPATH"] = os.path.dirname(__file__)', ["tests/unit"]),
        ('run(cmd, env={"PYTHONPATH": "lib"})', ["lib"]),
        ("sys.path.insert(0, tmp_path)", ["?"]),
        ("monkeypatch.syspath_prepend(tmp_path)", ["?"]),
        ('sys.path.append("/usr/lib/x")', []),
        ('sys.path.append("../outside")', []),
        ("parts.append(os.path.dirname(__file__))", []),
    ],
)
def test_directories_put_on_the_import_path(source: str, directories: list[str]) -> None:
    assert found(source, "path-insertion") == directories
