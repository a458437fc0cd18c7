"""What a monolith costs: a real project, and the same as several packages of one checkout.

``python benchmarks/monolith.py CHECKOUT PACKAGE [COPIES ...]`` (default copies: 1 3 7)

CHECKOUT: a git checkout, read and not touched, whose main package is PACKAGE, at its top. For each number of COPIES a new repository is
made: the files of CHECKOUT, and beside PACKAGE its copies PACKAGE2, PACKAGE3, ... as real files, in which names that begin with PACKAGE
begin with the copy's (imports, strings, settings) and the conftest.py of the top lies in the copy. Of the import statements of a copy,
one in a hundred leads to another copy, drawn from a fixed seed. On top of that lie HISTORY commits that edit three modules each.

Then, interleaved over the sizes: `select` without a cache, again with nothing edited, again with one file edited; `bill`, `cuts`, and
`growth` over three snapshots. Per kind and size the median CPU time (user and system, with children), the peak memory, and by which power
of the number of Python files the time grew from the smallest to the largest. The command is that of the environment this runs in.
`MONOLITH_KEEP=DIR` makes the repositories in DIR and leaves them there; those that are there already are used. `MONOLITH_ROUNDS=N`: 3.
"""

from __future__ import annotations

import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROUNDS = int(os.environ.get("MONOLITH_ROUNDS") or 3)
HISTORY = 60
EDITS = 3  # modules that a commit of the history edits
EDITED = 5  # edits, each with a run of `select` after it: they are short
CROSSING = 0.01
SEED = 7
COMMAND = Path(sys.executable).parent / "impactgraph"
BARS = {"select, cold": 8.0, "select, one file edited": 4.0}
_IMPORT = re.compile(r"\s*(?:from|import)\s")
_RELATIVE = re.compile(r"^(\s*from\s+)(\.+)([\w.]*)(\s+import\b)")


class Size(NamedTuple):
    """A repository with so many copies of the package; `files`: Python files in it."""

    path: Path
    copies: int
    files: int


