/* The callbacks of the monitoring backend: the twin of backends/frames/monitoring/callbacks.py, for the events that every call
 * and every step has. What is rare goes to the Python methods. */
#include "monitoring.h"

#include "code_decisions.h"
#include "frame_access.h"
#include "recorder.h"
#include "sink.h"
#include "state.h"
#include "support.h"

#if PY_VERSION_HEX >= 0x030C0000

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
    {"frame_id", frame_id, METH_O, "A number that is this frame's alone while it runs or is suspended."},
    {NULL, NULL, 0, NULL},
};

/* A recorded frame that has not ended: Open in backends/frames/monitoring/suspensions.py. */
typedef struct {
    PyObject_HEAD
    unsigned long long frame_id;
    PyObject *sink;
    PyObject *call;
    PyObject *changes;
    char owns;
    char gives_values;
    char suspended;
} Open;

static int
open_init(Open *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *sink, *call;
    int owns, gives_values;
    if (!PyArg_ParseTuple(args, "KOOpp:Open", &self->frame_id, &sink, &call, &owns, &gives_values)) {
        return -1;
    }
    Py_XSETREF(self->sink, Py_NewRef(sink));
    Py_XSETREF(self->call, Py_NewRef(call));
    Py_XSETREF(self->changes, Py_NewRef(Py_None));
    self->owns = (char)owns;
    self->gives_values = (char)gives_values;
    self->suspended = 0;
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
    {"gives_values", T_BOOL, offsetof(Open, gives_values), READONLY, NULL},
    {"suspended", T_BOOL, offsetof(Open, suspended), 0, NULL},
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

/* The fields of Known in backends/frames/monitoring/callbacks.py, as far as they are read here. */
enum { KNOWN_SINK = 2, KNOWN_HOOKED };

/* The Python methods that take what is rare. */
enum { START, RETURNED, UNWOUND, RESUMED, YIELDED, THROWN, METHODS };
static const char *const method_names[METHODS] = {"start", "returned", "unwound", "resumed", "yielded", "thrown"};

enum { SPARE = 64 };

/* The twin of FrameCallbacks. The interpreter does not hold it while it runs inside, so each callback does. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *python[METHODS];
    PyObject *disable;
    PyObject *local;  /* ThreadFrames: `open`, a list of Open, `resumed`, a list, and `flags` */
    PyObject *frames; /* Suspensions.frames: a dict of numbers to Open */
    Decisions known;
    uint64_t thread; /* the thread of the next three */
    PyObject *open;
    PyObject *resumed;
    Flags *flags;
    Open *spare[SPARE]; /* empty ones, for frames to come */
    int spares;
} Callbacks;

static int
callbacks_init(Callbacks *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *python, *disable;
    self->state = state_by_type(Py_TYPE(self));
    if (self->state == NULL || !PyArg_ParseTuple(args, "OO:Callbacks", &python, &disable)) {
        return -1;
    }
    for (int i = 0; i < METHODS; i++) {
        Py_XSETREF(self->python[i], PyObject_GetAttrString(python, method_names[i]));
        if (self->python[i] == NULL) {
            return -1;
        }
    }
    Py_XSETREF(self->disable, Py_NewRef(disable));
    return 0;
}

/* use(known, thread, frames): the decisions on code, and the tables of open frames. */
static PyObject *
callbacks_use(Callbacks *self, PyObject *args)
{
    PyObject *known, *local, *frames;
    if (!PyArg_ParseTuple(args, "O!OO!:use", &PyDict_Type, &known, &local, &PyDict_Type, &frames)) {
        return NULL;
    }
    decisions_use(&self->known, known);
    Py_XSETREF(self->frames, Py_NewRef(frames));
    if (local != self->local) {
        Py_XSETREF(self->local, Py_NewRef(local));
        Py_CLEAR(self->open);
        Py_CLEAR(self->resumed);
        Py_CLEAR(self->flags);
    }
    Py_RETURN_NONE;
}

/* The calling thread's list of open frames, borrowed, with `resumed` and `flags`; NULL with an error. */
static PyObject *
open_here(Callbacks *self, PyThreadState *here)
{
    uint64_t thread = PyThreadState_GetID(here);
    if (self->open != NULL && self->thread == thread) {
        return self->open;
    }
    PyObject *open = PyObject_GetAttrString(self->local, "open");
    PyObject *resumed = open == NULL ? NULL : PyObject_GetAttrString(self->local, "resumed");
    PyObject *flags = resumed == NULL ? NULL : PyObject_GetAttrString(self->local, "flags");
    if (flags == NULL || !PyList_CheckExact(open) || !PyList_CheckExact(resumed) ||
        Py_TYPE(flags) != self->state->flags_type) {
        Py_XDECREF(open);
        Py_XDECREF(resumed);
        Py_XDECREF(flags);
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "no native thread state");
        }
        return NULL;
    }
    Py_XSETREF(self->open, open);
    Py_XSETREF(self->resumed, resumed);
    Py_XSETREF(self->flags, (Flags *)flags);
    self->thread = thread;
    return open;
}

