/* Frames: the twins of the monitoring backend's callbacks and of the settrace backend's trace function, for frames
 * that run once from their call to their end. Everything else goes to the Python methods of the backends. */
#include "native.h"
#include <frameobject.h>

/* Arguments are read from the frame itself where its layout is known: private, and different in each version. Elsewhere
 * they are read by name. */
#if PY_VERSION_HEX < 0x030E0000 && defined(__has_include)
#if __has_include(<internal/pycore_frame.h>)
#define KNOWN_LAYOUT 1
#define Py_BUILD_CORE 1
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#endif
#endif

/* The trace function needs the layout too; from 3.12 on monitoring is the faster backend. */
#if defined(KNOWN_LAYOUT) && PY_VERSION_HEX < 0x030C0000
#include <opcode.h>
#define NATIVE_SETTRACE 1
#endif

/* What is said of code that is recorded: a tuple of the code, its site, its bytecode, and whether it has an except*.
 * Under settrace also of generators and coroutines that nobody records: the code, None, its bytecode. */
enum { KNOWN_CODE, KNOWN_SITE, KNOWN_BYTECODE, KNOWN_SPLITS };

/* The decisions of a backend, by id of code, in a dict that keeps its code objects alive; before it, the last ones
 * found, held: two threads that decide on the same code at once may replace each other's entry. */
enum { RECENT = 256 };

typedef struct {
    PyObject *entries;
    struct {
        PyObject *code;
        PyObject *known;
    } recent[RECENT];
} Decisions;

static void
decisions_use(Decisions *self, PyObject *entries)
{
    for (int i = 0; i < RECENT; i++) {
        self->recent[i].code = NULL;
        Py_CLEAR(self->recent[i].known);
    }
    Py_XSETREF(self->entries, Py_XNewRef(entries));
}

static int
decisions_traverse(Decisions *self, visitproc visit, void *arg)
{
    Py_VISIT(self->entries);
    for (int i = 0; i < RECENT; i++) {
        Py_VISIT(self->recent[i].known);
    }
    return 0;
}

/* What is known of `code`, new reference; NULL with or without an error. */
static inline PyObject *
known_code(Decisions *self, PyObject *code)
{
    size_t place = ((size_t)code >> 5) % RECENT;
    if (self->recent[place].code == code) {
        return Py_XNewRef(self->recent[place].known);
    }
    PyObject *key = self->entries == NULL ? NULL : PyLong_FromVoidPtr(code);
    PyObject *found = key == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(self->entries, key));
    Py_XDECREF(key);
    if (found != NULL) {
        self->recent[place].code = code;
        Py_XSETREF(self->recent[place].known, Py_NewRef(found));
    }
    return found;
}

/* What runs, without an object of its own where the layout is known: the interpreter makes that when it is asked for. */
#ifdef KNOWN_LAYOUT
typedef struct _PyInterpreterFrame Frame;

static inline Frame *
frame_of(PyFrameObject *object)
{
    return object->f_frame;
}

static inline PyObject *
read_local(Frame *frame, PyCodeObject *code, Py_ssize_t index)
{
    PyObject *value = frame->localsplus[index];
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    /* A variable that inner functions use was moved into a cell. */
    if (value != NULL && (kinds[index] & 0x40) && PyCell_Check(value)) {
        value = PyCell_GET(value);
    }
    return Py_XNewRef(value);
}
#else
typedef PyFrameObject Frame;

static inline Frame *
frame_of(PyFrameObject *object)
{
    return object;
}

static inline PyObject *
read_local(Frame *frame, PyCodeObject *code, Py_ssize_t index)
{
    return PyFrame_GetVar(frame, PyTuple_GET_ITEM(code->co_localsplusnames, index));
}
#endif

