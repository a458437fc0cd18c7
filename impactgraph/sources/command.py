"""The only place that starts git.

A checkout may be hostile: its `.git/config`, attributes and hooks can name programs. Three things keep them from running.
Only commands that neither write the index nor compare contents on disk are used (no `status`, `diff`, `add`), so filters and editors
have no occasion. What the others could still start (monitors, hooks, checks of signatures by `log`) is switched off on the command line,
external diffs and textconv where commits are compared. And no transport is allowed, so a partial clone can't fetch (which would start ssh
or a remote helper); only where the user names a repository by URL it is fetched, into a clone of ours.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from typing import IO

from impactgraph.errors import SourceError

_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "log.showSignature=false")
_SWITCHES = ("--no-pager", *(part for setting in _SETTINGS for part in ("-c", setting)))

#: Variables of git that pass. The rest are dropped: GIT_DIR and its kin name the repository of the hook that called us, which need not be
#: the one asked about (git clears them itself before it looks into another repository); others name programs (GIT_EXTERNAL_DIFF).
#: Configuration given by the environment stays: it is the caller's own, and containers set safe.directory that way.
_KEPT_VARIABLES = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")

#: How git may fetch what the user names by URL. Not ``ext``, which runs any program.
TRANSPORTS = "file:git:http:https:ssh"
#: How the caller logs in and reaches the network: for fetching alone.
_FETCHING_VARIABLES = ("GIT_ASKPASS", "GIT_HTTP_", "GIT_PROXY_", "GIT_SSH", "GIT_SSL_")

_OWN_VARIABLES = {
    # Before git 2.44, which does not know this one, forbidden transports make lazy fetches fail.
    "GIT_NO_LAZY_FETCH": "1",
    # An object's content must be what its id says: facts are cached by id.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # Messages are matched below.
    "LC_ALL": "C",
    "LANGUAGE": "C",
}

#: What git says -> what we say, and what helps.
_EXPLANATIONS = (
    (
        "dubious ownership",
        "git refuses a repository that belongs to another user",
        "if you trust it: git config --global --add safe.directory {directory}",
    ),
    ("not a git repository", "not a git repository: {directory}", "run it inside a git checkout, or name one: -C DIR"),
    ("promisor remote", "an object is missing from this partial clone", "fetch what is missing first: git fetch --refetch --no-filter"),
    ("no upstream", "this branch has no upstream", "name a revision, or set one: git branch --set-upstream-to=origin/main"),
    ("must be run in a work tree", "no work tree here: {directory}", "run it in a checkout, not in a bare repository or inside .git"),
)


class Git:
    """git, run for one directory. Output is decoded as UTF-8 with ``surrogateescape``."""

    __slots__ = ("directory", "index_file", "transports")

    def __init__(self, directory: str, index_file: str | None = None, *, transports: str = "none") -> None:
        self.directory = directory
        self.index_file = index_file
        self.transports = transports

    def start(self, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start git without waiting for it. Raises `SourceError` where there is none."""
        command = ["git", "-C", self.directory, *_SWITCHES, *arguments]
        try:
            return subprocess.Popen(  # noqa: S603 - a list, no shell; what comes from users is checked where it comes in
                [_encode(argument) for argument in command],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment(),
            )
        except FileNotFoundError:
            message = "git was not found"
            raise SourceError(message, "install git, or put it on PATH") from None
        except OSError as error:
            message = f"git can't be started: {error.strerror}"
            raise SourceError(message, "check the git on PATH") from None

    def finish(self, process: subprocess.Popen[bytes]) -> str:
        """All output of `process`; `SourceError` where it failed."""
        code, output, complaint = self._outcome(process)
        if code != 0:
            raise self.explain(complaint)
        return output

    def run(self, *arguments: str) -> str:
        """All output; `SourceError` where git failed."""
        return self.finish(self.start(*arguments))

    def ask(self, *arguments: str) -> str | None:
        """First line of output, or None where git says no by exit code 1; `SourceError` for anything else."""
        code, output, complaint = self._outcome(self.start(*arguments))
        if code not in {0, 1}:
            raise self.explain(complaint)
        return output.rstrip("\n") if code == 0 else None

    def try_(self, *arguments: str) -> tuple[str, str]:
        """Output and complaint, whatever the exit code."""
        _, output, complaint = self._outcome(self.start(*arguments))
        return output, complaint

    def read_objects(self, oids: Iterable[str]) -> dict[str, bytes]:
        """Contents by object id, by one process. An object over 256 MiB is left out; a missing one is a `SourceError`."""
        wanted = list(dict.fromkeys(oids))
        if not wanted:
            return {}
        # Here, because most runs read no object.
        from threading import Thread

        with self.start("cat-file", "--batch", "--buffer", stdin=subprocess.PIPE) as process:
            # A thread of its own, because git stops reading when we don't empty its output.
            feeder = Thread(target=_feed, args=(process, wanted), daemon=True)
            feeder.start()
            try:
                return dict(self._objects(process, _pipe(process.stdout), wanted))
            finally:
                feeder.join()

    def _objects(self, process: subprocess.Popen[bytes], output: IO[bytes], wanted: list[str]) -> Iterator[tuple[str, bytes]]:
        from impactgraph.sources.disk import READ_LIMIT

        for oid in wanted:
            header = output.readline().split()
            if len(header) != 3:  # noqa: PLR2004 - id, type, size
                raise self._missing(process, oid)
            size = int(header[2])
            if size <= READ_LIMIT:
                content = output.read(size)
                if len(content) != size:
                    raise self._missing(process, oid)
                yield oid, content
            else:
                _skip(output, size)
            output.read(1)

    def _missing(self, process: subprocess.Popen[bytes], oid: str) -> SourceError:
        process.kill()
        complaint = _decode(_pipe(process.stderr).read())
        if complaint.strip():
            return self.explain(complaint)
        return SourceError(
            f"object {oid} is missing from this repository", "fetch it: git fetch --refetch, or clone again without --filter"
        )

    def _outcome(self, process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
        output, complaint = process.communicate()
        return process.returncode, _decode(output), _decode(complaint)

    def _environment(self) -> dict[str, str]:
        passing = _KEPT_VARIABLES if self.transports == "none" else (*_KEPT_VARIABLES, *_FETCHING_VARIABLES)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(passing)}
        kept.update(_OWN_VARIABLES, GIT_ALLOW_PROTOCOL=self.transports)
        if self.index_file is not None:
            kept["GIT_INDEX_FILE"] = self.index_file
        return kept

    def explain(self, complaint: str) -> SourceError:
        """What git complained of, in words that say what to do."""
        for sign, message, hint in _EXPLANATIONS:
            if sign in complaint:
                return SourceError(message.format(directory=self.directory), hint.format(directory=self.directory))
        first = next((line for line in complaint.splitlines() if line.startswith(("fatal:", "error:"))), "git failed without a word")
        return SourceError(f"git can't read {self.directory}: {first}", "the repository may be damaged: git fsck tells")


def _encode(argument: str) -> bytes:
    return argument.encode("utf-8", "surrogateescape")


def _decode(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        message = "git was started without this pipe"
        raise ValueError(message)
    return stream


def _feed(process: subprocess.Popen[bytes], oids: list[str]) -> None:
    # A git that died says why on its standard error; the broken pipe adds nothing.
    with contextlib.suppress(BrokenPipeError), _pipe(process.stdin) as stdin:
        stdin.write("".join(f"{oid}\n" for oid in oids).encode("ascii"))


def _skip(stream: IO[bytes], size: int) -> None:
    while size > 0:
        size -= len(stream.read(min(size, 1 << 20))) or size
