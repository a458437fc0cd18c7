"""What literals name, in files whose syntax nobody needs to look at."""

from __future__ import annotations

import pytest

from impactgraph.analysis.implicit import scan


def found(source: str, kind: str, path: str = "pkg/mod.py") -> list[str]:
    return [reference.target for reference in scan(path, source.encode()) if reference.kind == kind]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('x = "a.b.C"', ["a.b.C"]),
        ("x = r'a.b'", ["a.b"]),
        ('x = """a.b"""', ["a.b"]),
        ('x = "pkg.mod:attr"', ["pkg.mod.attr"]),
        ('patch("a.b.c")', ["a.b.c"]),
        ('@patch("a.b.c")\ndef f(): pass', ["a.b.c"]),
        ('def f(x="a.b"): pass', ["a.b"]),
        ('LOGGING = {"handlers": {"h": {"class": "a.b.Handler"}}}', ["a.b.Handler"]),
        ("x = [\n    'a.b'\n]", ["a.b"]),
        ('x = "a.b." + name', ["a.b"]),
        ('x = f"a.b.{name}"', ["a.b"]),
        ('x = "a.b.%s" % name', ["a.b"]),
        ("x = f\"{load('a.b')}\"", ["a.b"]),
        ('x = f"{load("a.b")} {load("c.d")}"', ["a.b", "c.d"]),
        ('x = "word"', []),
        ('x = "two words.and more"', []),
        ('x = "1.2.3"', []),
        ('x = "a-b.c"', []),
    ],
)
def test_a_dotted_name_in_a_string_is_a_reference(source: str, names: list[str]) -> None:
    assert found(source, "string") == names


@pytest.mark.parametrize(
    "source",
    [
        "# 'a.b'",
        "x = 1  # see 'a.b'",
        '"""a.b"""',
        '"""doc"""; "a.b"',
        'def f():\n    r"""a.b"""',
        "class A:\n    x = 1\n    'a.b'  # comment",
        '\ufeff"""a.b"""\n',
    ],
)
def test_comments_and_docstrings_name_nothing(source: str) -> None:
    assert scan("pkg/mod.py", source.encode()) == ()


@pytest.mark.parametrize("source", ["(\n'a.b'\n)", "x = (1,\n'a.b'\n)", "'a.b'.lower()", "x = \\\n'a.b'", "f(\n  # comment\n  'a.b')"])
def test_a_string_on_a_line_of_its_own_is_no_docstring_within_an_expression(source: str) -> None:
    assert found(source, "string") == ["a.b"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('run([sys.executable, "-m", "worker", "x"])', ["worker"]),
        ('run([sys.executable, "-m", "a.b"])', ["a.b"]),
        ('run("python -m worker --fast", shell=True)', ["worker"]),
        ('run(f"{sys.executable} -m worker {x}")', ["worker"]),
        ('pytester.runpytest("-p", "plug")', ["plug"]),
        ('pytester.runpytest("-p", "no:plug")', []),
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")', ["settings"]),
        ('x = pytest.importorskip("yaml")', ["yaml"]),
        ('run([sys.executable, "-c", "import conf; print(conf)"])', ["conf"]),
        ('run([sys.executable, "-c", "from a.b import c, d"])', ["a.b", "a.b.c", "a.b.d"]),
        ('CODE = """\nimport a.b as x, c\nfrom d import (e)\n"""', ["a.b", "c", "d", "d.e"]),
        ('CODE = "x = 1\\nimport a"', ["a"]),
        ('HELP = "please import data from here"', []),
        ('HELP = "import all the data"', []),
    ],
)
def test_command_lines_and_code_in_strings_name_modules_of_one_word_too(source: str, names: list[str]) -> None:
    assert found(source, "string") == names


def test_doctests_run_their_imports() -> None:
    source = '"""Doc.\n\n>>> from a.b import c\n>>> import d\nimport not_run\n"""\n'
    assert found(source, "string") == ["a.b", "a.b.c", "d"]


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ('open("data/x.json")', ["data/x.json"]),
        ('open("./data/x.json")', ["data/x.json"]),
        ('open(BASE + "/data/x.json")', ["data/x.json"]),
        ('open("../x.txt")', ["../x.txt"]),
        ('open("x.json")', ["x.json"]),
        ('open("my-file.g6")', ["my-file.g6"]),
        ('open("my file.txt")', ["my file.txt"]),
        ('run([sys.executable, "scripts/x.py"])', ["scripts/x.py"]),
        ('open("data/%s.json" % name)', ["data/"]),
        ('open(f"data/{name}.json")', ["data/"]),
        ('open(f"{BASE}/data/x.json")', ["data/x.json"]),
        ('glob("data/*.json")', ["data/"]),
        ('open("données/x.csv")', ["données/x.csv"]),
        ('get("https://example.com/x.json")', []),
        ('get(f"https://{host}/x.json")', []),
        ('mail("someone@example.com")', []),
        ('x = "1.5"', []),
        ('x = "a.b"', []),
        ('x = "/"', []),
    ],
)
def test_a_literal_that_looks_like_a_path_is_a_data_file(source: str, paths: list[str]) -> None:
    assert found(source, "data-file") == paths


def test_latin_1_files_are_read() -> None:
    source = "# -*- coding: latin-1 -*-\nx = 'données/x.csv', 'a.b'\n".encode("latin-1")
    assert [(kind, target, line) for kind, target, line in scan("m.py", source)] == [
        ("data-file", "données/x.csv", 2),
        ("string", "a.b", 2),
    ]


def test_the_line_is_the_first_on_which_the_literal_starts() -> None:
    source = 'x = """\n\n"""\ny = ["a.b",\r\n "c.d"]\nz = "a.b"\n'
    assert [(reference.target, reference.line) for reference in scan("m.py", source.encode())] == [("a.b", 4), ("c.d", 5)]