def git(path: Path, *arguments: str) -> str:
    """Standard output of git in `path`."""
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false", "-c", "gc.auto=0")
    return subprocess.run(["git", "-C", path, *identity, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def made(checkout: Path, package: str, copies: int, path: Path) -> Size:
    """The repository of so many copies, at `path`."""
    if not path.is_dir():
        tracked = git(checkout, "ls-files", "-z").split("\0")[:-1]
        for name in tracked:
            copied(checkout / name, path / name)
        for number in range(2, copies + 1):
            replicate(path, package, number, copies, [name for name in tracked if name.startswith(f"{package}/")])
        collect(path, package, copies)
        history(path, package)
    return Size(path, copies, len(git(path, "ls-files", "*.py").splitlines()))


def copied(source: Path, target: Path) -> None:
    """Copy a file; links as such."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink() or source.is_file():
        shutil.copy2(source, target, follow_symlinks=False)


def replicate(path: Path, package: str, number: int, copies: int, names: Sequence[str]) -> None:
    """Write copy `number` of the package, with the conftest.py of the top in it."""
    chance = random.Random(SEED + number)  # noqa: S311 - the same copies each time
    for name in names:
        source, target = path / name, path / f"{package}{number}{name.removeprefix(package)}"
        if name.endswith(".py") and not source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = Copy(package, number, copies, target.relative_to(path).parent.parts, chance)
            target.write_text(copy.renamed(source.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            copied(source, target)
    conftest, own = path / "conftest.py", path / f"{package}{number}" / "conftest.py"
    if conftest.is_file() and not own.exists():
        copy = Copy(package, number, copies, (f"{package}{number}",), chance)
        own.write_text(copy.renamed(conftest.read_text(encoding="utf-8")), encoding="utf-8")


def collect(path: Path, package: str, copies: int) -> None:
    """Let pytest collect the tests of the copies, too, where it is told to collect those of the package alone."""
    settings = path / "pyproject.toml"
    if settings.is_file():
        names = ", ".join(f'"{package}{number if number > 1 else ""}"' for number in range(1, copies + 1))
        text = settings.read_text(encoding="utf-8")
        settings.write_text(re.sub(rf'(?m)^testpaths = \["{package}"\]', f"testpaths = [{names}]", text), encoding="utf-8")


class Copy(NamedTuple):
    """Which copy a file belongs to, of how many; `directory`: the parts of the path that it lies in; `chance`: which imports cross over."""

    package: str
    number: int
    copies: int
    directory: tuple[str, ...]
    chance: random.Random

    def renamed(self, text: str) -> str:
        """`text` with the names of this copy; a few import statements name another one instead."""
        name = re.compile(rf"(?<![\w./-]){self.package}(?=\.\w|\s+import\b)|(?<=^import ){self.package}\b", re.MULTILINE)
        lines = []
        for line in text.splitlines(keepends=True):
            to = self.number
            if _IMPORT.match(line) and self.chance.random() < CROSSING:
                to = self.chance.randint(1, self.copies)
                line = _RELATIVE.sub(self._absolute, line)  # noqa: PLW2901 - the same line, spelled out
            lines.append(name.sub(self.package if to == 1 else f"{self.package}{to}", line))
        return "".join(lines)

    def _absolute(self, found: re.Match[str]) -> str:
        """A relative import in the words of the first copy."""
        _, *above = self.directory[: len(self.directory) - len(found[2]) + 1]
        return found[1] + ".".join([self.package, *above, *filter(None, [found[3]])]) + found[4]


def history(path: Path, package: str) -> None:
    """Commit all, then HISTORY changes of a few modules, a day apart."""
    git(path, "init", "-q")
    git(path, "add", "--all", "--force")
    start = 1_600_000_000
    commit(path, start)
    chance = random.Random(SEED)  # noqa: S311 - the same history each time
    modules = [file for file in sorted(path.glob(f"{package}*/**/*.py")) if not file.is_symlink() and file.stat().st_size]
    for number in range(1, HISTORY + 1):
        for file in chance.sample(modules, EDITS):
            append(file, f"CHANGE_{number} = {number}")
        commit(path, start + number * 86_400)
    git(path, "repack", "-q", "-a", "-d")


def commit(path: Path, when: int) -> None:
    """Commit what tracked files hold."""
    date = f"{when} +0000"
    environment = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false", "-c", "gc.auto=0")
    subprocess.run(["git", "-C", path, *identity, "commit", "-q", "-a", "--no-verify", "-m", "change"], check=True, env=environment)


def append(path: Path, line: str) -> None:
    """Add `line` to the end of a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


class Spent(NamedTuple):
    """CPU seconds with children, and peak memory in MiB."""

    seconds: float
    memory: float


def run(size: Size, *arguments: str) -> Spent:
    """One run of the command in a repository."""
    unwanted = ("PYTHON", "IMPACTGRAPH_", "CI_", "GITHUB_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    with subprocess.Popen([COMMAND, *arguments], cwd=size.path, env=environment, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def steps(size: Size, package: str, number: int) -> Iterator[tuple[str, Spent]]:
    """Each kind of run once, in order."""
    git(size.path, "checkout", "-q", ".")
    shutil.rmtree(size.path / ".impactgraph_cache", ignore_errors=True)
    select = ("select", "-q", "--base", "HEAD~1")
    file = next(file for file in sorted((size.path / package).rglob("*.py")) if file.name == "models.py")
    yield "select, cold", run(size, *select)
    yield "select, nothing edited", run(size, *select)
    for edit in range(EDITED):
        append(file, f"ANSWER_{number}_{edit} = {edit}")
        yield "select, one file edited", run(size, *select)
    git(size.path, "checkout", "-q", ".")
    yield "bill", run(size, "bill")
    yield "cuts", run(size, "cuts")
    yield "growth, 3 snapshots", run(size, "growth", "--snapshots", "3", "-j", "1", "--no-cache", "--format", "json")


def report(sizes: Sequence[Size], package: str) -> None:
    """Measure and print."""
    found: dict[tuple[str, Size], list[Spent]] = {}
    before, started = os.getloadavg()[0], time.strftime("%Y-%m-%d %H:%M")
    for number in range(ROUNDS):
        for size in sizes:
            for name, spent in steps(size, package, number):
                found.setdefault((name, size), []).append(spent)
    first, last = sizes[0], sizes[-1]
    files = ", ".join(f"{size.copies}x {size.files:,}" for size in sizes)
    print(f"Python files: {files}; {ROUNDS} rounds, {started}, load {before:.1f} to {os.getloadavg()[0]:.1f}")
    print(
        "\n| run |", *(f"{size.copies}x |" for size in sizes), "ratio | exponent | bar |\n|---|", *("---|" for _ in sizes), "---|---|---|"
    )
    for name in dict.fromkeys(name for name, _ in found):
        spent = [(median(one.seconds for one in found[name, size]), max(one.memory for one in found[name, size])) for size in sizes]
        ratio = spent[-1][0] / spent[0][0]
        exponent = math.log(ratio) / math.log(last.files / first.files) if last.files > first.files else math.nan
        bar = f"{BARS[name]:g} {'held' if ratio <= BARS[name] else 'missed'}" if name in BARS else ""
        figures = " | ".join(f"{seconds:.2f} s, {memory:,.0f} MiB" for seconds, memory in spent)
        print(f"| {name} | {figures} | {ratio:.1f} | {exponent:.2f} | {bar} |")


def main(checkout: str, package: str, copies: Sequence[int]) -> None:
    """Make the repositories, measure, print."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(os.environ.get("MONOLITH_KEEP") or scratch)
        report([made(Path(checkout), package, number, place / f"{package}-{number}") for number in sorted(copies)], package)


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - as the docstring says
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], [int(number) for number in sys.argv[3:]] or [1, 3, 7])
