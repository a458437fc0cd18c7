# cython: language_level=3
"""The reverse-reachability kernel. `_reference` is its twin in Python; `kernel` chooses between them.

Nodes and edges are numbered from 0 and held in buffers of C ints (`array.array("i")`, a memoryview). The graph is stored by imported
node: ``importers[indptr[x]:indptr[x + 1]]`` are the nodes that import `x`, so following it leads to everything downstream of `x`.
Self loops and duplicate edges are allowed everywhere. All loops run without the GIL and touch no Python object: a caller must not
change a buffer while a call reads it.
"""

from array import array

from libc.limits cimport INT_MAX

def reverse_csr(node_count, const int[::1] importer not None, const int[::1] imported not None, const unsigned char[::1] keep=None):
    """Sort edges by imported node.

    Inputs: edge `k` leads from ``importer[k]`` to ``imported[k]``; `keep` has a byte per edge, 0 = leave the edge out (None: keep all).
    Outputs: ``indptr`` int[node_count + 1], ``importers`` int[kept edges], ``edge_ids`` int[kept edges] (the `k` of each); the
    importers of one node are in the order of the edges.
    Raises ValueError: a negative or too large node count, ids outside of it, unequal lengths.
    """
    if not 0 <= node_count < INT_MAX or len(importer) > INT_MAX:
        raise ValueError("node or edge count is negative or does not fit a C int")
    if len(importer) != len(imported) or (keep is not None and len(keep) != len(importer)):
        raise ValueError("importer, imported and keep differ in length")
    indptr = array("i", [0]) * (node_count + 1)
    cdef int[::1] ends = indptr
    cdef int nodes = node_count, edges = len(importer), edge, node, kept = 0
    cdef bint every = keep is None, inside = True
    with nogil:
        for edge in range(edges):
            inside = 0 <= importer[edge] < nodes and 0 <= imported[edge] < nodes
            if not inside:
                break
            if every or keep[edge]:
                ends[imported[edge]] += 1
        for node in range(nodes + 1):
            kept += ends[node]
            ends[node] = kept
    if not inside:
        raise ValueError("an edge names a node outside of the graph")
    importers, edge_ids = array("i", [0]) * kept, array("i", [0]) * kept
    cdef int[::1] sources = importers, ids = edge_ids
    with nogil:
        # Backwards, each end moves down to its start and the order of the edges is kept.
        for edge in range(edges - 1, -1, -1):
            if every or keep[edge]:
                node = imported[edge]
                ends[node] -= 1
                sources[ends[node]] = importer[edge]
                ids[ends[node]] = edge
    return indptr, importers, edge_ids


cdef int check_csr(const int[::1] indptr, const int[::1] importers) except -1:
    """Raise ValueError unless the two describe a graph; return its number of nodes."""
    if not 1 <= len(indptr) <= INT_MAX or len(importers) > INT_MAX:
        raise ValueError("indptr is empty, or a count does not fit a C int")
    cdef int nodes = len(indptr) - 1, edges = len(importers), position
    cdef bint valid = indptr[0] == 0 and indptr[nodes] == edges
    with nogil:
        for position in range(nodes):
            valid = valid and indptr[position] <= indptr[position + 1]
        for position in range(edges):
            valid = valid and 0 <= importers[position] < nodes
    if not valid:
        raise ValueError("indptr does not rise from 0 to the number of importers, or an importer is outside of the graph")
    return nodes


def reach(const int[::1] indptr not None, const int[::1] importers not None, const int[::1] edge_ids not None, const int[::1] seeds not None):
    """Search breadth first from all seeds at once, from imported to importer.

    Inputs: a graph as `reverse_csr` returns it; `seeds`, node ids.
    Outputs, each int[nodes]: ``distance`` in edges from the nearest seed (0 a seed, -1 not reached); ``origin``, that seed (of several
    equally near the one listed first; -1 not reached); ``via``, the id of the edge that reached the node (-1 a seed or not reached).
    Raises ValueError: arrays that are no graph, unequal lengths, a seed outside of the graph.
    """
    cdef int nodes = check_csr(indptr, importers)
    if len(edge_ids) != len(importers):
        raise ValueError("importers and edge_ids differ in length")
    distance, origin, via = (array("i", [-1]) * nodes for _ in range(3))
    cdef int[::1] distances = distance, origins = origin, edges = via, queue = array("i", [0]) * nodes
    cdef bint inside
    with nogil:
        inside = _search(indptr, importers, edge_ids, seeds, distances, origins, edges, queue)
    if not inside:
        raise ValueError("a seed is outside of the graph")
    return distance, origin, via