/* The arguments in the order of Site.parameters, new references; -1 with or without an error where Python has to. */
static Py_ssize_t
read_arguments(Frame *frame, PyCodeObject *code, PyObject **values)
{
    Py_ssize_t positional = code->co_argcount, named = positional + code->co_kwonlyargcount;
    Py_ssize_t rest = code->co_flags & CO_VARARGS ? 1 : 0, more = code->co_flags & CO_VARKEYWORDS ? 1 : 0;
    Py_ssize_t size = named + rest + more, count = 0;
    if (size > MOST_VALUES) {
        return -1;
    }
    while (count < size) {
        Py_ssize_t index = count;
        if (rest && count == positional) {
            index = named;
        }
        else if (count == named + rest) {
            index = named + rest;
        }
        else if (rest && count > positional) {
            index = count - 1;
        }
        values[count] = read_local(frame, code, index);
        if (values[count] == NULL) {
            break;
        }
        count++;
    }
    if (count == size) {
        return size;
    }
    while (count > 0) {
        Py_DECREF(values[--count]);
    }
    return -1;
}

/* The call of `frame` begins: as core_enter, and NULL without an error where Python has to read the arguments
 * (`unread` is set then). */
static Call *
enter_frame(Core *core, PyThreadState *here, PyObject *site, Frame *frame, PyCodeObject *code, int backend, int *unread)
{
    PyObject *values[MOST_VALUES];
    values[0] = NULL;
    Py_ssize_t count = read_arguments(frame, code, values);
    *unread = count < 0;
    if (count < 0) {
        PyErr_Clear();
        return NULL;
    }
    Call *call = core_enter(core, here, site, values, count, backend);
    while (count > 0) {
        Py_DECREF(values[--count]);
    }
    return call;
}

/* -- monitoring --------------------------------------------------------------------------------------------- */

#if PY_VERSION_HEX >= 0x030C0000

#ifdef KNOWN_LAYOUT
/* The frame that runs in this thread, borrowed. */
static inline Frame *
take_frame(PyThreadState *here)
{
#if PY_VERSION_HEX >= 0x030D0000
    return here->current_frame;
#else
    return here->cframe->current_frame;
#endif
}

static inline void
give_frame_back(Frame *Py_UNUSED(frame))
{
}
#else
static inline Frame *
take_frame(PyThreadState *here)
{
    Frame *frame = PyThreadState_GetFrame(here);
    if (frame == NULL) {
        PyErr_NoMemory();
    }
    return frame;
}

static inline void
give_frame_back(Frame *frame)
{
    Py_XDECREF((PyObject *)frame);
}
#endif

/* By what Open knows a frame. */
static PyObject *
frame_id(PyObject *Py_UNUSED(module), PyObject *frame)
{
    if (!PyFrame_Check(frame)) {
        return PyErr_Format(PyExc_TypeError, "frame_id() takes a frame, not %s", Py_TYPE(frame)->tp_name);
    }
    return PyLong_FromVoidPtr(frame_of((PyFrameObject *)frame));
}

static PyMethodDef frame_functions[] = {
    {"frame_id", frame_id, METH_O, "A number that is this frame's alone while it runs or sleeps."},
    {NULL, NULL, 0, NULL},
};

/* A frame that runs now, or a generator's that sleeps: see backends/monitoring.py. */
typedef struct {
    PyObject_HEAD
    unsigned long long frame_id;
    PyObject *sink;
    PyObject *call;
    PyObject *changes;
    char owns;
} Open;

static int
open_init(Open *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *sink, *call;
    int owns;
    if (!PyArg_ParseTuple(args, "KOOp:Open", &self->frame_id, &sink, &call, &owns)) {
        return -1;
    }
    Py_XSETREF(self->sink, Py_NewRef(sink));
    Py_XSETREF(self->call, Py_NewRef(call));
    Py_XSETREF(self->changes, Py_NewRef(Py_None));
    self->owns = (char)owns;
    return 0;
}

static int
open_traverse(Open *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->sink);
    Py_VISIT(self->call);
    Py_VISIT(self->changes);
    return 0;
}

static int
open_clear(Open *self)
{
    Py_CLEAR(self->sink);
    Py_CLEAR(self->call);
    Py_CLEAR(self->changes);
    return 0;
}

