"""The judge of every changed file that is no module: it tells what the change can break.

`all` is rationed here. Files with tables are compared table by table, lock and requirement files distribution by distribution; a name
decides only where it is clear. What can't be read or placed is "all", and the verdict names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from impactgraph.analysis.settings import kinds
from impactgraph.analysis.settings.verdicts import EFFECTS, KeyVerdict, Surroundings, Verdict, strongest
from impactgraph.config import Config, matches

if TYPE_CHECKING:
    from impactgraph.model import FileChange

_NOWHERE = Surroundings()
#: The content in the old and in the new tree, None where there is no file.
States: TypeAlias = "tuple[bytes | None, bytes | None]"


def judge(change: FileChange, old: bytes | None, new: bytes | None, config: Config, place: Surroundings = _NOWHERE) -> Verdict:
    """What the change of one file that is no module of the graph can break.

    `old` and `new` are the contents in the two trees, None where there is no file (or it can't be read). A renamed file is judged as one
    removed and one added, the stronger verdict counts. The caller adds whoever opens the file by a literal path in any case; where the
    effect is "data" and the class "configuration", it adds the tests of the directory in any case too.
    """
    if change.old_path and change.old_path != change.path:
        gone = _judge(change._replace(path=change.old_path), (old, None), config, place)
        come = _judge(change, (None, new), config, place)
        return max(gone, come, key=lambda verdict: EFFECTS.index(verdict.effect))
    return _judge(change, (old, new), config, place)


def _judge(change: FileChange, states: States, config: Config, place: Surroundings) -> Verdict:
    """One path, with its content in the old and the new tree."""
    path = change.path
    configured = _by_configuration(path, config)
    if configured:
        return configured
    if change.status == "S":
        return Verdict("submodule", "all", "submodule", path)
    named = _by_name(path, states, place)
    if named:
        return named
    if change.status == "T":
        return Verdict("unknown", "all", "type-changed", path)
    by_content = _by_content(path, states, config, place)
    if by_content is not None:
        # Who opens the file may read any key of it: a test of the version that it states, for one.
        return _unless_opened(by_content, place) if by_content.effect == "inert" and states[0] != states[1] else by_content
    return _as_data(path, place)


def _by_configuration(path: str, config: Config) -> Verdict | None:
    # Whoever names a file in both lists gets the safe one.
    named = _naming(config.global_inputs, path)
    if named:
        return Verdict("configuration", "all", "configured-global", named)
    named = _naming(config.inert, path)
    return Verdict("configuration", "inert", "configured-inert", named) if named else None


def _naming(patterns: Iterable[str], path: str) -> str | None:
    return next((pattern for pattern in patterns if ":" not in pattern and matches(pattern, path)), None)


def _by_name(path: str, states: States, place: Surroundings) -> Verdict | None:
    """The verdict where the path alone decides."""
    reason = kinds.global_reason(path)
    if reason:
        return Verdict("configuration", "all", reason, path)
    if path.rpartition("/")[2] == ".gitattributes":
        return _judge_attributes(path, *states)
    if kinds.is_compiled(path, rust=place.rust) and not kinds.is_document(path):
        return Verdict("compiled", "compiled", "compiled-source")
    if path.endswith(".pyi"):
        # Nobody runs a stub; without a module beside it, it may be what a test of typing reads.
        return Verdict("data", "inert", "type-stub") if place.twin else Verdict("data", "data", "type-stub")
    inert = _inert_by_name(path) or (Verdict("data", "inert", "other-ecosystem") if place.foreign and kinds.is_web_source(path) else None)
    return _unless_opened(inert, place) if inert else None


def _unless_opened(inert: Verdict, place: Surroundings) -> Verdict:
    """What nobody reads as far as its name tells: somebody who opens it knows better, but nobody else does."""
    return Verdict("data", "opened", "data-file") if place.opened else inert


def _inert_by_name(path: str) -> Verdict | None:
    found = kinds.inert_by_name(path)
    if found:
        return Verdict("configuration", "inert", found[1])
    if kinds.is_rust_manifest(path):
        return Verdict("configuration", "inert", "lock-other-ecosystem")
    if path.endswith("py.typed"):
        return Verdict("configuration", "inert", "metadata")
    return None


def _by_content(path: str, states: States, config: Config, place: Surroundings) -> Verdict | None:
    from impactgraph.analysis.settings import compare  # its parsers are needed for settings alone

    name = path.rpartition("/")[2]
    is_lock = name in kinds.LOCKS or (name.startswith("pylock.") and name.endswith(".toml"))
    if kinds.in_test_folder(path) and (is_lock or name in kinds.TABLE_FILES):
        # A project inside the tests: what they read, or the settings of those around it.
        return Verdict("configuration", "data", "settings-of-directory", path.rpartition("/")[0])
    if name in kinds.TABLE_FILES:
        return _after_configuration(path, compare.judge_tables(path, *states), config)
    if is_lock:
        return compare.judge_lock(path, *states)
    if name in kinds.ENVIRONMENTS:
        return compare.judge_conda(*states)
    if kinds.is_requirements(path):
        return compare.judge_requirements(path, states, place.readers)
    return None


def _after_configuration(path: str, keys: list[KeyVerdict] | None, config: Config) -> Verdict:
    """The strongest of the keys, after ``FILE:KEY`` patterns of the configuration had their say."""
    if keys is None:
        return Verdict("configuration", "all", "unparsable-configuration", path)
    return strongest((_configured_key(path, key, config) for key in keys), "syntax-unchanged")


def _configured_key(path: str, key: KeyVerdict, config: Config) -> KeyVerdict:
    if _names_key(config.global_inputs, path, key.key):
        return key._replace(effect="all", reason="configured-global", packages=())
    if _names_key(config.inert, path, key.key):
        return key._replace(effect="inert", reason="configured-inert", packages=())
    return key


def _names_key(patterns: Iterable[str], path: str, key: str) -> bool:
    pairs = (pattern.partition(":") for pattern in patterns if ":" in pattern)
    return any(matches(file, path) and (key == table or key.startswith(table + ".")) for file, _, table in pairs)


def _judge_attributes(path: str, old: bytes | None, new: bytes | None) -> Verdict:
    """.gitattributes: what changes the bytes in the work tree (line ends, filters, encodings) changes what tests read."""
    changed = set((old or b"").splitlines()) ^ set((new or b"").splitlines())
    words = {word.lstrip(b"-!").split(b"=")[0] for line in changed if not line.startswith(b"#") for word in line.split()[1:]}
    harmless = all(
        word.startswith((b"linguist-", b"gitlab-")) or word in {b"diff", b"merge", b"export-ignore", b"binary"} for word in words
    )
    if harmless and b"binary" not in words:
        return Verdict("configuration", "inert", "ci-configuration")
    return Verdict("configuration", "all", "global-input", path)


def _as_data(path: str, place: Surroundings) -> Verdict:
    """What is left: documentation, data with a place to be read from, or a file nobody can place."""
    if kinds.is_fragment(path) or (kinds.is_document(path) and not place.packaged and not kinds.in_test_folder(path)):
        return _unless_opened(Verdict("documentation", "inert", "documentation"), place)
    if "/" in path or place.opened or place.packaged:
        return Verdict("data", "data", "data-file")
    return Verdict("unknown", "all", "unplaced-file", path)
