"""Forwards through the past with a record of ours: ``python -m benchmarks.forward CHECKOUT [N [PYTEST ARGUMENT ...]]``.

CHECKOUT: a clone; the environment of this Python has impactgraph and what the project's tests need. In a clone of it the state before the
N-th last (default: 60) commit that changes code beside the tests is recorded, once. Then, commit by commit, oldest first: what
`impactgraph run` selects at the commit's parent, for all that landed since the commit before, is run with recording, as CI does; then
`impactgraph select` decides on the commit against its parent from what was recorded so far, and what it selects is run with recording. So
what is known of a test is as old as the last change that it was selected for. In a second clone everything is run with a record of that
commit alone, which judges and is not used: tests that entered a changed function, or depend on a module that entered one while being
imported, and were not selected are lost; so are tests that fail there, were not selected, and pass at the parent. Beside the share
selected stand the floors: B, tests that entered a changed function; C, B with those that depend, by the graph of imports, on modules
whose import ran one, or that changed at module level in more than imports.
A commit that also changes settings or locked packages selects everything by that, whatever the record: beside what is selected stands
what is selected of the code alone, where such files are as they were before.
A commit that can't be run in this environment is a row with the reason, and counts for nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.config import Config
from impactgraph.decisions.functions.evidence import Evidence
from impactgraph.decisions.functions.spread import Cause, nothing
from impactgraph.decisions.mutants import is_selected
from impactgraph.decisions.truth import changed_functions, changed_modules
from impactgraph.graph.closure import Closure
from impactgraph.questions.analyse import analyse
from impactgraph.questions.audit_truth import of_source, pair_of
from impactgraph.questions.recorded import record_of
from impactgraph.sources.git import Repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.decisions.functions.narrow import Pair
    from impactgraph.record import Record

_COMMITS = 60
_PATIENCE = 1800
_PYTEST = ("pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider")


class Row(NamedTuple):
    """What became of one commit; shares in per cent of the tests that ran. `settings`: which files but code decide that all run, if any."""

    oid: str
    settings: list[str]
    caught_up: float
    selected: float
    of_code: float
    floors: tuple[float, float]
    lost: list[str]
    failing: list[str]


class Place:
    """A clone that is switched from commit to commit."""

    def __init__(self, checkout: str, top: Path, arguments: Sequence[str]) -> None:
        subprocess.run(["git", "clone", "-q", "--shared", checkout, top], check=True)
        self.top = top
        self._arguments = list(arguments)

    def switch(self, oid: str) -> None:
        """The files of a commit, and nothing beside but what is ignored."""
        for command in (["checkout", "-q", "--force", "--detach", oid], ["clean", "-q", "-fd"]):
            subprocess.run(["git", *command], cwd=self.top, check=True)

    def run(self, *command: str, record: bool = False) -> subprocess.CompletedProcess[str]:
        """Run ``python -m COMMAND`` with the clone's code before what is installed."""
        roots = [str(path) for path in (self.top / "src", self.top) if path.is_dir()]
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "IMPACTGRAPH_", "CI"))}
        variables |= {"PYTHONPATH": os.pathsep.join(roots), "IMPACTGRAPH_RECORD": "functions" if record else "0"}
        whole = [sys.executable, "-P", "-m", *command]
        return subprocess.run(whole, cwd=self.top, env=variables, capture_output=True, text=True, check=False, timeout=_PATIENCE)

    def record_all(self) -> tuple[Record | None, str, set[str]]:
        """What every test does here, recorded anew, and which fail; or why it can't be said."""
        shutil.rmtree(self.top / ".impactgraph_cache", ignore_errors=True)
        done = self.run(*_PYTEST, *self._arguments, record=True)
        if done.returncode not in {0, 1}:
            return None, f"pytest ended with {done.returncode}: {' '.join(done.stdout.split())[-120:]}", set()
        record = record_of(str(self.top), None)
        return record, "" if record and record.node_ids else "nothing was recorded", _failing(done.stdout)

    def failing(self, nodes: Sequence[str]) -> set[str]:
        """Those of `nodes` that fail."""
        return _failing(self.run(*_PYTEST, *self._options, *nodes).stdout)

    def put_back(self, paths: Sequence[str], base: str) -> None:
        """Have the files at `paths` as they were at `base`, until the next `switch`."""
        if paths:
            subprocess.run(["git", "restore", f"--source={base}", "--staged", "--worktree", "--", *paths], cwd=self.top, check=True)

    def selection(self, base: str) -> dict[str, Any]:
        """The answer of `select` here."""
        done = self.run("impactgraph", "select", "--base", base, "--no-merge-base", "--format", "json")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def run_selected(self, base: str) -> None:
        """Run and record what is selected here."""
        self.run(
            "impactgraph", "run", "--base", base, "--no-merge-base", "-q", "--", "-q", "-p", "no:cacheprovider", *self._options, record=True
        )

    @property
    def _options(self) -> list[str]:
        return [argument for argument in self._arguments if argument.startswith("-")]


def floors(pair: Pair, evidence: Evidence) -> tuple[set[int], set[int], set[int]]:
    """Tests that entered a changed function; the same and those that did while being imported; floor C."""
    cause = Cause("", "", "")
    numbers = changed_functions(pair.judged, evidence.record.functions)
    entered = evidence.record.entered(numbers)
    at_import = {path: cause for path, functions in evidence.record.imported.items() if functions & numbers}
    ran = entered | _dependents(evidence, at_import)
    return entered, ran, ran | _dependents(evidence, dict.fromkeys(changed_modules(pair.judged), cause))