static void
open_dealloc(Open *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    open_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef open_members[] = {
    {"frame_id", T_ULONGLONG, offsetof(Open, frame_id), READONLY, NULL},
    {"sink", T_OBJECT, offsetof(Open, sink), READONLY, NULL},
    {"call", T_OBJECT, offsetof(Open, call), READONLY, NULL},
    {"changes", T_OBJECT, offsetof(Open, changes), 0, NULL},
    {"owns", T_BOOL, offsetof(Open, owns), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot open_slots[] = {
    {Py_tp_init, open_init},
    {Py_tp_dealloc, open_dealloc},
    {Py_tp_traverse, open_traverse},
    {Py_tp_clear, open_clear},
    {Py_tp_members, open_members},
    {0, NULL},
};

static PyType_Spec open_spec = {
    .name = "snapy_instrument._native.Open",
    .basicsize = sizeof(Open),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = open_slots,
};

enum { SPARE = 64 };

/* The callbacks for PY_START and PY_RETURN. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *python_start; /* the Python twins */
    PyObject *python_return;
    PyObject *local; /* threading.local with `open`, a list of Open, and `flags` */
    PyObject *disable;
    Decisions known; /* tuples that begin with the code and its site */
    Core *core;
    uint64_t thread; /* the thread of the next two */
    PyObject *open;
    Flags *flags;
    Open *spare[SPARE]; /* empty ones, for frames to come */
    int spares;
} Callbacks;

static int
callbacks_init(Callbacks *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *start, *end, *local, *disable;
    self->state = state_by_type(Py_TYPE(self));
    if (self->state == NULL || !PyArg_ParseTuple(args, "OOOO:Callbacks", &start, &end, &local, &disable)) {
        return -1;
    }
    Py_XSETREF(self->python_start, Py_NewRef(start));
    Py_XSETREF(self->python_return, Py_NewRef(end));
    Py_XSETREF(self->local, Py_NewRef(local));
    Py_XSETREF(self->disable, Py_NewRef(disable));
    return 0;
}

/* use(known, sink): the decisions on code, and who listens. */
static PyObject *
callbacks_use(Callbacks *self, PyObject *args)
{
    PyObject *known, *sink;
    if (!PyArg_ParseTuple(args, "O!O:use", &PyDict_Type, &known, &sink)) {
        return NULL;
    }
    int native = PyObject_TypeCheck(sink, self->state->core_type);
    decisions_use(&self->known, known);
    Py_XSETREF(self->core, native ? (Core *)Py_NewRef(sink) : NULL);
    Py_RETURN_NONE;
}

/* The calling thread's list of open frames, borrowed; NULL with an error. */
static PyObject *
open_here(Callbacks *self, PyThreadState *here)
{
    uint64_t thread = PyThreadState_GetID(here);
    if (self->open != NULL && self->thread == thread) {
        return self->open;
    }
    PyObject *open = PyObject_GetAttrString(self->local, "open");
    PyObject *flags = open == NULL ? NULL : PyObject_GetAttrString(self->local, "flags");
    if (flags == NULL || !PyList_CheckExact(open) || Py_TYPE(flags) != self->state->flags_type) {
        Py_XDECREF(open);
        Py_XDECREF(flags);
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "no native thread state");
        }
        return NULL;
    }
    Py_XSETREF(self->open, open);
    Py_XSETREF(self->flags, (Flags *)flags);
    self->thread = thread;
    return open;
}

/* As in Python: what goes wrong inside is not the program's business. */
static PyObject *
quietly(Core *core, PyObject *result)
{
    if (result == NULL && lose(core) == 0) {
        Py_RETURN_NONE;
    }
    return result;
}

