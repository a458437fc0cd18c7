"""[tool.impactgraph]: from the bytes of a pyproject.toml to a `Config`. The keys are in kebab case, as everywhere in pyproject.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.errors import ConfigError

if TYPE_CHECKING:
    import re

TABLE = "tool.impactgraph"
# What a name is matched with grows by its length to the power of this.
_MOST_STARS = 4


class Link(NamedTuple):
    """A declared edge, both ends globs: a change of a file that matches `changed` reaches the files that match `reached`."""

    changed: str
    reached: str


class Config(NamedTuple):
    """What the project says about itself; the defaults are what an absent table means.

    `granularity` None: by functions where there is a record of them. `pure_decorators` keep no list of what they decorate,
    `registry_decorators` do. `global_inputs` and `inert` hold globs of files, or ``GLOB:KEY`` for one table of a settings file
    (``pyproject.toml:tool.mytool``).
    """

    packages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    base: str | None = None
    links: tuple[Link, ...] = ()
    global_inputs: tuple[str, ...] = ()
    always_run: tuple[str, ...] = ()
    inert: tuple[str, ...] = ()
    docstrings: str = "code"
    granularity: str | None = None
    pure_decorators: tuple[str, ...] = ()
    registry_decorators: tuple[str, ...] = ()
    cache_dir: str | None = None


def load_config(pyproject: bytes | None) -> Config:
    """The configuration in `pyproject`, the content of pyproject.toml (None: there is no such file).

    Raises ConfigError for text that isn't TOML, a key that isn't known and a value of another type than the key has.
    """
    if pyproject is None or b"impactgraph" not in pyproject:  # most files aren't worth a parser
        return Config()
    tool = _parsed(pyproject).get("tool", {})
    table = tool.get("impactgraph", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise _wrong("", "a table", table)
    values: dict[str, Any] = {key.replace("-", "_"): _reader(key)(key, value) for key, value in table.items()}
    return Config(**values)


def matches(pattern: str, path: str) -> bool:
    """Whether the glob `pattern` names `path` or a directory that `path` lies in; both are relative to the checkout's top.

    As in .gitignore: ``*`` and ``?`` stay within one name, ``[...]`` is a set, ``**`` crosses directories. A pattern without a slash
    (or with one at its end only) matches at any depth, any other from the top. A slash at the end means: directories only.
    """
    return _compiled(pattern).fullmatch(path) is not None


def _parsed(pyproject: bytes) -> dict[str, object]:
    import tomllib  # a plain directory has no pyproject.toml to parse

    try:
        return tomllib.loads(pyproject.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"pyproject.toml is not TOML: {error}"
        raise ConfigError(message, "Repair pyproject.toml; impactgraph reads its settings from there.") from error


def _reader(key: str) -> Callable[[str, object], object]:
    if key in _READERS:
        return _READERS[key]
    import difflib  # only a mistake needs it

    near = difflib.get_close_matches(key.replace("_", "-").lower(), _READERS, n=1, cutoff=0.5)
    hint = f'Did you mean "{near[0]}"?' if near else f"Known keys: {', '.join(sorted(_READERS))}."
    message = f"[{TABLE}] has no key {key!r}"
    raise ConfigError(message, hint)


def _wrong(key: str, expected: str, value: object) -> ConfigError:
    name = f"{TABLE}.{key}" if key else TABLE
    return ConfigError(f"{name} must be {expected}, not {value!r}", f"Change {name} in pyproject.toml.")


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(key, "a string that isn't empty", value)
    return value


def _place(key: str, value: object) -> str:
    text = _text(key, value)
    # Whoever writes a checkout's settings may not write elsewhere on the machines that analyse it.
    if text.startswith(("/", "~")) or ".." in text.split("/"):
        raise _wrong(key, "a directory inside the checkout", value)
    return text


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _wrong(key, "a list of strings", value)
    return tuple(value)


def _globs(key: str, value: object) -> tuple[str, ...]:
    patterns = _texts(key, value)
    for pattern in patterns:
        _check_glob(key, pattern)
    return patterns


def _check_glob(key: str, pattern: str) -> None:
    if pattern.startswith("!"):
        raise _wrong(key, "globs without negation", pattern)
    names = pattern.split("/")
    if ".." in names:
        raise _wrong(key, "globs inside the checkout", pattern)
    if names.count("**") > _MOST_STARS or any(name.count("*") > _MOST_STARS for name in names):
        raise _wrong(key, f"globs with at most {_MOST_STARS} stars in a name, and as many **", pattern)
    import re  # most checkouts configure no glob

    try:
        matches(pattern.partition(":")[0], "")
    except re.error:
        raise _wrong(key, "globs whose [sets] are in order", pattern) from None


def _one_of(*allowed: str) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        if value not in allowed:
            raise _wrong(key, " or ".join(f'"{name}"' for name in allowed), value)
        return str(value)

    return read


def _links(key: str, value: object) -> tuple[Link, ...]:
    if not isinstance(value, list):
        raise _wrong(key, _LINK_FORMS, value)
    return tuple(link for item in value for link in _link(key, item))


def _link(key: str, item: object) -> list[Link]:
    ends = _arrow_ends(item) if isinstance(item, str) else _table_ends(item)
    if ends is None:
        raise _wrong(key, _LINK_FORMS, item)
    for pattern in (*ends[0], *ends[1]):
        _check_glob(key, pattern)
    return [Link(changed, reached) for changed in ends[0] for reached in ends[1]]


def _arrow_ends(text: str) -> tuple[list[str], list[str]] | None:
    ends = [end.strip() for end in text.split("->")]
    return ([ends[0]], [ends[1]]) if len(ends) == 2 and all(ends) else None  # noqa: PLR2004 - an arrow has two ends


def _table_ends(item: object) -> tuple[list[str], list[str]] | None:
    if not isinstance(item, Mapping) or set(item) != {"from", "to"}:
        return None
    changed, reached = (_as_list(item[end]) for end in ("from", "to"))
    return (changed, reached) if changed and reached else None


def _as_list(value: object) -> list[str]:
    items: list[object] = value if isinstance(value, list) else [value]
    texts = [item for item in items if isinstance(item, str) and item]
    return texts if len(texts) == len(items) else []


_LINK_FORMS = 'a list of "changed glob -> reached glob" or {from = glob(s), to = glob(s)}'
_READERS: dict[str, Callable[[str, object], object]] = {
    "packages": _texts,
    "tests": _globs,
    "base": _text,
    "links": _links,
    "global-inputs": _globs,
    "always-run": _globs,
    "inert": _globs,
    "docstrings": _one_of("code", "inert"),
    "granularity": _one_of("module", "function"),
    "pure-decorators": _texts,
    "registry-decorators": _texts,
    "cache-dir": _place,
}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    import re  # most checkouts configure no glob

    body = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    tokens = re.findall(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?\]?[^]]*\]|.", body, re.DOTALL)
    below = "/.+" if pattern.endswith("/") else "(?:/.*)?"
    return re.compile(("" if anchored else "(?:.*/)?") + "".join(map(_token_regex, tokens)) + below, re.DOTALL)


def _token_regex(token: str) -> str:
    import re  # as above

    if len(token) > 1 and token.startswith("["):
        members = token[1:-1].replace("\\", "\\\\")
        return f"[^{members[1:]}/]" if members.startswith("!") else f"(?!/)[{members}]"
    return _WILDCARDS.get(token) or re.escape(token)


_WILDCARDS = {"**/": "(?:.*/)?", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}
