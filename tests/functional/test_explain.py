"""``impactgraph explain`` shows the way from a change to a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.functional.checkout import CHANGED, Done, run, shop
from tests.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return shop(
        tmp_path / "repo",
        {
            "shop/lazy.py": "def f():\n    if True:\n        from shop import price\n",
            "tests/test_lazy.py": "\x0c\nfrom shop.lazy import f\n\ndef test_it(): pass\n",
            "tests/test_mail.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.price\n\ndef test_it(): pass\n",
        },
    )


def explain(repo: GitRepo, *arguments: str) -> Done:
    return run(repo.path, "explain", *arguments)


def chains(repo: GitRepo, *arguments: str) -> list[dict[str, Any]]:
    done = explain(repo, *arguments, "--format", "json")
    assert (done.code, done.err) == (0, "")
    found: list[dict[str, Any]] = done.json["chains"]
    return found


def test_a_chain_runs_from_the_change_to_the_test_with_file_and_line(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    (chain,) = chains(repo, "tests/test_cart.py")
    assert (chain["change"], chain["test"]) == ("shop/price.py", "tests/test_cart.py")
    assert chain["hops"] == [
        {
            "imported": "shop/price.py",
            "importer": "shop/cart.py",
            "kind": "import",
            "scope": "module",
            "path": "shop/cart.py",
            "line": 1,
            "text": "from shop import price",
        },
        {
            "imported": "shop/cart.py",
            "importer": "tests/test_cart.py",
            "kind": "import",
            "scope": "module",
            "path": "tests/test_cart.py",
            "line": 1,
            "text": "import shop.cart",
        },
    ]


def test_an_import_within_a_function_is_told_and_form_feeds_count_for_nothing(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    (chain,) = chains(repo, "tests/test_lazy.py")
    assert [(hop["scope"], hop["line"], hop["text"]) for hop in chain["hops"]] == [
        ("function", 3, "from shop import price"),
        ("module", 2, "from shop.lazy import f"),
    ]


def test_a_test_that_is_not_selected_has_no_chain(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    answer = explain(repo, "tests/test_mail.py", "--format", "json").json
    assert (answer["selected"], answer["chains"]) == (False, [])


def test_a_file_is_followed_to_its_tests_changed_or_not(repo: GitRepo) -> None:
    found = chains(repo, "--change", "shop/price.py")
    assert [chain["test"] for chain in found] == ["tests/test_cart.py", "tests/test_lazy.py", "tests/with space/test_spaced.py"]
    assert len(chains(repo, "--change", "shop/price.py", "--limit", "1")) == 1


def test_a_file_is_followed_to_one_test(repo: GitRepo) -> None:
    (chain,) = chains(repo, "tests/test_cart.py", "--change", "shop/__init__.py")
    assert [hop["kind"] for hop in chain["hops"]] == ["import", "import"] or chain["hops"][0]["kind"] == "parent-package"
    assert chains(repo, "tests/test_mail.py", "--change", "shop/price.py") == []


def test_paths_may_be_given_from_where_one_is(repo: GitRepo) -> None:
    done = run(repo.path / "tests", "explain", "test_cart.py", "--change", "../shop/price.py", "--format", "json")
    assert [chain["test"] for chain in done.json["chains"]] == ["tests/test_cart.py"]


def test_a_change_of_everything_selects_without_a_chain(repo: GitRepo) -> None:
    repo.write({"setup.py": "x = 1\n"})
    answer = explain(repo, "tests/test_mail.py", "--format", "json").json
    assert (answer["selected"], answer["chains"]) == (True, [])
    assert [reason["code"] for reason in answer["reasons"]] == ["global-input"]


def test_people_get_lines(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    done = explain(repo, "tests/test_cart.py")
    assert "shop/cart.py:1" in done.out
    assert "from shop import price" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ([], "nothing to explain", "name a test file"),
        (["tests/test_crat.py"], "no such file in the checkout: tests/test_crat.py", "did you mean tests/test_cart.py?"),
        (["--change", "zzz"], "no such file in the checkout: zzz", "doctor shows what was found"),
    ],
)
def test_a_mistake_is_told_with_a_hint(repo: GitRepo, arguments: list[str], message: str, hint: str) -> None:
    done = explain(repo, *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert hint in done.err
