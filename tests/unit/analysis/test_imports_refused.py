"""Files that grimp refuses, and what it would write to the terminal about them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.analysis.imports import scan
from impactgraph.model import Facts

PYTHON_2 = b"import b\nfrom c import (x,\n    y)  # both\nimport sibling; import d\nprint 'hello'\nexec 'x' in {}\n"


def facts_of(source: bytes, path: str = "pkg/a.py", names: tuple[str, ...] = ("b", "c", "pkg", "pkg.a")) -> Facts:
    return scan({path: source}, set(names), {path, "pkg/__init__.py"})[path]


def targets_of(facts: Facts) -> set[tuple[str, int]]:
    return {(reference.target, reference.line) for reference in facts.references}


@pytest.mark.parametrize(
    "source",
    [
        PYTHON_2,
        b"import b\nfrom c import x\n\x00\n",
        b"import b\nfrom c import x\nx = " + b"(" * 5_000 + b")" * 5_000 + b"\n",
        b"import b\nfrom c import x\nx = '\xe9'\n",
        b"import b\nfrom c import x\n<<<<<<< ours\n",
        b"import b\nfrom c import x\ndef f(:\n",
        b"import b\r\nfrom c import x\r\nif:\r\n",
        b"import b\rfrom c import x\rif:\r",
        b"# coding: no-such-codec\nimport b\nfrom c import x\n",
        b"import b\nfrom c import x\nfrom " + b"." * 40 + b"z import y\n",
        b"import b\nfrom c import x\nfrom " + b"." * 9 + b" import y\n",
    ],
    ids=[
        *("python 2", "NUL", "5,000 brackets", "no UTF-8", "conflict", "syntax error", "CRLF", "CR", "unknown encoding"),
        *("40 levels up", "9 levels up"),
    ],
)
def test_imports_of_a_refused_file_are_read_from_its_lines(source: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    facts = facts_of(source)
    assert facts.error is None or "\n" not in facts.error
    assert {target.partition(".")[0] for target, _ in targets_of(facts)} >= {"b", "c"}
    assert capfd.readouterr() == ("", "")


def test_a_refused_file_names_the_modules_that_python_2_would_have_found() -> None:
    facts = facts_of(PYTHON_2)
    assert facts.error == "syntax error in line 5"
    assert targets_of(facts) >= {("b", 1), ("c.x", 2), ("c.y", 2), ("sibling", 4), ("@pkg:sibling", 4), ("d", 4), ("@pkg:d", 4)}


@pytest.mark.parametrize(
    ("line", "targets"),
    [
        (b"from . import x", {"@pkg:x"}),
        (b"from .x import y", {"@pkg:x.y"}),
        (b"from .. import x", {"@:x"}),
        (b"from ...x import y", {"@:x.y"}),
        (b"if x: import b", {"b", "@pkg:b"}),
        (b"try: from b import c", {"b.c", "@pkg:b.c"}),
        (b"    import b as c, d.e", {"b", "@pkg:b", "d.e", "@pkg:d.e"}),
        (b"from b import \\\n    c, \\\n    d", {"b.c", "b.d", "@pkg:b.c", "@pkg:b.d"}),
        (b"from b import *", {"b.*", "@pkg:b.*"}),
        (b"important = 1", set()),
    ],
)
def test_every_form_of_import_is_found_in_a_line(line: bytes, targets: set[str]) -> None:
    facts = facts_of(b"def f(:\n" + line + b"\n")
    assert facts.error
    assert {target for target, _ in targets_of(facts)} == targets


def test_line_numbers_after_a_statement_over_several_lines_are_right() -> None:
    facts = facts_of(b"print 'x'\nfrom b import (\n    x,\n    y,\n)\nimport c\n")
    assert {("b.x", 2), ("c", 6)} <= targets_of(facts)


def test_a_bracket_that_is_never_closed_hides_nothing_for_long() -> None:
    facts = facts_of(b"from b import (x\n" + b"\n" * 300 + b"import c\n")
    assert ("c", 302) in targets_of(facts)


@pytest.mark.parametrize("bad", [[150], [0, 299], list(range(0, 300, 7)), list(range(300))])
def test_bad_files_do_not_touch_the_facts_of_the_good_ones(bad: list[int], capfd: pytest.CaptureFixture[str]) -> None:
    sources = {f"pkg/m{number}.py": b"from . import a\nimport b\nif TYPE_CHECKING:\n    import c\n" for number in range(300)}
    good = scan(sources, {"b", "c"}, {*sources, "pkg/a.py"})
    for number in bad:
        sources[f"pkg/m{number}.py"] = b"import b\nprint 'x'\n"
    found = scan(sources, {"b", "c"}, {*sources, "pkg/a.py"})
    assert sorted(path for path, facts in found.items() if facts.error) == sorted(f"pkg/m{number}.py" for number in bad)
    assert all(found[path] == good[path] for path in sources if not found[path].error)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "source",
    [
        b"type X[T] = list[T]\nimport b\n",
        b"def f[T](x: T) -> T:\n    import b\n",
        b"class A[*Ts, **P]: import b\n",
        b"import b\ntry: pass\nexcept* ValueError: pass\n",
        b"x = f'{'a' + f\"{1}\"}'\nimport b\n",
        b"x = t'{1}'\nimport b\n",
        b"try: pass\nexcept A, B: import b\n",
        b"lazy import b\n",
        b"class A[T = int]: import b\n",
    ],
)
def test_newer_syntax_than_the_running_python_has_is_understood(source: bytes) -> None:
    facts = facts_of(source)
    assert facts.error is None
    assert ("b", source.count(b"\n", 0, source.index(b"import b")) + 1) in targets_of(facts)


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfimport b\n",
        b"# coding: latin-1\nx = '\xe9'\nimport b\n",
        b"\xef\xbb\xbf# coding: utf-8\nimport b\n",
        b"import b",
        b"\x0cimport b\n",
    ],
)
def test_encodings_and_marks_are_no_obstacle(source: bytes) -> None:
    facts = facts_of(source)
    assert facts.error is None
    assert {reference.target for reference in facts.references} == {"b"}


def test_identifiers_of_another_encoding_are_found() -> None:
    facts = facts_of("# coding: latin-1\nimport é\n".encode("latin-1"), names=("é", "b"))
    assert [reference.target for reference in facts.references] == ["é"]


def test_nothing_is_written_to_the_terminal_whatever_is_scanned() -> None:
    """A panic is written by Rust itself, past Python's own streams."""
    program = (
        "from impactgraph.analysis.imports import scan\n"
        "sources = {'a/b.py': b'from ' + b'.' * 30 + b' import x', 'c.py': b'(' * 9000, '.py': b'1', 'd.py': b'\\0', 'x/.py': b'1'}\n"
        "print(len(scan(sources, set(), set(sources))))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "5\n", "")


@given(
    st.lists(
        st.sampled_from(
            [
                "import",
                "from",
                "b",
                "c",
                ".",
                "..",
                ",",
                "(",
                ")",
                "\\",
                "\n",
                ";",
                ":",
                " ",
                "*",
                "as",
                "#",
                "'''",
                "\x00",
                "\xe9",
                "\r",
                "if",
            ]
        )
    )
)
def test_any_text_has_facts(tokens: list[str]) -> None:
    source = " ".join(tokens).encode("latin-1")
    facts = facts_of(source)
    assert all(0 < reference.line <= source.count(b"\n") + source.count(b"\r") + 1 for reference in facts.references)
    assert list(facts.references) == sorted(set(facts.references), key=lambda item: (item.line, item.target, item.kind))
