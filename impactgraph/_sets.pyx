# cython: language_level=3
"""Sets of numbers as bytes. `_reference_sets` is its twin in Python.

Each number by its difference from the one before, seven bits a byte, the least first; a byte with the highest bit is not the last of its
number. Bytes that nobody encoded decode to something, never out of bounds.
"""

from libc.stdint cimport uint64_t

cdef uint64_t LIMIT = 1 << 32


def encode_set(numbers):
    """The bytes of a set of ints from 0 to 2**32 - 1. Raises ValueError for others."""
    cdef bytearray found = bytearray()
    cdef uint64_t last = 0, step
    cdef object number
    for number in sorted(numbers):
        if not 0 <= number < LIMIT:
            raise ValueError("not a number of 32 bits")
        step = <uint64_t> number - last
        last = number
        while step >= 128:
            found.append(step & 127 | 128)
            step >>= 7
        found.append(step)
    return bytes(found)


cdef struct Reader:
    uint64_t last, step
    int shift


cdef inline bint ends(Reader *reader, unsigned char byte) noexcept nogil:
    """Take one byte; whether it is the last of a number, which is `reader.last` then."""
    reader.step |= <uint64_t> (byte & 127) << reader.shift
    if byte & 128:
        reader.shift = reader.shift + 7 if reader.shift < 28 else 28
        return False
    reader.last = (reader.last + reader.step) % LIMIT
    reader.step = reader.shift = 0
    return True


def decode_set(const unsigned char[::1] data not None):
    """The numbers, sorted, as a list."""
    cdef list found = []
    cdef Reader reader = Reader(0, 0, 0)
    cdef Py_ssize_t i
    for i in range(data.shape[0]):
        if ends(&reader, data[i]):
            found.append(reader.last)
    return found


def touching(sets, const unsigned char[::1] wanted not None):
    """Positions of those of `sets`, a sequence of bytes, that hold a number n for which ``wanted[n]`` is not 0."""
    cdef list found = []
    cdef Py_ssize_t position = 0, limit = wanted.shape[0]
    cdef const unsigned char[::1] data
    for data in sets:
        if touches(data, wanted, limit):
            found.append(position)
        position += 1
    return found


cdef bint touches(const unsigned char[::1] data, const unsigned char[::1] wanted, Py_ssize_t limit) noexcept nogil:
    cdef Reader reader = Reader(0, 0, 0)
    cdef Py_ssize_t i
    for i in range(data.shape[0]):
        if ends(&reader, data[i]) and reader.last < <uint64_t> limit and wanted[reader.last]:
            return True
    return False
