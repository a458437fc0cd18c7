"""Checkouts of the kinds that public repositories have: what a stranger's layout once got wrong, each as small as it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impactgraph.questions.explain import explanation
from impactgraph.questions.impact import Request, selection
from impactgraph.reports.explain import render
from tests.gitrepo import GitRepo

if TYPE_CHECKING:
    from pathlib import Path

    Files = dict[str, str | bytes | None]

TEST = "def test_it():\n    assert True\n"


def answer(path: Path, before: Files, after: Files) -> dict[str, object]:
    """The answer for a commit that writes `after` on top of `before`."""
    repository = GitRepo(path)
    base = repository.commit(before)
    repository.commit(after)
    return selection(Request(str(path), base=base, cache=False), _fail)


def _fail(error: BaseException) -> None:
    raise error


def selected(path: Path, before: Files, after: Files) -> list[str]:
    tests = answer(path, before, after)["tests"]
    assert isinstance(tests, list)
    return [test["path"] for test in tests]


def test_a_namespace_package_below_src_is_imported_from_src(tmp_path: Path) -> None:
    before: Files = {
        "setup.py": "from setuptools import setup\nsetup()\n",
        "src/space/part/__init__.py": "",
        "src/space/part/code.py": "x = 1\n",
        "src/space/part/tests/__init__.py": "",
        "src/space/part/tests/test_code.py": "from space.part.code import x\n" + TEST,
        "src/space/part/tests/test_other.py": TEST,
    }
    assert selected(tmp_path, before, {"src/space/part/code.py": "x = 2\n"}) == ["src/space/part/tests/test_code.py"]


def test_a_change_log_that_only_the_documentation_opens_selects_nothing(tmp_path: Path) -> None:
    before: Files = {
        "CHANGES.md": "one\n",
        "docs/conf.py": 'for name in ("CHANGES.md", "README.md"):\n    open(f"../{name}")\n',
        "tests/test_a.py": TEST,
    }
    assert answer(tmp_path, before, {"CHANGES.md": "two\n"})["decision"] == "none"


def test_a_change_log_that_a_test_opens_selects_that_test(tmp_path: Path) -> None:
    before: Files = {
        "CHANGES.md": "one\n",
        "docs/conf.py": 'open("../CHANGES.md")\n',
        "tests/test_a.py": TEST,
        "tests/test_b.py": 'def test_log():\n    assert open("CHANGES.md").read()\n',
    }
    assert selected(tmp_path, before, {"CHANGES.md": "two\n"}) == ["tests/test_b.py"]


def test_data_at_the_top_that_only_a_script_opens_still_means_everything(tmp_path: Path) -> None:
    before: Files = {"data.json": "1\n", "setup.py": 'open("data.json")\n', "tests/test_a.py": TEST}
    assert answer(tmp_path, before, {"data.json": "2\n"})["decision"] == "all"


def test_settings_of_coverage_are_inert_whatever_kind_of_run_they_are_for(tmp_path: Path) -> None:
    before: Files = {".coveragerc-cython.toml": "[run]\n", "tests/test_a.py": TEST}
    assert answer(tmp_path, before, {".coveragerc-cython.toml": "[run]\nbranch = true\n"})["decision"] == "none"


def test_the_source_of_an_extension_of_another_name_means_everything_although_a_test_lists_its_directory(tmp_path: Path) -> None:
    before: Files = {
        "pkg/__init__.py": "from pkg import _built\n",
        "pkg/src/casts.cpp": "// one\n",
        "pkg/tests/test_a.py": "import pkg\n" + TEST,
        "pkg/tests/test_sources.py": "from pathlib import Path\nSOURCES = list(Path(__file__).parents[1].glob('**/*.cpp'))\n" + TEST,
    }
    assert answer(tmp_path, before, {"pkg/src/casts.cpp": "// two\n"})["decision"] == "all"


def test_a_link_to_the_settings_of_an_assistant_is_inert(tmp_path: Path) -> None:
    repository = GitRepo(tmp_path)
    base = repository.commit({".agents/rules.md": "", "tests/test_a.py": TEST})
    (tmp_path / ".claude").symlink_to(".agents")
    repository.commit()
    assert selection(Request(str(tmp_path), base=base, cache=False), _fail)["decision"] == "none"


def test_the_sources_of_a_web_client_are_not_of_the_python_tests(tmp_path: Path) -> None:
    before: Files = {"ui/package.json": "{}\n", "ui/src/a.tsx": "1\n", "ui/e2e/a.spec.ts": "1\n", "tests/test_a.py": TEST}
    assert answer(tmp_path, before, {"ui/src/a.tsx": "2\n", "ui/e2e/a.spec.ts": "2\n"})["decision"] == "none"


def test_data_of_a_web_client_and_scripts_beside_python_stay_with_the_tests(tmp_path: Path) -> None:
    before: Files = {"ui/package.json": "{}\n", "ui/src/api.json": "1\n", "tests/test_a.py": TEST}
    assert answer(tmp_path / "data", before, {"ui/src/api.json": "2\n"})["decision"] == "all"
    before = {"ui/package.json": "{}\n", "ui/serve/__init__.py": "", "ui/serve/a.js": "1\n", "tests/test_a.py": "import ui.serve\n" + TEST}
    assert selected(tmp_path / "beside", before, {"ui/serve/a.js": "2\n"}) == ["tests/test_a.py"]


def test_a_workflow_that_a_test_reads_selects_that_test(tmp_path: Path) -> None:
    workflow = ".github/workflows/ci.yml"
    before: Files = {
        workflow: "on: push\n",
        "tests/test_a.py": TEST,
        "tests/test_ci.py": f"def test_ci():\n    assert open({workflow!r}).read()\n",
    }
    assert selected(tmp_path, before, {workflow: "on: pull_request\n"}) == ["tests/test_ci.py"]


def test_a_piece_of_the_change_log_inside_of_a_package_is_documentation(tmp_path: Path) -> None:
    before: Files = {"src/app/__init__.py": "", "tests/test_a.py": "import app\n" + TEST}
    assert answer(tmp_path, before, {"src/app/newsfragments/123.feature": "new\n"})["decision"] == "none"


def test_a_directory_that_a_file_of_python_2_puts_on_the_path_is_found_among_its_texts(tmp_path: Path) -> None:
    texts = "".join(f"print 'word{number}'\n" for number in range(50))
    before: Files = {
        "tools/helper.py": "x = 1\n",
        "run.py": f"import sys\nsys.path.insert(0, 'tools')\n{texts}",
        "tests/test_a.py": "import helper\n" + TEST,
    }
    assert selected(tmp_path, before, {"tools/helper.py": "x = 2\n"}) == ["tests/test_a.py"]


def test_a_package_of_python_2_imports_its_own_modules_by_their_bare_names(tmp_path: Path) -> None:
    before: Files = {
        "shop/__init__.py": "from cart import Cart\nprint 'loaded'\n",
        "shop/cart.py": "class Cart: pass\n",
        "shop/till.py": "import cart\n",
        "tests/test_till.py": "from shop import till\n" + TEST,
        "tests/test_other.py": TEST,
    }
    assert selected(tmp_path, before, {"shop/cart.py": "class Cart: size = 1\n"}) == ["tests/test_till.py"]


def test_an_explanation_finds_files_from_where_it_is_asked_and_gives_the_reasons_of_its_test_alone(tmp_path: Path) -> None:
    repository = GitRepo(tmp_path)
    base = repository.commit(
        {"a.py": "x = 1\n", "b.py": "x = 1\n", "tests/test_a.py": "import a\n" + TEST, "tests/test_b.py": "import b\n" + TEST}
    )
    repository.commit({"a.py": "x = 2\n", "b.py": "x = 2\n"})
    answer = explanation(Request(str(tmp_path / "tests"), base=base, cache=False), "./test_a.py", None, 10)
    assert answer["question"]["test"] == "tests/test_a.py"
    assert [reason["path"] for reason in answer["reasons"]] == ["a.py"]


def test_an_explanation_counts_the_tests_that_it_does_not_show(tmp_path: Path) -> None:
    tests: Files = {f"tests/test_{number}.py": "import a\n" + TEST for number in range(4)}
    GitRepo(tmp_path).commit({"a.py": "x = 1\n", **tests})
    answer = explanation(Request(str(tmp_path), base="HEAD", cache=False), None, "a.py", 3)
    assert (answer["tests_reached"], len(answer["chains"])) == (4, 3)
    assert render(answer).startswith("a.py selects 4 of 4 test files, of which these are 3:")
