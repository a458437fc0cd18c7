"""Answers written by hand, one of each kind; a test changes the copy it gets."""

from __future__ import annotations

from typing import Any

import pytest

OID = "0123456789abcdef0123456789abcdef01234567"
HEAD = {
    "schema_version": 1,
    "tool": {"name": "impactgraph", "version": "0.1.0", "kernel": "compiled"},
    "root": "/home/me/shop",
    "warnings": [],
}


@pytest.fixture
def selection() -> dict[str, Any]:
    return {
        **HEAD,
        "kind": "selection",
        "base": {"revision": OID, "from": "merge-base", "ref": "origin/main"},
        "head": {"revision": OID, "worktree": True},
        "decision": "subset",
        "granularity": "module",
        "fallback": None,
        "counts": {
            "tests_total": 268,
            "tests_selected": 2,
            "node_ids_total": None,
            "node_ids_selected": None,
            "seconds_total": None,
            "seconds_selected": None,
        },
        "tests": [
            {"path": "tests/test_b.py", "node_ids": None, "layer": "module", "distance": 2, "change": "src/a.py"},
            {"path": "tests/test_a.py", "node_ids": None, "layer": "changed", "distance": 0, "change": "tests/test_a.py"},
        ],
        "changes": [
            {
                "path": "src/a.py",
                "old_path": None,
                "status": "M",
                "class": "module",
                "effect": "seeds",
                "units": [{"name": "f", "kind": "body", "change": "changed", "line": 3}],
                "reason": "code-changed",
            }
        ],
        "reasons": [
            {"code": "reached", "path": "src/a.py", "detail": None, "tests": 1},
            {"code": "changed", "path": "x", "detail": None, "tests": 1},
        ],
        "default_arguments": ["."],
    }


@pytest.fixture
def everything(selection: dict[str, Any]) -> dict[str, Any]:
    selection["decision"] = "all"
    selection["reasons"] = [{"code": "global-input", "path": "pyproject.toml", "detail": "project.dependencies", "tests": 268}]
    return selection


@pytest.fixture
def nothing(selection: dict[str, Any]) -> dict[str, Any]:
    return selection | {"decision": "none", "tests": [], "reasons": [], "counts": selection["counts"] | {"tests_selected": 0}}


@pytest.fixture
def explanation() -> dict[str, Any]:
    hops = [
        {
            "imported": "src/a.py",
            "importer": "src/b.py",
            "kind": "import",
            "scope": "module",
            "path": "src/b.py",
            "line": 3,
            "text": "import a",
        },
        {
            "imported": "src/b.py",
            "importer": "tests/test_b.py",
            "kind": "string",
            "scope": "function",
            "path": "tests/test_b.py",
            "line": 12,
            "text": '    patch("b.x")',
        },
    ]
    return {
        **HEAD,
        "kind": "explanation",
        "question": {"test": "tests/test_b.py", "change": None},
        "selected": True,
        "chains": [{"change": "src/a.py", "test": "tests/test_b.py", "hops": hops}],
    }


@pytest.fixture
def doctor() -> dict[str, Any]:
    return {
        **HEAD,
        "kind": "doctor",
        "roots": [{"path": "src", "source": "pyproject.toml: tool.setuptools"}],
        "files": {"total": 120, "python": 83, "tests": 22, "conftests": 1},
        "placements": [{"directory": "src/flask/sansio", "how": "namespace package of src", "files": 3}],
        "pytest": {
            "source": "pyproject.toml",
            "testpaths": ["tests"],
            "python_files": ["test_*.py"],
            "pythonpath": [],
            "import_mode": "prepend",
        },
        "unparsed": [{"path": "old/py2.py", "line": 7, "reason": "Python 2 print statement"}],
        "unresolved": [{"path": "src/load.py", "line": 4, "text": "import_module(name)"}],
        "graph": {"modules": 83, "edges": {"import": 310, "conftest": 22}, "mean_share": 0.44},
        "suggestions": [
            {
                "code": "name-links",
                "message": "src/load.py imports by name",
                "setting": '[tool.impactgraph]\nlinks = {"src/load.py" = "src/x"}',
            }
        ],
    }
