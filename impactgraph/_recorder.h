/* What CPython 3.11 has to be asked in C: which code is entered, how much stack is left, what is opened and started.

   A frame evaluation function (PEP 523) is called for every frame, in every thread. A word beside each code object (`co_extra`) says what
   it is and in which epoch it was entered last, so that all but the first entry of an epoch cost a comparison. Everything here holds the
   GIL. On other Pythons nothing of this exists, and `recorder_supported` says so. */

#include "Python.h"

#if defined(CYTHON_COMPILING_IN_CPYTHON) && CYTHON_COMPILING_IN_CPYTHON && PY_VERSION_HEX >= 0x030b0000 && PY_VERSION_HEX < 0x030c0000 \
    && defined(__linux__)
#define RECORDER_SUPPORTED 1
#else
#define RECORDER_SUPPORTED 0
#endif

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static const int recorder_supported = RECORDER_SUPPORTED;

/* Bits of a code object's word; the number of the function stands above them, the epoch in the upper half. */
enum { KNOWN = 1, OURS = 2, MODULE = 4, CLASS_BODY = 8, IMPORTING = 16, NUMBER_SHIFT = 5 };

/* What ran on behalf of one test, fixture or module. */
typedef struct {
    uint32_t epoch;
    uint32_t *numbers;
    Py_ssize_t count, room;
    PyObject *opened;    /* set of paths as they were given */
    PyObject *requested; /* set of names of modules */
    PyObject *started;   /* set of numbers of processes that were started; 0 stands for all that tell nothing themselves */
    uint32_t forks;      /* that nobody announced, when this was put to use */
    int strangers;       /* there were some more since */
    int cut;             /* something was not noted */
    int is_told;         /* what is noted is told at once, for the process may end at any moment */
} Sink;

/* What a code object is: bits and number, or 0 with an exception set. Makes no Python calls. */
typedef uint32_t (*Place)(PyObject *code);
/* A module of the checkout is executed: its own sink. */
typedef Sink *(*SinkOf)(uint32_t number);
/* Whether a path that is opened may be one of ours. */
typedef void (*Opened)(PyObject *path);

/* Tells of what has just been noted, by its kind: a number (TELL_ENTERED), or an object. Makes no Python calls, never raises. */
typedef void (*Tell)(int kind, uint32_t number, PyObject *item);
enum { TELL_ENTERED, TELL_OPENED, TELL_REQUESTED, TELL_STARTED, TELL_CUT };

static struct {
    int is_on;
    int is_child; /* of a process that records: all is noted for one sink, imports with the rest */
    uint32_t epochs, imports;
    Sink *sink; /* of all that no import claims */
    Place place;
    SinkOf sink_of;
    Opened opened;
    Tell tell;
} recorder;

/* What is looked at for each frame: the thread that came last, unless it is importing, the part of its stack in which we may be called, and
   the epoch of the sink in use. */
static struct {
    uint64_t thread; /* the id of its state, which no other gets; 0: none */
    uintptr_t lowest, room;
    uint32_t epoch;
} usual;

/* A generator is resumed with an exception that is no matter of whoever is told. Of what runs when modules are taken apart at the very end
   nobody is told, for who would tell is taken apart, too. */
static void
tell(int kind, uint32_t number, PyObject *item)
{
#if RECORDER_SUPPORTED
    if (_Py_IsFinalizing()) {
        return;
    }
#endif
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    recorder.tell(kind, number, item);
    PyErr_Restore(type, value, traceback);
}

/* Something is not noted. */
static void
sink_cut(Sink *sink)
{
    if (!sink->cut) {
        sink->cut = 1;
        if (sink->is_told) {
            tell(TELL_CUT, 0, Py_None);
        }
    }
}

static void
sink_free(Sink *sink)
{
    free(sink->numbers);
    Py_CLEAR(sink->opened);
    Py_CLEAR(sink->requested);
    Py_CLEAR(sink->started);
    memset(sink, 0, sizeof(*sink));
}

