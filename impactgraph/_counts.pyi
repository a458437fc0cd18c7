from array import array

from impactgraph.model import Weighed

def count_tests(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    is_test: bytes | bytearray | memoryview,
) -> array[int]: ...
def weigh_tests(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    is_test: bytes | bytearray | memoryview,
    weights: array[float] | memoryview,
    set_heads: array[int] | memoryview | None = None,
    set_nodes: array[int] | memoryview | None = None,
    *,
    memory: int = ...,
) -> Weighed: ...
def reached_tests(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    is_test: bytes | bytearray | memoryview,
    set_heads: array[int] | memoryview,
    set_nodes: array[int] | memoryview,
    *,
    memory: int = ...,
) -> tuple[array[int], array[int]]: ...
