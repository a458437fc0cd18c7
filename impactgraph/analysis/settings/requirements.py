"""Requirements as PEP 508 strings and as lines of a requirement file: which distributions they name, and which of those changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

#: Words of a file or environment that no test reads, and words beside them that say nothing. A word that could as well name a feature
#: (security, sphinx, format) or a variant of the tests (pre) is not among them.
UNREAD_WORDS = frozenset(
    (
        "doc docs documentation readthedocs rtd lint linter linters linting style formatting formatter flake8 ruff black isort pylint "
        "mypy pyright typing typecheck typechecking precommit release releasing changelog spelling linkcheck codespell bandit towncrier"
    ).split()
)
NEUTRAL_WORDS = frozenset({"requirements", "requirement", "reqs", "constraints", "auto", "check", "build", "code", "py", "env"})

# Characters of a line that are searched for a name: what is longer than an address may be is no requirement.
_LONGEST = 4_000


class Requirements(NamedTuple):
    """A requirement file. `lines`: distribution -> its lines (with hashes, without comments), sorted; `options`: all that names none.

    `users`: distribution -> those that need it, where the file was compiled with annotations; `direct`: the ones somebody wrote down.
    """

    lines: dict[str, tuple[str, ...]]
    options: tuple[str, ...]
    users: dict[str, frozenset[str]]
    direct: frozenset[str]


def normalized(name: str) -> str:
    """The name of a distribution in the one spelling that is compared (PEP 503)."""
    import re  # only requirements need it

    return re.sub(r"[-_.]+", "-", name).lower()


def distribution(requirement: str) -> str | None:
    """The normalized name of what `requirement` asks for (PEP 508, a wheel's address, ``#egg=``), None where it doesn't say."""
    import re  # as above

    requirement = requirement[:_LONGEST]
    egg = re.search(r"[#&]egg=([A-Za-z0-9][\w.-]*)", requirement)
    wheel = re.search(r"([A-Za-z0-9][A-Za-z0-9_.]*)-[^/\s-]+(?:-[^/\s-]+){3,4}\.whl", requirement)
    name = re.match(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:$|[\[(@<>=!~;,]|--hash)", requirement)
    found = name or egg or wheel
    return normalized(found[1]) if found else None


def changed_requirements(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...] | None:
    """The distributions added to, removed from or asked for otherwise in a list of requirements; None if a changed one has no name."""
    changed = _by_spelling(old) ^ _by_spelling(new)
    names = {distribution(item) for item in changed}
    return None if None in names else tuple(sorted(name for name in names if name))


def changed_in_files(old: bytes | None, new: bytes | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the distributions, the other lines) in which two states of a requirement file differ, each sorted."""
    before, after = (parse_requirements(content or b"") for content in (old, new))
    names = {name for name in before.lines.keys() | after.lines.keys() if before.lines.get(name) != after.lines.get(name)}
    return tuple(sorted(names)), tuple(sorted(set(before.options) ^ set(after.options)))


def parse_requirements(content: bytes) -> Requirements:
    """A requirements, constraints or ``.in`` file; nothing in it is an error, a line that can't be read is one of the options."""
    lines: dict[str, list[str]] = {}
    options: list[str] = []
    users: dict[str, set[str]] = {}
    current, annotated = None, False
    for line, comment in _logical_lines(content.decode("utf-8", "surrogateescape")):
        if line:
            current = None if line.startswith("-") else distribution(line)
            if current is None:
                options.append(line)
            else:
                lines.setdefault(current, []).append(line)
        annotated = comment.partition(" ")[0] == "via" or (annotated and bool(comment) and not line)
        if current and annotated:
            users.setdefault(current, set()).update(_via(comment))
    return _requirements(lines, options, users)


def is_unread_name(name: str) -> bool:
    """Whether the words of `name` (a file's stem, an environment's or a group's name) say clearly that no test environment reads it."""
    import re  # as above

    words = [word for word in re.split(r"[^a-z0-9]+", name.lower().replace("pre-commit", "precommit")) if word and not word.isdigit()]
    telling = [word for word in words if word not in NEUTRAL_WORDS and not re.fullmatch(r"py\d*", word)]
    return bool(telling) and all(word in UNREAD_WORDS for word in telling)


def is_unread_path(path: str) -> bool:
    """The same for a requirement file: its name speaks, or the directory of a file that has only a general name (docs/requirements.txt)."""
    folders, _, file = path.rpartition("/")
    stem = file.rsplit(".", 1)[0]
    general = stem.lower() in NEUTRAL_WORDS
    return is_unread_name(folders.rpartition("/")[2] if general else stem)


def _requirements(lines: dict[str, list[str]], options: list[str], users: dict[str, set[str]]) -> Requirements:
    # Only a written file (-r, -c) or nobody's annotation makes a requirement a direct one; a list for documentation doesn't count.
    direct = {name for name in lines if not users.get(name) or any(_is_written(user) for user in users[name])}
    by_name = {name: frozenset(normalized(user) for user in found if not user.startswith("-")) for name, found in users.items()}
    return Requirements({name: tuple(sorted(found)) for name, found in lines.items()}, tuple(options), by_name, frozenset(direct))


def _is_written(user: str) -> bool:
    return user.startswith("-") and not is_unread_path(user.split(None, 1)[-1])


def _by_spelling(requirements: Iterable[str]) -> set[str]:
    return {"".join(item.split()) if ";" not in item else " ".join(item.split()) for item in requirements}


def _logical_lines(text: str) -> list[tuple[str, str]]:
    """(requirement or option, comment) of each line, continuations joined."""
    found: list[tuple[str, str]] = []
    pending = ""
    for raw in text.replace("\r\n", "\n").split("\n"):
        line, comment = _without_comment(raw)
        pending += " " + line.removesuffix("\\")
        if not line.endswith("\\"):
            found.append((" ".join(pending.split()), comment))
            pending = ""
    return [*found, (" ".join(pending.split()), "")]


def _without_comment(raw: str) -> tuple[str, str]:
    start = 0 if raw.startswith("#") else raw.replace("\t#", " #").find(" #") + 1
    if start == 0 and not raw.startswith("#"):
        return raw.strip(), ""
    return raw[:start].strip(), raw[start:].lstrip("# ").strip()


def _via(comment: str) -> list[str]:
    """The users that a comment below a pinned line names: ``via a, b``, ``via``, then one of them a line."""
    users = [user.strip() for user in comment.removeprefix("via").split(",")]
    # "flask (pyproject.toml)" is the project itself: somebody wrote that one down.
    return [f"-r {user}" if "(" in user else user for user in users if user]