static void
sink_add(Sink *sink, uint32_t number)
{
    if (sink->is_told) {
        tell(TELL_ENTERED, number, Py_None);
        return;
    }
    if (sink->count == sink->room) {
        Py_ssize_t room = sink->room ? 2 * sink->room : 64;
        uint32_t *numbers = realloc(sink->numbers, room * sizeof(*numbers));
        if (numbers == NULL) {
            sink_cut(sink);
            return;
        }
        sink->numbers = numbers;
        sink->room = room;
    }
    sink->numbers[sink->count++] = number;
}

static int
compare_numbers(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

/* Sort the numbers, each once. */
static void
sink_sort(Sink *sink)
{
    Py_ssize_t kept = 0;
    if (sink->count == 0) {
        return;
    }
    qsort(sink->numbers, sink->count, sizeof(uint32_t), compare_numbers);
    for (Py_ssize_t i = 1; i < sink->count; i++) {
        if (sink->numbers[i] != sink->numbers[kept]) {
            sink->numbers[++kept] = sink->numbers[i];
        }
    }
    sink->count = kept + 1;
}

/* Add an object to one of a sink's sets, which is made when it is first needed. Never raises. */
static void
sink_note(Sink *sink, PyObject **set, PyObject *item, int kind)
{
    if (*set == NULL) {
        *set = PySet_New(NULL);
    }
    else if (sink->is_told && PySet_Contains(*set, item) == 1) {
        return;
    }
    if (*set == NULL || PySet_Add(*set, item) < 0) {
        PyErr_Clear();
        sink_cut(sink);
    }
    else if (sink->is_told) {
        tell(kind, 0, item);
    }
}

static void
sink_open(Sink *sink, PyObject *path)
{
    sink_note(sink, &sink->opened, path, TELL_OPENED);
}

static void
sink_request(Sink *sink, PyObject *name)
{
    sink_note(sink, &sink->requested, name, TELL_REQUESTED);
}

static void
sink_start(Sink *sink, PyObject *number)
{
    sink_note(sink, &sink->started, number, TELL_STARTED);
}

/* One of a sink's sets, or None; the sink goes on without. */
static PyObject *
taken(PyObject **set)
{
    PyObject *found = *set;
    *set = NULL;
    if (found == NULL) {
        Py_RETURN_NONE;
    }
    return found;
}

static PyObject *
sink_opened(Sink *sink)
{
    return taken(&sink->opened);
}

static PyObject *
sink_requested(Sink *sink)
{
    return taken(&sink->requested);
}

static PyObject *
sink_started(Sink *sink)
{
    return taken(&sink->started);
}

/* Forks whose C code told nobody, as libraries make them. Counted without the GIL: it tells no more than that there were some. */
static volatile uint32_t strange_forks;

/* See whether forks that nobody announced happened while the sink was in use. */
static void
sink_count_strangers(Sink *sink)
{
    if (sink == recorder.sink && sink->forks != strange_forks) {
        sink->strangers = 1;
        sink->forks = strange_forks;
    }
}

/* Whether anything but numbers is noted: seldom. */
static int
sink_has_rest(Sink *sink)
{
    sink_count_strangers(sink);
    return sink->opened != NULL || sink->requested != NULL || sink->started != NULL || sink->strangers || sink->cut;
}

static void
put_to_use(Sink *sink)
{
    usual.epoch = sink->epoch = ++recorder.epochs;
    recorder.sink = sink;
}

/* Note for `sink` from now on, all functions anew. */
static void
recorder_use(Sink *sink)
{
    if (recorder.sink != NULL) {
        sink_count_strangers(recorder.sink);
    }
    sink->forks = strange_forks;
    put_to_use(sink);
}

static uint32_t
recorder_imports(void)
{
    return recorder.imports;
}

static Sink *
recorder_sink(void)
{
    return recorder.sink;
}

/* A stand-in for builtins.__import__, in C so that it leaves no trace in tracebacks, which programs look at. */
typedef int (*Requested)(PyObject *name, PyObject *globals, PyObject *fromlist, int level);

static struct {
    PyObject *before; /* what stood there */
    PyObject *function;
    Requested requested;
} import;

/* An argument of __import__ by its place or name, borrowed, or None. */
static PyObject *
import_argument(PyObject *const *args, Py_ssize_t count, PyObject *names, int place, const char *name)
{
    if (place < count) {
        return args[place];
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), name) == 0) {
            return args[count + i];
        }
    }
    return Py_None;
}

