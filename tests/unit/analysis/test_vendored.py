from __future__ import annotations

from impactgraph.analysis.vendored import vendored_directories


def test_the_outermost_directories_with_such_names_that_hold_code() -> None:
    paths = ["pip/_vendor/a/vendor/b.py", "pip/_vendor/c.py", "lib/extern/x.txt", "third_party/y/z.py", "vendor.py", "app/vendors/a.py"]
    assert vendored_directories(paths) == ("pip/_vendor", "third_party")
