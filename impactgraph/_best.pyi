from array import array

def top_edge_gains(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    edge_ids: array[int] | memoryview,
    is_test: bytes | bytearray | memoryview,
    weights: array[float] | memoryview,
    frequencies: array[float] | memoryview,
    k: int,
    *,
    edge_count: int,
) -> tuple[array[int], array[float]]: ...
