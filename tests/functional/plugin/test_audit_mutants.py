from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from impactgraph.reports.schemas import load
from tests.functional.command import Outcome, environment, impactgraph, refused
from tests.functional.plugin.conftest import Project

#: Every kind of fault, each in a place where a test sees it.
SHOP: dict[str, str | bytes | None] = {
    "pytest.ini": "[pytest]\npythonpath = src\ntestpaths = tests\n",
    ".gitignore": "__pycache__/\n.impactgraph_cache/\n.pytest_cache/\n",
    "src/price.py": "RATE = 2\n\n\ndef price(amount, factor=3):\n    return amount * RATE * factor\n",
    "src/order.py": "class Order:\n    limit = 5\n\n\nNAMES = {}\nNAMES.update(first=Order)\n",
    "tests/test_order.py": "import order\n\n\ndef test_order():\n    assert order.NAMES['first'].limit == 5\n",
    "tests/test_other.py": "def test_other():\n    pass\n",
    "tests/test_price.py": "import price\n\n\ndef test_price():\n    assert price.price(1) == 6\n",
}
#: Reads a module by a path that nobody could know without running the test.
COMPUTED = """
import sys


def test_computed():
    name = "".join(["pri", "ce"])
    names = {}
    for folder in sys.path:
        if folder.endswith("s" + "rc"):
            with open(folder + "/" + name + ".py") as file:
                exec(file.read(), names)
    assert names[name](1) == 6
"""


def audit(project: Project, *arguments: str, variables: dict[str, str] | None = None) -> Outcome:
    return impactgraph(project.path, "audit", "mutants", *arguments, variables=variables, timeout=120)


def audited(project: Project, *arguments: str, variables: dict[str, str] | None = None) -> dict[str, Any]:
    outcome = audit(project, "--format=json", *arguments, variables=variables)
    assert outcome.code == 0, outcome
    Draft202012Validator(orjson.loads(load("audit"))).validate(outcome.answer)
    return outcome.answer


def files(top: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in top.rglob("*") if path.is_file()}


def test_faults_of_all_kinds_break_tests_that_are_selected(make: Callable[..., Project]) -> None:
    shop = make(SHOP)
    before = files(shop.path)
    answer = audited(shop, "9")
    assert files(shop.path) == before
    summary = answer["summary"]
    assert {kind["kind"] for kind in summary["kinds"] if kind["counted"]} == {
        "body",
        "class-attribute",
        "constant",
        "default",
        "import-time",
    }
    assert (summary["with_miss"], summary["failing_tests_missed"], answer["misses"]) == (0, 0, [])
    assert {test["verdict"] for mutant in answer["mutants"] for test in mutant["failing"]} == {"selected"}
    assert 0.5 < summary["tests"]["share"] < 0.7
    assert summary["miss_rate"]["method"] == "rule-of-three"


@pytest.mark.slow
def test_a_test_that_reads_a_module_by_a_computed_path_is_a_miss_with_the_edge_that_lacks(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, "tests/test_computed.py": COMPUTED})
    arguments = ("3", "--paths=src/price.py", "--kinds=constant,default")
    answer = audited(shop, *arguments)
    assert answer["summary"]["with_miss"] == answer["summary"]["counted"] == len(answer["mutants"]) == 2
    assert {miss["node_id"] for miss in answer["misses"]} == {"tests/test_computed.py::test_computed"}
    assert answer["misses"][0]["lacking"] == {"importer": "tests/test_computed.py", "imported": "src/price.py"}
    outcome = audit(shop, *arguments, "--exit-code")
    text = "\n".join(outcome.lines)
    assert text.startswith("Of 2 mutants that broke a test the selection would have left out a failing test in 2.")
    assert "src/price.py:1 (constant): 2 -> 3" in text
    assert "no edge is known from src/price.py to tests/test_computed.py" in text
    assert "only 2 of 3 faults could be put in" in text
    assert outcome.code == 1


