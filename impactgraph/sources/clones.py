"""Clones of repositories that are named by URL: one for each, in the user's cache directory, without a work tree."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from impactgraph.errors import SourceError
from impactgraph.sources.command import TRANSPORTS, Git
from impactgraph.sources.git import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What git takes for an address rather than a directory: a scheme that is allowed, or ssh's short form. Not ``ext::``, which runs programs.
_ADDRESS = re.compile(rf"(?:{TRANSPORTS.replace(':', '|')})://|[\w.-]+@[\w.-]+:", re.ASCII)
_USER = re.compile(r"(?<=://)[^/@]*@")
#: Branches stand where those of a clone stand; the default one is asked for by no name, as it may get another.
_WANTED = ("+HEAD:refs/impactgraph/head", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")


def is_address(place: str) -> bool:
    """Whether `place` is the URL of a repository, and no path."""
    return _ADDRESS.match(place) is not None


def shown(place: str) -> str:
    """`place` as it may be printed: who logs in, and by which password, is nobody's business."""
    return _USER.sub("", place)


def updated_clone(url: str) -> str:
    """The directory of the clone of `url`, made or brought up to date; `HEAD` there is the default branch's newest commit.

    Raises `SourceError` where it can't be fetched.
    """
    directory = _directory(url)
    with _locked(directory):
        _fetch(url, directory)
    return directory


def clone_with(url: str, oid: str) -> str:
    """The directory of a clone of `url` that has the commit `oid`; git fetches only where it is not there yet. Raises `SourceError`."""
    directory = _directory(url)
    with _locked(directory):
        if not _has(directory, oid):
            _fetch(url, directory)
            Repository.open(directory).resolve(oid)
    return directory


def _directory(url: str) -> str:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    name = re.sub(r"[^\w.-]", "_", url.rstrip("/").removesuffix(".git").replace(":", "/").rpartition("/")[2], flags=re.ASCII).strip(".")
    return os.path.join(home, "impactgraph", "clones", hashlib.blake2b(os.fsencode(url), digest_size=8).hexdigest(), name or "repository")


@contextmanager
def _locked(directory: str) -> Iterator[None]:
    """Several processes may want the same clone: the first makes it."""
    try:
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(os.path.dirname(directory), "lock"), "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise SourceError(
            f"no clone can be kept in {directory}: {error.strerror}", "name a directory that can be written: XDG_CACHE_HOME"
        ) from error


def _has(directory: str, oid: str) -> bool:
    if not os.path.isdir(os.path.join(directory, ".git")):
        return False
    output, _ = Git(directory).try_("rev-parse", "--verify", "--quiet", "--end-of-options", f"{oid}^{{commit}}")
    return bool(output)


def _fetch(url: str, directory: str) -> None:
    git = Git(directory, transports=TRANSPORTS)
    if not os.path.isdir(os.path.join(directory, ".git")):
        git.run("init", "-q", "--template=", "-b", "main")
    options = ("--quiet", "--force", "--prune", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance")
    with git.start("fetch", *options, "--end-of-options", url, *_WANTED) as process:
        _, complaint = process.communicate()
    if process.returncode != 0:
        lines = complaint.decode("utf-8", "backslashreplace").replace(url, shown(url)).splitlines()
        said = next((line for line in lines if line.startswith(("fatal:", "error:"))), "git failed without a word")
        raise SourceError(f"can't fetch {shown(url)}: {said}", "check the address and who may read it: git ls-remote ADDRESS")
    git.run("update-ref", "--no-deref", "HEAD", "refs/impactgraph/head")
