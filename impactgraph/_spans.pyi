from array import array

PATIENCE: int

def turn(
    heads: array[int] | memoryview, ends: array[int] | memoryview, ids: array[int] | memoryview
) -> tuple[array[int], array[int], array[int]]: ...