static PyObject *
push_open(Callbacks *self, PyObject *open, Frame *frame, PyObject *call, int owns)
{
    PyTypeObject *type = self->state->open_type;
    Open *entry = self->spares > 0 ? self->spare[--self->spares] : (Open *)type->tp_alloc(type, 0);
    if (entry == NULL) {
        return NULL;
    }
    entry->frame_id = (unsigned long long)(uintptr_t)frame;
    entry->sink = Py_NewRef((PyObject *)self->core);
    entry->call = Py_NewRef(call);
    entry->changes = Py_NewRef(Py_None);
    entry->owns = (char)owns;
    int failed = push(open, (PyObject *)entry) < 0;
    Py_DECREF(entry);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* Its frame has ended; the reference is stolen. */
static void
drop_open(Callbacks *self, Open *entry)
{
    if (Py_REFCNT(entry) == 1) {
        (void)open_clear(entry);
        if (self->spares < SPARE) {
            self->spare[self->spares++] = entry;
            return;
        }
    }
    Py_DECREF(entry);
}

/* The frame whose call a proxy has recorded begins. */
static PyObject *
join_open(Callbacks *self, PyObject *open, PyThreadState *here)
{
    Flags *flags = self->flags;
    PyObject *call = flags->expected_call;
    flags->expected_call = NULL;
    Py_CLEAR(flags->expected);
    Frame *frame = take_frame(here);
    PyObject *result = frame == NULL ? NULL : push_open(self, open, frame, call, 0);
    give_frame_back(frame);
    Py_XDECREF(call);
    return result;
}

/* MonitoringBackend._start */
static PyObject *
callbacks_start(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyObject *code = args[0];
    PyObject *known = self->core == NULL || count != 2 ? NULL : known_code(&self->known, code);
    if (known == NULL) {
        PyErr_Clear();
        return PyObject_Vectorcall(self->python_start, args, (size_t)count, NULL);
    }
    PyObject *site = Py_NewRef(PyTuple_GET_ITEM(known, KNOWN_SITE));
    Py_DECREF(known);
    if (site == Py_None) {
        Py_DECREF(site);
        return Py_NewRef(self->disable);
    }
    PyThreadState *here = PyThreadState_Get();
    PyObject *open = open_here(self, here);
    if (open == NULL) {
        PyErr_Clear();
        Py_DECREF(site);
        return PyObject_Vectorcall(self->python_start, args, (size_t)count, NULL);
    }
    if (self->flags->quiet) {
        Py_DECREF(site);
        Py_RETURN_NONE;
    }
    if (self->flags->expected == code) {
        Py_DECREF(site);
        return quietly(self->core, join_open(self, open, here));
    }
    Frame *frame = take_frame(here);
    Core *core = (Core *)Py_NewRef((PyObject *)self->core);
    int unread = 0;
    PyObject *result = NULL;
    Py_INCREF(open);
    Call *call = frame == NULL ? NULL : enter_frame(core, here, site, frame, (PyCodeObject *)code, 2, &unread);
    if (unread) {
        result = PyObject_Vectorcall(self->python_start, args, (size_t)count, NULL);
    }
    else if (call != NULL) {
        result = self->core == core ? push_open(self, open, frame, (PyObject *)call, 1) : Py_NewRef(Py_None);
        if (result == NULL) {
            settle((PyObject *)core, (PyObject *)call);
        }
        Py_DECREF(call);
    }
    else if (!PyErr_Occurred()) {
        result = Py_NewRef(Py_None);
    }
    result = quietly(core, result);
    Py_DECREF(open);
    Py_DECREF(site);
    Py_DECREF((PyObject *)core);
    give_frame_back(frame);
    return result;
}

/* MonitoringBackend._return */
static PyObject *
callbacks_return(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyThreadState *here = PyThreadState_Get();
    PyObject *open = self->core == NULL || count != 3 ? NULL : open_here(self, here);
    if (open == NULL) {
        PyErr_Clear();
        return PyObject_Vectorcall(self->python_return, args, (size_t)count, NULL);
    }
    Py_ssize_t size = PyList_GET_SIZE(open);
    if (size == 0) {
        Py_RETURN_NONE;
    }
    Frame *frame = take_frame(here);
    unsigned long long frame_id = (unsigned long long)(uintptr_t)frame;
    give_frame_back(frame); /* the interpreter keeps it while it runs */
    Open *top = (Open *)PyList_GET_ITEM(open, size - 1);
    if (Py_TYPE(top) == self->state->open_type && top->frame_id == frame_id && !top->owns) {
        Py_INCREF(top);
        PyObject *dropped = drop_last(open, size) < 0 ? NULL : Py_NewRef(Py_None);
        drop_open(self, top);
        return quietly(self->core, dropped);
    }
    if (Py_TYPE(top) != self->state->open_type || top->frame_id != frame_id ||
        top->sink != (PyObject *)self->core || Py_TYPE(top->call) != self->state->call_type) {
        return PyObject_Vectorcall(self->python_return, args, (size_t)count, NULL);
    }
    Py_INCREF(top);
    PyObject *result = NULL;
    if (drop_last(open, size) == 0 &&
        core_leave((Core *)top->sink, (Call *)top->call, args[2]) == 0) {
        result = Py_NewRef(Py_None);
    }
    if (result == NULL) {
        settle(top->sink, top->call);
        result = quietly((Core *)top->sink, NULL);
    }
    drop_open(self, top);
    return result;
}

static int
callbacks_traverse(Callbacks *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->python_start);
    Py_VISIT(self->python_return);
    Py_VISIT(self->local);
    Py_VISIT(self->disable);
    int visited = decisions_traverse(&self->known, visit, arg);
    if (visited) {
        return visited;
    }
    Py_VISIT(self->core);
    Py_VISIT(self->open);
    Py_VISIT(self->flags);
    for (int i = 0; i < self->spares; i++) {
        Py_VISIT(self->spare[i]);
    }
    return 0;
}

