"""Type-checking imports are told by indentation where that is certain; grimp is the judge."""

from __future__ import annotations

import pytest

from impactgraph.analysis.imports import guarded_lines, scan

HEAD = "from typing import TYPE_CHECKING, Any\n"
CERTAIN = [
    HEAD + "if TYPE_CHECKING:\n    import a\nimport b\n",
    HEAD
    + "if TYPE_CHECKING:  # for annotations\n    from a import (\n        x,\n    )\n\n    # more\n    import c\nelse:\n    import b\n",
    "import typing as t\nif t.TYPE_CHECKING:\n    import a\n\n\ndef f():\n    import b\n",
    "from typing import (\n    TYPE_CHECKING,\n    Any,\n)\n\nclass C:\n    if TYPE_CHECKING:\n        import a\n    import b\n",
    HEAD + "if TYPE_CHECKING:\n    import a",
    HEAD + "if TYPE_CHECKING:\n    if True:\n        import a\n    import c\nif TYPE_CHECKING:\n    import d\nimport b\n",
]
UNCERTAIN = [
    HEAD + "if TYPE_CHECKING and x:\n    import a\n",
    HEAD + "if not TYPE_CHECKING:\n    import a\n",
    HEAD + "if TYPE_CHECKING:\n    X = '''\nimport y\n'''\n    import a\n",
    HEAD + "if TYPE_CHECKING: import a\n",
    HEAD + "if TYPE_CHECKING:\n    from a import \\\n  x\n",
    HEAD + "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    import a\n",
    HEAD + "if TYPE_CHECKING:\n\timport a\n",
    HEAD + "# TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n",
]


def kinds(source: str) -> set[tuple[str, str]]:
    facts = scan({"m.py": source.encode()}, {"a", "b", "c", "d"}, ["m.py", "a.py", "b.py", "c.py", "d.py"])
    return {(reference.target, reference.kind) for reference in facts["m.py"].references}


@pytest.mark.parametrize("source", CERTAIN)
def test_where_indentation_says_it_grimp_says_the_same(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert guarded_lines(source.encode()) is not None
    ours = kinds(source)
    monkeypatch.setattr("impactgraph.analysis.imports.guarded_lines", lambda _source: None)
    assert ours == kinds(source)
    assert {kind for _, kind in ours} <= {"import", "type-checking"}
    assert ("b", "type-checking") not in ours


@pytest.mark.parametrize("source", UNCERTAIN)
def test_where_more_matters_grimp_is_asked(source: str) -> None:
    assert guarded_lines(source.encode()) is None