@pytest.mark.slow
def test_a_file_that_the_configuration_calls_inert_is_a_miss(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, "pyproject.toml": '[tool.impactgraph]\ninert = ["src/order.py"]\n'})
    answer = audited(shop, "2", "--kinds=class-attribute,import-time", "--paths=src/")
    assert [miss["path"] for miss in answer["misses"]] == ["tests/test_order.py"] * 2
    assert answer["misses"][0]["changes"][0]["reason"] == "configured-inert"


@pytest.mark.slow
def test_the_edge_that_lacks_lies_where_the_known_chain_ends(make: Callable[..., Project]) -> None:
    loader = "def load(name):\n    return __import__(name)\n"
    middle = "import loader\n\n\ndef value(name):\n    return loader.load(name).price(1)\n"
    test = "import middle\n\n\ndef test_far():\n    assert middle.value('pri' + 'ce') == 6\n"
    shop = make({**SHOP, "src/loader.py": loader, "src/middle.py": middle, "tests/test_far.py": test})
    answer = audited(shop, "2", "--paths=src/price.py", "--kinds=body")
    by_fault = {answer["mutants"][miss["mutant"]]["after"][:5]: miss for miss in answer["misses"] if miss["path"] == "tests/test_far.py"}
    assert by_fault.keys() == {"raise", "None"}  # all that can be put into the one body
    assert by_fault["raise"]["frames"] == ["tests/test_far.py", "src/middle.py", "src/price.py"]
    assert by_fault["raise"]["lacking"] == {"importer": "src/middle.py", "imported": "src/price.py"}
    assert by_fault["None"]["frames"] == ["tests/test_far.py"]  # where the value is missed: nothing tells which way it came
    assert by_fault["None"]["lacking"] == {"importer": "tests/test_far.py", "imported": "src/price.py"}


def test_a_failure_that_hangs_on_other_tests_is_a_doubt_and_no_miss(make: Callable[..., Project]) -> None:
    leftover = "import os\n\n\ndef test_zz():\n    assert os.environ.get('LEFT') != 'bad'\n"
    setter = (
        "import os\nimport price\n\n\ndef test_price():\n    os.environ['LEFT'] = 'good' if price.RATE == 2 else 'bad'\n"
        "    assert price.RATE == 2\n"
    )
    shop = make({**SHOP, "tests/test_price.py": setter, "tests/test_zz.py": leftover})
    answer = audited(shop, "1", "--paths=src/price.py", "--kinds=constant")
    assert answer["misses"] == []
    assert [(test["path"], test["verdict"]) for test in answer["mutants"][0]["failing"]] == [
        ("tests/test_price.py", "selected"),
        ("tests/test_zz.py", "not-alone"),
    ]
    assert answer["summary"]["failing_tests_in_doubt"] == 1


def test_tests_that_fail_without_a_fault_say_nothing_of_one(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, "tests/test_broken.py": "def test_broken():\n    assert 0\n"})
    answer = audited(shop, "1", "--paths=src/price.py", "--kinds=constant")
    assert [test["path"] for test in answer["mutants"][0]["failing"]] == ["tests/test_price.py"]


def test_a_crash_at_import_is_counted_apart(make: Callable[..., Project]) -> None:
    crash = make({**SHOP, "src/order.py": "def make():\n    return 5\n\n\nVALUE = make()\nMORE = VALUE + 1\n"}, "crash")
    crash.commit({"tests/test_order.py": "import order\n\n\ndef test_order():\n    assert order.MORE == 6\n"})
    summary = audited(crash, "1", "--paths=src/order.py", "--kinds=import-time")["summary"]
    assert (summary["counted"], summary["outcomes"]["import-crash"]) == (0, 1)