static PyObject *
import_noting(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *found = PyObject_Vectorcall(import.before, args, count, names);
    if (found != NULL && recorder.sink != NULL) {
        PyObject *name = import_argument(args, count, names, 0, "name");
        PyObject *globals = import_argument(args, count, names, 1, "globals");
        PyObject *fromlist = import_argument(args, count, names, 3, "fromlist");
        PyObject *level = import_argument(args, count, names, 4, "level");
        if (import.requested(name, globals, fromlist, level == Py_None ? 0 : (int)PyLong_AsLong(level)) < 0) {
            PyErr_Clear();
            sink_cut(recorder.sink);
        }
    }
    return found;
}

static PyMethodDef import_method = {
    "__import__", (PyCFunction)(void (*)(void))import_noting, METH_FASTCALL | METH_KEYWORDS, "As the builtin one, which it calls."};

/* Returns the stand-in for `before`, or NULL with an exception set. */
static PyObject *
import_stand_in(PyObject *before, Requested requested)
{
    if (import.function == NULL) {
        import.function = PyCFunction_NewEx(&import_method, NULL, NULL);
    }
    Py_INCREF(before);
    Py_XSETREF(import.before, before);
    import.requested = requested;
    Py_XINCREF(import.function);
    return import.function;
}

#if RECORDER_SUPPORTED

#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#include "internal/pycore_frame.h"
#include <pthread.h>

static Py_ssize_t slot = -1;
static _PyFrameEvalFunction evaluate; /* what evaluated frames before us; NULL where we are not in use */
static PyInterpreterState *interpreter;
static uint32_t pins = 0x80000000;

/* Of each thread: the part of its stack in which we may be called, and the sink and the frame of the module it is importing. */
static __thread struct {
    char *lowest, *highest;
    Sink *importing;
    _PyInterpreterFrame *frame;
    int is_ours; /* what it opens now is a journal */
} thread;

static PyObject *enter(PyThreadState *tstate, _PyInterpreterFrame *frame, int throwing);

static int
is_installed(void)
{
    return _PyInterpreterState_GetEvalFrameFunc(interpreter) == enter;
}

/* Who claims what runs now: the module that is being imported, if its frame is below. A greenlet may be in the middle of an import while
   another one runs. */
static Sink *
claiming(PyThreadState *tstate)
{
    if (thread.importing == NULL || recorder.is_child) {
        return recorder.sink;
    }
    for (_PyInterpreterFrame *frame = tstate->cframe->current_frame; frame != NULL; frame = frame->previous) {
        if (frame == thread.frame) {
            return thread.importing;
        }
    }
    return recorder.sink;
}

static Sink *
current_sink(void)
{
    return claiming(PyThreadState_Get());
}

/* Leave frames to whoever had them, until the next test. While a function evaluates frames, calls of Python code nest on the C stack,
   which they otherwise don't: code that recurses deeply by a raised limit would end in a crash. */
static void
give_up(void)
{
    if (recorder.sink != NULL) {
        sink_cut(recorder.sink);
    }
    if (thread.importing != NULL) {
        sink_cut(thread.importing);
    }
    if (is_installed()) {
        _PyInterpreterState_SetEvalFrameFunc(interpreter, evaluate);
    }
}

/* Whether half of this thread's stack is left. */
static int
has_room(char *here)
{
    if (thread.highest == NULL) {
        pthread_attr_t attributes;
        void *start;
        size_t size;
        if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
            return 0;
        }
        int failed = pthread_attr_getstack(&attributes, &start, &size);
        pthread_attr_destroy(&attributes);
        if (failed) {
            return 0;
        }
        thread.highest = (char *)start + size;
        thread.lowest = (char *)start + size / 2;
    }
    return here >= thread.lowest && here < thread.highest;
}

static uintptr_t
word_of(PyCodeObject *code)
{
    void *word = NULL;
    _PyCode_GetExtra((PyObject *)code, slot, &word);
    return (uintptr_t)word;
}

