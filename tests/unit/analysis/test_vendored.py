from __future__ import annotations

from impactgraph.analysis.vendored import Scope, vendored_directories
from impactgraph.model import FileEntry, Tree


def test_the_outermost_directories_with_such_names_that_hold_code() -> None:
    paths = ["pip/_vendor/a/vendor/b.py", "pip/_vendor/c.py", "lib/extern/x.txt", "third_party/y/z.py", "vendor.py", "app/vendors/a.py"]
    assert vendored_directories(paths) == ("pip/_vendor", "third_party")


def test_a_scope_leaves_out_what_is_vendored_and_what_globs_name() -> None:
    paths = ["app/_vendor/a.py", "app/copied/b.py", "app/core.py", "app/core_pb2.py"]
    tree = Tree({path: FileEntry("100644", path) for path in paths}, lambda wanted: {path: path.encode() for path in wanted}, label="x")
    assert list(Scope().of(tree).files) == paths
    assert list(Scope(vendored=False).of(tree).files) == paths[1:]
    left = Scope(vendored=False, excluded=("app/copied/", "*_pb2.py")).of(tree)
    assert (list(left.files), left.read(paths)) == (["app/core.py"], {"app/core.py": b"app/core.py"})


def test_scopes_have_names_that_tell_them_apart() -> None:
    names = [Scope().name, Scope(vendored=False).name, Scope(excluded=("a",)).name, Scope(excluded=("a", "b")).name]
    assert names[0] == ""
    assert len(set(names)) == len(names)
