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
from posix import (
    O_CLOEXEC, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, close as posix_close, getpid, open as posix_open, posix_fallocate, read as posix_read,
    stat as posix_stat,
)

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:  # no CPython
    quoted = ascii

cdef Py_ssize_t NOTES_STEP = 1 << 16
#: Programs that run nothing of anybody's.
cdef frozenset MACHINE = frozenset(
    f"{directory}/{name}"
    for directory in ("/bin", "/sbin", "/usr/bin", "/usr/sbin")
    for name in ("arch", "fc-list", "file", "getconf", "hostname", "ldconfig", "nproc", "uname")
)


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


#: Where a child's journal is put: what its number follows; and the directory of the `sitecustomize` that begins it.
cdef str children_prefix = None
cdef str children_site = None
cdef uint32_t children = 0
#: By thread: number and journal of the child that is being forked.
cdef dict forking = {}
cdef bint is_registered = False
#: Of this process, if it is a child.
cdef Notes notes = None
cdef Sink child_sink = None
cdef set told = set()


#: Ids of the processes that were started by other ways than a fork of Python's, by number.
cdef dict started = {}
#: What starts processes: `_posixsubprocess.fork_exec`, and what stands in for it.
cdef object starter_before = None
#: Whether a file is this Python, or a script that names it, by its path.
cdef dict pythons = {}


def follow(str prefix, str site):
    """From now on, have child processes tell what they do, in journals named by `prefix`, a number and ``.child``.

    `site` is the directory of the `sitecustomize` by which another Python begins to tell.
    """
    global children_prefix, children_site
    children_prefix = prefix
    children_site = site


def processes():
    """Ids of processes that are no mere forks, by number."""
    return started


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
    started.clear()
    be_child(its)


def begin_child(str journal, str top, str site):
    """Tell what this process does, which one that records the checkout at `top` has started. Raises OSError, RuntimeError."""
    install(top)
    its = Notes(journal)
    start(Sink())
    follow(journal.removesuffix(".child"), site)
    be_child(its)


cdef stand_in_for_starter():
    global starter_before
    import _posixsubprocess
    if starter_before is None:
        starter_before = _posixsubprocess.fork_exec
        recorder_set_starter(fork_exec)
    replace_starter(starter_before, fork_exec)


cdef give_starter_back():
    if starter_before is not None:
        replace_starter(fork_exec, starter_before)


cdef replace_starter(object old, object new):
    for name, attribute in (("_posixsubprocess", "fork_exec"), ("subprocess", "_fork_exec")):
        module = sys.modules.get(name)
        if getattr(module, attribute, None) is old:
            setattr(module, attribute, new)


def fork_exec(*arguments):
    """As `_posixsubprocess.fork_exec`, which it calls; the process is noted, and begins to tell if it is this Python."""
    global children
    if not recorder_is_noting() or is_tracker(arguments) or asks_machine(arguments):
        return starter_before(*arguments)
    children += 1
    number = children
    try:
        arguments = followed(arguments, number)
    except Exception:  # whatever they are: the call says what is wrong with them
        pass
    recorder_note_start(number if children_prefix is not None else 0)
    recorder_announce_fork(1)
    try:
        process = starter_before(*arguments)
    finally:
        recorder_announce_fork(-1)
    started[number] = process
    return process


cdef bint is_tracker(tuple arguments):
    """Whether that is the process of `multiprocessing` that removes what others leave behind: it runs nothing of anybody's."""
    last = arguments[0][-1] if arguments and type(arguments[0]) in (list, tuple) and arguments[0] else None
    if type(last) is bytes:
        last = os_decoded(last)
    return type(last) is str and last.startswith("from multiprocessing.resource_tracker import main;main(")


cdef bint asks_machine(tuple arguments):
    """Whether that is a program of the system that tells about the machine, or one that there is not.

    `platform`, `ctypes.util` and others start those while they are imported.
    """
    if len(arguments) < 2 or arguments[-2] is not None or type(arguments[1]) not in (list, tuple):  # Python code runs before it
        return False
    for executable in arguments[1]:
        path = os_decoded(executable) if type(executable) is bytes else executable
        if type(path) is not str or not path.startswith("/"):
            return False
        if access(encoded_path(path), F_OK) == 0:
            return path in MACHINE
    return True


cdef tuple followed(tuple arguments, number):
    """`arguments` with an environment in which this Python tells what it does."""
    executables, directory, environment = arguments[1], arguments[4], arguments[5]
    if children_prefix is None or (in_use is not None and in_use.is_session) or not starts_python(executables, directory):
        return arguments
    if environment is None:
        environment = own_environment()
    kept, path = [], None
    for item in environment:
        if item.startswith(b"PYTHONPATH="):
            path = item[11:]
        elif not item.startswith(b"IMPACTGRAPH_CHILD="):
            kept.append(item)
    kept.append(b"PYTHONPATH=" + encoded_path(children_site) + (b":" + path if path else b""))
    facts = (f"{children_prefix}-{number}.child", real_root, children_site, __file__, "-" if path is None else "+")
    kept.append(b"IMPACTGRAPH_CHILD=" + encoded_path("\n".join(facts)))
    return (*arguments[:5], kept, *arguments[6:])


cdef bytes encoded_path(str path):
    return path.encode(sys.getfilesystemencoding(), "surrogateescape")


cdef list own_environment():
    """As a process inherits it, whatever `os.environ` says."""
    found = []
    cdef char **item = environ
    while item != NULL and item[0] != NULL:
        found.append(<bytes> item[0])
        item += 1
    return found


cdef bint starts_python(object executables, object directory):
    """Whether the first of `executables` that there is, is this Python or a script that begins with its name."""
    for executable in executables:
        path = os_decoded(executable) if type(executable) is bytes else executable
        if directory is not None and not path.startswith("/"):
            path = f"{os_decoded(directory) if type(directory) is bytes else directory}/{path}"
        found = pythons.get(path)
        if found is None:
            try:
                found = pythons[path] = is_same_python(path) or is_same_python(interpreter_of(path))
            except OSError:
                continue
        return found
    return False


cdef bint is_same_python(str path):
    if not path:
        return False
    status = posix_stat(path)
    for name in {sys.executable, getattr(sys, "_base_executable", None)}:
        if name:
            own = posix_stat(name)
            if (own.st_dev, own.st_ino) == (status.st_dev, status.st_ino):
                return True
    return False


cdef str interpreter_of(str path):
    """The first word after ``#!``, if there is one."""
    recorder_be_ours(1)
    try:
        file = posix_open(path, O_RDONLY | O_CLOEXEC)
        try:
            line = posix_read(file, 256).partition(b"\n")[0]
        finally:
            posix_close(file)
    finally:
        recorder_be_ours(0)
    if not line.startswith(b"#!"):
        return ""
    words = line[2:].split()
    return os_decoded(words[0]) if words else ""


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