@pytest.mark.slow
def test_a_run_without_an_end_is_ended_and_counted_apart(make: Callable[..., Project]) -> None:
    loop = "import time\n\n\ndef step(forward=True):\n    while not forward:\n        time.sleep(0.01)\n    return 1\n"
    test = "import loop\n\n\ndef test_loop():\n    assert loop.step() == 1\n"
    endless = make({**SHOP, "src/loop.py": loop, "tests/test_loop.py": test}, "endless")
    answer = audited(endless, "1", "--paths=src/loop.py", "--kinds=default", "--timeout=4")
    assert answer["summary"]["outcomes"]["timeout"] == 1
    assert [(test["node_id"], test["outcome"]) for test in answer["mutants"][0]["failing"]] == [
        ("tests/test_loop.py::test_loop", "unfinished")
    ]


@pytest.mark.slow
def test_the_same_seed_chooses_the_same_faults_whatever_runs_beside(make: Callable[..., Project]) -> None:
    shop = make(SHOP)

    def faults(*arguments: str) -> list[tuple[str, int, str, str]]:
        mutants = audited(shop, "4", *arguments)["mutants"]
        return [(mutant["path"], mutant["line"], mutant["after"], mutant["outcome"]) for mutant in mutants]

    assert faults("--seed=1") == faults("--seed=1", "-j2")


def test_what_is_not_committed_is_tested_too_and_what_is_ignored_is_not(make: Callable[..., Project]) -> None:
    shop = make(SHOP)
    shop.write({
        "src/new.py": "LEVEL = 4\n",
        "tests/test_new.py": "import new\n\n\ndef test_new():\n    assert new.LEVEL == 4\n",
        ".gitignore": "__pycache__/\nlocal/\n.impactgraph_cache/\n.pytest_cache/\n",
        "local/test_local.py": "def test_local():\n    assert 0\n",
    })  # fmt: skip
    answer = audited(shop, "1", "--paths=src/new.py")
    assert [test["path"] for test in answer["mutants"][0]["failing"]] == ["tests/test_new.py"]


@pytest.mark.slow
def test_what_a_build_put_beside_the_modules_comes_along(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, ".gitignore": "__pycache__/\n_version.py\n.impactgraph_cache/\n", "src/price.py": "import _version\n\nRATE = 2\n"})
    shop.commit({"tests/test_price.py": "import price\n\n\ndef test_price():\n    assert price.RATE == price._version.RATE\n"})
    shop.write({"src/_version.py": "RATE = 2\n"})
    answer = audited(shop, "1", "--paths=src/price.py", "--kinds=constant")
    assert answer["summary"]["counted"] == 1


def test_an_import_root_that_would_stand_before_pythons_own_library_does_not(make: Callable[..., Project]) -> None:
    tools: dict[str, str | bytes | None] = {"src/tools/click.py": "", "src/tools/copy.py": "import click\n"}
    shop = make({**SHOP, **tools, "pytest.ini": "[pytest]\npythonpath = src src/tools\ntestpaths = tests\n"})
    answer = audited(shop, "1", "--paths=src/price.py", "--kinds=constant")
    assert answer["summary"]["counted"] == 1


@pytest.mark.slow
def test_a_directory_with_the_name_of_an_installed_package_is_not_taken_for_it(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, "click/release.py": "", "conftest.py": "import click\n"})
    answer = audited(shop, "1", "--paths=src/price.py", "--kinds=constant")
    assert answer["summary"]["counted"] == 1


@pytest.mark.slow
@pytest.mark.slow
def test_with_workers_of_xdist_all_is_seen_as_without(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, "tests/test_computed.py": COMPUTED})
    answer = audited(shop, "1", "--paths=src/price.py", "--kinds=constant", "--", "-n2")
    assert [miss["path"] for miss in answer["misses"]] == ["tests/test_computed.py"]


