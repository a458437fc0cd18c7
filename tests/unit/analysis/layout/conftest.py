from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

import pytest

from impactgraph.model import FileEntry, Tree

if TYPE_CHECKING:
    from collections.abc import Callable


def tree_of(texts: dict[str, str], links: dict[str, str] | None = None) -> Tree:
    """A tree from contents and symlink targets by path."""
    links = links or {}
    contents = {path: text.encode() for path, text in {**texts, **links}.items()}
    files = {path: FileEntry("120000" if path in links else "100644", _oid(data)) for path, data in sorted(contents.items())}
    return Tree(files, lambda wanted: {path: contents[path] for path in wanted}, label="made up")


def _oid(data: bytes) -> str:
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324 - git's own name for the content


@pytest.fixture
def tree() -> Callable[..., Tree]:
    return tree_of
