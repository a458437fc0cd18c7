"""Small git repositories for tests: real git, fixed dates and authors, nothing of the machine's own configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_IDENTITY = {
    "GIT_AUTHOR_NAME": "A U Thor",
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_COMMITTER_NAME": "C O Mitter",
    "GIT_COMMITTER_EMAIL": "committer@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}
_FIRST_DATE = 1_600_000_000


class GitRepo:
    """A repository at `path`; commit n is dated n minutes after the first."""

    def __init__(self, path: Path, *init_options: str) -> None:
        self.path = path
        self._commits = 0
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *init_options)

    def git(self, *arguments: str | bytes, environment: dict[str, str] | None = None) -> str:
        """Standard output of git, without the last line break; fails loudly."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        date = f"{_FIRST_DATE + 60 * self._commits} +0000"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.path,
            env=inherited | _IDENTITY | dates | (environment or {}),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Write files by path; None deletes."""
        for name, content in files.items():
            target = os.path.join(os.fsencode(self.path), name.encode("utf-8", "surrogateescape"))
            if content is None:
                os.remove(target)
                continue
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)

    def commit(self, files: dict[str, str | bytes | None] | None = None, message: str = "change") -> str:
        """Write `files`, commit all there is, and return the commit's id."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message)
        self._commits += 1
        return self.git("rev-parse", "HEAD")

    def settle(self) -> None:
        """Make the index newer than every file, so that git vouches for the clean ones."""
        later = max(os.lstat(self.path / name).st_mtime_ns for name in self.git("ls-files", "-z").split("\0")[:-1]) + 1_000_000
        self.git("update-index", "-q", "--refresh")
        os.utime(self.path / self.git("rev-parse", "--git-path", "index"), ns=(later, later))