static int
callbacks_clear(Callbacks *self)
{
    Py_CLEAR(self->python_start);
    Py_CLEAR(self->python_return);
    Py_CLEAR(self->local);
    Py_CLEAR(self->disable);
    decisions_use(&self->known, NULL);
    Py_CLEAR(self->core);
    Py_CLEAR(self->open);
    Py_CLEAR(self->flags);
    while (self->spares > 0) {
        Py_DECREF(self->spare[--self->spares]);
    }
    return 0;
}

static void
callbacks_dealloc(Callbacks *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    callbacks_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef callbacks_methods[] = {
    {"start", (PyCFunction)(void (*)(void))callbacks_start, METH_FASTCALL, "For PY_START."},
    {"end", (PyCFunction)(void (*)(void))callbacks_return, METH_FASTCALL, "For PY_RETURN."},
    {"use", (PyCFunction)callbacks_use, METH_VARARGS, "Look code up there, and report to this sink."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot callbacks_slots[] = {
    {Py_tp_init, callbacks_init},
    {Py_tp_dealloc, callbacks_dealloc},
    {Py_tp_traverse, callbacks_traverse},
    {Py_tp_clear, callbacks_clear},
    {Py_tp_methods, callbacks_methods},
    {0, NULL},
};

static PyType_Spec callbacks_spec = {
    .name = "snapy_instrument._native.Callbacks",
    .basicsize = sizeof(Callbacks),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = callbacks_slots,
};

static int
add_callbacks(PyObject *module, State *state)
{
    PyObject *made = PyType_FromModuleAndSpec(module, &callbacks_spec, NULL);
    int failed = made == NULL || PyModule_AddObjectRef(module, "Callbacks", made) < 0;
    Py_XDECREF(made);
    if (failed) {
        return -1;
    }
    state->open_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &open_spec, NULL);
    if (state->open_type == NULL || PyModule_AddType(module, state->open_type) < 0) {
        return -1;
    }
    return PyModule_AddFunctions(module, frame_functions);
}

#else

static int
add_callbacks(PyObject *Py_UNUSED(module), State *Py_UNUSED(state))
{
    return 0;
}

#endif

/* -- settrace ----------------------------------------------------------------------------------------------- */

#ifdef NATIVE_SETTRACE

/* Follows one recorded frame, as its f_trace: see PlainFollower in backends/following.py, whose `trace` does what is
 * rare. */
typedef struct {
    PyObject_HEAD
    PyObject *call;
    PyObject *sink;
    PyObject *known;
    PyObject *follow; /* PlainFollower.trace */
    PyObject *seen;
    int raised_at;
    char unsure;
} Follower;

static void
follower_dealloc(Follower *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->call);
    Py_XDECREF(self->sink);
    Py_XDECREF(self->known);
    Py_XDECREF(self->follow);
    Py_XDECREF(self->seen);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
follower_call(Follower *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *frame, *event, *arg;
    if (!PyArg_ParseTuple(args, "OOO", &frame, &event, &arg)) {
        return NULL;
    }
    return PyObject_CallFunctionObjArgs(self->follow, (PyObject *)self, frame, event, arg, NULL);
}

static PyObject *
follower_trace(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self);
}

static PyObject *
follower_bytecode(Follower *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(PyTuple_GET_ITEM(self->known, KNOWN_BYTECODE));
}

static PyMemberDef follower_members[] = {
    {"call", T_OBJECT, offsetof(Follower, call), READONLY, NULL},
    {"sink", T_OBJECT, offsetof(Follower, sink), READONLY, NULL},
    {"seen", T_OBJECT, offsetof(Follower, seen), 0, NULL},
    {"raised_at", T_INT, offsetof(Follower, raised_at), 0, NULL},
    {"unsure", T_BOOL, offsetof(Follower, unsure), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef follower_getset[] = {
    {"trace", follower_trace, NULL, NULL, NULL},
    {"bytecode", (getter)follower_bytecode, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot follower_slots[] = {
    {Py_tp_dealloc, follower_dealloc},
    {Py_tp_call, follower_call},
    {Py_tp_members, follower_members},
    {Py_tp_getset, follower_getset},
    {0, NULL},
};

static PyType_Spec follower_spec = {
    .name = "snapy_instrument._native.Follower",
    .basicsize = sizeof(Follower),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = follower_slots,
};

/* What sys.gettrace() gives while the settrace backend runs. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *python; /* SettraceBackend._trace */
    PyObject *follow; /* PlainFollower.trace */
    Decisions known;  /* KNOWN tuples, None where no tracer wants the code */
    Core *core;
} TraceFunction;

/* As the interpreter calls a trace function written in Python (trace_trampoline in Python/sysmodule.c). */
static int
call_python(TraceFunction *self, PyObject *function, PyFrameObject *frame, const char *event, PyObject *arg)
{
    int fresh = frame->f_frame->f_locals == NULL;
    if (PyFrame_FastToLocalsWithError(frame) < 0) {
        return -1;
    }
    Py_INCREF(function);
    PyObject *result = PyObject_CallFunction(function, "OsO", frame, event, arg == NULL ? Py_None : arg);
    Py_DECREF(function);
    PyFrame_LocalsToFast(frame, 1);
    if (fresh && frame->f_frame->f_locals != NULL && Py_REFCNT(frame->f_frame->f_locals) == 1) {
        /* Left there, it would keep values alive that the program lets go. */
        Py_CLEAR(frame->f_frame->f_locals);
    }
    if (result == NULL) {
        (void)self;
        PyTraceBack_Here(frame);
        PyEval_SetTrace(NULL, NULL);
        Py_CLEAR(frame->f_trace);
        return -1;
    }
    if (result != Py_None) {
        Py_XSETREF(frame->f_trace, result);
    }
    else {
        Py_DECREF(result);
    }
    return 0;
}

static int
follow_natively(TraceFunction *self, PyFrameObject *frame, Call *call, PyObject *known)
{
    PyTypeObject *type = self->state->follower_type;
    Follower *made = (Follower *)type->tp_alloc(type, 0);
    if (made == NULL) {
        return -1;
    }
    made->call = Py_NewRef((PyObject *)call);
    made->sink = Py_NewRef((PyObject *)self->core);
    made->known = Py_NewRef(known);
    made->follow = Py_NewRef(self->follow);
    made->seen = Py_NewRef(Py_None);
    made->unsure = PyTuple_GET_ITEM(known, KNOWN_SPLITS) == Py_True;
    Py_XSETREF(frame->f_trace, (PyObject *)made);
    return 0;
}

/* An exception is thrown into a frame that nobody records: thrown.watch. A frame that goes on otherwise is at a RESUME. */
static int
is_thrown_into(PyFrameObject *frame, PyObject *known)
{
    PyObject *bytecode = PyTuple_GET_ITEM(known, KNOWN_BYTECODE);
    int at = PyFrame_GetLasti(frame);
    return at >= 0 && at < PyBytes_GET_SIZE(bytecode) && (unsigned char)PyBytes_AS_STRING(bytecode)[at] != RESUME;
}

/* A frame of code that is recorded. */
static int
trace_known(TraceFunction *self, PyFrameObject *frame, PyCodeObject *code, PyObject *known)
{
    Flags *flags = self->core == NULL ? NULL : core_flags(self->core);
    if (flags == NULL) {
        PyErr_Clear();
        return call_python(self, self->python, frame, "call", NULL);
    }
    if (flags->quiet) {
        return 0;
    }
    if (flags->expected != NULL && flags->expected != Py_None) {
        if (flags->expected != (PyObject *)code) {
            return call_python(self, self->python, frame, "call", NULL);
        }
        Py_CLEAR(flags->expected);
        Py_CLEAR(flags->expected_call);
        return 0;
    }
    int unread;
    Core *core = (Core *)Py_NewRef((PyObject *)self->core);
    Call *call =
        enter_frame(core, PyThreadState_Get(), PyTuple_GET_ITEM(known, KNOWN_SITE), frame_of(frame), code, 1, &unread);
    int result = 0;
    if (unread) {
        result = call_python(self, self->python, frame, "call", NULL);
    }
    else if (call != NULL) {
        result = self->core == core ? follow_natively(self, frame, call, known) : 0;
        if (result < 0) {
            settle((PyObject *)core, (PyObject *)call);
            result = lose(core);
        }
        Py_DECREF(call);
    }
    else if (PyErr_Occurred()) {
        result = -1;
    }
    Py_DECREF((PyObject *)core);
    return result;
}

/* SettraceBackend._trace for a plain frame, nobody before us in this thread. */
static int
trace_call(TraceFunction *self, PyFrameObject *frame)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *known = known_code(&self->known, (PyObject *)code);
    Py_DECREF(code); /* the frame holds it */
    int result = 0;
    if (known == NULL) {
        PyErr_Clear();
        return call_python(self, self->python, frame, "call", NULL);
    }
    if (known == Py_None) {
    }
    else if (PyTuple_GET_ITEM(known, KNOWN_SITE) != Py_None) {
        result = trace_known(self, frame, code, known);
    }
    else if (is_thrown_into(frame, known)) {
        result = call_python(self, self->python, frame, "call", NULL);
    }
    Py_DECREF(known);
    return result;
}

static int
follow_rare(Follower *follower, PyFrameObject *frame, const char *event, PyObject *arg)
{
    Py_INCREF(follower);
    PyObject *done = PyObject_CallFunction(follower->follow, "OOsO", follower, frame, event, arg == NULL ? Py_None : arg);
    Py_DECREF(follower);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int
trace_followed(Follower *follower, PyFrameObject *frame, int what, PyObject *arg)
{
    if (what == PyTrace_EXCEPTION) {
        return follow_rare(follower, frame, "exception", arg);
    }
    if (what != PyTrace_RETURN) {
        return 0;
    }
    if (arg == NULL) {
        return follow_rare(follower, frame, "return", NULL);
    }
    Py_INCREF(follower);
    int result = core_leave((Core *)follower->sink, (Call *)follower->call, arg);
    Py_DECREF(follower);
    return result;
}

static int
trace_event(PyObject *function, PyFrameObject *frame, int what, PyObject *arg)
{
    static const char *const events[] = {"call", "exception", "line", "return", NULL, NULL, NULL, "opcode"};
    TraceFunction *self = (TraceFunction *)function;
    if (what == PyTrace_CALL) {
        return trace_call(self, frame);
    }
    PyObject *local = frame->f_trace;
    if (local == NULL || what < 0 || what > PyTrace_OPCODE || events[what] == NULL) {
        return 0;
    }
    if (Py_TYPE(local) == self->state->follower_type) {
        return trace_followed((Follower *)local, frame, what, arg);
    }
    return call_python(self, local, frame, events[what], arg);
}

const Py_tracefunc our_tracing = trace_event;

static int
trace_init(TraceFunction *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *python, *follow;
    self->state = state_by_type(Py_TYPE(self));
    if (self->state == NULL || !PyArg_ParseTuple(args, "OO:TraceFunction", &python, &follow)) {
        return -1;
    }
    Py_XSETREF(self->python, Py_NewRef(python));
    Py_XSETREF(self->follow, Py_NewRef(follow));
    return 0;
}

/* Called as a trace function of Python's: by who set it with sys.settrace, or by a new thread. */
static PyObject *
trace_tp_call(TraceFunction *self, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(self->python, args, kwargs);
}

static PyObject *
trace_use(TraceFunction *self, PyObject *args)
{
    PyObject *known, *sink;
    if (!PyArg_ParseTuple(args, "O!O:use", &PyDict_Type, &known, &sink)) {
        return NULL;
    }
    int native = PyObject_TypeCheck(sink, self->state->core_type);
    decisions_use(&self->known, known);
    Py_XSETREF(self->core, native ? (Core *)Py_NewRef(sink) : NULL);
    Py_RETURN_NONE;
}

static PyObject *
trace_install(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyEval_SetTrace(trace_event, self);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static int
trace_traverse(TraceFunction *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->python);
    Py_VISIT(self->follow);
    int visited = decisions_traverse(&self->known, visit, arg);
    if (visited) {
        return visited;
    }
    Py_VISIT(self->core);
    return 0;
}

static int
trace_clear(TraceFunction *self)
{
    Py_CLEAR(self->python);
    Py_CLEAR(self->follow);
    decisions_use(&self->known, NULL);
    Py_CLEAR(self->core);
    return 0;
}

static void
trace_dealloc(TraceFunction *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    trace_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef trace_methods[] = {
    {"use", (PyCFunction)trace_use, METH_VARARGS, "Look code up there, and report to this sink."},
    {"install", trace_install, METH_NOARGS, "Trace the calling thread; sys.gettrace() gives this object."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot trace_slots[] = {
    {Py_tp_init, trace_init},
    {Py_tp_dealloc, trace_dealloc},
    {Py_tp_traverse, trace_traverse},
    {Py_tp_clear, trace_clear},
    {Py_tp_call, trace_tp_call},
    {Py_tp_methods, trace_methods},
    {0, NULL},
};

static PyType_Spec trace_spec = {
    .name = "snapy_instrument._native.TraceFunction",
    .basicsize = sizeof(TraceFunction),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = trace_slots,
};

static int
add_trace_function(PyObject *module, State *state)
{
    state->follower_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &follower_spec, NULL);
    PyObject *made = state->follower_type == NULL ? NULL : PyType_FromModuleAndSpec(module, &trace_spec, NULL);
    int failed = made == NULL || PyModule_AddType(module, state->follower_type) < 0 ||
                 PyModule_AddObjectRef(module, "TraceFunction", made) < 0;
    Py_XDECREF(made);
    return failed ? -1 : 0;
}

#else

#if PY_VERSION_HEX < 0x030C0000
const Py_tracefunc our_tracing = NULL;
#endif

static int
add_trace_function(PyObject *Py_UNUSED(module), State *Py_UNUSED(state))
{
    return 0;
}

#endif

int
add_frame_types(PyObject *module, State *state)
{
    return add_callbacks(module, state) < 0 ? -1 : add_trace_function(module, state);
}
