from __future__ import annotations

import os
import subprocess
import sys
from array import array
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from impactgraph.analysis.assemble import assemble
from impactgraph.config import Config
from impactgraph.model import EDGE_KINDS, Facts, ImpactGraph, Reference, Rows, Warning_
from impactgraph.sources import codec
from impactgraph.sources.cache import Cache, open_cache
from impactgraph.sources.directory import DIRECTORY
from tests.gitrepo import GitRepo
from tests.memory import tree_of

# What file names may be made of: all but NUL, bytes that are not UTF-8 among it.
NAMES = st.text(
    st.one_of(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), st.sampled_from("\udc80\udcff\n/")), max_size=8
)
PAIRS = st.tuples(NAMES, NAMES)
REFERENCES = st.builds(Reference, st.sampled_from(EDGE_KINDS), NAMES, st.integers(0, 9))
FACTS = st.builds(Facts, st.lists(REFERENCES, max_size=3).map(tuple), st.lists(NAMES, max_size=2).map(tuple), st.none() | NAMES)
GRAPH = assemble(tree_of({"a.py": "import b\n", "b.py": "def f(:\n", "test_a.py": "import a\ndef test_it(): pass\n"}), Config()).graph


@st.composite
def graphs(draw: st.DrawFn) -> ImpactGraph:
    paths = tuple(sorted(draw(st.sets(NAMES, min_size=1, max_size=5))))
    node = st.integers(0, len(paths) - 1)
    edges = draw(st.lists(st.tuples(node, node, st.integers(0, len(EDGE_KINDS) - 1), st.integers(0, 2**31 - 1)), max_size=6))
    columns = [list(column) for column in zip(*edges, strict=True)] or [[], [], [], []]
    rows = Rows(array("i", columns[0]), array("i", columns[1]), bytearray(columns[2]), array("i", columns[3]))
    names = st.lists(NAMES, max_size=3).map(tuple)
    pairs = st.lists(PAIRS, max_size=2).map(tuple)
    warnings = st.builds(Warning_, NAMES, st.none() | NAMES.filter(bool), st.none() | st.integers(1, 9), NAMES)
    return ImpactGraph(
        paths=paths,
        oids=tuple(draw(st.sampled_from(["", "0" * 40])) for _ in paths),
        rows=rows,
        test_files=tuple(draw(st.lists(st.sampled_from(paths), max_size=2))),
        roots=draw(names),
        inserted=draw(pairs),
        names=draw(names),
        aliases=draw(pairs),
        read=draw(names),
        unparsed=draw(pairs),
        warnings=tuple(draw(st.lists(warnings, max_size=2))),
        default_arguments=draw(names),
    )


@given(graphs())
def test_a_graph_comes_back_as_it_was(graph: ImpactGraph) -> None:
    assert codec.decode_graph(codec.encode_graph(graph)) == graph


@given(st.frozensets(NAMES, max_size=3), st.dictionaries(NAMES, st.tuples(st.just("0" * 40), FACTS), max_size=3))
def test_facts_come_back_as_they_were_but_for_names_that_are_not_utf_8(names: frozenset[str], facts: dict[str, tuple[str, Facts]]) -> None:
    found = codec.decode_facts(codec.encode_facts(names, facts))
    assert found is not None
    is_text = lambda value: "\\udc" not in ascii(value)  # noqa: E731 - a word for the two lines below
    assert found[0] == frozenset(names) or found[0] == frozenset(filter(is_text, names))
    assert all(found[1].get(path) == row for path, row in facts.items() if is_text((path, row)) and "\\" not in repr((path, row)))
    assert all(facts[path] == row for path, row in found[1].items())


@given(st.dictionaries(NAMES, st.recursive(st.none() | st.booleans() | NAMES, lambda inner: st.lists(inner, max_size=3)), max_size=3))
def test_a_plain_value_comes_back_as_it_was(value: dict[str, object]) -> None:
    assert codec.decode_plain(codec.encode_plain(value)) == value