cdef bint _search(
    const int[::1] indptr, const int[::1] importers, const int[::1] edge_ids, const int[::1] seeds,
    int[::1] distance, int[::1] origin, int[::1] via, int[::1] queue,
) noexcept nogil:
    """Fill the three outputs of `reach`, all -1 before.

    `queue` is scratch, int[nodes]. Returns whether every seed is a node. First in, first out: each level of the queue is in the order
    of its origins in `seeds`, so the first to reach a node comes from the seed listed first.
    """
    cdef Py_ssize_t position
    cdef int nodes = <int>distance.shape[0], head = 0, tail = 0, node, importer, slot
    for position in range(seeds.shape[0]):
        node = seeds[position]
        if not 0 <= node < nodes:
            return False
        if distance[node] < 0:
            distance[node] = 0
            origin[node] = node
            queue[tail] = node
            tail += 1
    while head < tail:
        node = queue[head]
        head += 1
        for slot in range(indptr[node], indptr[node + 1]):
            importer = importers[slot]
            if distance[importer] < 0:
                distance[importer] = distance[node] + 1
                origin[importer] = origin[node]
                via[importer] = edge_ids[slot]
                queue[tail] = importer
                tail += 1
    return True


def components(const int[::1] indptr not None, const int[::1] importers not None):
    """Number the strongly connected components.

    Inputs: a graph as `reverse_csr` returns it.
    Output: ``component``, int[nodes]: nodes that reach each other share a number, and no importer's number is above that of what it
    imports. Numbers rise from 0 without a gap; the two kernels may number differently.
    Raises ValueError: arrays that are no graph.
    """
    cdef int nodes = check_csr(indptr, importers)
    component = array("i", [-1]) * nodes
    cdef int[::1] numbers = component
    find_components(indptr, importers, numbers, array("i", [0]) * nodes)
    return component


cdef int find_components(const int[::1] indptr, const int[::1] importers, int[::1] component, int[::1] members) except -1:
    """Fill `component` (all -1 before) and `members`, both int[nodes] (see `_components`); return how many there are."""
    cdef int nodes = <int>component.shape[0], found
    cdef int[::1] order = array("i", [0]) * nodes, low = array("i", [0]) * nodes
    cdef int[::1] cursor = array("i", [0]) * nodes, path = array("i", [0]) * nodes
    with nogil:
        found = _components(indptr, importers, component, members, order, low, cursor, path)
    return found


cdef int _components(
    const int[::1] indptr, const int[::1] importers, int[::1] component, int[::1] members,
    int[::1] order, int[::1] low, int[::1] cursor, int[::1] path,
) noexcept nogil:
    """Strongly connected components (Tarjan, without recursion); returns how many.

    Outputs, int[nodes]: `component` (all -1 before), numbered so that no importer's number is above that of what it imports;
    `members`, the nodes in ascending order of component. Scratch, int[nodes]: `order` (discovery, from 1, INT_MAX once the component is
    known; all 0 before), `low`, `cursor`, `path`.
    """
    cdef int nodes = <int>component.shape[0], components = 0, clock = 0, depth, opened = 0, closed = 0
    cdef int root, node, importer, member, slot, lowest
    for root in range(nodes):
        if order[root]:
            continue
        path[0] = root
        depth = 1
        while depth:
            node = path[depth - 1]
            if not order[node]:
                clock += 1
                order[node] = low[node] = clock
                cursor[node] = indptr[node]
            lowest = low[node]
            for slot in range(cursor[node], indptr[node + 1]):
                importer = importers[slot]
                if not order[importer]:
                    cursor[node] = slot + 1
                    path[depth] = importer
                    depth += 1
                    break
                lowest = min(lowest, order[importer])
            low[node] = lowest
            if path[depth - 1] != node:
                continue
            depth -= 1
            if depth:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
            if low[node] != order[node]:
                opened += 1
                members[nodes - opened] = node
                continue
            # Finished nodes of open components are stacked at the far end; those of this component were discovered after its root.
            while opened and order[members[nodes - opened]] > order[node]:
                member = members[nodes - opened]
                opened -= 1
                component[member], order[member] = components, INT_MAX
                members[closed] = member
                closed += 1
            component[node], order[node] = components, INT_MAX
            members[closed] = node
            closed += 1
            components += 1
    return components


cdef void condense(
    const int[::1] indptr, const int[::1] importers, const int[::1] component, const int[::1] members,
    int[::1] mark, int[::1] heads, int[::1] above,
) noexcept nogil:
    """The graph of the components, each edge between two of them once.

    Inputs: a graph and its components (see `_components`). Outputs: ``above[heads[c]:heads[c + 1]]``, the components that import `c`,
    all numbered below `c`; `heads` is int[components + 1], `above` int[edges] of which a part is used. Scratch: `mark`,
    int[components], all -1 before.
    """
    cdef int position, slot, current, other, used = 0
    for position in range(members.shape[0]):
        current = component[members[position]]
        mark[current] = current
        for slot in range(indptr[members[position]], indptr[members[position] + 1]):
            other = component[importers[slot]]
            if mark[other] != current:
                mark[other] = current
                above[used] = other
                used += 1
        heads[current + 1] = used
