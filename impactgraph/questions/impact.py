"""Which tests can a change break? What `select` and `run` ask."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.config import Config, load_config
from impactgraph.errors import ImpactGraphError, UsageError
from impactgraph.model import Fallback, FileChange, Tree
from impactgraph.questions import answer as parts
from impactgraph.questions.base import Base, find_base
from impactgraph.sources.cache import open_cache
from impactgraph.sources.git import Repository
from impactgraph.sources.history.place import history_directory, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from impactgraph.decisions.functions.select import Why
    from impactgraph.decisions.seeds import Judged
    from impactgraph.decisions.select import Selection
    from impactgraph.model import ImpactGraph
    from impactgraph.record import Record
    from impactgraph.sources.cache import Cache

WORKTREE = "WORKTREE"


class Request(NamedTuple):
    """What the user asks: the state `head` against `base`, or `files` alone. `environ` is where CI says what it builds."""

    directory: str = "."
    base: str | None = None
    head: str = WORKTREE
    files: tuple[str, ...] | None = None
    merge_base: bool = True
    cache: bool = True
    cache_dir: str | None = None
    environ: Mapping[str, str] = {}


class Situation(NamedTuple):
    """What a request names, found: the state to judge, and the commit to compare it with or the files that are said to differ."""

    repository: Repository
    head: Tree
    config: Config
    cache: Cache | None
    base: Base
    files: tuple[FileChange, ...] | None


class Impact(NamedTuple):
    """A decided change with all that it was decided from.

    `left_out`: recorded tests (node IDs) that need not run; None where whole files were decided on. `recorded`: how many there are, and
    are selected. `why`: what decided for each of the selected ones.
    """

    situation: Situation
    graph: ImpactGraph
    judged: tuple[Judged, ...]
    selection: Selection
    left_out: tuple[str, ...] | None = None
    recorded: dict[str, int] | None = None
    why: tuple[Why, ...] = ()


def find(request: Request) -> Situation:
    """Where a request points. Raises ImpactGraphError for what the user has to mend."""
    repository = Repository.open(request.directory)
    head = repository.worktree() if request.head == WORKTREE else repository.revision_tree(repository.resolve(request.head))
    config = load_config(head.read_one("pyproject.toml"))
    cache = open_cache(repository.root, head, request.cache_dir or config.cache_dir) if request.cache else None
    if request.files is not None:
        return Situation(repository, head, config, cache, Base(None, "option", None), _listed(request, repository.root, head))
    base = find_base(repository, head.revision, request.base, config.base, request.environ, merge_base=request.merge_base)
    return Situation(repository, head, config, cache, base, None)


def _listed(request: Request, root: str, head: Tree) -> tuple[FileChange, ...]:
    """The files that the user lists, as changes; relative to the directory the command runs in."""
    changes = set()
    for name in request.files or ():
        directory, last = os.path.split(os.path.normpath(os.path.join(request.directory, name)))
        # A link on the way to the file is followed, one that is the file is not.
        path = os.path.relpath(os.path.join(os.path.realpath(directory), last), os.path.realpath(root))
        if path == ".." or path.startswith("../"):
            raise UsageError(f"{name} lies outside of the checkout {root}", "list files of the checkout")
        changes.add(FileChange(path, "M" if path in head.files else "D"))
    return tuple(sorted(changes))


def _unknown(files: tuple[FileChange, ...] | None) -> list[dict[str, Any]]:
    """Warnings of listed files that are not there: deleted ones, or slips of the pen."""
    message = "not in the checkout: taken for a deleted file"
    return [
        {"code": "no-such-file", "path": change.path, "line": None, "message": message} for change in files or () if change.status == "D"
    ]


def decide(situation: Situation, record: Record | None = None) -> Impact:
    """The graph of the situation's state, what each change can break, and the selection that follows.

    `record`: what is known of the tests, instead of the checkout's own record.
    """
    # All that is only needed where the answer isn't known yet: a third of the time that a repeated question takes.
    from impactgraph.analysis.assemble import former
    from impactgraph.decisions.seeds import Judge
    from impactgraph.decisions.select import select
    from impactgraph.decisions.surroundings import Place
    from impactgraph.decisions.widen import widened
    from impactgraph.graph.closure import Closure
    from impactgraph.questions.analyse import analyse, externals
    from impactgraph.questions.differences import Differences
    from impactgraph.questions.environment import environment
    from impactgraph.sources.changes import compare

    repository, head, config, cache, base, files = situation
    tree = repository.revision_tree(base.revision) if base.revision else None
    changes = files if files is not None else compare(tree, head) if tree else ()
    graph = analyse(head, config, cache, former(tree or head, head, changes))
    dependencies = environment(tree, head, lambda: externals(head, graph, cache))
    place, closure = Place(graph), Closure(graph)
    differences = Differences(tree, head, cache)
    judged = widened(Judge(tree, head, place, dependencies, config, compare=differences).judge(changes), closure, place)
    differences.keep()
    selection = select(judged, closure, config)
    if tree is not None and selection.decision == "subset" and config.granularity != "module":
        from impactgraph.questions.narrowing import Decided, narrow_if_recorded  # most checkouts have no record

        decided = Decided(tree, head, place, closure, dependencies, config, judged, selection)
        narrowed = narrow_if_recorded(decided, repository, cache, record)
        if narrowed is not None:
            return Impact(situation, graph, judged, *narrowed)
    return Impact(situation, graph, judged, selection)


def answer(impact: Impact) -> dict[str, Any]:
    """`impact` in the shape of the schema `selection`."""
    (repository, head, _, _, base, _), graph, judged, selection, left_out, *_ = impact
    tests = [{**test._asdict(), "node_ids": None if test.node_ids is None else list(test.node_ids)} for test in selection.tests]
    if base.fallback:
        tests = [_everything(path) for path in graph.test_files]
    return {
        **parts.head("selection", repository.root),
        "warnings": [*parts.warnings_of(graph), *_unknown(impact.situation.files)],
        "base": {"revision": base.revision, "from": base.source, "ref": base.ref},
        "head": {"revision": head.revision, "worktree": head.is_worktree},
        "decision": "all" if base.fallback else selection.decision,
        "granularity": "module" if left_out is None or base.fallback else "function",
        "fallback": base.fallback._asdict() if base.fallback else None,
        "counts": {**_counts(len(graph.test_files), len(tests)), **_recorded(impact, tests), **(impact.recorded or {})},
        "tests": tests,
        "changes": [parts.change(item) for item in judged],
        "reasons": [reason._asdict() for reason in selection.reasons],
        "default_arguments": list(graph.default_arguments) or ["."],
    }


def _counts(total: int, selected: int) -> dict[str, Any]:
    unknown = dict.fromkeys(("node_ids_total", "node_ids_selected", "seconds_total", "seconds_selected"))
    return {"tests_total": total, "tests_selected": selected, **unknown}


def _recorded(impact: Impact, tests: list[dict[str, Any]]) -> dict[str, float]:
    """How many tests were recorded, and how long they took."""
    from impactgraph.questions.durations import recorded, spent  # as in `decide`

    situation = impact.situation
    known, selected = recorded(situation.repository.root, situation.config.cache_dir), {test["path"] for test in tests}
    return spent(known, frozenset(impact.graph.test_files), selected, frozenset(() if situation.base.fallback else impact.left_out or ()))


def _everything(path: str) -> dict[str, Any]:
    return {"path": path, "node_ids": None, "layer": "global", "distance": None, "change": None}


def selection(request: Request, report: Callable[[BaseException], None]) -> dict[str, Any]:
    """The answer to `request`. An error of ours is told to `report`, and everything is selected."""
    try:
        situation = find(request)
        key = _key(situation) if situation.cache else ""
        return _remembered(situation, key) or _remember(situation, key, answer(decide(situation)))
    except ImpactGraphError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, no test may be left out for it
        report(error)
        return _after_failure(request, error)


def _remembered(situation: Situation, key: str) -> dict[str, Any] | None:
    """The answer that was given before in exactly this situation: agents ask again and again."""
    found: dict[str, Any] | None = situation.cache.answer(key) if situation.cache else None
    return found


def _remember(situation: Situation, key: str, found: dict[str, Any]) -> dict[str, Any]:
    # What is installed decides on changed distributions, and is no part of the key.
    asked_environment = any(change["reason"] == "locked-package" for change in found["changes"])
    if situation.cache and not situation.head.unreadable and not asked_environment:
        situation.cache.store_answer(key, found)
    return found


def _key(situation: Situation) -> str:
    """A digest of all that an answer follows from."""
    from _blake2 import blake2b  # as `hashlib` has it, without OpenSSL, which takes 3 ms to load

    repository, head, config, _, base, files = situation
    record = stamp(history_directory(repository.root, config.cache_dir))
    asked = repr((repository.root, head.revision, head.is_worktree, config, base, files, parts.VARIANT, record))
    state = "".join([f"\0{path}\0{entry[0]}{entry[1]}" for path, entry in head.files.items()])
    return blake2b((asked + state).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _after_failure(request: Request, error: Exception) -> dict[str, Any]:
    hint = "please report this, with the traceback that IMPACTGRAPH_DEBUG=1 shows"
    fallback = Fallback("internal-error", f"{type(error).__name__}: {error}", hint)
    return {
        **parts.head("selection", os.path.abspath(request.directory)),
        "base": {"revision": None, "from": None, "ref": request.base},
        "head": {"revision": None, "worktree": request.head == WORKTREE},
        "decision": "all",
        "granularity": "module",
        "fallback": fallback._asdict(),
        "counts": _counts(0, 0),
        "tests": [],
        "changes": [],
        "reasons": [],
        "default_arguments": ["."],
    }
