# Child processes. What one does it tells at once, into a journal of its own that its parent has made or named: it may end at any moment
# and without a word (os._exit, a signal), and nothing is lost. Lines are arrays, by their first item:
#
# - c: path and qualified name of a function that was entered.      - o: path of a file that was opened.
# - r: path of a module that was executed or asked for.             - k: number of a process that was started, 0 for a silent one.
#
# Before them an object with the process's id, and whether something was not noted: that has its place from the start, as there may be none
# later. Nothing here evaluates a frame of Python, and nothing keeps a file descriptor.

from _thread import get_ident
from mmap import mmap
from posix import O_CLOEXEC, O_CREAT, O_EXCL, O_RDWR, close as posix_close, getpid, open as posix_open, posix_fallocate

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:  # no CPython
    quoted = ascii

cdef Py_ssize_t NOTES_STEP = 1 << 16


cdef class Notes:
    """The journal of a child process. Raises OSError."""

    cdef str path
    cdef object first
    cdef object pages
    cdef Py_ssize_t size
    cdef Py_ssize_t end
    cdef Py_ssize_t mark

    def __init__(self, str path):
        self.path = path
        self.size = NOTES_STEP
        recorder_be_ours(1)
        try:
            self.first = self.pages = self.mapped(O_CREAT | O_EXCL, NOTES_STEP)
        finally:
            recorder_be_ours(0)

    cdef object mapped(self, int flags, Py_ssize_t size):
        file = posix_open(self.path, O_RDWR | O_CLOEXEC | flags, 0o644)
        try:
            posix_fallocate(file, 0, size)
            return mmap(file, size)
        finally:
            posix_close(file)

    cdef begin(self, int process):
        """The first line."""
        cdef bytes line = f'{{"format": 1, "process": {process}, "cut": 0}}\n'.encode()
        self.mark = len(line) - 3
        self.write(line)

    cdef write(self, bytes line):
        cdef Py_ssize_t start = self.end, end = start + len(line), size
        self.end = end
        if end > self.size:
            size = -(-end // NOTES_STEP) * NOTES_STEP
            recorder_be_ours(1)
            try:
                pages = self.mapped(0, size)
            finally:
                recorder_be_ours(0)
            if size > self.size:  # another thread may have been here
                self.size = size
                self.pages = pages
        self.pages[start:end] = line

    cdef cut(self):
        self.first[self.mark] = 49  # the digit 1

    cdef close(self):
        self.first.close()
        self.pages.close()


#: Where a child's journal is put: what its number follows.
cdef str children_prefix = None
cdef uint32_t children = 0
#: By thread: number and journal of the child that is being forked.
cdef dict forking = {}
cdef bint is_registered = False
#: Of this process, if it is a child.
cdef Notes notes = None
cdef Sink child_sink = None
cdef set told = set()


def follow(str prefix):
    """From now on, have child processes tell what they do, in journals named by `prefix`, a number and ``.child``."""
    global children_prefix
    children_prefix = prefix


def is_child():
    """Whether this is a child process of one that records, and so tells for that one alone."""
    return notes is not None


def leave():
    """Be a process of its own, which may record for itself; to whoever started it, it is not noted any more."""
    global notes, children_prefix
    if notes is not None:
        notes.cut()
        notes.close()
        notes = None
        children_prefix = None
        recorder_be_child(NULL)


def is_noting():
    """Whether somebody in this process records."""
    return bool(recorder_is_noting())


cdef register_at_fork():
    global is_registered
    if not is_registered:
        is_registered = True
        os.register_at_fork(before=before_fork, after_in_parent=after_fork, after_in_child=begin_forked)


def before_fork():
    """Make the child's journal: then it is there whatever becomes of the child."""
    global children
    recorder_announce_fork(1)
    if not recorder_is_noting():
        return
    if children_prefix is None:
        recorder_note_start(0)
        return
    children += 1
    number = children
    try:
        forking[get_ident()] = number, Notes(f"{children_prefix}-{number}.child")
    except Exception:
        number = 0
    recorder_note_start(number)


def after_fork():
    """The child has its journal."""
    cdef Notes its
    recorder_announce_fork(-1)
    number, its = forking.pop(get_ident(), (0, None))
    if its is not None:
        its.close()


def begin_forked():
    """This is the child."""
    global children_prefix, children
    cdef Notes its
    recorder_announce_fork(0)
    number, its = forking.pop(get_ident(), (0, None))
    forking.clear()
    if not recorder_is_noting():
        return
    if its is None:
        recorder_off()
        return
    children_prefix = f"{children_prefix}-{number}"
    children = 0
    be_child(its)


cdef be_child(Notes its):
    global notes, child_sink, in_use
    notes = its
    told.clear()
    child_sink = in_use = Sink()
    notes.begin(getpid())
    recorder_be_child(&child_sink.noted)


cdef void tell(int kind, uint32_t number, object item) noexcept:
    if notes is None:
        return
    try:
        if kind == TELL_CUT:
            notes.cut()
        elif kind == TELL_ENTERED:
            path, name = functions[number]
            if name == "<module>":
                write_once(f'["r",{quoted(path)}]\n')
            else:
                notes.write(f'["c",{quoted(path)},{quoted(name)}]\n'.encode())
        elif kind == TELL_OPENED:
            for path in places(item):
                write_once(f'["o",{quoted(path)}]\n')
        elif kind == TELL_REQUESTED:
            path = file_of(sys.modules.get(item))
            if path:
                write_once(f'["r",{quoted(path)}]\n')
        else:
            notes.write(f'["k",{item}]\n'.encode())
    except BaseException:
        try:
            notes.cut()
        except BaseException:
            pass


cdef write_once(str line):
    if line not in told:
        told.add(line)
        notes.write(line.encode())


cdef str file_of(object module):
    """The path in the checkout of a module's file; None for others."""
    file = getattr(module, "__file__", None)
    return (relative(file) or None) if type(file) is str else None


def places(str name):
    """The file that `name` leads to, and the symlink that it may be."""
    cdef str directory, base, link
    found = [relative(name)]
    directory, _, base = name.rstrip("/").rpartition("/")
    link = relative(directory or "/")
    if link is not None:
        found.append(f"{link}/{base}" if link else base)
    return [path for path in found if path is not None]
