# cython: language_level=3, binding=False
"""Which functions of a checkout are entered, on whose behalf, noted by a frame evaluation function (see `_recorder.h`).

What is noted goes into the `Sink` in use, each function once for each time the sink is put to use; what a module runs while it is imported,
into the sink of that module. Where `SUPPORTED` is false nothing can be recorded; everything can be imported all the same.
"""

from libc.stdint cimport uint32_t
from libc.stdlib cimport free
from posix.unistd cimport F_OK, access

import builtins
import gc
import os
import sys
from posix import getcwd


cdef extern from "stdlib.h":
    char *c_realpath "realpath"(const char *, char *)

cdef extern from "_recorder.h":
    const int recorder_supported
    const uint32_t KNOWN, OURS, MODULE
    const int NUMBER_SHIFT
    ctypedef struct Noted "Sink":
        uint32_t *numbers
        Py_ssize_t count
        int strangers
        int cut
    ctypedef uint32_t (*Place)(object) noexcept
    ctypedef Noted *(*SinkOf)(uint32_t) noexcept
    ctypedef void (*Opened)(object) noexcept
    ctypedef void (*Tell)(int, uint32_t, object) noexcept
    const int TELL_ENTERED, TELL_OPENED, TELL_REQUESTED, TELL_STARTED, TELL_CUT
    void sink_free(Noted *)
    void sink_sort(Noted *)
    void sink_open(Noted *, object)
    void sink_request(Noted *, object)
    object sink_opened(Noted *)
    object sink_requested(Noted *)
    object sink_started(Noted *)
    int sink_has_rest(Noted *)
    void recorder_use(Noted *)
    Noted *recorder_sink()
    uint32_t recorder_imports()
    Noted *current_sink()
    uint32_t recorder_code_bits(object)
    void recorder_mark_importing(object)
    void pin(object)
    int recorder_install(Place, SinkOf, Opened, Tell) except -1
    void recorder_note_start(uint32_t)
    void recorder_announce_fork(int)
    void recorder_be_child(Noted *)
    void recorder_be_ours(int)
    void recorder_set_starter(object)
    char **environ
    int recorder_is_noting()
    ctypedef int (*Requested)(object, object, object, int) except -1
    object import_stand_in(object, Requested)
    void recorder_on()
    void recorder_off()
    int recorder_is_watching()

SUPPORTED = bool(recorder_supported)


cdef class Sink:
    """What ran on behalf of one test, fixture or module. All but the numbers is rare."""

    cdef Noted noted
    #: What runs outside of all tests and fixtures: child processes of that are not followed.
    cdef public bint is_session

    def __dealloc__(self):
        sink_free(&self.noted)

    def take(self):
        """The numbers of the functions entered since this was last called, sorted, as `encode` of the codec has them; the sink is empty then."""
        cdef Noted *noted = &self.noted
        sink_sort(noted)
        found = encoded(noted.numbers, noted.count)
        noted.count = 0
        return found

    def has_functions(self):
        """Whether `take` has anything to tell."""
        return self.noted.count > 0

    def take_rest(self):
        """Paths opened as they were given, names of modules asked for, numbers of processes started, whether something was not noted.

        A process that tells nothing itself has the number 0. None where all of it is missing.
        """
        cdef Noted *noted = &self.noted
        if not sink_has_rest(noted):
            return None
        started = sink_started(noted)
        if noted.strangers:
            started = (started or set()) | {0}
        rest = sink_opened(noted), sink_requested(noted), started, bool(noted.cut)
        noted.strangers = noted.cut = 0
        return rest

    def take_started(self):
        """The numbers of processes alone, or None."""
        return sink_started(&self.noted)

    def mark(self):
        """Say that something was not noted."""
        self.noted.cut = 1


