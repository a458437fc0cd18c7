"""What past commits changed."""

from __future__ import annotations

import subprocess
from itertools import count as counting
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.model import FileChange
from impactgraph.sources.command import Git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impactgraph.model import Status
    from impactgraph.sources.git import Commit, Repository

#: More commits than any first-parent line has.
_ALL = 10_000_000
_AT_ONCE = 1000  # commits that git is asked for
_FEW_TIMES = 4  # as many commits as are wanted
_STATUSES: dict[str, Status] = {"A": "A", "D": "D", "T": "T"}


class PastCommit(NamedTuple):
    """A commit with what it changed against its first parent. `time` is the committer's, in seconds since 1970."""

    oid: str
    time: int
    changes: tuple[FileChange, ...]


def past_commits(repository: Repository, revision: str, *, since: int | None = None, until: int | None = None) -> list[PastCommit]:
    """Commits on the first-parent line of `revision`, newest first, whose time is in ``since < time <= until`` (None: no bound).

    Left out are commits without a parent, which change nothing, and the oldest ones of a shallow clone. Renames are found by git (at
    least half of the lines in common); paths are as the commit has them. Raises `SourceError`: an unknown revision, a damaged repository.
    """
    return _with_changes(repository, _listed(repository, revision, since, until))


def recent_commits(  # noqa: PLR0913 - bounds of different kinds, by name
    repository: Repository, revision: str, suffix: str, count: int, *, since: int | None = None, until: int | None = None
) -> list[PastCommit]:
    """As `past_commits`, but the last `count` that touched a file whose path ends with `suffix`; older ones are not looked at."""
    found: list[PastCommit] = []
    looked_at = 0
    for limit in (_FEW_TIMES * count, _ALL):  # most commits are found near the end of a history that may be long
        listed = _listed(repository, revision, since, until, limit)
        while len(found) < count and looked_at < len(listed):
            some = _with_changes(repository, listed[looked_at : looked_at + count])
            found += [commit for commit in some if any(change.path.endswith(suffix) for change in commit.changes)]
            looked_at += count
        if len(found) >= count:
            break
    return found[:count]


def touching(repository: Repository, revision: str, suffix: str) -> set[str]:
    """Ids of the commits on the first-parent line of `revision` that touched a file whose path ends with `suffix`. Raises `SourceError`."""
    arguments = ("--first-parent", "-m", "--root", "--no-renames", "--name-only", "--format=%x01%H", "--no-ext-diff", "--no-textconv")
    found: set[str] = set()
    commit = ""
    for line in Git(repository.root).run("log", *arguments, repository.resolve(revision)).split("\n"):
        if line.startswith("\1"):
            commit = line[1:]
        elif line.removesuffix('"').endswith(suffix):  # git quotes what is no plain name
            found.add(commit)
    return found


def unmerged(repository: Repository, revision: str, suffix: str) -> Iterator[tuple[str, list[str]]]:
    """Commits without a merge up to `revision`, on any line, newest first, with the files that they touch whose path ends with `suffix`.

    Not those that touch none, nor those without a parent. Raises `SourceError`.
    """
    arguments = ("--no-merges", "--min-parents=1", "--no-renames", "--format=%x01%H", "--name-only", "-z", "--no-ext-diff", "--no-textconv")
    git, oid = Git(repository.root), repository.resolve(revision)
    for start in counting(0, _AT_ONCE):
        entries = git.run("log", *arguments, f"--skip={start}", f"--max-count={_AT_ONCE}", oid).split("\1")[1:]
        for entry in entries:
            commit, *paths = entry.replace("\n", "\0").split("\0")
            touched = [path for path in paths if path.endswith(suffix)]
            if touched:
                yield commit, touched
        if len(entries) < _AT_ONCE:
            return


def _listed(repository: Repository, revision: str, since: int | None, until: int | None, count: int = _ALL) -> list[Commit]:
    return [commit for commit in repository.commits(count, revision) if commit.parent and _inside(commit.time, since, until)]


def _with_changes(repository: Repository, wanted: Sequence[Commit]) -> list[PastCommit]:
    if not wanted:
        return []
    # Trees and blobs alone are compared: no filter, textconv or external program has an occasion.
    arguments = ("--stdin", "-r", "-z", "--name-status", "--find-renames", "--no-ext-diff", "--no-textconv")
    git = Git(repository.root)
    with git.start("diff-tree", *arguments, stdin=subprocess.PIPE) as process:
        output, complaint = process.communicate("".join(f"{commit.oid} {commit.parent}\n" for commit in wanted).encode("ascii"))
    if process.returncode != 0:
        raise git.explain(complaint.decode("utf-8", "surrogateescape"))
    changes = _by_commit(output.decode("utf-8", "surrogateescape").split("\0"), wanted)
    return [PastCommit(commit.oid, commit.time, tuple(changes.get(commit.oid, ()))) for commit in wanted]


def _inside(time: int, since: int | None, until: int | None) -> bool:
    return (since is None or time > since) and (until is None or time <= until)


def _by_commit(fields: Sequence[str], commits: Sequence[Commit]) -> dict[str, list[FileChange]]:
    """Commit -> its changes, from fields that are a commit's id, or a status with the one or two paths behind it."""
    oids = {commit.oid for commit in commits}
    found: dict[str, list[FileChange]] = {}
    current: list[FileChange] = []
    rest: Iterator[str] = iter(fields)
    for field in rest:
        if field in oids:
            current = found.setdefault(field, [])
        elif field.startswith("R"):
            old = next(rest)
            current.append(FileChange(next(rest), "R", old))
        elif field:
            current.append(FileChange(next(rest), _STATUSES.get(field, "M")))
    return found