@pytest.mark.slow
def test_pytests_arguments_and_a_share_narrow_what_is_asked(make: Callable[..., Project]) -> None:
    shop = make(SHOP)
    answer = audited(shop, "1", "--paths=src/price.py", "--kinds=constant", "--under-share=0.4", "--", "tests/test_order.py")
    assert (answer["summary"]["tests"]["total"], answer["summary"]["counted"]) == (1, 0)
    refused(audit(shop, "1", "--under-share=0.1"), "no fault to put in", "--under-share")
    refused(audit(shop, "1", "--kinds=bodies"), "no such kind of fault: 'bodies'")


def test_tests_that_can_not_run_in_a_copy_are_an_error_with_their_output(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, "tests/conftest.py": "import nowhere\n"})
    refused(audit(shop, "1"), "can't be run in a copy", "nowhere")


def test_a_package_that_comes_from_elsewhere_is_said_and_nothing_is_judged(make: Callable[..., Project]) -> None:
    before_path = f"import sys\nsys.path.insert(0, {os.sep!r}.join(['', *{{parts!r}}]))\n"
    shop = make({**SHOP, "pytest.ini": "[pytest]\ntestpaths = tests\n"})
    shop.commit({"conftest.py": before_path.format(parts=(shop.path / "src").parts[1:])})
    refused(audit(shop, "1"), "is imported from", "not from the copy")