cdef bytes encoded(const uint32_t *numbers, Py_ssize_t count):
    """Differences, seven bits a byte, the least first; a byte with the highest bit is not the last of its number."""
    cdef bytearray found = bytearray(5 * count)
    cdef unsigned char *out = found
    cdef Py_ssize_t end = 0, i
    cdef uint32_t before = 0, step
    for i in range(count):
        step = numbers[i] - before
        before = numbers[i]
        while step >= 128:
            out[end] = step & 127 | 128
            step >>= 7
            end += 1
        out[end] = step
        end += 1
    return bytes(found[:end])


#: Of the checkout: its top, as it was named and without symlinks, each with a slash.
cdef str named_root = None
cdef str real_root = None
#: Of file names of code objects: the path in the checkout, or None.
cdef dict paths = {}
#: Of directories of the checkout: whether they are in a virtual environment.
cdef dict environments = {"": False}
cdef dict number_of = {}
cdef list functions = []
cdef dict modules = {}
#: The sink in use and those of modules are kept alive here.
cdef Sink in_use = None
#: Of names of modules that were asked for: the paths, or None.
cdef dict interesting = {}
cdef object import_before = None


cdef uint32_t place(object code) noexcept:
    """What a code object is. No frames are evaluated for it, so nothing that is patched can get in the way."""
    cdef str path = relative(code.co_filename)
    if not path:
        return KNOWN
    key = path, code.co_qualname
    number = number_of.get(key)
    if number is None:
        number = number_of[key] = len(functions)
        functions.append(key)
    if code.co_name == "<module>":
        if number not in modules:
            modules[number] = Sink()
        return KNOWN | OURS | MODULE | <uint32_t> number << NUMBER_SHIFT
    return KNOWN | OURS | recorder_code_bits(code) | <uint32_t> number << NUMBER_SHIFT


cdef Noted *sink_of(uint32_t number) noexcept:
    cdef Sink found = modules.get(number)
    return NULL if found is None else &found.noted


cdef void opened(object path) noexcept:
    """A path is about to be opened or listed; None is the current directory."""
    cdef Noted *sink
    if isinstance(path, int):
        return
    if path is None:
        path = "."
    elif isinstance(path, bytes):
        path = os_decoded(path)
    elif not isinstance(path, str):
        path = str(path)
    if not path.startswith("/"):
        path = absolute(path)
    if path.startswith(named_root) or path.startswith(real_root) or path + "/" == named_root or path + "/" == real_root:
        sink = current_sink()
        sink_open(sink, path)
        if sink != recorder_sink():
            sink_open(recorder_sink(), path)


cdef str os_decoded(bytes path):
    return path.decode(sys.getfilesystemencoding(), "surrogateescape")


cdef str absolute(str path):
    return path if path.startswith("/") else f"{getcwd()}/{path}"


def relative(str filename):
    """The path in the checkout of the file that a code object names; None for others, and for those of virtual environments."""
    try:
        return paths[filename]
    except KeyError:
        found = paths[filename] = None if filename.startswith("<") else placed(filename)
        return found


cdef str placed(str filename):
    cdef str found
    cdef bytes raw
    cdef char *resolved
    try:
        raw = absolute(filename).encode(sys.getfilesystemencoding(), "surrogateescape")
    except (OSError, UnicodeError):
        return None
    if b"\0" in raw:
        return None
    resolved = c_realpath(raw, NULL)
    if resolved == NULL:  # made up, or gone
        found = absolute(filename)
        if found.startswith(named_root):
            found = real_root + found[len(named_root):]
    else:
        found = os_decoded(resolved)
        free(resolved)
    if not found.startswith(real_root):
        return "" if found + "/" == real_root else None
    found = found[len(real_root):]
    return None if in_environment(found.rpartition("/")[0]) else found


cdef bint in_environment(str directory):
    cdef bytes marker
    known = environments.get(directory)
    if known is None:
        marker = f"{real_root}{directory}/pyvenv.cfg".encode(sys.getfilesystemencoding(), "surrogateescape")
        known = environments[directory] = access(marker, F_OK) == 0 or in_environment(directory.rpartition("/")[0])
    return known


