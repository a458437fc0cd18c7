"""``impactgraph audit``: reasons to trust the selection, or not to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from impactgraph.cli.history import checkout_options
from impactgraph.cli.output import is_file, progress, rendered, style, write
from impactgraph.cli.signals import ended_by_a_signal
from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from impactgraph.questions.audit_mutants import Plan

_INTERRUPTED = 130  # as a shell says it


@click.group(short_help="Measure what the selection would have missed.")
def audit() -> None:
    """Measure what the selection would have missed, before anything is left out.

    \b
    impactgraph audit runs          in recorded runs of pytest --impactgraph-mode=observe
    impactgraph audit mutants 20    with faults put into a copy of the checkout
    impactgraph audit truth FILE    in past commits, by executions that another recorder noted
    """


@audit.command(short_help="Judge the selection by recorded runs of everything.")
@checkout_options
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="The last N observed runs only.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def runs(directory: str, cache_dir: str | None, limit: int | None, form: str, output: str | None) -> None:
    """Of the recorded runs in the mode observe: which failing tests the selection would have left out, and what it would have saved.

    \b
    pytest --impactgraph-mode=observe -o impactgraph_record=true
    impactgraph audit runs
    """
    from impactgraph.questions.audit_runs import audited
    from impactgraph.questions.history import open_history

    answer = audited(open_history(directory, cache_dir), limit)
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import audit as text

        write(text.render(answer, style(error=False)).encode(), output)


@audit.command(short_help="Judge the selection by faults put into a copy.")
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("-C", "--directory", metavar="DIR", default=".", help="Run as if started in DIR.")
@click.option("--seed", metavar="NUMBER", type=int, default=0, show_default=True, help="Another number chooses other faults.")
@click.option("--paths", metavar="GLOB", multiple=True, help="Put faults into these files only. May be repeated.")
@click.option("--kinds", metavar="KIND,...", help="Of these kinds only: body, constant, default, class-attribute, import-time, ...")
@click.option(
    "--granularity",
    type=click.Choice(["module", "function"]),
    default="module",
    show_default=True,
    help="Judge what is selected by files, or test by test from a record made in the copy.",
)
@click.option(
    *("--under-share", "under_share"),
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    help="Only faults for which at most this share of the test files (function: of the tests) is selected.",
)
@click.option(
    "--again",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Only faults of FILE, a JSON of a former audit of this state: what they broke is taken from there.",
)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True), help="End a run of pytest after SECONDS.")
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(min=1), default=1, show_default=True, help="Runs at the same time.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a failing test would have been left out.")
def mutants(form: str, output: str | None, *, exit_code: bool, **options: Any) -> None:
    """Put N faults, one at a time, into a copy of the checkout, run all tests, and see whether those that fail are selected.

    The checkout is only read. Arguments of pytest go behind --.

    \b
    impactgraph audit mutants 20
    impactgraph audit mutants 100 --under-share 0.6 --seed 1 -j 4 -- -q tests/unit
    impactgraph audit mutants 50 --granularity function --kinds import-time --format json -o faults.json
    impactgraph audit mutants 50 --granularity function --again faults.json

    With --granularity function the tests are recorded once, in the copy, and more kinds are known: external-attribute (of a class with a
    base from outside of the checkout), decorator, import, call, condition; import-time stands for all but body.
    """
    from impactgraph.questions.audit_mutants import audited
    from impactgraph.reports import mutants as text

    def tell(answer: dict[str, Any]) -> None:
        write(rendered(answer, form, text), output)

    with ended_by_a_signal():  # in a file, what is known by then is there whatever ends this
        answer = audited(options.pop("directory"), _plan(options), progress("mutants"), tell if is_file(output) else None)
    tell(answer)
    if answer["interrupted"]:
        sys.exit(_INTERRUPTED)
    if exit_code and answer["misses"]:
        sys.exit(1)


@audit.command(short_help="Judge the selection by recorded executions.")
@click.argument("record", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.option("-C", "--directory", metavar="DIR", default=".", help="Run as if started in DIR.")
@click.option(
    "--commits", metavar="N", type=click.IntRange(min=1), default=60, show_default=True, help="The last N commits that change code."
)
@click.option(
    "--pure-decorator",
    "pure_decorators",
    metavar="NAME",
    multiple=True,
    help="Declared beside those of the configuration. May be repeated.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a test that ran what changed would have been left out.")
def truth(record: str, directory: str, form: str, output: str | None, *, exit_code: bool, **options: Any) -> None:
    """Share, recall and precision of the selections for past commits, beside what the tests in FILE really ran.

    FILE is a JSON, which may be compressed by gzip, of one commit of the checkout: see docs/functions.md. Where functions of that state
    were recorded here, that record decides and FILE only judges; else FILE does both.

    \b
    impactgraph audit truth executions.json.gz --commits 60
    """
    from impactgraph.questions.audit_truth import Plan, audited

    with ended_by_a_signal():
        answer = audited(directory, record, Plan(options["commits"], options["pure_decorators"]), progress("commits"))
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import truth as text

        write(text.render(answer, style(error=False)).encode(), output)
    if exit_code and answer["misses"]:
        sys.exit(1)


def _plan(options: dict[str, Any]) -> Plan:
    from impactgraph.analysis.faults import FINE_KINDS, KINDS
    from impactgraph.questions.audit_again import runs_of
    from impactgraph.questions.audit_mutants import Plan

    is_fine = options["granularity"] == "function"
    known = FINE_KINDS if is_fine else KINDS
    named = options.pop("kinds")
    kinds = tuple(named.split(",")) if named else known
    unknown = sorted(set(kinds) - set(known) - {"import-time"})
    if unknown:
        raise UsageError(f"no such kind of fault: {unknown[0]!r}", f"one or more of {','.join(known)}")
    if is_fine and "import-time" in kinds:
        kinds = (*kinds, *(kind for kind in known if kind != "body"))
    again = options.pop("again")
    runs = runs_of(again) if again else {}
    return Plan(kinds=kinds, arguments=options.pop("pytest_arguments"), known=runs, **options)
