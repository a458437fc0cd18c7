"""Against which state a change is judged; what is not clear makes everything run, never a wrong base."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.errors import SourceError
from impactgraph.model import Fallback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.sources.git import Repository

_DEEPEN = "fetch the whole history: git fetch --unshallow (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)"


class Base(NamedTuple):
    """`revision` is None where there is a `fallback`. `source`: option, environment or merge-base; `ref` is what was asked for."""

    revision: str | None
    source: str | None
    ref: str | None
    fallback: Fallback | None = None


def find_base(  # noqa: PLR0913 - each wish comes from somewhere else
    repository: Repository, head: str | None, option: str | None, configured: str | None, environ: Mapping[str, str], *, merge_base: bool
) -> Base:
    """The base for `head` (a commit id): an option, else the environment's, else the default branch; where `merge_base`, their fork point.

    Raises SourceError where the user named a revision that a complete clone doesn't have.
    """
    if head is None:
        return Base(None, None, option, Fallback("no-commits", "there is no commit yet to compare with", "commit first, or use --files"))
    source, ref = _asked_for(repository, option, configured, environ)
    if ref is None:
        hint = "name one: --base REV, IMPACTGRAPH_BASE or base in [tool.impactgraph]"
        return Base(None, None, None, Fallback("no-base", "no default branch is known to compare with", hint))
    name = _short(ref)
    common = repository.fork_point(ref, head) if merge_base else None
    if common == head and source == "merge-base" and environ.get("CI"):
        return Base(None, source, name, _same(name))
    if common is not None:
        return Base(common, source, name)
    try:
        revision = repository.resolve(ref)
    except SourceError as error:
        if source == "option" and not repository.is_shallow:
            raise
        return Base(None, source, name, _missing(repository, error))
    return Base(None, source, name, _unrelated(repository, name)) if merge_base else Base(revision, source, name)


def _short(ref: str) -> str:
    """A full ref name as people write it; it is resolved by its full name, which no tag of the same name can hide."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def _asked_for(
    repository: Repository, option: str | None, configured: str | None, environ: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """(where the wish comes from, the revision wished for)."""
    if option:
        return "option", option
    for name, form in _VARIABLES.items():
        if environ.get(name):
            return "environment", form.format(environ[name])
    return "merge-base", configured or repository.default_branch()


#: Environment variables that name a base, the first that is set counts, and the revision they mean.
_VARIABLES = {
    "IMPACTGRAPH_BASE": "{}",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{}",
    "GITHUB_BASE_REF": "origin/{}",
}


def _same(ref: str) -> Fallback:
    """A build of the default branch: comparing it with itself would test nothing, and say so in green."""
    hint = "name what was there before the push: --base REV (GitHub: github.event.before, GitLab: CI_COMMIT_BEFORE_SHA)"
    return Fallback("same-commit", f"this build is of {ref} itself, which leaves nothing to compare with", hint)


def _missing(repository: Repository, error: SourceError) -> Fallback:
    if repository.is_shallow:
        return Fallback("shallow", f"{error.message} in this shallow clone", _DEEPEN)
    return Fallback("missing-base", error.message, error.hint)


def _unrelated(repository: Repository, ref: str) -> Fallback:
    if repository.is_shallow:
        return Fallback("shallow", f"this shallow clone does not reach back to where {ref} was left", _DEEPEN)
    return Fallback(
        "no-merge-base", f"{ref} and the change have no common commit", "name another base, or --no-merge-base to compare directly"
    )