/* As in Python: what goes wrong inside is not the program's business. */
static PyObject *
quietly(PyObject *sink, PyObject *result)
{
    if (result == NULL && (!PyErr_Occurred() || withdraw(sink) == 0)) {
        Py_RETURN_NONE;
    }
    return result;
}

static PyObject *
in_python(Callbacks *self, int method, PyObject *const *args, Py_ssize_t count)
{
    PyErr_Clear();
    PyObject *function = Py_NewRef(self->python[method]);
    PyObject *result = PyObject_Vectorcall(function, args, (size_t)count, NULL);
    Py_DECREF(function);
    return result;
}

static inline int
can_suspend(PyObject *code)
{
    return (((PyCodeObject *)code)->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
}

/* The sink of an entry and its call, where both are native ones. */
static inline Core *
core_of(Callbacks *self, Open *entry)
{
    int native = Py_TYPE(entry) == self->state->open_type && PyObject_TypeCheck(entry->sink, self->state->core_type) &&
                 Py_TYPE(entry->call) == self->state->call_type;
    return native ? (Core *)entry->sink : NULL;
}

static Open *
new_open(Callbacks *self, Frame *frame, Core *core, PyObject *call, int owns)
{
    PyTypeObject *type = self->state->open_type;
    Open *entry = self->spares > 0 ? self->spare[--self->spares] : (Open *)type->tp_alloc(type, 0);
    if (entry != NULL) {
        entry->frame_id = (unsigned long long)(uintptr_t)frame;
        entry->sink = Py_NewRef((PyObject *)core);
        entry->call = Py_NewRef(call);
        entry->changes = Py_NewRef(Py_None);
        entry->owns = (char)owns;
        entry->gives_values = entry->suspended = 0;
    }
    return entry;
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

static PyObject *
push_open(Callbacks *self, PyObject *open, Frame *frame, Core *core, PyObject *call, int owns)
{
    Open *entry = new_open(self, frame, core, call, owns);
    int failed = entry == NULL || push(open, (PyObject *)entry) < 0;
    Py_XDECREF((PyObject *)entry);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* Suspensions.begin */
static PyObject *
begin_suspendable(Callbacks *self, PyObject *frames, Frame *frame, Core *core, PyObject *call, PyObject *code)
{
    Open *entry = new_open(self, frame, core, call, 1);
    PyObject *number = entry == NULL ? NULL : PyLong_FromVoidPtr(frame);
    Open *before = number == NULL ? NULL : (Open *)Py_XNewRef(PyDict_GetItemWithError(frames, number));
    int failed = number == NULL || PyDict_SetItem(frames, number, (PyObject *)entry) < 0;
    if (entry != NULL) {
        int flags = ((PyCodeObject *)code)->co_flags & (CO_GENERATOR | CO_ITERABLE_COROUTINE);
        entry->gives_values = flags == CO_GENERATOR;
    }
    if (!failed && before != NULL && Py_TYPE(before) == self->state->open_type) {
        PyObject *done = PyObject_CallMethod(before->sink, "abandon", "O", before->call);
        failed = done == NULL;
        Py_XDECREF(done);
    }
    Py_XDECREF((PyObject *)before);
    Py_XDECREF(number);
    Py_XDECREF((PyObject *)entry);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* The frame whose call a proxy has recorded begins. */
static PyObject *
join_open(Callbacks *self, PyObject *open, PyThreadState *here, Core *core)
{
    Flags *flags = self->flags;
    PyObject *call = flags->expected_call;
    flags->expected_call = NULL;
    Py_CLEAR(flags->expected);
    Frame *frame = take_frame(here);
    PyObject *result = frame == NULL || call == NULL ? NULL : push_open(self, open, frame, core, call, 0);
    give_frame_back(frame);
    Py_XDECREF(call);
    return result;
}

/* The frame of `code` begins: a tracer wants it. */
static PyObject *
start_wanted(Callbacks *self, PyObject *known, PyObject *open, PyThreadState *here, PyObject *const *args)
{
    PyObject *code = args[0], *frames = Py_NewRef(self->frames), *result = NULL;
    Core *core = (Core *)PyTuple_GET_ITEM(known, KNOWN_SINK);
    int backend = PyTuple_GET_ITEM(known, KNOWN_HOOKED) == Py_True ? 0 : 2, unread = 0;
    Frame *frame = take_frame(here);
    Call *call = frame == NULL ? NULL
                               : enter_frame(core, here, PyTuple_GET_ITEM(known, KNOWN_SITE), frame,
                                             (PyCodeObject *)code, backend, &unread);
    if (unread) {
        result = in_python(self, START, args, 2);
    }
    else if (call != NULL) {
        result = can_suspend(code) ? begin_suspendable(self, frames, frame, core, (PyObject *)call, code)
                                   : push_open(self, open, frame, core, (PyObject *)call, 1);
        Py_DECREF(call);
    }
    else if (!PyErr_Occurred()) {
        result = Py_NewRef(Py_None);
    }
    result = quietly((PyObject *)core, result);
    Py_DECREF(frames);
    give_frame_back(frame);
    return result;
}

/* FrameCallbacks.start */
static PyObject *
callbacks_start(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyObject *known = count == 2 ? known_code(&self->known, args[0]) : NULL, *result = NULL;
    if (known == NULL) {
        return in_python(self, START, args, count);
    }
    Py_INCREF(self);
    PyThreadState *here = PyThreadState_Get();
    PyObject *sink = PyTuple_GET_ITEM(known, KNOWN_SINK);
    if (PyTuple_GET_ITEM(known, KNOWN_SITE) == Py_None) {
        result = Py_NewRef(self->disable);
    }
    else if (!PyObject_TypeCheck(sink, self->state->core_type) || open_here(self, here) == NULL) {
        result = in_python(self, START, args, count);
    }
    else if (self->flags->quiet) {
        result = Py_NewRef(Py_None);
    }
    else {
        PyObject *open = Py_NewRef(self->open);
        result = self->flags->expected == args[0]
                     ? quietly(sink, join_open(self, open, here, (Core *)sink))
                     : start_wanted(self, known, open, here, args);
        Py_DECREF(open);
    }
    Py_DECREF(known);
    Py_DECREF(self);
    return result;
}

/* What is open for the frame that can be suspended and runs in this thread; new reference, NULL with or without an error. */
static Open *
find_suspendable(Callbacks *self, PyThreadState *here, int take)
{
    Frame *frame = take_frame(here);
    PyObject *number = frame == NULL || self->frames == NULL ? NULL : PyLong_FromVoidPtr(frame);
    give_frame_back(frame); /* the interpreter keeps it while it runs */
    PyObject *found = number == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(self->frames, number));
    if (found != NULL && (Py_TYPE(found) != self->state->open_type ||
                          (take && PyDict_DelItem(self->frames, number) < 0))) {
        Py_CLEAR(found);
    }
    Py_XDECREF(number);
    return (Open *)found;
}

/* The call of `entry`, which is taken from the tables, returned `value`. */
static PyObject *
leave_open(Callbacks *self, Open *entry, PyObject *value)
{
    if (!entry->owns) {
        Py_RETURN_NONE;
    }
    Core *core = core_of(self, entry);
    if (core == NULL) {
        int failed = tell(entry->sink, "leave", entry->call, value) < 0;
        return quietly(entry->sink, failed ? NULL : Py_NewRef(Py_None));
    }
    return quietly((PyObject *)core, core_leave(core, (Call *)entry->call, value) < 0 ? NULL : Py_NewRef(Py_None));
}

/* FrameCallbacks.returned */
static PyObject *
callbacks_returned(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyThreadState *here = PyThreadState_Get();
    PyObject *open = count == 3 ? open_here(self, here) : NULL;
    if (open == NULL) {
        return in_python(self, RETURNED, args, count);
    }
    Open *entry = NULL;
    if (can_suspend(args[0])) {
        entry = find_suspendable(self, here, 1);
    }
    else {
        Py_ssize_t size = PyList_GET_SIZE(open);
        Frame *frame = take_frame(here);
        Open *top = size == 0 ? NULL : (Open *)PyList_GET_ITEM(open, size - 1);
        int ours = top != NULL && Py_TYPE(top) == self->state->open_type &&
                   top->frame_id == (unsigned long long)(uintptr_t)frame;
        give_frame_back(frame);
        if (size > 0 && !ours) {
            return in_python(self, RETURNED, args, count);
        }
        entry = (Open *)Py_XNewRef((PyObject *)top);
        if (entry != NULL && drop_last(open, size) < 0) {
            Py_CLEAR(entry);
        }
    }
    if (entry == NULL) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    Py_INCREF(self);
    PyObject *result = leave_open(self, entry, args[2]);
    drop_open(self, entry);
    Py_DECREF(self);
    return result;
}

/* FrameCallbacks.resumed */
static PyObject *
callbacks_resumed(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    Open *entry = find_suspendable(self, PyThreadState_Get(), 0);
    if (entry == NULL || !entry->suspended) {
        PyErr_Clear();
        Py_XDECREF((PyObject *)entry);
        Py_RETURN_NONE;
    }
    Core *core = core_of(self, entry);
    PyObject *result = NULL;
    if (core == NULL) {
        result = in_python(self, RESUMED, args, count);
    }
    else {
        entry->suspended = 0;
        result = quietly((PyObject *)core, core_resume(core, (Call *)entry->call, Py_None) < 0 ? NULL : Py_NewRef(Py_None));
    }
    Py_DECREF(entry);
    return result;
}

/* FrameCallbacks.yielded, where that is no event of the trace. */
static PyObject *
callbacks_yielded(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyThreadState *here = PyThreadState_Get();
    if (open_here(self, here) == NULL || PyList_GET_SIZE(self->resumed) > 0) {
        return in_python(self, YIELDED, args, count);
    }
    Open *entry = find_suspendable(self, here, 0);
    if (entry == NULL || entry->suspended) {
        PyErr_Clear();
        Py_XDECREF((PyObject *)entry);
        Py_RETURN_NONE;
    }
    Core *core = core_of(self, entry);
    PyObject *result = NULL;
    if (core == NULL || core->suspensions) {
        result = in_python(self, YIELDED, args, count);
    }
    else {
        entry->suspended = 1;
        int failed = core_suspend(core, (Call *)entry->call, Py_None, Py_None) < 0;
        result = quietly((PyObject *)core, failed ? NULL : Py_NewRef(Py_None));
    }
    Py_DECREF(entry);
    return result;
}

/* FrameCallbacks.unwound: for every frame of the process that an exception leaves. */
static PyObject *
callbacks_unwound(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyObject *known = known_code(&self->known, args[0]);
    if (known == NULL || PyTuple_GET_ITEM(known, KNOWN_SITE) == Py_None) {
        PyErr_Clear();
        Py_XDECREF(known);
        Py_RETURN_NONE;
    }
    Py_DECREF(known);
    return in_python(self, UNWOUND, args, count);
}

/* FrameCallbacks.thrown: for every frame of the process that an exception is thrown into. */
static PyObject *
callbacks_thrown(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    int known = can_suspend(args[0]) && open_here(self, PyThreadState_Get()) != NULL;
    if (known && (PyDict_GET_SIZE(self->frames) > 0 || PyList_GET_SIZE(self->resumed) > 0)) {
        return in_python(self, THROWN, args, count);
    }
    PyErr_Clear();
    Py_RETURN_NONE;
}

static int
callbacks_traverse(Callbacks *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    for (int i = 0; i < METHODS; i++) {
        Py_VISIT(self->python[i]);
    }
    Py_VISIT(self->disable);
    Py_VISIT(self->local);
    Py_VISIT(self->frames);
    int visited = decisions_traverse(&self->known, visit, arg);
    if (visited) {
        return visited;
    }
    Py_VISIT(self->open);
    Py_VISIT(self->resumed);
    Py_VISIT(self->flags);
    for (int i = 0; i < self->spares; i++) {
        Py_VISIT(self->spare[i]);
    }
    return 0;
}

static int
callbacks_clear(Callbacks *self)
{
    for (int i = 0; i < METHODS; i++) {
        Py_CLEAR(self->python[i]);
    }
    Py_CLEAR(self->disable);
    Py_CLEAR(self->local);
    Py_CLEAR(self->frames);
    decisions_use(&self->known, NULL);
    Py_CLEAR(self->open);
    Py_CLEAR(self->resumed);
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

#define FAST(function) (PyCFunction)(void (*)(void))(function)

static PyMethodDef callbacks_methods[] = {
    {"start", FAST(callbacks_start), METH_FASTCALL, "For PY_START."},
    {"returned", FAST(callbacks_returned), METH_FASTCALL, "For PY_RETURN."},
    {"unwound", FAST(callbacks_unwound), METH_FASTCALL, "For PY_UNWIND."},
    {"resumed", FAST(callbacks_resumed), METH_FASTCALL, "For PY_RESUME."},
    {"yielded", FAST(callbacks_yielded), METH_FASTCALL, "For PY_YIELD."},
    {"thrown", FAST(callbacks_thrown), METH_FASTCALL, "For PY_THROW."},
    {"use", (PyCFunction)callbacks_use, METH_VARARGS, "Take new decisions on code, and the tables of open frames."},
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

int
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

int
add_callbacks(PyObject *Py_UNUSED(module), State *Py_UNUSED(state))
{
    return 0;
}

#endif
