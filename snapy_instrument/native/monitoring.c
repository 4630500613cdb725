/* Frames: the twins of the monitoring backend's callbacks, for frames that run once from their call to their end.
 * Everything else goes to the Python methods of the backend. */
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
    if (result == NULL && core_withdraw(core) == 0) {
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
    result = quietly((Core *)top->sink, result);
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
