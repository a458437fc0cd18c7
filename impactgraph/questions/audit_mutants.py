"""Would the selection leave out a test that a fault breaks? Faults are put into a copy of the checkout, one at a time, to find out."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.faults import FINE_KINDS, KINDS, faults_of
from impactgraph.config import load_config, matches
from impactgraph.decisions.mutants import BAD, Mutant, ended, failing, is_red, is_selected, lacking, shuffled, stable, summarise
from impactgraph.errors import SourceError, UsageError
from impactgraph.model import Warning_
from impactgraph.questions.answer import head
from impactgraph.questions.audit_again import key_of, known_of
from impactgraph.questions.copied import check_imports, roots_to_import_from
from impactgraph.questions.impact import Request, answer, decide, find
from impactgraph.questions.narrowing import classes_of
from impactgraph.questions.recorded import record_of
from impactgraph.sources.git import Repository
from impactgraph.sources.trial import Command, Stopped, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from impactgraph.model import ImpactGraph
    from impactgraph.questions.audit_again import Key
    from impactgraph.questions.impact import Impact
    from impactgraph.record import Record
    from impactgraph.sources.trial import Copy, Outcome, Run

    Progress = Callable[[Iterable[Any], int], Iterator[Any]]
    Row = dict[str, Any]
    Keep = Callable[[Sequence[Row], Sequence[Warning_]], None]

_BASELINES = 2  # runs without a fault: a test that does not pass in each tells nothing of one
_PATIENCE = 5, 60  # times as long as without a fault, and seconds besides, before a run is ended


class Plan(NamedTuple):
    """`number` faults chosen by `seed`: of `kinds`, in files that match one of `paths`.

    `granularity`: what is judged; with ``function`` the tests are recorded in the copy first, and kinds are of FINE_KINDS. `under_share`:
    only faults for which at most this share of the test files, or of the tests, is selected. `timeout`: seconds for a run, None for
    several times what one takes without a fault. `arguments` are pytest's. `known`: runs with faults of before; where there are any,
    only these faults are judged, and not run again.
    """

    number: int
    seed: int = 0
    granularity: str = "module"
    kinds: Sequence[str] = KINDS
    paths: Sequence[str] = ()
    under_share: float = 1.0
    timeout: float | None = None
    jobs: int = 1
    arguments: Sequence[str] = ()
    known: Mapping[Key, Run] = MappingProxyType({})


class Chosen(NamedTuple):
    """A mutant with what `select` says of it: of each of `selected` test files the node IDs, None for all of them; and of how many files.

    `reached`: all files that the change reaches in the graph.
    """

    mutant: Mutant
    decision: str
    granularity: str
    changes: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    selected: dict[str, frozenset[str] | None]
    total: int
    reached: frozenset[str]

    @classmethod
    def of(cls, mutant: Mutant, impact: Impact) -> Chosen:
        """`mutant` with its decision; the graph is not kept."""
        found = answer(impact)
        changes = [{name: change[name] for name in ("path", "class", "effect", "reason")} for change in found["changes"]]
        selected = {test["path"]: None if test["node_ids"] is None else frozenset(test["node_ids"]) for test in found["tests"]}
        graph, distance = impact.graph, impact.selection.reach.distance
        reached = frozenset(path for number, path in enumerate(graph.paths) if distance[number] >= 0)
        return cls(mutant, found["decision"], found["granularity"], changes, found["reasons"], selected, len(graph.test_files), reached)

    def has(self, file: str, node: str) -> bool:
        """Whether the test `node` of a file is selected."""
        return file in self.selected and is_selected(self.selected[file], f"{file}::{node.partition('::')[2]}".removesuffix("::"))

    def left_out(self, tests: Mapping[str, Outcome]) -> list[Outcome]:
        """Of `tests`, by node ID, those that are not selected."""
        return [test for node, test in tests.items() if not self.has(test.file, node)]


def audited(directory: str, plan: Plan, progress: Progress, keep: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """What became of the mutants of `plan`, in the shape of the schema `audit`. Interrupted, what is known by then.

    `keep` is given the same after each mutant, as if it were interrupted there.
    """
    repository = Repository.open(directory)
    tree = repository.worktree()
    submodules = [path for path, entry in tree.files.items() if entry.is_submodule]
    lacks = [Warning_("submodule", path, None, "not in the copy that was tested") for path in submodules]

    def told(rows: Sequence[Row], warnings: Sequence[Warning_], *, is_interrupted: bool) -> dict[str, Any]:
        return {
            **head("audit", repository.root, [*warnings, *lacks]),
            "source": "mutants",
            "granularity": plan.granularity,
            "seed": plan.seed,
            "interrupted": is_interrupted,
            "summary": summarise(rows, FINE_KINDS if plan.granularity == "function" else KINDS),
            "misses": [{"mutant": number, **miss} for number, row in enumerate(rows) for miss in row["misses"]],
            "mutants": [{name: value for name, value in row.items() if name != "misses"} for row in rows],
        }

    with tempfile.TemporaryDirectory(prefix="impactgraph-", ignore_cleanup_errors=True) as scratch:
        trial = Trial(tree, os.path.realpath(scratch))
        trial.lay(repository.built(tree))
        audit = _Audit(trial, os.path.realpath(scratch), plan)
        tell = keep or (lambda _: None)
        rows, warnings, is_interrupted = audit.run(progress, lambda *known: tell(told(*known, is_interrupted=True)))
        return told(rows, warnings, is_interrupted=is_interrupted)


class _Audit:
    def __init__(self, trial: Trial, scratch: str, plan: Plan) -> None:
        self._trial = trial
        self._scratch = scratch
        self._plan = plan
        self._copies: SimpleQueue[Copy] = SimpleQueue()
        self._command = Command((), plan.arguments)
        self._record: Record | None = None
        self._before: Run
        self._stable: frozenset[str] = frozenset()
        self._unstable: frozenset[str] = frozenset()
        self._timeout: float | None = plan.timeout

    def run(self, progress: Progress, keep: Keep) -> tuple[list[Row], list[Warning_], bool]:
        """A row for each mutant, in the order in which they were chosen; warnings; whether it was interrupted."""
        warnings: list[Warning_] = []
        rows: list[Row] = []
        try:
            chosen = self._prepare(warnings)
            with ThreadPoolExecutor(self._plan.jobs) as pool:
                waiting = [pool.submit(self._judge, item) for item in chosen]
                try:
                    for future in progress(waiting, len(waiting)):
                        rows.append(future.result())
                        keep(rows, warnings)
                except BaseException as error:
                    self._trial.stop()
                    pool.shutdown(cancel_futures=True)
                    if not isinstance(error, KeyboardInterrupt):
                        raise
                    return [future.result() for future in waiting if _is_known(future)], warnings, True
                else:
                    return rows, warnings, False
        except KeyboardInterrupt:
            return [], warnings, True

    def _prepare(self, warnings: list[Warning_]) -> list[Chosen]:
        copy = self._trial.copy("copy-0")
        impact = self._decide(copy)
        self._command = Command(roots_to_import_from(impact.graph, self._trial), self._plan.arguments)
        self._run_without_fault(copy, impact.graph)
        chosen = self._choose(copy, impact)
        if len(chosen) < self._plan.number:
            warnings.append(_too_few(len(chosen), self._plan))
        self._copies.put(copy)
        for number in range(1, min(self._plan.jobs, len(chosen))):
            self._copies.put(self._trial.copy(f"copy-{number}"))
        return chosen

    def _decide(self, copy: Copy) -> Impact:
        """The decision of `select` in `copy`, for what is changed there."""
        request = Request(copy.top, base="HEAD", merge_base=False, cache_dir=os.path.join(self._scratch, "cache"))
        return decide(find(request), self._record)

    def _run_without_fault(self, copy: Copy, graph: ImpactGraph) -> None:
        runs = []
        for number in range(_BASELINES):
            is_recorded = self._plan.granularity == "function" and number == _BASELINES - 1
            runs.append(copy.run(self._command._replace(is_recorded=is_recorded), timeout=self._plan.timeout))
            if is_recorded:
                self._record = _recorded_in(copy)
            copy.mend()
            if not any(test.outcome == "passed" for test in runs[-1].tests.values()) or ended(runs[-1].code, {}) != "survived":
                message = f"the tests can't be run in a copy of the checkout; pytest ended with {runs[-1].code}"
                raise SourceError(f"{message}:\n{runs[-1].tail.strip()}", "do they pass in a fresh clone? pytest's arguments go behind --")
        check_imports(runs[0].modules, graph, copy.top, self._trial, self._command.roots)
        outcomes = [_outcomes(run) for run in runs]
        self._before = runs[0]
        self._stable = stable(outcomes)
        self._unstable = frozenset().union(*outcomes) - self._stable
        if self._timeout is None:
            self._timeout = max(run.seconds for run in runs) * _PATIENCE[0] * self._plan.jobs + _PATIENCE[1]

    def _choose(self, copy: Copy, impact: Impact) -> list[Chosen]:
        chosen: list[Chosen] = []
        mutants = _fine_mutants(copy, impact, self._plan) if self._record else _mutants(copy, impact.graph, self._plan)
        mutants = known_of(mutants, self._plan.known) if self._plan.known else mutants
        among = FINE_KINDS if self._record else KINDS
        for mutant in shuffled(mutants, Random(self._plan.seed), among):  # noqa: S311 - no secret
            if len(chosen) == self._plan.number:
                break
            copy.put(mutant.path, mutant.fault.put_into(copy.read(mutant.path)))
            found = Chosen.of(mutant, self._decide(copy))
            if self._share(found) <= self._plan.under_share:
                chosen.append(found)
            copy.mend()
        if not chosen:
            raise UsageError("there is no fault to put in", "--paths, --kinds and --under-share leave nothing; try without them")
        return chosen

    def _share(self, chosen: Chosen) -> float:
        if self._record is None:
            return len(chosen.selected) / max(1, chosen.total)
        return 1 - len(chosen.left_out(self._before.tests)) / len(self._before.tests)

    def _judge(self, chosen: Chosen) -> Row:
        copy = self._copies.get()
        try:
            run = self._plan.known.get(key_of(chosen.mutant)) or self._run_with(copy, chosen.mutant)
            failed = failing(self._stable, self._unstable, _outcomes(run))
            left_out = [node for node in failed if not chosen.has(_file(run, self._before, node), node)]
            verdicts = self._verdicts(copy, chosen, failed, left_out)
        finally:
            copy.mend()
            self._copies.put(copy)
        return _row(chosen, run, self._before, failed, verdicts)

    def _run_with(self, copy: Copy, mutant: Mutant, only: Sequence[str] = ()) -> Run:
        copy.put(mutant.path, mutant.fault.put_into(copy.read(mutant.path)))
        return copy.run(self._command, timeout=self._timeout, only=only)

    def _verdicts(self, copy: Copy, chosen: Chosen, failed: Mapping[str, str], left_out: Sequence[str]) -> dict[str, str]:
        """For each failing test that the selection leaves out: whether it fails without those it does not leave out, and by the fault.

        A file that can't be imported shows it by any test that needs it; below the module it is enough that one that is selected fails.
        """
        if self._record and len(left_out) < len(failed):
            uncollected = [node for node in left_out if failed[node] == "uncollected"]
            if uncollected:
                rest = [node for node in left_out if failed[node] != "uncollected"]
                return {**dict.fromkeys(uncollected, "red-anyway"), **self._verdicts(copy, chosen, failed, rest)}
        if not left_out:
            return {}
        copy.mend()
        alone = _bad(self._run_with(copy, chosen.mutant, left_out))
        copy.mend()
        without = _bad(copy.run(self._command, timeout=self._timeout, only=left_out)) if alone else set()
        return {node: "not-alone" if node not in alone else "without-fault" if node in without else "missed" for node in left_out}


def _bad(run: Run) -> set[str]:
    return {node for node, outcome in _outcomes(run).items() if outcome in BAD}


def _recorded_in(copy: Copy) -> Record:
    """What the last run in `copy` recorded. Raises SourceError where there is nothing."""
    path = os.path.join(copy.top, "pyproject.toml")
    record = record_of(copy.top, load_config(copy.read("pyproject.toml") if os.path.isfile(path) else None).cache_dir)
    if record is None or not record.node_ids:
        raise SourceError("no functions were recorded in the copy", "that takes CPython 3.11 on Linux; --granularity module does without")
    return record


def _is_known(future: Future[dict[str, Any]]) -> bool:
    return future.done() and not future.cancelled() and not isinstance(future.exception(), Stopped)


def _too_few(count: int, plan: Plan) -> Warning_:
    return Warning_("too-few", None, None, f"only {count} of {plan.number} faults could be put in; the options leave no more")


def _outcomes(run: Run) -> dict[str, str]:
    return {**{node: test.outcome for node, test in run.tests.items()}, **dict.fromkeys(run.unfinished, "unfinished")}


def _file(run: Run, before: Run, node: str) -> str:
    known = run.tests.get(node) or before.tests.get(node)
    return known.file if known else node.partition("::")[0]


def _mutants(copy: Copy, graph: ImpactGraph, plan: Plan, *, is_fine: bool = False) -> Iterator[Mutant]:
    tests = frozenset(graph.test_files)
    for path, oid in zip(graph.paths, graph.oids, strict=True):
        name = path.rpartition("/")[2]
        is_module = path.endswith(".py") and oid and path not in tests and name not in {"conftest.py", "setup.py"}
        if is_module and (not plan.paths or any(matches(pattern, path) for pattern in plan.paths)) and copy.has(path):
            yield from (Mutant(path, fault) for fault in faults_of(copy.read(path), fine=is_fine) if fault.kind in plan.kinds)


def _fine_mutants(copy: Copy, impact: Impact, plan: Plan) -> Iterator[Mutant]:
    """Of FINE_KINDS."""
    classes = classes_of(impact.situation.head, impact.graph, impact.situation.config)
    for path, fault in _mutants(copy, impact.graph, plan._replace(kinds=FINE_KINDS), is_fine=True):
        is_external = fault.kind == "class-attribute" and classes.has_base_outside((path, fault.owner))
        kind = "external-attribute" if is_external else fault.kind
        if kind in plan.kinds:
            yield Mutant(path, fault._replace(kind=kind))


def _row(chosen: Chosen, run: Run, before: Run, failed: dict[str, str], verdicts: dict[str, str]) -> Row:
    path, fault = chosen.mutant
    out = chosen.left_out(before.tests)
    tests = [
        {"node_id": node, "path": _file(run, before, node), "outcome": outcome, "verdict": verdicts.get(node, "selected")}
        for node, outcome in sorted(failed.items())
    ]
    return {
        "path": path,
        "line": fault.line,
        "kind": fault.kind,
        "before": fault.before,
        "after": fault.after,
        "decision": chosen.decision,
        "granularity": chosen.granularity,
        "outcome": ended(run.code, failed),
        "test_files": {"total": chosen.total, "selected": len(chosen.selected)},
        "tests": {"total": len(before.tests), "left_out": len(out)},
        "seconds": {"total": sum(test.seconds for test in before.tests.values()), "left_out": sum(test.seconds for test in out)},
        "red": is_red(run.code, [test["verdict"] for test in tests], has_tests=bool(chosen.selected)),
        "failing": tests,
        "misses": [_miss(chosen, run, test) for test in tests if test["verdict"] == "missed"],
    }


def _miss(chosen: Chosen, run: Run, test: dict[str, Any]) -> dict[str, Any]:
    known = run.tests.get(test["node_id"])
    frames = list(known.frames) if known else []
    is_reached = chosen.granularity == "function" and test["path"] in chosen.reached
    return {
        **{name: test[name] for name in ("node_id", "path", "outcome")},
        "changes": chosen.changes,
        "reasons": chosen.reasons,
        "frames": frames,
        "lacking": None if is_reached else lacking(chosen.reached, chosen.mutant.path, test["path"], frames),
    }
