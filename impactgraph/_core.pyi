from array import array

def reverse_csr(
    node_count: int,
    importer: array[int] | memoryview,
    imported: array[int] | memoryview,
    keep: bytes | bytearray | memoryview | None = None,
) -> tuple[array[int], array[int], array[int]]: ...
def reach(
    indptr: array[int] | memoryview,
    importers: array[int] | memoryview,
    edge_ids: array[int] | memoryview,
    seeds: array[int] | memoryview,
) -> tuple[array[int], array[int], array[int]]: ...
def components(indptr: array[int] | memoryview, importers: array[int] | memoryview) -> array[int]: ...