@pytest.mark.parametrize("length", range(12))
def test_a_plain_value_that_is_cut_off_is_as_good_as_absent(length: int) -> None:
    assert codec.decode_plain(codec.encode_plain({"key": ["value"]})[:length]) is None


@given(st.binary(max_size=60))
@example(b"[]")
@example(b'{"names": [], "facts": []}')
@example(b'{"names": 1, "facts": {}}')
@example(b'{"names": [], "facts": {"a": [1, null, [], [[1]]]}}')
def test_bytes_that_are_none_of_ours_are_as_good_as_absent(payload: bytes) -> None:
    assert codec.decode_graph(payload) is None
    codec.decode_facts(payload)


@given(st.data())
def test_a_graph_with_bytes_replaced_is_a_sound_graph_or_none(data: st.DataObject) -> None:
    """The kernel gets what comes out: no node number may lead out of the graph."""
    payload = bytearray(codec.encode_graph(GRAPH))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    graph = codec.decode_graph(bytes(payload[: data.draw(st.sampled_from([len(payload), len(payload) - 1, 4, 0]))]))
    if graph is not None:
        rows, nodes = graph.rows, len(graph.paths)
        assert len(rows.importer) == len(rows.imported) == len(rows.kind) == len(rows.line)
        assert all(0 <= node < nodes for node in (*rows.importer, *rows.imported))
        assert all(kind < len(EDGE_KINDS) for kind in rows.kind)
        assert set(graph.test_files) <= set(graph.paths)


def filled(tmp_path: Path) -> Cache:
    cache = Cache(str(tmp_path / DIRECTORY))
    cache.store_graph("k", GRAPH)
    cache.store_facts(frozenset({"a"}), {"a.py": ("0" * 40, Facts(()))})
    cache.store_answer("k", b"{}")
    return cache


def stored(cache: Cache) -> tuple[object, object, object]:
    return cache.graph("k"), cache.facts(), cache.answer("k")


def test_what_is_stored_is_found(tmp_path: Path) -> None:
    assert stored(filled(tmp_path)) == (GRAPH, (frozenset({"a"}), {"a.py": ("0" * 40, Facts(()))}), b"{}")
    assert sorted(os.listdir(tmp_path / DIRECTORY)) == [".gitignore", "CACHEDIR.TAG", "answer-k", "facts", "graph-k"]


def test_facts_of_a_commit_do_not_take_the_place_of_those_of_the_work_tree(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    cache.store_facts(frozenset({"b"}), {}, is_worktree=False)
    assert (cache.facts(), cache.facts(is_worktree=False)) == ((frozenset({"a"}), {"a.py": ("0" * 40, Facts(()))}), (frozenset({"b"}), {}))


def test_what_was_never_stored_is_absent(tmp_path: Path) -> None:
    assert stored(Cache(str(tmp_path / "none"))) == (None, None, None)
    assert filled(tmp_path).graph("other") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_any_damage_makes_it_absent(tmp_path: Path, data: st.DataObject) -> None:
    cache = filled(tmp_path)
    for name in ("graph-k", "facts", "answer-k"):
        file = Path(cache.path, name)
        content = bytearray(file.read_bytes())
        if data.draw(st.booleans(), "cut"):
            content = content[: data.draw(st.integers(0, len(content) - 1))]
        else:
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        file.write_bytes(content)
    assert stored(cache) == (None, None, None)


def test_what_another_version_stored_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = filled(tmp_path)
    monkeypatch.setattr("impactgraph.sources.cache._MAGIC", b"impactgraph 99.0 cache 1\n")
    assert stored(cache) == (None, None, None)


def test_a_file_in_the_place_of_the_directory_is_no_error(tmp_path: Path) -> None:
    (tmp_path / DIRECTORY).write_text("mine")
    assert stored(filled(tmp_path)) == (None, None, None)
    assert (tmp_path / DIRECTORY).read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_not_be_written_is_no_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert stored(filled(tmp_path)) == (None, None, None)


def test_a_directory_in_the_place_of_a_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / DIRECTORY / "graph-k").mkdir(parents=True)
    cache = filled(tmp_path)
    assert cache.graph("k") is None
    assert cache.answer("k") == b"{}"
    assert not [name for name in os.listdir(cache.path) if name.startswith(".graph")]


