"""How much Python code commits hold, without reading any of it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from impactgraph.sources.command import Git

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impactgraph.sources.git import Repository


def volumes(repository: Repository, oids: Sequence[str]) -> list[int]:
    """Per commit the bytes of its Python files. Most blobs are in many commits; each is asked for once. Raises `SourceError`."""
    git = Git(repository.root)
    blobs = [_python_blobs(git.run("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", oid)) for oid in oids]
    sizes = _sizes(git, dict.fromkeys(blob for found in blobs for blob in found))
    return [sum(sizes.get(blob, 0) for blob in found) for found in blobs]


def tagged(repository: Repository, pattern: str) -> list[tuple[str, str, int]]:
    """(name, commit, time of the commit) of the tags that match `pattern` (a glob), oldest first; what is no commit is left out."""
    fields = "%(refname:short)%00%(objectname)%00%(*objectname)%00%(committerdate:unix)%(*committerdate:unix)"
    listing = Git(repository.root).run("for-each-ref", f"--format={fields}", f"refs/tags/{pattern}")
    rows = [line.split("\0") for line in listing.splitlines()]
    return sorted(((name, peeled or oid, int(time)) for name, oid, peeled, time in rows if time), key=lambda row: (row[2], row[0]))


def _python_blobs(listing: str) -> list[str]:
    records = (record.partition("\t") for record in listing.split("\0")[:-1])
    return [description.split(" ")[2] for description, _, path in records if path.endswith(".py") and " blob " in description]


def _sizes(git: Git, blobs: Iterable[str]) -> dict[str, int]:
    with git.start("cat-file", "--buffer", "--batch-check=%(objectname) %(objectsize)", stdin=subprocess.PIPE) as process:
        output, _ = process.communicate("".join(f"{blob}\n" for blob in blobs).encode("ascii"))
    pairs = (line.split(" ") for line in output.decode("ascii").splitlines())
    return {oid: int(size) for oid, size in pairs if size.isdigit()}  # a blob that is missing has a word there
