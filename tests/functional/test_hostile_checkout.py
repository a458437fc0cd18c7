"""A checkout that means harm: nothing of it is run or reaches a terminal, nothing outside of it is read, and no test is lost."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.command import environment, impactgraph, refused
from tests.gitrepo import GitRepo

CORE = "VALUE = 1\n"
TEST = "import app.core\n\ndef test(): pass\n"
ESCAPE = "\x1b]0;owned\x07\x1b[31m"


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"app/__init__.py": "", "app/core.py": CORE, "tests/test_core.py": TEST})
    return repo


def selected(repo: GitRepo, *arguments: str, timeout: float = 60) -> list[str]:
    outcome = impactgraph(repo.path, "select", "--base", "HEAD", "--no-cache", *arguments, timeout=timeout)
    assert outcome.code == 0, outcome
    return outcome.lines


# Nothing is run


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "was-run"


def plant(repo: GitRepo, marker: Path) -> None:
    """Everything that git or Python could be made to run writes the marker."""
    script = marker.parent / "trap/post-index-change"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\necho $0 >> '{marker}'\ncat\n")
    script.chmod(0o755)
    code = f"open({str(marker)!r}, 'a').write(__file__)\n"
    repo.commit(
        {
            ".gitattributes": "* filter=x diff=x merge=x\n",
            "conftest.py": code,
            "setup.py": code,
            "sitecustomize.py": code,
            "app/__init__.py": code,
            "impactgraph/__init__.py": code,
            "click/__init__.py": code,
            "pytest.py": code,
            "tests/test_core.py": f"{code}import app.core\ndef test(): pass\n",
        }
    )
    for key in (
        "core.fsmonitor",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.external",
        "diff.x.textconv",
        "diff.x.command",
    ):
        repo.git("config", key, str(script))
    for key in ("core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy", "credential.helper", "gpg.program"):
        repo.git("config", key, str(script))
    for command in ("rev-parse", "rev-list", "ls-files", "ls-tree", "cat-file", "for-each-ref", "merge-base", "config"):
        repo.git("config", f"alias.{command}", f"!{script}")
        repo.git("config", f"pager.{command}", str(script))
    repo.git("config", "core.hooksPath", str(script.parent))
    repo.git("config", "log.showSignature", "true")
    for name in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"):
        hook = repo.path / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(script.read_bytes())
        hook.chmod(0o755)


def sign(repo: GitRepo) -> None:
    """Have the newest commit signed, by nobody: whoever shows signatures has a program check them."""
    headers, _, message = repo.git("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    signed = repo.path.parent / "signed"
    signed.write_text(f"{headers}\n{signature}\n\n{message}\n")
    repo.git("reset", "-q", "--soft", repo.git("hash-object", "-t", "commit", "-w", str(signed)).strip())


def test_no_command_runs_anything_of_the_checkout(repo: GitRepo, marker: Path, tmp_path: Path) -> None:
    library = GitRepo(tmp_path / "library")
    library.commit({"lib.py": ""})
    repo.git("submodule", "add", "-q", str(library.path), "library")
    plant(repo, marker)
    sign(repo)
    subprocess.run(
        ["git", "-C", str(repo.path / "library"), "config", "core.fsmonitor", str(tmp_path / "trap/post-index-change")], check=True
    )
    marker.unlink(missing_ok=True)
    repo.write({"app/core.py": "VALUE = 2\n", "library/lib.py": "changed"})
    os.utime(repo.path / ".git/index", ns=(1, 1))
    # `-P`: what `python -m` itself would import from the current directory is not the command's doing.
    for arguments in (
        ("select", "--base", "HEAD~1"),
        ("select", "--base", "HEAD~1", "--head", "HEAD"),
        ("explain", "tests/test_core.py", "--base", "HEAD"),
        ("doctor",),
        ("replay",),
        ("growth", "-j", "1"),
        ("bill",),
        ("cuts",),
        ("run", "--files", "README.md"),
    ):
        outcome = impactgraph(tmp_path, *arguments, "-C", str(repo.path))
        assert outcome.code == 0, outcome
        assert not marker.exists(), (arguments, marker.read_text())
    subprocess.run(["git", "status"], cwd=repo.path, check=False, capture_output=True, env=environment(), timeout=20)
    assert marker.exists(), "the traps work on git status"


# What came with the checkout is not trusted


def test_a_cache_that_came_with_the_checkout_is_not_trusted(repo: GitRepo) -> None:
    assert impactgraph(repo.path, "select", "--base", "HEAD").lines == []
    (repo.path / ".impactgraph_cache/.gitignore").unlink()
    for file in (repo.path / ".impactgraph_cache").glob("*-*"):
        file.write_bytes(b"forged")
    repo.commit()
    before = {path: path.read_bytes() for path in (repo.path / ".impactgraph_cache").iterdir()}
    repo.write({"app/core.py": "VALUE = 2\n"})
    assert impactgraph(repo.path, "select", "--base", "HEAD").lines == ["tests/test_core.py"]
    assert before == {path: path.read_bytes() for path in (repo.path / ".impactgraph_cache").iterdir()}


@pytest.mark.parametrize("name", [".impactgraph_cache", "cache"])
def test_nothing_is_written_through_a_link_of_the_checkout(repo: GitRepo, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").mkdir()
    (repo.path / name).symlink_to(tmp_path / "outside")
    settings = "" if name.startswith(".") else f'[tool.impactgraph]\ncache-dir = "{name}/inner"\n'
    repo.commit({"pyproject.toml": settings})
    repo.write({"app/core.py": "VALUE = 2\n"})
    assert impactgraph(repo.path, "select", "--base", "HEAD").lines == ["tests/test_core.py"]
    assert not any((tmp_path / "outside").iterdir())


# Links


def test_links_within_links_and_walks_through_links_lose_no_test(repo: GitRepo) -> None:
    repo.write(
        {
            "real/__init__.py": "",
            "real/walked/__init__.py": "",
            "real/walked/a.py": CORE,
            "other/__init__.py": "",
            "other/deep.py": CORE,
            "shared/check.py": TEST,
            "tests/test_walk.py": "import pkgutil, pkg.walked\nfor m in pkgutil.walk_packages(pkg.walked.__path__, 'x'):\n    m\n",
            "tests/test_nested.py": "import pkg.inner.deep\n",
        }
    )
    for link, target in {
        "pkg": "real",
        "real/inner": "../other",
        "real/self": ".",
        "tests/test_link.py": "../shared/check.py",
        "loop1": "loop2",
        "loop2": "loop1",
        "up": "../../..",
        "absolute": "/etc",
    }.items():
        (repo.path / link).symlink_to(target)
    repo.commit()
    for changed, test in {
        "real/walked/a.py": "tests/test_walk.py",
        "other/deep.py": "tests/test_nested.py",
        "shared/check.py": "tests/test_link.py",
    }.items():
        content = (repo.path / changed).read_text()
        repo.write({changed: content + "VALUE = 2\n"})
        assert selected(repo) == [test]
        repo.write({changed: content})


def test_a_link_that_leads_out_is_not_read_and_may_import_anything(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("import app.core\nSECRET = 1\n")
    (repo.path / "tests/test_out.py").symlink_to("../../secret.py")
    repo.commit()
    repo.write({"app/core.py": "VALUE = 2\n"})
    assert selected(repo) == ["tests/test_core.py", "tests/test_out.py"]
    assert "SECRET" not in impactgraph(repo.path, "doctor", "--format", "json").output.decode()


def test_links_that_lead_to_each_other_cost_no_more_than_others(repo: GitRepo) -> None:
    # Written out, these are 2 ** 25 names. Measured: 0.3 s.
    for level in range(1, 26):
        repo.write({f"d{level}/x.py": CORE, "d0/x.py": CORE})
        for name in "ab":
            (repo.path / f"d{level}" / name).symlink_to(f"../d{level - 1}")
        (repo.path / "d0" / f"self{level}").symlink_to(".")
    repo.commit({"tests/test_links.py": f"import d25.{'a.b.' * 12}a.x\n"})
    repo.write({"d0/x.py": "VALUE = 2\n"})
    assert selected(repo, timeout=20) == ["tests/test_links.py"]


# Names

NAMES = [
    "a b",
    "it's",
    'say "x"',
    "\udcff\udcfe",
    "-x",
    "@x",
    "\x1b]0;owned\x07x",
    "new\nline",
    "\u202egnp",
    "n" * 200,
    "$(touch x)",
    "a\\b",
    "#",
    "%s{0}",
    "é",
]


def test_any_name_comes_out_whole_with_z(repo: GitRepo) -> None:
    files = {f"tests/test_{name}.py" for name in NAMES} | {"-\x1b]0;owned/test_\n.py", "@dir/test_x.py"}
    repo.commit(dict.fromkeys(files, TEST))
    repo.write({"app/core.py": "VALUE = 2\n"})
    outcome = impactgraph(repo.path, "select", "--base", "HEAD", "-z", "--no-cache")
    names = {os.fsdecode(name).removeprefix("./") for name in outcome.output.split(b"\0")[:-1]}
    assert names == files | {"tests/test_core.py"}
    for form in ("json", "github"):
        assert impactgraph(repo.path, "select", "--base", "HEAD", "--format", form).code == 0
    assert outcome.output == impactgraph(repo.path, "select", "--base", "HEAD", "-z").output


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--base", "HEAD", "--", "--version"),
        ("explain", "--base", "HEAD", "--change", "app/core.py"),
        ("explain", f"{ESCAPE}", "--base", "HEAD"),
        ("select", "--base", ESCAPE),
        ("select", "--base", "HEAD", "--files", f"../{ESCAPE}"),
        ("schema", ESCAPE),
        ("-C", ESCAPE),
        ("doctor",),
        ("doctor", "-C", ESCAPE),
        ("replay", "--list"),
        (ESCAPE,),
    ],
    ids=lambda arguments: arguments[0].replace(ESCAPE, "esc"),
)
def test_no_escape_reaches_a_terminal(repo: GitRepo, arguments: tuple[str, ...]) -> None:
    repo.commit({f"{ESCAPE}/test_{ESCAPE}.py": "import app.core\n(", f"app/{ESCAPE}.py": "("}, message=f"subject {ESCAPE}")
    repo.write({"app/core.py": "VALUE = 2\n"})
    shown = on_terminal(repo.path, *arguments)
    assert b"\x1b]0;" not in shown
    assert b"\x07" not in shown
    assert b"Traceback" not in shown


def on_terminal(directory: Path, *arguments: str) -> bytes:
    """All that the command writes to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "impactgraph", *arguments],
        cwd=directory,
        env=environment({"TERM": "xterm", "NO_COLOR": ""}),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 1 << 16):
            shown += chunk
    except OSError:  # that is how a terminal says that nobody writes any more
        process.wait()
    os.close(ours)
    return shown