def test_an_editable_install_does_not_stand_before_the_copy(make: Callable[..., Project]) -> None:
    shop = make({**SHOP, "pytest.ini": "[pytest]\ntestpaths = tests\n"})
    answer = audited(
        shop, "1", "--paths=src/price.py", "--kinds=constant", variables={"PYTHONPATH": f"{shop.path}/src:{environment()['PYTHONPATH']}"}
    )
    assert answer["summary"]["counted"] == 1


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_interrupted_it_tells_what_is_known_and_leaves_nothing(make: Callable[..., Project], tmp_path: Path, number: int) -> None:
    scratch, file = tmp_path / "scratch", tmp_path / "audit.json"
    scratch.mkdir()
    shop = make(SHOP)
    process = subprocess.Popen(
        [sys.executable, "-m", "impactgraph", "audit", "mutants", "9", "--format=json", "-o", str(file)],
        cwd=shop.path,
        env=environment({"TMPDIR": str(scratch)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - started in the background it would be ignored
    )
    deadline = time.monotonic() + 50
    while time.monotonic() < deadline and not file.exists():  # there from the first fault on, whatever ends the audit
        time.sleep(0.05)
    process.send_signal(number)
    _, complaint = process.communicate(timeout=30)
    assert process.returncode == 130, complaint
    answer = orjson.loads(file.read_bytes())
    assert answer["interrupted"] is True
    assert 0 < len(answer["mutants"]) < 9
    assert list(scratch.iterdir()) == []
    assert b"Traceback" not in complaint


@pytest.mark.slow
@pytest.mark.parametrize("granularity", ["module", "function"])
def test_faults_of_a_former_audit_are_judged_anew_without_being_run(make: Callable[..., Project], tmp_path: Path, granularity: str) -> None:
    runs, file = tmp_path / "runs", tmp_path / "audit.json"
    shop = make({**SHOP, "conftest.py": f"with open({str(runs)!r}, 'a') as file:\n    file.write('run\\n')\n"})
    arguments = ("--paths=src/price.py", "--kinds=constant", f"--granularity={granularity}")
    former = audited(shop, "9", *arguments)
    file.write_bytes(orjson.dumps(former))
    runs.unlink()
    again = audited(shop, "9", *arguments, f"--again={file}")
    assert len(runs.read_text().split()) == 2  # without a fault
    outcomes = [{(row["line"], row["after"]): (row["outcome"], row["tests"]) for row in each["mutants"]} for each in (former, again)]
    assert outcomes[0] == outcomes[1] != {}
    shop.write({"pyproject.toml": '[tool.impactgraph]\ninert = ["src/price.py"]\n'})
    missed = audited(shop, "9", *arguments, f"--again={file}")["summary"]
    assert missed["with_miss"] == missed["counted"] == former["summary"]["counted"] == 1
    refused(audit(shop, "1", "--again=pytest.ini"), "no audit of mutants in pytest.ini", "--format json")


#: A class whose attribute only code from outside of the checkout reads, a registry, and tests that share one file.
BELOW: dict[str, str | bytes | None] = {
    **SHOP,
    "src/command.py": "import cmd\n\n\nclass Shell(cmd.Cmd):\n    prompt = 'shop'\n",
    "tests/test_price.py": (
        "import command\nimport order\nimport price\n\n\ndef test_price():\n    assert price.price(1) == 6\n\n\n"
        "def test_order():\n    assert order.NAMES['first'].limit == 5\n\n\n"
        "def test_shell():\n    assert getattr(command.Shell(), 'pro' + 'mpt') == 'shop'\n\n\ndef test_nothing():\n    pass\n"
    ),
}


def test_below_the_module_tests_are_judged_one_by_one_from_a_record_made_in_the_copy(make: Callable[..., Project]) -> None:
    shop = make(BELOW)
    before = files(shop.path)
    answer = audited(shop, "12", "--granularity=function", "--paths=src/")
    assert files(shop.path) == before
    assert (answer["granularity"], answer["misses"]) == ("function", [])
    counted = [mutant for mutant in answer["mutants"] if mutant["outcome"] == "failed"]
    assert {mutant["granularity"] for mutant in counted} == {"function"}
    assert {mutant["kind"] for mutant in counted} >= {"body", "constant", "default", "class-attribute", "external-attribute", "call"}
    body = next(mutant for mutant in counted if mutant["kind"] == "body")
    assert body["tests"] == {"total": 6, "left_out": 5}  # of a file with four tests one is selected
    kinds = {kind["kind"]: kind for kind in answer["summary"]["kinds"]}
    assert sum(kind["share"] for kind in kinds.values()) == pytest.approx(1)
    assert kinds["body"]["left_out"] == pytest.approx(5 / 6)
    text = "\n".join(audit(shop, "1", "--granularity=function", "--kinds=body", "--paths=src/").lines)
    assert "granularity     function" in text


def test_below_the_module_what_a_record_can_not_show_is_a_miss_with_the_rules_that_decided(make: Callable[..., Project]) -> None:
    setter = (
        "import order\nimport price\n\n\ndef test_price():\n    assert price.price(1) == 6\n\n\n"
        "def test_computed():\n    names = {}\n    for module in (price, order):\n        names.update(module.__dict__)\n"
        "    assert names['R' + 'ATE'] == 2\n"
    )
    shop = make({**BELOW, "pyproject.toml": '[tool.impactgraph]\ninert = ["src/price.py"]\n', "tests/test_price.py": setter})
    answer = audited(shop, "1", "--granularity=function", "--paths=src/price.py", "--kinds=constant")
    assert sorted(miss["node_id"] for miss in answer["misses"]) == ["tests/test_price.py::test_computed", "tests/test_price.py::test_price"]
    assert answer["summary"]["apart_unseen"] == 0
    assert not answer["mutants"][0]["red"]


def test_below_the_module_a_file_that_can_not_be_imported_is_seen_by_any_test(make: Callable[..., Project]) -> None:
    crash = make({**BELOW, "src/order.py": "def make():\n    return 5\n\n\nVALUE = make()\nMORE = VALUE + 1\n"}, "crash")
    crash.commit({f"tests/test_{name}.py": "import order\n\n\ndef test_it():\n    assert order.MORE\n" for name in ("order", "price", "a")})
    answer = audited(crash, "1", "--granularity=function", "--paths=src/order.py", "--kinds=call")
    mutant = answer["mutants"][0]
    assert (mutant["outcome"], mutant["red"], answer["summary"]["apart_unseen"], answer["misses"]) == ("import-crash", True, 0, [])