def _dependents(evidence: Evidence, modules: dict[str, Cause]) -> set[int]:
    files = evidence.touched(nothing()._replace(modules=modules)).files if modules else ()
    return {test for path in files for test in evidence.tests_of(path)}


def judge(used: Place, judging: Place, oid: str, before: str) -> Row | str:
    """One commit: what is selected, and what that loses; or why nothing can be said. `before`: the state that was run last."""
    base = f"{oid}^"
    used.switch(base)
    caught_up = _share(used.selection(before))
    used.run_selected(before)
    for place in (used, judging):
        place.switch(oid)
    record, reason, failed = judging.record_all()
    if record is None:
        return reason
    answer = used.selection(base)
    out = _left_out(record, answer)
    settings = [change["path"] for change in answer["changes"] if change["class"] == "configuration" and change["effect"] != "inert"]
    used.put_back(settings, base)
    out_of_code = _left_out(record, used.selection(base)) if settings else out
    used.switch(oid)
    repository = Repository.open(str(used.top))
    head = repository.revision_tree(repository.resolve(oid))
    evidence = Evidence(record, Closure(analyse(head, Config(), None)))
    entered, ran, above = floors(pair_of(repository.revision_tree(repository.resolve(base)), head), evidence)
    total = len(record.node_ids)
    lost = sorted(record.node_ids[test] for test in ran if record.node_ids[test] in out)
    failing = sorted(failed & out)
    if failing:
        judging.switch(base)
        failing = sorted(set(failing) - judging.failing(failing))
    used.run_selected(base)
    shares = [100 * (total - len(each)) / total for each in (out, out_of_code)]
    return Row(oid, settings, caught_up, *shares, (100 * len(entered) / total, 100 * len(above) / total), lost, failing)


def _left_out(record: Record, answer: dict[str, Any]) -> set[str]:
    chosen = {test["path"]: test["node_ids"] for test in answer["tests"]}
    return {node for node in record.node_ids if not _is_chosen(chosen, node)}


def _failing(output: str) -> set[str]:
    lines = [line.split(" - ")[0].split(" ", 1) for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return {line[1].strip() for line in lines}


def _share(answer: dict[str, Any]) -> float:
    """What an answer selects, in per cent of the recorded tests, or of the files where it decided on those."""
    counts = answer["counts"]
    of = "node_ids" if counts["node_ids_total"] else "tests"
    return 100 * float(counts[f"{of}_selected"]) / max(1, counts[f"{of}_total"])


def _is_chosen(chosen: dict[str, list[str] | None], node: str) -> bool:
    path = node.partition("::")[0]
    return path in chosen and is_selected(chosen[path], node)


def main(checkout: str, number: str = str(_COMMITS), *arguments: str) -> None:
    """Measure and print; the arguments are told above."""
    repository = Repository.open(checkout)
    graph = analyse(repository.revision_tree(repository.resolve("HEAD")), Config(), None)
    past = [oid for oid, _ in zip(of_source(repository, "HEAD", graph.test_files), range(int(number)), strict=False)][::-1]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="forward-") as scratch:
        used, judging = (Place(str(Path(checkout).resolve()), Path(scratch) / name, arguments) for name in ("used", "judging"))
        used.switch(f"{past[0]}^")
        _, reason, _ = used.record_all()
        print(f"recorded at {past[0][:10]}^: {reason or 'all tests'}", flush=True)
        for before, oid in zip([f"{past[0]}^", *past], past, strict=False):
            row = judge(used, judging, oid, before)
            if isinstance(row, str):
                print(f"   -      {oid[:10]}  not run: {row}", flush=True)
                continue
            rows.append(row)
            shares = f"{row.selected:6.1f} %  of code {row.of_code:5.1f}  caught up {row.caught_up:.1f}"
            floor = f"B {row.floors[0]:.1f}  C {row.floors[1]:.1f}"
            settings = " ".join(row.settings)
            print(f"{shares}  {oid[:10]}  {floor}  lost {len(row.lost)}, failing {len(row.failing)} {settings}", flush=True)
            for node in [*row.lost[:5], *row.failing[:5]]:
                print(f"          {node}", flush=True)
    _summary(rows, len(past))


def _summary(rows: Sequence[Row], count: int) -> None:
    print(f"{len(rows)} of {count} commits could be run")
    for name, shares in (
        ("selected", [row.selected for row in rows]),
        ("selected of the code alone", [row.of_code for row in rows]),
        ("selected where no settings changed", [row.selected for row in rows if not row.settings]),
        ("to catch up before", [row.caught_up for row in rows]),
        ("floor B", [row.floors[0] for row in rows]),
        ("floor C", [row.floors[1] for row in rows]),
    ):
        if shares:
            print(f"{name}: {len(shares)} commits, mean {statistics.mean(shares):.1f} %, median {statistics.median(shares):.2f} %")
    print(f"lost: {sum(len(row.lost) for row in rows)} tests")
    print(f"tests that fail, are not selected, and pass at the parent: {sum(len(row.failing) for row in rows)}")


if __name__ == "__main__":
    if len(sys.argv) < 2:  # noqa: PLR2004 - the checkout
        sys.exit(__doc__)
    main(*sys.argv[1:])
