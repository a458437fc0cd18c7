# The C types with which Cython compiles `_scan.py`. Without this file it is plain Python and means the same.
cimport cython

cdef int OTHER, WORD, DIGIT, NEWLINE, SPACE, QUOTE, OPENING, CLOSING, COMMENT, BACKSLASH, SEMICOLON
cdef int HAS_DOT, HAS_SLASH, HAS_SPACE, HAS_MINUS, HAS_BRACE, HAS_ODD
cdef int LONGEST_NAME, LONGEST_SUFFIX, NESTING, FAILURES
cdef bytes _KINDS, _INSIDE, _BITS, _HINTS

@cython.final
cdef class Scanner:
    cdef readonly bytes source
    cdef readonly dict literals
    cdef readonly set triggers
    cdef const unsigned char* data
    cdef const unsigned char* kinds
    cdef const unsigned char* inside
    cdef const unsigned char* bits
    cdef const unsigned char* hints
    cdef bytes joined
    cdef Py_ssize_t piece_start, piece_end, ended
    cdef Py_ssize_t line, balance, dead_single, dead_double, dead_triple_single, dead_triple_double
    cdef int failures
    cdef bint named

    @cython.locals(kinds="const unsigned char*", data="const unsigned char*", fresh=bint, i=Py_ssize_t, j=Py_ssize_t, kind=int)
    cdef int region(self, Py_ssize_t start, Py_ssize_t end, int nesting) except -1

    @cython.locals(inside="const unsigned char*", data="const unsigned char*", i=Py_ssize_t)
    cdef Py_ssize_t word(self, Py_ssize_t start, Py_ssize_t end) noexcept

    @cython.locals(i=Py_ssize_t)
    cdef bint prefix(self, Py_ssize_t start, Py_ssize_t end) noexcept

    cdef bint formatted(self, Py_ssize_t start, Py_ssize_t end) noexcept

    @cython.locals(data="const unsigned char*", length=Py_ssize_t, text=bytes)
    cdef int name(self, Py_ssize_t start, Py_ssize_t end) except -1

    @cython.locals(data="const unsigned char*", i=Py_ssize_t)
    cdef Py_ssize_t line_end(self, Py_ssize_t start, Py_ssize_t end) noexcept

    @cython.locals(data="const unsigned char*", i=Py_ssize_t)
    cdef Py_ssize_t continuation(self, Py_ssize_t start, Py_ssize_t end) noexcept

    @cython.locals(
        data="const unsigned char*", quote=int, triple=bint, begin=Py_ssize_t, close=Py_ssize_t, line=Py_ssize_t, after=Py_ssize_t,
        statement=bint, content=int,
    )
    cdef Py_ssize_t string(self, Py_ssize_t start, Py_ssize_t end, bint formatted, bint fresh, int nesting) except -1

    cdef Py_ssize_t dead(self, int quote, bint triple) noexcept

    cdef void bury(self, int quote, bint triple, Py_ssize_t position) noexcept

    @cython.locals(data="const unsigned char*", i=Py_ssize_t, byte=int)
    cdef Py_ssize_t closing(self, Py_ssize_t start, Py_ssize_t end, int quote, bint triple) noexcept

    @cython.locals(data="const unsigned char*", i=Py_ssize_t, byte=int, fields=Py_ssize_t)
    cdef Py_ssize_t format_closing(self, Py_ssize_t start, Py_ssize_t end, int quote, bint triple, int nesting) noexcept

    @cython.locals(data="const unsigned char*", inner=int, nested_triple=bint, begin=Py_ssize_t, close=Py_ssize_t)
    cdef Py_ssize_t skip_nested(self, Py_ssize_t start, Py_ssize_t end, int nesting) noexcept

    @cython.locals(dead=Py_ssize_t, close=Py_ssize_t)
    cdef Py_ssize_t plain_closing(self, Py_ssize_t start, Py_ssize_t end, int quote, bint triple) noexcept

    @cython.locals(kinds="const unsigned char*", data="const unsigned char*", i=Py_ssize_t, kind=int)
    cdef bint ends_statement(self, Py_ssize_t start, Py_ssize_t end) noexcept

    @cython.locals(bits="const unsigned char*", data="const unsigned char*", i=Py_ssize_t, found=int)
    cdef int measure(self, Py_ssize_t start, Py_ssize_t end) noexcept

    @cython.locals(data="const unsigned char*", i=Py_ssize_t, lines=Py_ssize_t)
    cdef Py_ssize_t lines_between(self, Py_ssize_t start, Py_ssize_t end) noexcept

    cdef int keep_docstring(self, Py_ssize_t start, Py_ssize_t end, Py_ssize_t line) except -1

    @cython.locals(length=Py_ssize_t, named=bint)
    cdef int keep(self, Py_ssize_t start, Py_ssize_t end, int content, Py_ssize_t line, bint formatted) except -1

    @cython.locals(i=Py_ssize_t)
    cdef int join(self, Py_ssize_t quote, Py_ssize_t start, Py_ssize_t end, Py_ssize_t after) except -1

    @cython.locals(data="const unsigned char*", length=Py_ssize_t)
    cdef bint marker(self, Py_ssize_t start, Py_ssize_t end) except -1

    @cython.locals(option=bint)
    cdef int keep_text(self, Py_ssize_t start, Py_ssize_t end, int content, Py_ssize_t line) except -1

    @cython.locals(data="const unsigned char*", i=Py_ssize_t)
    cdef bint has_suffix(self, Py_ssize_t start, Py_ssize_t end) noexcept

    cdef int add(self, int kind, bytes content, Py_ssize_t line) except -1