def install(root):
    """Be ready to note what is of the checkout at `root`, once in a process. Raises RuntimeError where it is not possible."""
    global named_root, real_root
    if not SUPPORTED:
        raise RuntimeError("functions can be recorded by CPython 3.11 on Linux only")
    named_root = os.path.join(os.path.abspath(root), "")
    real_root = os.path.join(os.path.realpath(root), "")
    recorder_install(place, sink_of, opened, tell)
    register_at_fork()
    stand_in_for_starter()
    import importlib
    recorder_mark_importing(importlib.import_module.__code__)
    python_function = type(os.path.join)
    for function in gc.get_objects():
        if type(function) is python_function and function.__code__.co_argcount == 2:
            pin(function)


def use(Sink sink not None):
    """Note for `sink` from now on, all functions anew. Returns the sink that was in use, or None."""
    global in_use
    before = in_use
    if not recorder_is_watching():
        sink.noted.cut = 1
    in_use = sink
    recorder_use(&sink.noted)
    return before


def start(Sink sink not None):
    """As `use`; begins to note, or begins again where it was given up for lack of stack. `install` has to be called before."""
    global import_before
    if real_root is None:
        raise RuntimeError("nothing is installed")
    before = use(sink)
    recorder_on()
    sink.noted.cut = not recorder_is_watching()
    if import_before is None:
        import_before = builtins.__import__
        builtins.__import__ = import_stand_in(import_before, requested)
    return before


def stop():
    """Note nothing any more."""
    global import_before
    recorder_off()
    if import_before is not None:
        if builtins.__import__ is import_stand_in(import_before, requested):
            builtins.__import__ = import_before
        import_before = None
    give_starter_back()


def is_watching():
    """Whether frames still come here: not where stack was short, nor where somebody else took frames over."""
    return bool(recorder_is_watching())


def functions_since(Py_ssize_t count):
    """(path, qualified name) of all functions that were entered so far, but for the first `count`; None where there are no more."""
    return functions[count:] if count < len(functions) else None


def module_sinks(told=()):
    """(number, sink) of the modules that were executed so far; of those in `told`, only the ones that have something new."""
    cdef Sink sink
    found = []
    for number, sink in modules.items():
        if sink.noted.count or number not in told or sink_has_rest(&sink.noted):
            found.append((number, sink))
    return found


def imports():
    """How many modules were executed so far: where it is what it was, no module has anything new."""
    return recorder_imports()


cdef int requested(object name, object importer, object fromlist, int level) except -1:
    """A module was asked for by a statement or a call."""
    cdef Noted *sink = current_sink()
    cdef str full = name
    if level > 0:
        full = full_name(name, importer, level)
    ours = interesting.get(full)
    if ours is None:
        ours = interesting[full] = is_ours(full)
    if not ours:
        return 0
    sink_request(sink, full)
    if sink != recorder_sink():
        sink_request(recorder_sink(), full)
    if fromlist is not None and fromlist:
        for item in fromlist:
            part = f"{full}.{item}"
            if part in sys.modules:
                sink_request(sink, part)
                if sink != recorder_sink():
                    sink_request(recorder_sink(), part)
    return 0


cdef str full_name(str name, dict importer, int level):
    """Of a relative import that succeeded."""
    package = importer.get("__package__")
    if type(package) is not str:
        package = importer.get("__name__") if "__path__" in importer else importer.get("__name__", "").rpartition(".")[0]
    for _ in range(level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{name}" if name else package


cdef bint is_ours(str name):
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    places = [getattr(module, "__file__", None), getattr(spec, "origin", None)]
    places += getattr(spec, "submodule_search_locations", None) or ()
    for found in places:
        if type(found) is str and (relative(found) is not None or found + "/" == named_root):
            return True
    return False


include "_recorder_children.pxi"
