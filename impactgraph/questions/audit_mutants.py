"""Would the selection leave out a test that a fault breaks? Faults are put into a copy of the checkout, one at a time, to find out."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.faults import KINDS, faults_of
from impactgraph.config import matches
from impactgraph.decisions.mutants import BAD, Mutant, ended, failing, lacking, shuffled, stable, summarise
from impactgraph.errors import SourceError, UsageError
from impactgraph.model import Warning_
from impactgraph.questions.answer import head
from impactgraph.questions.copied import check_imports, roots_to_import_from
from impactgraph.questions.impact import Request, answer, decide, find
from impactgraph.sources.git import Repository
from impactgraph.sources.trial import Stopped, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from impactgraph.model import ImpactGraph
    from impactgraph.questions.impact import Impact
    from impactgraph.sources.trial import Copy, Run

    Progress = Callable[[Iterable[Any], int], Iterator[Any]]

_BASELINES = 2  # runs without a fault: a test that does not pass in each tells nothing of one
_PATIENCE = 5, 60  # times as long as without a fault, and seconds besides, before a run is ended


class Plan(NamedTuple):
    """`number` faults chosen by `seed`: of `kinds`, in files that match one of `paths`.

    `under_share`: only faults for which at most this share of the test files is selected. `timeout`: seconds for a run, None for several
    times what one takes without a fault. `arguments` are pytest's.
    """

    number: int
    seed: int = 0
    kinds: Sequence[str] = KINDS
    paths: Sequence[str] = ()
    under_share: float = 1.0
    timeout: float | None = None
    jobs: int = 1
    arguments: Sequence[str] = ()


class Chosen(NamedTuple):
    """A mutant with what `select` says of it: `selected` test files out of `total`, and all files that the change reaches."""

    mutant: Mutant
    decision: str
    changes: list[dict[str, Any]]
    selected: frozenset[str]
    total: int
    reached: frozenset[str]

    @classmethod
    def of(cls, mutant: Mutant, impact: Impact) -> Chosen:
        """`mutant` with its decision; the graph is not kept."""
        found = answer(impact)
        changes = [{name: change[name] for name in ("path", "class", "effect", "reason")} for change in found["changes"]]
        selected = frozenset(test["path"] for test in found["tests"])
        graph, distance = impact.graph, impact.selection.reach.distance
        reached = frozenset(path for number, path in enumerate(graph.paths) if distance[number] >= 0)
        return cls(mutant, found["decision"], changes, selected, len(graph.test_files), reached)


def audited(directory: str, plan: Plan, progress: Progress) -> dict[str, Any]:
    """What became of the mutants of `plan`, in the shape of the schema `audit`. Interrupted, what is known by then."""
    repository = Repository.open(directory)
    tree = repository.worktree()
    with tempfile.TemporaryDirectory(prefix="impactgraph-", ignore_cleanup_errors=True) as scratch:
        trial = Trial(tree, os.path.realpath(scratch))
        trial.lay(repository.built(tree))
        rows, warnings, is_interrupted = _Audit(trial, os.path.realpath(scratch), plan).run(progress)
    misses = [{"mutant": number, **miss} for number, row in enumerate(rows) for miss in row.pop("misses")]
    submodules = [path for path, entry in tree.files.items() if entry.is_submodule]
    warnings += [Warning_("submodule", path, None, "not in the copy that was tested") for path in submodules]
    return {
        **head("audit", repository.root, warnings),
        "source": "mutants",
        "seed": plan.seed,
        "interrupted": is_interrupted,
        "summary": summarise(rows),
        "misses": misses,
        "mutants": rows,
    }


class _Audit:
    def __init__(self, trial: Trial, scratch: str, plan: Plan) -> None:
        self._trial = trial
        self._scratch = scratch
        self._plan = plan
        self._copies: SimpleQueue[Copy] = SimpleQueue()
        self._roots: list[str] = []
        self._before: Run
        self._stable: frozenset[str] = frozenset()
        self._unstable: frozenset[str] = frozenset()
        self._timeout: float | None = plan.timeout

    def run(self, progress: Progress) -> tuple[list[dict[str, Any]], list[Warning_], bool]:
        """A row for each mutant, in the order in which they were chosen; warnings; whether it was interrupted."""
        warnings: list[Warning_] = []
        try:
            chosen = self._prepare(warnings)
            with ThreadPoolExecutor(self._plan.jobs) as pool:
                waiting = [pool.submit(self._judge, item) for item in chosen]
                try:
                    return [future.result() for future in progress(waiting, len(waiting))], warnings, False
                except BaseException as error:
                    self._trial.stop()
                    pool.shutdown(cancel_futures=True)
                    if not isinstance(error, KeyboardInterrupt):
                        raise
                    return [future.result() for future in waiting if _is_known(future)], warnings, True
        except KeyboardInterrupt:
            return [], warnings, True

    def _prepare(self, warnings: list[Warning_]) -> list[Chosen]:
        copy = self._trial.copy("copy-0")
        graph = self._decide(copy).graph
        self._roots = roots_to_import_from(graph, self._trial)
        self._run_without_fault(copy, graph)
        chosen = self._choose(copy, graph)
        if len(chosen) < self._plan.number:
            warnings.append(_too_few(len(chosen), self._plan))
        self._copies.put(copy)
        for number in range(1, min(self._plan.jobs, len(chosen))):
            self._copies.put(self._trial.copy(f"copy-{number}"))
        return chosen

    def _decide(self, copy: Copy) -> Impact:
        """The decision of `select` in `copy`, for what is changed there."""
        return decide(find(Request(copy.top, base="HEAD", merge_base=False, cache_dir=os.path.join(self._scratch, "cache"))))

    def _run_without_fault(self, copy: Copy, graph: ImpactGraph) -> None:
        runs = []
        for _ in range(_BASELINES):
            runs.append(copy.run(self._roots, self._plan.arguments, timeout=self._plan.timeout))
            copy.mend()
            if not any(test.outcome == "passed" for test in runs[-1].tests.values()) or ended(runs[-1].code, {}) != "survived":
                message = f"the tests can't be run in a copy of the checkout; pytest ended with {runs[-1].code}"
                raise SourceError(f"{message}:\n{runs[-1].tail.strip()}", "do they pass in a fresh clone? pytest's arguments go behind --")
        check_imports(runs[0].modules, graph, copy.top, self._trial, self._roots)
        outcomes = [_outcomes(run) for run in runs]
        self._before = runs[0]
        self._stable = stable(outcomes)
        self._unstable = frozenset().union(*outcomes) - self._stable
        if self._timeout is None:
            self._timeout = max(run.seconds for run in runs) * _PATIENCE[0] * self._plan.jobs + _PATIENCE[1]

    def _choose(self, copy: Copy, graph: ImpactGraph) -> list[Chosen]:
        chosen: list[Chosen] = []
        for mutant in shuffled(_mutants(copy, graph, self._plan), Random(self._plan.seed)):  # noqa: S311 - no secret
            if len(chosen) == self._plan.number:
                break
            copy.put(mutant.path, mutant.fault.put_into(copy.read(mutant.path)))
            found = Chosen.of(mutant, self._decide(copy))
            if len(found.selected) <= self._plan.under_share * found.total:
                chosen.append(found)
            copy.mend()
        if not chosen:
            raise UsageError("there is no fault to put in", "--paths, --kinds and --under-share leave nothing; try without them")
        return chosen

    def _judge(self, chosen: Chosen) -> dict[str, Any]:
        copy = self._copies.get()
        try:
            path, fault = chosen.mutant
            copy.put(path, fault.put_into(copy.read(path)))
            run = copy.run(self._roots, self._plan.arguments, timeout=self._timeout)
            failed = failing(self._stable, self._unstable, _outcomes(run))
            left_out = [node for node in failed if _file(run, self._before, node) not in chosen.selected]
            verdicts = self._verdicts(copy, chosen, left_out)
        finally:
            copy.mend()
            self._copies.put(copy)
        return _row(chosen, run, self._before, failed, verdicts)

    def _verdicts(self, copy: Copy, chosen: Chosen, left_out: Sequence[str]) -> dict[str, str]:
        """For each failing test that the selection leaves out: whether it fails without those it does not leave out, and by the fault."""
        if not left_out:
            return {}
        copy.mend()
        copy.put(chosen.mutant.path, chosen.mutant.fault.put_into(copy.read(chosen.mutant.path)))
        alone = self._bad(copy, left_out)
        copy.mend()
        without = self._bad(copy, left_out) if alone else set()
        return {node: "not-alone" if node not in alone else "without-fault" if node in without else "missed" for node in left_out}

    def _bad(self, copy: Copy, nodes: Sequence[str]) -> set[str]:
        run = copy.run(self._roots, self._plan.arguments, timeout=self._timeout, only=nodes)
        return {node for node, outcome in _outcomes(run).items() if outcome in BAD}


def _is_known(future: Future[dict[str, Any]]) -> bool:
    return future.done() and not future.cancelled() and not isinstance(future.exception(), Stopped)


def _too_few(count: int, plan: Plan) -> Warning_:
    return Warning_("too-few", None, None, f"only {count} of {plan.number} faults could be put in; the options leave no more")


def _outcomes(run: Run) -> dict[str, str]:
    return {**{node: test.outcome for node, test in run.tests.items()}, **dict.fromkeys(run.unfinished, "unfinished")}


def _file(run: Run, before: Run, node: str) -> str:
    known = run.tests.get(node) or before.tests.get(node)
    return known.file if known else node.partition("::")[0]


def _mutants(copy: Copy, graph: ImpactGraph, plan: Plan) -> Iterator[Mutant]:
    tests = frozenset(graph.test_files)
    for path, oid in zip(graph.paths, graph.oids, strict=True):
        name = path.rpartition("/")[2]
        is_module = path.endswith(".py") and oid and path not in tests and name not in {"conftest.py", "setup.py"}
        if is_module and (not plan.paths or any(matches(pattern, path) for pattern in plan.paths)) and copy.has(path):
            yield from (Mutant(path, fault) for fault in faults_of(copy.read(path)) if fault.kind in plan.kinds)


def _row(chosen: Chosen, run: Run, before: Run, failed: dict[str, str], verdicts: dict[str, str]) -> dict[str, Any]:
    path, fault = chosen.mutant
    out = [test for test in before.tests.values() if test.file not in chosen.selected]
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
        "outcome": ended(run.code, failed),
        "test_files": {"total": chosen.total, "selected": len(chosen.selected)},
        "tests": {"total": len(before.tests), "left_out": len(out)},
        "seconds": {"total": sum(test.seconds for test in before.tests.values()), "left_out": sum(test.seconds for test in out)},
        "failing": tests,
        "misses": [_miss(chosen, run, test) for test in tests if test["verdict"] == "missed"],
    }


def _miss(chosen: Chosen, run: Run, test: dict[str, Any]) -> dict[str, Any]:
    known = run.tests.get(test["node_id"])
    frames = list(known.frames) if known else []
    edge = lacking(chosen.reached, chosen.mutant.path, test["path"], frames)
    return {**{name: test[name] for name in ("node_id", "path", "outcome")}, "changes": chosen.changes, "frames": frames, "lacking": edge}
