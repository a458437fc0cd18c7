"""A Python that a recorded test started: tell what it does (see `_recorder_children.pxi`), and be as it would have been otherwise.

The environment and the import path are what they were when the program begins, and the `sitecustomize` that there is without this one is
executed. Nothing of this package can be imported here: the process may know another one, or none.
"""

from __future__ import annotations

import contextlib
import os
import sys


def _begin() -> None:
    told = os.environ.pop("IMPACTGRAPH_CHILD", None)
    directory = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if path != directory]
    sys.path_importer_cache.pop(directory, None)
    if told is None:
        return
    journal, top, site, extension, had_path = told.split("\n")
    rest = os.environ.pop("PYTHONPATH", "").removeprefix(site)
    if had_path == "+":
        os.environ["PYTHONPATH"] = rest.removeprefix(os.pathsep)
    # What nobody tells of is missed by the parent.
    with contextlib.suppress(Exception):
        _recorder(extension).begin_child(journal, top, site)


def _recorder(path: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - a module
    """The extension at `path`, without the package that it is of."""
    from _frozen_importlib import ModuleSpec  # what `importlib` is made of, so that no module more is there
    from _frozen_importlib_external import ExtensionFileLoader

    name = "impactgraph._recorder"
    loader = ExtensionFileLoader(name, path)
    module = loader.create_module(ModuleSpec(name, loader, origin=path))
    loader.exec_module(module)
    sys.modules.pop(name, None)
    return module


_begin()
sys.modules.pop("sitecustomize", None)
import sitecustomize  # type: ignore[import-not-found] # noqa: E402, F401 - the next one, which takes this one's place; where there is none, `site` is told so