def test_only_the_last_graphs_and_answers_are_kept(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    for number in range(40):
        cache.store_graph(str(number), GRAPH)
        cache.store_answer(str(number), b"{}")
        for kind in ("graph", "answer"):
            os.utime(tmp_path / f"{kind}-{number}", ns=(number, number))
    assert [number for number in range(40) if cache.graph(str(number))] == list(range(32, 40))
    assert [number for number in range(40) if cache.answer(str(number))] == list(range(8, 40))


def test_git_and_backups_leave_it_out(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path)
    filled(tmp_path)
    assert repo.git("status", "--porcelain", "--untracked-files=all") == ""
    assert (tmp_path / DIRECTORY / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_files_of_the_users_own_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / DIRECTORY).mkdir()
    (tmp_path / DIRECTORY / ".gitignore").write_text("mine")
    filled(tmp_path)
    assert (tmp_path / DIRECTORY / ".gitignore").read_text() == "mine"


@pytest.mark.parametrize(
    ("files", "links", "directory"),
    [
        ({f"{DIRECTORY}/answer-x": ""}, {}, None),
        ({}, {DIRECTORY: "/home/somebody"}, None),
        ({"build/cache/answer-x": ""}, {}, "build/cache"),
        ({"build/cache/answer-x": ""}, {}, "build//cache/"),
        ({"build/cache/answer-x": ""}, {}, "./build/../build/cache"),
        ({}, {"build": "/home/somebody"}, "build/cache"),
        ({"a.py": ""}, {}, "."),
    ],
)
def test_a_cache_that_came_with_the_checkout_is_not_trusted(files: dict[str, str], links: dict[str, str], directory: str | None) -> None:
    assert open_cache("/top", tree_of(files, links), directory) is None


@pytest.mark.parametrize(("directory", "path"), [(None, f"/top/{DIRECTORY}"), ("x/y", "/top/x/y"), ("/var/cache/z", "/var/cache/z")])
def test_a_cache_lies_in_the_checkout_or_where_the_user_wants_it(directory: str | None, path: str) -> None:
    cache = open_cache("/top", tree_of({"a.py": "", f"{DIRECTORY}2/x": "", "x/yz": ""}), directory)
    assert cache is not None
    assert cache.path == path


WORKER = """
import sys
from impactgraph.sources.cache import Cache
from tests.unit.sources.test_cache import GRAPH
cache = Cache(sys.argv[1])
graphs = [GRAPH._replace(roots=("r" * 5000 * size,)) for size in range(4)]
for turn in range(25):
    cache.store_graph("k", graphs[(turn + int(sys.argv[2])) % 4])
    found = cache.graph("k")
    assert found is None or found in graphs
"""


def test_several_processes_may_share_it(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path), str(number)], cwd=root, stderr=subprocess.PIPE)
        for number in range(4)
    ]
    assert [(worker.communicate()[1], worker.returncode) for worker in workers] == [(b"", 0)] * 4
    assert Cache(str(tmp_path)).graph("k") is not None
    assert sorted(os.listdir(tmp_path)) == [".gitignore", "CACHEDIR.TAG", "graph-k"]


@pytest.mark.parametrize("name", ["graph-k", "facts", "answer-k"])
def test_a_file_that_ends_before_its_sum_is_absent(tmp_path: Path, name: str) -> None:
    cache = filled(tmp_path)
    file = Path(cache.path, name)
    content = file.read_bytes()
    for length in range(content.index(b"\n") + 6):
        file.write_bytes(content[:length])
        assert None in stored(cache)
