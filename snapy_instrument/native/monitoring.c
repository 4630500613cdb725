/* The callbacks of the monitoring backend: the twin of backends/frames/monitoring/callbacks.py, for the events that every call
 * and every step has. What is rare goes to the Python methods. */
#include "monitoring.h"

#include "code_decisions.h"
#include "frame_access.h"
#include "open_frames.h"
#include "recorder.h"
#include "sink.h"
#include "state.h"
#include "support.h"

#if PY_VERSION_HEX >= 0x030C0000

/* The Python methods that take what is rare. */
enum { START, RETURNED, UNWOUND, RESUMED, YIELDED, THROWN, METHODS };
static const char *const method_names[METHODS] = {"start", "returned", "unwound", "resumed", "yielded", "thrown"};

/* The twin of FrameCallbacks. The interpreter does not hold it while it runs inside, so each callback does. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *python[METHODS];
    PyObject *disable;
    PyObject *frames; /* Suspensions.frames: a dict of numbers to Open */
    Decisions known;
    ThreadTables here;
    SpareOpen spare;
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
    Py_XSETREF(self->frames, Py_NewRef(frames));
    tables_use(&self->here, local);
    decisions_use(&self->known, known);
    Py_RETURN_NONE;
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

static PyObject *
push_open(Callbacks *self, PyObject *open, Frame *frame, Core *core, PyObject *call, int owns)
{
    Open *entry = new_open(&self->spare, self->state, frame, core, call, owns);
    int failed = entry == NULL || push(open, (PyObject *)entry) < 0;
    Py_XDECREF((PyObject *)entry);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* The frame whose call a proxy has recorded begins. */
static PyObject *
join_open(Callbacks *self, Here *held, PyThreadState *here, Core *core)
{
    Flags *flags = held->flags;
    PyObject *call = flags->expected_call;
    flags->expected_call = NULL;
    Py_CLEAR(flags->expected);
    Frame *frame = take_frame(here);
    PyObject *result = frame == NULL || call == NULL ? NULL : push_open(self, held->open, frame, core, call, 0);
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
        if (!can_suspend((PyCodeObject *)code)) {
            result = push_open(self, open, frame, core, (PyObject *)call, 1);
        }
        else if (begin_open(&self->spare, self->state, frames, frame, core, (PyObject *)call, (PyCodeObject *)code) == 0) {
            result = Py_NewRef(Py_None);
        }
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

/* FrameCallbacks.start, of code whose decision is `known`. */
static PyObject *
start_known(Callbacks *self, PyObject *known, PyObject *const *args)
{
    PyThreadState *here = PyThreadState_Get();
    PyObject *sink = PyTuple_GET_ITEM(known, KNOWN_SINK), *result;
    Here held;
    if (!PyObject_TypeCheck(sink, self->state->core_type) || tables_here(&self->here, self->state, here, &held) < 0) {
        return in_python(self, START, args, 2);
    }
    if (held.flags->quiet) {
        result = Py_NewRef(Py_None);
    }
    else if (held.flags->expected == args[0]) {
        PyObject *call = held.flags->expected_call;
        /* A call of several recorders, some of them without a frame backend. */
        result = call != NULL && PyTuple_CheckExact(call)
                     ? in_python(self, START, args, 2)
                     : quietly(sink, join_open(self, &held, here, (Core *)sink));
    }
    else {
        result = start_wanted(self, known, held.open, here, args);
    }
    here_clear(&held);
    return result;
}

/* FrameCallbacks.start */
static PyObject *
callbacks_start(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyObject *known = count == 2 ? known_code(&self->known, args[0]) : NULL;
    if (known == NULL) {
        return in_python(self, START, args, count);
    }
    PyObject *result = PyTuple_GET_ITEM(known, KNOWN_SITE) == Py_None ? Py_NewRef(self->disable)
                                                                      : start_known(self, known, args);
    Py_DECREF(known);
    return result;
}

/* What is open for the frame that runs in this thread and can be suspended; new reference, NULL for nothing. */
static Open *
find_suspendable(Callbacks *self, PyThreadState *here, int take)
{
    Frame *frame = take_frame(here);
    Open *found = find_open(self->state, self->frames, frame, take);
    PyErr_Clear();
    give_frame_back(frame); /* the interpreter keeps it while it runs */
    return found;
}

/* The call of `entry`, which is taken from the tables, returned `value`. */
static PyObject *
leave_open(Callbacks *self, Open *entry, PyObject *value)
{
    if (!entry->owns) {
        Py_RETURN_NONE;
    }
    Core *core = core_of(self->state, entry);
    if (core == NULL) {
        int failed = tell(entry->sink, "leave", entry->call, value) < 0;
        return quietly(entry->sink, failed ? NULL : Py_NewRef(Py_None));
    }
    return quietly((PyObject *)core, core_leave(core, (Call *)entry->call, value) < 0 ? NULL : Py_NewRef(Py_None));
}

/* What is open for the plain frame that runs in this thread, taken from the list; NULL for nothing, and where another frame
 * is the innermost one (`other` is set then). */
static Open *
take_plain(Callbacks *self, PyObject *open, PyThreadState *here, int *other)
{
    Py_ssize_t size = PyList_GET_SIZE(open);
    if (size == 0) {
        return NULL;
    }
    Frame *frame = take_frame(here);
    Open *top = (Open *)PyList_GET_ITEM(open, size - 1);
    *other = Py_TYPE(top) != self->state->open_type || top->frame_id != (unsigned long long)(uintptr_t)frame;
    give_frame_back(frame); /* the interpreter keeps it while it runs */
    if (*other) {
        return NULL;
    }
    Py_INCREF(top);
    if (drop_last(open, size) < 0) {
        Py_CLEAR(top);
    }
    return top;
}

/* FrameCallbacks.returned */
static PyObject *
callbacks_returned(Callbacks *self, PyObject *const *args, Py_ssize_t count)
{
    PyThreadState *here = PyThreadState_Get();
    Open *entry = NULL;
    Here held;
    int other = count != 3 || tables_here(&self->here, self->state, here, &held) < 0;
    if (!other) {
        entry = can_suspend((PyCodeObject *)args[0]) ? find_suspendable(self, here, 1)
                                                     : take_plain(self, held.open, here, &other);
        here_clear(&held);
    }
    if (other) {
        return in_python(self, RETURNED, args, count);
    }
    if (entry == NULL) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    PyObject *result = leave_open(self, entry, args[2]);
    drop_open(&self->spare, entry);
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
    Core *core = core_of(self->state, entry);
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
    Here held;
    int rare = tables_here(&self->here, self->state, here, &held) < 0 || PyList_GET_SIZE(held.resumed) > 0;
    here_clear(&held);
    if (rare) {
        return in_python(self, YIELDED, args, count);
    }
    Open *entry = find_suspendable(self, here, 0);
    if (entry == NULL || entry->suspended) {
        PyErr_Clear();
        Py_XDECREF((PyObject *)entry);
        Py_RETURN_NONE;
    }
    Core *core = core_of(self->state, entry);
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
    Here held = {NULL, NULL, NULL};
    int known = can_suspend((PyCodeObject *)args[0]) &&
                tables_here(&self->here, self->state, PyThreadState_Get(), &held) == 0 &&
                (PyDict_GET_SIZE(self->frames) > 0 || PyList_GET_SIZE(held.resumed) > 0);
    here_clear(&held);
    if (known) {
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
    Py_VISIT(self->frames);
    int visited = decisions_traverse(&self->known, visit, arg);
    return visited ? visited : tables_traverse(&self->here, &self->spare, visit, arg);
}

static int
callbacks_clear(Callbacks *self)
{
    for (int i = 0; i < METHODS; i++) {
        Py_CLEAR(self->python[i]);
    }
    Py_CLEAR(self->disable);
    Py_CLEAR(self->frames);
    decisions_use(&self->known, NULL);
    tables_clear(&self->here, &self->spare);
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
add_callbacks(PyObject *module, State *Py_UNUSED(state))
{
    PyObject *made = PyType_FromModuleAndSpec(module, &callbacks_spec, NULL);
    int failed = made == NULL || PyModule_AddObjectRef(module, "Callbacks", made) < 0;
    Py_XDECREF(made);
    if (failed) {
        return -1;
    }
    return 0;
}

#else

int
add_callbacks(PyObject *Py_UNUSED(module), State *Py_UNUSED(state))
{
    return 0;
}

#endif
