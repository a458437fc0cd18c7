from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.config import Config, Link, load_config, matches
from impactgraph.errors import ConfigError


def read(table: str) -> Config:
    return load_config(f"[tool.impactgraph]\n{table}\n".encode())


@pytest.mark.parametrize("pyproject", [None, b"", b"[project]\nname = 'a'\n", b"tool = 3\n", b"[tool.impactgraph]\n"])
def test_a_project_that_says_nothing_has_the_defaults(pyproject: bytes | None) -> None:
    assert load_config(pyproject) == Config()


def test_a_broken_file_that_does_not_mention_the_tool_is_not_parsed() -> None:
    assert load_config(b"[tool") == Config()


def test_every_key_is_read() -> None:
    config = read(
        'packages = ["shop"]\ntests = ["checks/**/*.py"]\nbase = "origin/dev"\nglobal-inputs = ["ci/*.env"]\nalways-run = ["tests/smoke/"]'
        '\ninert = ["notes/", "pyproject.toml:tool.mine"]\ndocstrings = "inert"\ngranularity = "module"\ncache-dir = ".cache/ig"'
        '\npure-decorators = ["timed"]\nregistry-decorators = ["cache"]'
    )
    assert config == Config(
        packages=("shop",),
        tests=("checks/**/*.py",),
        base="origin/dev",
        global_inputs=("ci/*.env",),
        always_run=("tests/smoke/",),
        inert=("notes/", "pyproject.toml:tool.mine"),
        docstrings="inert",
        granularity="module",
        pure_decorators=("timed",),
        registry_decorators=("cache",),
        cache_dir=".cache/ig",
    )


def test_links_are_written_as_arrows_or_as_tables() -> None:
    config = read('links = ["a.sql -> src/db/**", {from = ["x/*", "y/*"], to = "src/z.py"}]')
    assert config.links == (Link("a.sql", "src/db/**"), Link("x/*", "src/z.py"), Link("y/*", "src/z.py"))


@pytest.mark.parametrize(
    "link", ['"a.sql"', '"a -> b -> c"', '"-> b"', '{from = "a"}', '{from = "a", to = []}', '{from = "a", to = 1}', "1"]
)
def test_a_link_with_other_than_two_ends_is_refused(link: str) -> None:
    with pytest.raises(ConfigError, match=r"tool\.impactgraph\.links must be"):
        read(f"links = [{link}]")


def test_an_unknown_key_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(ConfigError, match="'global_input'") as raised:
        read("global_input = []")
    assert "global-inputs" in raised.value.hint


def test_a_key_like_no_other_is_answered_with_all_known_ones() -> None:
    with pytest.raises(ConfigError) as raised:
        read("zzz = 1")
    assert "always-run" in raised.value.hint


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("base = 3", "a string"),
        ('base = ""', "a string"),
        ('packages = "shop"', "a list of strings"),
        ("inert = [1]", "a list of strings"),
        ('links = "a -> b"', "a list of"),
        ('docstrings = "prose"', '"code" or "inert"'),
        ('granularity = "line"', '"module"'),
        ('inert = ["!keep"]', "without negation"),
        ('inert = ["../other"]', "inside the checkout"),
    ],
)
def test_a_wrong_value_is_answered_with_its_key_and_what_was_expected(line: str, expected: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(line)
    assert expected in raised.value.message
    assert line.partition(" = ")[0] in raised.value.message


@pytest.mark.parametrize("pyproject", [b"[tool.impactgraph", b"# impactgraph\n\xff\xfe", b"[tool]\nimpactgraph = 3\n"])
def test_what_is_no_table_is_a_configuration_error(pyproject: bytes) -> None:
    with pytest.raises(ConfigError):
        load_config(pyproject)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.md", "a/b/c.md"),
        ("docs", "docs/a/b.txt"),
        ("docs", "src/docs/a.txt"),
        ("docs/", "docs/a.txt"),
        ("/docs", "docs/a.txt"),
        ("a/*.md", "a/b.md"),
        ("a/**/c.md", "a/c.md"),
        ("a/**/c.md", "a/x/y/c.md"),
        ("**/c.md", "c.md"),
        ("a/**", "a/b/c"),
        ("a?c", "abc"),
        ("[ab]c", "bc"),
        ("[!a]c", "bc"),
        ("x.(y)+", "x.(y)+"),
        ("*.md", "line\nbreak.md"),
    ],
)
def test_a_glob_matches_as_in_gitignore(pattern: str, path: str) -> None:
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/docs", "src/docs/a.txt"),
        ("a/*.md", "x/a/b.md"),
        ("a/*.md", "a/b/c.md"),
        ("docs/", "docs"),
        ("doc", "docs/a"),
        ("a/**", "a"),
        ("a?c", "a/c"),
        ("[!a]c", "ac"),
        ("x.y", "xzy"),
    ],
)
def test_a_glob_stays_within_its_bounds(pattern: str, path: str) -> None:
    assert not matches(pattern, path)


PATHS = st.lists(st.text("ab.-_", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join)


@given(PATHS)
def test_a_path_matches_itself_and_all_that_lies_above_it(path: str) -> None:
    parts = path.split("/")
    assert all(matches("/" + "/".join(parts[:depth]), path) for depth in range(1, len(parts) + 1))
    assert not matches("/" + path, "x/" + path)
