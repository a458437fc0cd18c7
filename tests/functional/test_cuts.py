"""``impactgraph cuts``: what would be saved without an import, held against doing without it."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from impactgraph.analysis.assemble import Assembled
from impactgraph.analysis.deletion import without_imports
from impactgraph.analysis.statements import Imports, imports_of
from impactgraph.cli.main import cli
from impactgraph.questions import cuts as questions
from impactgraph.reports.schemas import load
from tests.functional.checkout import TEST, run
from tests.gitrepo import GitRepo

#: Two statements lead from web to store: neither alone is worth a thing, both are. `hooks` is a way of its own.
FILES: dict[str, str | bytes | None] = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "",
    "shop/web/__init__.py": "",
    "shop/web/page.py": "import os\nfrom shop.store import stock\nfrom shop.web import hooks\n",
    "shop/web/form.py": "from shop.web import page\n\ndef later():\n    from shop.store import stock\n    return stock\n",
    "shop/web/hooks.py": "",
    "shop/store/__init__.py": "",
    "shop/store/stock.py": "PLUGIN = 'shop.store.extra'\n",
    "shop/store/extra.py": "",
    "shop/ring.py": "from shop import ring2\n",
    "shop/ring2.py": "from shop import ring\n",
    "tests/test_page.py": "from shop.web import page" + TEST,
    "tests/test_form.py": "from shop.web import form" + TEST + TEST.replace("test_it", "test_too"),
    "tests/test_ring.py": "from shop import ring" + TEST,
    "tests/test_stock.py": "from shop.store import stock" + TEST,
}
CHANGES: list[dict[str, str | bytes | None]] = [
    *({"shop/store/stock.py": f"PLUGIN = 'shop.store.extra'\nx = {number}\n"} for number in range(4)),
    {"shop/web/hooks.py": "x = 1\n"},
    {"shop/ring2.py": "from shop import ring\nx = 1\n"},
]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    for files in (FILES, *CHANGES):
        repo.commit(files)
    return repo


def cuts_of(repo: GitRepo, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = run(repo.path, "cuts", "--format", "json", *arguments).json
    Draft202012Validator(orjson.loads(load("cuts"))).validate(answer)
    return answer


def rank_of(repo: GitRepo) -> float:
    return sum(row["rank_weight"] for row in run(repo.path, "bill", "--format", "json", "--no-cache").json["modules"])


def named(cut: dict[str, Any]) -> tuple[str, str, str]:
    return cut["type"], cut["importer"], cut["imported"]


def test_a_bundle_saves_what_no_statement_of_it_does(repo: GitRepo) -> None:
    best = cuts_of(repo)["cuts"][0]
    assert named(best) == ("bundle", "shop.web", "shop.store")
    assert (best["depth"], best["breaks_cycle"], best["exact"]) == (2, False, True)
    assert [(row["path"], row["line"], row["scope"]) for row in best["statements"]] == [
        ("shop/web/form.py", 4, "function"),
        ("shop/web/page.py", 2, "module"),
    ]
    # Four of six changes no longer reach the three functions of page and form; five functions, three and one were reached.
    assert best["saving"]["tests_per_change"] == pytest.approx(4 * 3 / 6)
    assert best["saving"]["share"] == pytest.approx(4 * 3 / (4 * 4 + 3 + 1))
    assert best["still"] is None


def test_the_saving_is_that_of_a_checkout_without_the_statements(repo: GitRepo) -> None:
    answer = cuts_of(repo)
    before = rank_of(repo)
    assert answer["total"]["rank"] == before
    for cut in answer["cuts"]:
        lines: dict[str, set[int]] = {}
        for row in cut["statements"]:
            lines.setdefault(row["path"], set()).add(row["line"])
        for path, deleted in lines.items():
            repo.write({path: without_imports((repo.path / path).read_bytes(), deleted)})
        assert cut["saving"]["share"] == pytest.approx(1 - rank_of(repo) / before)
        repo.git("checkout", "-q", ".")
    assert len(answer["cuts"]) >= 3


def test_tests_and_what_is_no_import_are_not_offered(repo: GitRepo) -> None:
    answer = cuts_of(repo, "--max-statements", "1")
    assert {cut["type"] for cut in answer["cuts"]} == {"statement"}
    paths = {row["path"] for cut in answer["cuts"] for row in cut["statements"]}
    assert paths == {"shop/web/page.py", "shop/web/form.py"} | {"shop/ring.py"} & paths
    assert answer["cuts"][0]["saving"]["share"] < cuts_of(repo)["cuts"][0]["saving"]["share"]


def test_a_plan_is_priced_as_a_whole(repo: GitRepo) -> None:
    answer = cuts_of(repo, "--plan", "2")
    plan = answer["plan"]
    assert plan["ranks"][0] == 1
    assert len(plan["ranks"]) == len(plan["shares"]) == 2
    assert plan["saving"]["share"] == plan["shares"][-1] > answer["cuts"][0]["saving"]["share"]


def test_a_copy_without_the_statements_comes_to_the_same(repo: GitRepo) -> None:
    done = run(repo.path, "cuts", "--verify", "--format", "json")
    answer = done.json
    assert (done.code, answer["verified"]) == (0, True)
    assert [proof["agrees"] for proof in answer["proofs"]] == [True, True]
    told = run(repo.path, "cuts", "--verify")
    assert (told.code, told.out.count("verified. A copy")) == (0, 2)
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_proof_that_is_interrupted_leaves_no_copy(repo: GitRepo, tmp_path: Path, number: int) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    repo.commit({f"shop/many/m{number}.py": "x = 1\n" * 200 for number in range(1500)})
    process = subprocess.Popen(
        [sys.executable, "-m", "impactgraph", "cuts", "--verify", "--no-cache"],
        cwd=repo.path,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - started in the background it would be ignored
    )
    deadline = time.monotonic() + 50
    while time.monotonic() < deadline and not list(scratch.glob("*/checkout/shop/many/*")):
        time.sleep(0.01)
    process.send_signal(number)
    output, complaint = process.communicate(timeout=30)
    assert process.returncode, complaint
    assert (output, b"Traceback" in complaint, list(scratch.iterdir())) == (b"", False, [])
    assert repo.git("status", "--porcelain") == ""


def test_a_saving_that_a_copy_does_not_have_is_told(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    # The name in a string ties the two as well; whoever overlooks that promises too much.
    repo.write({"shop/web/page.py": "from shop.store import stock\nfrom shop.web import hooks\nx = 'shop.store.stock'\n"})

    def careless(assembled: Assembled) -> dict[str, Imports]:
        return {path: imports._replace(fixed=frozenset()) for path, imports in imports_of(assembled).items()}

    monkeypatch.setattr(questions, "imports_of", careless)
    done = CliRunner().invoke(cli, ["cuts", "-C", str(repo.path), "--verify", "--no-cache"])
    assert done.exit_code == 1
    assert "NOT verified" in done.output
    assert "differs: shop/web/page.py -> shop/store/stock.py" in done.output


def test_a_real_package_keeps_what_is_promised(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    package = Path(jsonschema.__file__).parent
    files = {f"jsonschema/{path.relative_to(package)}": path.read_bytes() for path in package.rglob("*.py")}
    repo.commit({"pyproject.toml": "[project]\nname = 'jsonschema'\n", **files})
    for name in ("validators", "_utils", "exceptions", "_keywords", "_format"):
        repo.commit({f"jsonschema/{name}.py": files[f"jsonschema/{name}.py"] + b"\n# changed\n"})
    done = run(repo.path, "cuts", "--verify", "--plan", "5", "--format", "json")
    answer = done.json
    assert (done.code, answer["verified"]) == (0, True)
    assert answer["cuts"]
    assert all(cut["saving"]["share"] > 0 for cut in answer["cuts"])


def test_recorded_time_is_told_in_minutes(repo: GitRepo) -> None:
    cases = "".join(f'<testcase classname="tests.test_{name}" name="test_it" time="30"/>' for name in ("page", "form", "ring", "stock"))
    repo.write({"junit.xml": f"<testsuites><testsuite>{cases}</testsuite></testsuites>"})
    assert run(repo.path, "history", "import", "junit.xml").code == 0
    answer = cuts_of(repo, "--since", "2020-09-01", "--until", "2020-10-01")
    saving = answer["cuts"][0]["saving"]
    # Page and form, 30 seconds each, are spared by four of six changes of a month.
    assert answer["unit"] == "seconds"
    assert saving["per_change"] == pytest.approx(4 * 60 / 6)
    assert saving["minutes_per_month"] == pytest.approx(4 / 30 * 30.44)
    assert saving["tests_per_change"] == pytest.approx(4 * 3 / 6)


def test_other_forms(repo: GitRepo) -> None:
    told = run(repo.path, "cuts").out
    assert "shop.web -> shop.store" in told
    assert "shop/web/page.py:2" in told
    rows = list(csv.DictReader(io.StringIO(run(repo.path, "cuts", "--format", "csv").out)))
    assert (rows[0]["importer"], rows[0]["path"], rows[0]["line"]) == ("shop.web", "shop/web/form.py", "4")
    assert "| 1 | `shop.web` -> `shop.store` |" in run(repo.path, "cuts", "--format", "markdown").out


def test_nothing_to_cut(tmp_path: Path) -> None:
    done = run(GitRepo(tmp_path).path, "cuts", "--verify")
    assert (done.code, done.out[:10]) == (0, "No import ")