# Sources: whatever is in them, what they import is found

SOURCES: dict[str, bytes] = {
    "syntax": b"import app.core\nx = (\n",
    "python2": b"import app.core\nprint 'x'\nexec 'y'\n",
    "pep695": b"import app.core\ntype X[T] = list[T]\ndef f[T](x: T) -> T: ...\n",
    "pep758": b"import app.core\ntry: pass\nexcept ValueError, TypeError: pass\n",
    "pep750": b"import app.core\nx = t'{y!r:>{z}}'\n",
    "newer": b"import app.core\nsome new statement: here\n",
    "latin1": b"# -*- coding: latin-1 -*-\nimport app.core\nx = '\xe9'\n",
    "wrong_encoding": b"# -*- coding: utf-8 -*-\nimport app.core\nx = '\xe9'\n",
    "unknown_encoding": b"# -*- coding: klingon -*-\nimport app.core\n",
    "codec": b"# -*- coding: rot13 -*-\nimport app.core\n",
    "bom": b"\xef\xbb\xbfimport app.core\n",
    "nul": b"import app.core\nx = '\0'\n",
    "cr": b"import app.core\rx = 1\r",
    "formfeed": b"\x0cimport app.core\n\x0c\n",
    "backslash": b"import \\\n app.core\n",
    "semicolon": b"x = 1; import app.core\nx = (\n",
    "dots": b"from " + b"." * 5_000 + b" import x\nimport app.core\n",
    "operators": b"import app.core\nx = " + b"1+" * 300_000 + b"1\n",
    "attributes": b"import app.core\nx = a" + b".a" * 300_000 + b"\n",
    "lambdas": b"import app.core\nx = " + b"lambda x=" * 30_000 + b"1" + b":1" * 30_000 + b"\n",
    "brackets": b"import app.core\nx = " + b"[" * 200_000,
    "not": b"import app.core\nx = " + b"not " * 100_000 + b"1\n",
    "fields": b"import app.core\nx = f'" + b"{" * 100_000 + b"'\n",
    "spaces": b"import app.core\nx = 'import " + b" " * 200_000 + b"'\n",
    "froms": b"import app.core\nx = '''" + b"from " * 100_000 + b"'''\n",
    "prompts": b"import app.core\n'''" + b">>> \n" * 50_000 + b"'''\n",
    "quotes": b"import app.core\n" + b"'\"" * 100_000,
    "backslashes": b"import app.core\nx = '" + b"\\" * 200_001,
    "names": b"import app.core\nx = 'a." + b"a." * 100_000 + b"'\n",
    "options": b"import app.core\nx = '" + b" -m " * 50_000 + b"'\n",
    "guards": b"import app.core\nif TYPE_CHECKING:\n" * 2_000 + b"#\n" * 20_000,
    "number": b"import app.core\nx = " + b"9" * 10_000 + b"\n",
}


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repo = GitRepo(tmp_path_factory.mktemp("museum") / "repo")
    sources: dict[str, str | bytes | None] = {f"tests/test_{name}.py": source for name, source in SOURCES.items()}
    repo.commit({"app/__init__.py": "", "app/core.py": CORE, "app/free.py": CORE, **sources})
    repo.write({"app/core.py": "VALUE = 2\n"})
    return repo


