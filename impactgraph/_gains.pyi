from array import array

ROOTS_A_BUNDLE: int

def edge_gains(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    edge_ids: array[int] | memoryview,
    is_test: bytes | bytearray | memoryview,
    weights: array[float] | memoryview,
    frequencies: array[float] | memoryview,
    *,
    edge_count: int,
) -> array[float]: ...
def bundle_gains(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    edge_ids: array[int] | memoryview,
    is_test: bytes | bytearray | memoryview,
    weights: array[float] | memoryview,
    frequencies: array[float] | memoryview,
    bundle_heads: array[int] | memoryview,
    bundle_edges: array[int] | memoryview,
    *,
    edge_count: int,
    memory: int = ...,
) -> array[float]: ...