static void
set_word(PyCodeObject *code, uintptr_t word)
{
    if (_PyCode_SetExtra((PyObject *)code, slot, (void *)word) < 0) {
        PyErr_Clear(); /* it will be asked about again */
    }
}

static uintptr_t
place(PyCodeObject *code)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* a generator is resumed with one */
    uintptr_t word = recorder.place((PyObject *)code);
    if (word == 0) {
        PyErr_Clear();
        give_up();
    }
    else {
        set_word(code, word);
    }
    PyErr_Restore(type, value, traceback);
    return word;
}

/* Keep the calls of a function from being inlined: ``x[key]`` is, past frame evaluation functions, once it was executed some times. The
   instruction holds the function's version in 16 bits, so a larger one never fits. */
static void
pin(PyObject *function)
{
    PyFunctionObject *found = (PyFunctionObject *)function;
    if (found->func_version <= 0xffff) {
        found->func_version = pins++;
    }
}

static void
note(PyCodeObject *code, uintptr_t word, Sink *sink)
{
    set_word(code, (uintptr_t)sink->epoch << 32 | (uint32_t)word);
    sink_add(sink, (uint32_t)word >> NUMBER_SHIFT);
}

static PyObject *
enter_module(PyThreadState *tstate, _PyInterpreterFrame *frame, int throwing, uintptr_t word)
{
    uint32_t number = (uint32_t)word >> NUMBER_SHIFT;
    Sink *sink = recorder.sink_of(number), *outer = thread.importing;
    _PyInterpreterFrame *outer_frame = thread.frame;
    /* Who asked for it: the test, and the module that imports this one. */
    if (recorder.sink != NULL) {
        sink_add(recorder.sink, number);
    }
    if (recorder.is_child) {
        return evaluate(tstate, frame, throwing);
    }
    if (outer != NULL && claiming(tstate) == outer) {
        sink_add(outer, number);
    }
    if (sink == NULL) {
        give_up();
        return evaluate(tstate, frame, throwing);
    }
    sink->epoch = ++recorder.epochs;
    recorder.imports++;
    thread.importing = sink;
    thread.frame = frame;
    usual.thread = 0;
    PyObject *result = evaluate(tstate, frame, throwing);
    if (thread.frame != frame) { /* greenlets took turns in their imports: what ran meanwhile was not noted for this module */
        sink_cut(sink);
    }
    thread.importing = outer;
    thread.frame = outer_frame;
    return result;
}

static PyObject *
enter_class_body(PyThreadState *tstate, _PyInterpreterFrame *frame, int throwing)
{
    PyObject *names = frame->f_locals;
    Py_XINCREF(names);
    PyObject *result = evaluate(tstate, frame, throwing);
    if (result != NULL && names != NULL && PyDict_Check(names)) {
        PyObject *found = PyDict_GetItemString(names, "__getitem__");
        if (found != NULL && PyFunction_Check(found)) {
            pin(found);
        }
    }
    Py_XDECREF(names);
    return result;
}

/* importlib.import_module(name, package=None) */
static void
note_request(_PyInterpreterFrame *frame, Sink *sink)
{
    PyObject *name = frame->localsplus[0];
    if (name != NULL && PyUnicode_CheckExact(name)) {
        sink_request(sink, name);
        if (sink != recorder.sink && recorder.sink != NULL) {
            sink_request(recorder.sink, name);
        }
    }
}

