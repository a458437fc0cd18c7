# What the other extensions of the kernel use of `_core`.
cdef int check_csr(const int[::1] indptr, const int[::1] importers) except -1
cdef int find_components(const int[::1] indptr, const int[::1] importers, int[::1] component, int[::1] members) except -1
cdef void condense(
    const int[::1] indptr, const int[::1] importers, const int[::1] component, const int[::1] members,
    int[::1] mark, int[::1] heads, int[::1] above,
) noexcept nogil