def test_no_source_loses_its_imports_or_takes_long(museum: GitRepo) -> None:
    # Measured: 4 s for all of them.
    assert set(selected(museum, timeout=60)) == {f"tests/test_{name}.py" for name in SOURCES}


def test_what_no_parser_takes_is_told_by_doctor(museum: GitRepo) -> None:
    unparsed = {row["path"] for row in impactgraph(museum.path, "doctor", "--format", "json").answer["unparsed"]}
    assert {f"tests/test_{name}.py" for name in ("syntax", "python2", "unknown_encoding", "brackets")} <= unparsed
    assert not {f"tests/test_{name}.py" for name in ("pep695", "latin1", "bom", "backslash")} & unparsed


def test_a_change_of_any_source_selects_it(museum: GitRepo) -> None:
    museum.git("stash", "-q")
    names = [name for name, source in SOURCES.items() if len(source) < 500_000]  # the longest take seconds to compare
    try:
        for name in names:
            path = museum.path / f"tests/test_{name}.py"
            path.write_bytes(path.read_bytes().replace(b"x", b"y") + b"\nadded = 1\n")
        assert set(selected(museum, timeout=60)) == {f"tests/test_{name}.py" for name in names}
    finally:
        museum.git("checkout", "-q", ".")
        museum.git("stash", "pop", "-q")


def test_a_hostile_pyproject_is_answered_in_time(repo: GitRepo) -> None:
    table = "".join(f"[tool.x{number}]\nvalue = {number}\n" for number in range(100_000))
    repo.commit({"pyproject.toml": f"{table}[tool.impactgraph]\ninert = ['docs']\n"})
    repo.write({"app/core.py": "VALUE = 2\n"})
    assert selected(repo, timeout=60) == ["tests/test_core.py"]
    repo.write({"pyproject.toml": "[tool.impactgraph]\nx" + ".a" * 5_000 + " = 1\n"})  # tomllib takes the square of it
    refused(impactgraph(repo.path, "select"), "no key 'x'")


@pytest.mark.parametrize(
    "line", ["a" * 100_000, "-" * 100_000, " " * 100_000, "a-" * 50_000, "[" * 100_000, "#egg=" * 20_000, "\\\n" * 50_000]
)
def test_a_hostile_requirements_file_is_answered_in_time(repo: GitRepo, line: str) -> None:
    repo.commit({"requirements.txt": "click==1\n"})
    repo.write({"requirements.txt": f"click==1\n{line}\n", "app/core.py": "VALUE = 2\n"})
    assert selected(repo, timeout=20) in (["tests/test_core.py"], ["."])
