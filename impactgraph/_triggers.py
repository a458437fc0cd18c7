"""The names in code that make the syntax of a file worth a look."""

from __future__ import annotations

# What the code of a file must mention for its syntax to be worth a look. `path` counts only after "sys.".
TRIGGERS = frozenset(
    b"""
    import_module __import__ import_string import_object import_by_path import_from_cwd import_class symbol_by_name
    load_object load_class load_module locate instantiate run_module run_path find_spec import_from_string
    iter_modules walk_packages walk_modules walk_modules_iter find_modules
    import_submodules import_all_modules iter_submodules find_submodules load_submodules
    path syspath_prepend addsitedir __file__ __path__ pytest_plugins
    attach attach_stub LazyModule _LazyModule recreate_module _import_structure
    listdir glob iglob iterdir rglob scandir walk entry_points iter_entry_points load_entry_point get_entry_points
    subprocess create_subprocess_exec create_subprocess_shell which script_runner pexpect from_object config_from_object
    """.split()
)


def name_hints() -> bytes:
    """Whether a name with a given number can be a trigger (see `Scanner.name`): few of those in code can, none under 4 bytes."""
    table = bytearray(4096)
    for name in (*TRIGGERS, b"importorskip"):
        table[(name[0] * 61 + name[1] * 7 + name[len(name) - 1] * 337 + len(name)) & 4095] = 1
    return bytes(table)
