"""How was this checkout understood? What `doctor` shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from impactgraph.analysis.assemble import assemble
from impactgraph.graph.closure import Closure
from impactgraph.model import EDGE_KINDS
from impactgraph.questions import answer as parts
from impactgraph.questions.decorators import candidates
from impactgraph.questions.impact import find
from impactgraph.questions.recorded import record_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.analysis.layout import Layout
    from impactgraph.model import Facts, ImpactGraph, Tree
    from impactgraph.questions.decorators import Candidate
    from impactgraph.questions.impact import Request


def examine(request: Request) -> dict[str, Any]:
    """The checkout that `request` names, in the shape of the schema `doctor`; always looked at afresh, never from the cache."""
    repository, head, config, *_ = find(request._replace(files=()))
    assembled = assemble(head, config)
    graph, layout = assembled.graph, assembled.layout
    facts = {path: fact for path, (_, fact) in sorted(assembled.book.facts.items())}
    decorators = candidates(head, graph, config, record_of(repository.root, config.cache_dir))
    return {
        **parts.head("doctor", repository.root, layout.warnings),
        "roots": [{"path": root or ".", "source": layout.source_of(root)} for root in layout.roots],
        "files": _files(head, graph, layout),
        "placements": [
            {"directory": place.directory or ".", "how": place.description, "files": place.files} for place in layout.placements
        ],
        "pytest": _pytest(layout),
        "unparsed": [{"path": path, "line": None, "reason": error} for path, error in graph.unparsed],
        "unresolved": _unresolved(facts),
        "graph": _graph(graph),
        "decorators": [row._asdict() for row in decorators],
        "suggestions": [*_suggestions(facts, graph), *_declarations(decorators)],
    }


def _declarations(decorators: Sequence[Candidate]) -> list[dict[str, Any]]:
    """What to declare of decorators: whether they keep a list of what they decorate, only the project knows."""
    found = []
    for row in decorators:
        now = f"a change of one of the {row.functions} functions under @{row.decorator} runs {row.share:.0%} of the tests"
        then = "" if row.pure_share is None else f", {row.pure_share:.1%} if it is declared to keep no list of them"
        setting = f'pure-decorators = ["{row.decorator}"]   # registry-decorators, if it keeps one'
        found.append({"code": "decorator", "message": f"{now}{then}", "setting": setting})
    return found


def _files(head: Tree, graph: ImpactGraph, layout: Layout) -> dict[str, int]:
    python = sum(path.endswith(".py") for path in head.files)
    return {"total": len(head.files), "python": python, "tests": len(graph.test_files), "conftests": len(layout.conftests)}


def _pytest(layout: Layout) -> dict[str, Any]:
    settings = layout.pytest
    return {
        "source": settings.source,
        "rootdir": settings.rootdir or ".",
        "testpaths": list(settings.testpaths),
        "python_files": list(settings.python_files),
        "pythonpath": list(settings.pythonpath),
        "import mode": settings.options.import_mode,
    }


_COMPUTED = {
    "dynamic-import": "import of a computed name",
    "package-walk": "search through a computed package",
    "path-insertion": "computed directory put on sys.path",
}


def _unresolved(facts: Mapping[str, Facts]) -> list[dict[str, Any]]:
    """Places where what is imported, or put on the path, is computed from nothing that is written there."""
    return [
        {"path": path, "line": reference.line, "text": _COMPUTED.get(reference.kind, reference.kind)}
        for path, fact in facts.items()
        for reference in fact.references
        if reference.target == "?"
    ]


def _graph(graph: ImpactGraph) -> dict[str, Any]:
    tests = set(graph.test_files)
    counts = Closure(graph).test_counts()
    shares = [counts[number] for number, path in enumerate(graph.paths) if path.endswith(".py") and path not in tests]
    kinds = Counter(graph.rows.kind)
    return {
        "modules": sum(path.endswith(".py") for path in graph.paths),
        "edges": {kind: kinds[number] for number, kind in enumerate(EDGE_KINDS)},
        "mean_share": sum(shares) / len(shares) / len(tests) if shares and tests else None,
    }


def _suggestions(facts: Mapping[str, Facts], graph: ImpactGraph) -> list[dict[str, Any]]:
    suggestions = []
    if not graph.test_files:
        suggestions.append({"code": "no-tests", "message": "no test file was found: name them", "setting": 'tests = ["checks/**/*.py"]'})
    computed = sorted(
        {path for path, fact in facts.items() if any(ref.kind == "dynamic-import" and ref.target == "?" for ref in fact.references)}
    )
    if computed:
        message = f"{len(computed)} files import modules by computed names ({computed[0]}): declare what they may import"
        setting = f'links = [{{ from = "<what it may import>", to = "{computed[0]}" }}]'
        suggestions.append({"code": "computed-import", "message": message, "setting": setting})
    return suggestions