/* A frame of which something may have to be noted, or the first of a thread that takes its turn. */
static __attribute__((noinline)) PyObject *
enter_slowly(PyThreadState *tstate, _PyInterpreterFrame *frame, int throwing)
{
    char here;
    if ((&here < thread.lowest || &here >= thread.highest) && !has_room(&here)) {
        give_up();
        return evaluate(tstate, frame, throwing);
    }
    if (thread.importing == NULL) {
        usual.thread = tstate->id;
        usual.lowest = (uintptr_t)thread.lowest;
        usual.room = thread.highest - thread.lowest;
    }
    PyCodeObject *code = frame->f_code;
    uintptr_t word = word_of(code);
    if (word == 0) {
        word = place(code);
    }
    if (word & (OURS | IMPORTING)) {
        Sink *sink = claiming(tstate);
        if (word & MODULE) {
            return enter_module(tstate, frame, throwing, word);
        }
        if (word & IMPORTING) {
            note_request(frame, sink);
        }
        if (word & OURS && word >> 32 != sink->epoch) {
            note(code, word, sink);
            if (code->co_argcount == 2 && frame->f_func != NULL) { /* it may have become a __getitem__ later */
                pin((PyObject *)frame->f_func);
            }
        }
        if (word & CLASS_BODY) {
            return enter_class_body(tstate, frame, throwing);
        }
    }
    return evaluate(tstate, frame, throwing);
}

/* What codeobject.c of CPython 3.11 has beside a code object. */
typedef struct {
    Py_ssize_t count;
    void *words[1];
} Beside;

/* Nearly always nothing is to be noted. This costs a few comparisons, calls nothing and leaves no C frame of its own: it is executed for
   every frame of the process, and most of what recording costs is here. */
static PyObject *
enter(PyThreadState *tstate, _PyInterpreterFrame *frame, int throwing)
{
    Beside *beside = frame->f_code->co_extra;
    if (tstate->id == usual.thread && (uintptr_t)__builtin_frame_address(0) - usual.lowest < usual.room && beside != NULL
        && beside->count > slot) {
        uintptr_t word = (uintptr_t)beside->words[slot];
        if (word >> 32 == usual.epoch ? !(word & (MODULE | CLASS_BODY | IMPORTING)) && word : word == KNOWN) {
            return evaluate(tstate, frame, throwing);
        }
    }
    return enter_slowly(tstate, frame, throwing);
}

static int
recorder_code_bits(PyObject *code)
{
    PyCodeObject *found = (PyCodeObject *)code;
    return found->co_flags & CO_OPTIMIZED ? 0 : CLASS_BODY;
}

/* Mark a code object as that of importlib.import_module. */
static void
recorder_mark_importing(PyObject *code)
{
    set_word((PyCodeObject *)code, KNOWN | IMPORTING);
}

static int
is_event(const char *event, const char *name)
{
    return strcmp(event, name) == 0;
}

/* A process is started; its number, or 0 where it tells nothing itself. */
static void
recorder_note_start(uint32_t number)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *item = PyLong_FromUnsignedLong(number);
    if (item != NULL) {
        sink_start(recorder.sink, item);
        if (current_sink() != recorder.sink) {
            sink_start(current_sink(), item);
        }
        Py_DECREF(item);
    }
    PyErr_Restore(type, value, traceback);
}

/* Python's own forks say so before: 1, after: -1, and in the child: 0. */
static volatile int announced_forks;

static void
recorder_announce_fork(int change)
{
    announced_forks = change == 0 ? 0 : announced_forks + change;
}

static void
before_any_fork(void)
{
    if (!announced_forks) {
        strange_forks++;
    }
}

static int
recorder_is_noting(void)
{
    return recorder.is_on && recorder.sink != NULL && PyInterpreterState_Get() == interpreter;
}

/* This is a process of its own from now on, which tells all it does at once; `sink` takes it. NULL: it is so no more. */
static void
recorder_be_child(Sink *sink)
{
    recorder.is_child = sink != NULL;
    if (sink == NULL) {
        return;
    }
    thread.importing = NULL;
    sink->is_told = 1;
    put_to_use(sink);
    if (!is_installed()) {
        sink_cut(sink);
    }
}

/* What stands in for _posixsubprocess.fork_exec, which says nothing to audit hooks. */
static PyObject *starter;

static void
recorder_set_starter(PyObject *function)
{
    starter = function;
}

/* Whether the module subprocess starts processes by the stand-in, which notes them itself. */
static int
is_started_by_us(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *module = modules == NULL ? NULL : PyDict_GetItemString(modules, "subprocess");
    PyObject *found = module == NULL ? NULL : PyObject_GetAttrString(module, "_fork_exec");
    int ours = found != NULL && found == starter;
    Py_XDECREF(found);
    PyErr_Clear();
    return ours;
}

static int
audit(const char *event, PyObject *args, void *unused)
{
    /* By their first letters: this is called for much that is not ours. */
    if (!recorder_is_noting() || thread.is_ours) {
        return 0;
    }
    if (event[0] == 'o') {
        if (is_event(event, "open") || is_event(event, "os.listdir") || is_event(event, "os.scandir")) {
            if (PyTuple_Check(args) && PyTuple_GET_SIZE(args) > 0) {
                PyObject *type, *value, *traceback;
                PyErr_Fetch(&type, &value, &traceback);
                recorder.opened(PyTuple_GET_ITEM(args, 0));
                PyErr_Restore(type, value, traceback);
            }
        }
        else if (is_event(event, "os.exec") || is_event(event, "os.posix_spawn") || is_event(event, "os.spawn")
                 || is_event(event, "os.system")) { /* forks are announced, see _recorder_children.pxi */
            recorder_note_start(0);
        }
    }
    else if (event[0] == 's') {
        if (is_event(event, "subprocess.Popen")) {
            if (!is_started_by_us()) {
                recorder_note_start(0);
            }
        }
        else if (is_event(event, "sqlite3.connect") && PyTuple_Check(args) && PyTuple_GET_SIZE(args) > 0) {
            recorder.opened(PyTuple_GET_ITEM(args, 0));
        }
    }
    return 0;
}

/* Begin to be called. Returns -1 with an exception set. */
static int
recorder_install(Place placing, SinkOf sink_of, Opened opened, Tell telling)
{
    if (slot < 0) {
        slot = _PyEval_RequestCodeExtraIndex(NULL);
        if (slot < 0) {
            PyErr_SetString(PyExc_RuntimeError, "no room beside code objects is left");
            return -1;
        }
        interpreter = PyInterpreterState_Get();
        if (PySys_AddAuditHook(audit, NULL) < 0) {
            return -1;
        }
        if (pthread_atfork(before_any_fork, NULL, NULL) != 0) {
            PyErr_SetString(PyExc_RuntimeError, "forks can't be watched");
            return -1;
        }
    }
    recorder.place = placing;
    recorder.sink_of = sink_of;
    recorder.opened = opened;
    recorder.tell = telling;
    return 0;
}

static void
recorder_be_ours(int is_ours)
{
    thread.is_ours = is_ours;
}

/* Who took frames over after us may call us: to go before it would be a loop without end, so it stays, and we are not watching. */
static void
recorder_on(void)
{
    _PyFrameEvalFunction present = _PyInterpreterState_GetEvalFrameFunc(interpreter);
    recorder.is_on = 1;
    if (evaluate == NULL) {
        evaluate = present;
    }
    if (present == evaluate) {
        _PyInterpreterState_SetEvalFrameFunc(interpreter, enter);
    }
}

static void
recorder_off(void)
{
    recorder.is_on = 0;
    if (is_installed()) {
        _PyInterpreterState_SetEvalFrameFunc(interpreter, evaluate);
        evaluate = NULL;
    }
}

static int
recorder_is_watching(void)
{
    return recorder.is_on && is_installed();
}

#else /* no way to do it on this Python */

static Sink *
current_sink(void)
{
    return recorder.sink;
}

static int
recorder_code_bits(PyObject *code)
{
    return 0;
}

static void
recorder_mark_importing(PyObject *code)
{
}

static void
pin(PyObject *function)
{
}

static int
recorder_install(Place placing, SinkOf sink_of, Opened opened, Tell telling)
{
    PyErr_SetString(PyExc_RuntimeError, "functions can be recorded by CPython 3.11 on Linux only");
    return -1;
}

static void
recorder_on(void)
{
}

static void
recorder_off(void)
{
}

static int
recorder_is_watching(void)
{
    return 0;
}

static int
recorder_is_noting(void)
{
    return 0;
}

static void
recorder_note_start(uint32_t number)
{
}

static void
recorder_announce_fork(int change)
{
}

static void
recorder_set_starter(PyObject *function)
{
}

static void
recorder_be_child(Sink *sink)
{
}

static void
recorder_be_ours(int is_ours)
{
}

#endif
