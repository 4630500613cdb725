/* Recorded frames that have not ended, and what is known of each thread: the tables of the frame backends. */
#include "open_frames.h"

#include "support.h"

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

void
here_clear(Here *held)
{
    Py_CLEAR(held->open);
    Py_CLEAR(held->resumed);
    Py_CLEAR(held->flags);
}

/* All fields change before anything is released, for what that runs may let in another thread. */
static void
tables_set(ThreadTables *self, PyObject *local, uint64_t thread, Here *held)
{
    PyObject *released[] = {self->local, self->open, self->resumed, (PyObject *)self->flags};
    self->local = Py_XNewRef(local);
    self->thread = thread;
    self->open = Py_XNewRef(held->open);
    self->resumed = Py_XNewRef(held->resumed);
    self->flags = (Flags *)Py_XNewRef((PyObject *)held->flags);
    for (size_t i = 0; i < sizeof(released) / sizeof(released[0]); i++) {
        Py_XDECREF(released[i]);
    }
}

void
tables_use(ThreadTables *self, PyObject *local)
{
    Here nobody = {NULL, NULL, NULL};
    if (local != self->local) {
        tables_set(self, local, 0, &nobody);
    }
}

int
tables_here(ThreadTables *self, State *state, PyThreadState *here, Here *held)
{
    uint64_t thread = PyThreadState_GetID(here);
    *held = (Here){NULL, NULL, NULL};
    if (self->open != NULL && self->thread == thread) {
        *held = (Here){Py_NewRef(self->open), Py_NewRef(self->resumed), (Flags *)Py_NewRef((PyObject *)self->flags)};
        return 0;
    }
    /* An exception that is thrown into a generator may be set: it stays, and the thread's first look runs Python code. */
    PyObject *kind, *problem, *traceback;
    PyErr_Fetch(&kind, &problem, &traceback);
    PyObject *local = Py_XNewRef(self->local);
    held->open = local == NULL ? NULL : PyObject_GetAttrString(local, "open");
    held->resumed = held->open == NULL ? NULL : PyObject_GetAttrString(local, "resumed");
    held->flags = held->resumed == NULL ? NULL : (Flags *)PyObject_GetAttrString(local, "flags");
    int native = held->flags != NULL && PyList_CheckExact(held->open) && PyList_CheckExact(held->resumed) &&
                 Py_TYPE(held->flags) == state->flags_type;
    if (!native) {
        here_clear(held);
    }
    else if (self->local == local) { /* else other tracers record now, with tables of their own */
        tables_set(self, local, thread, held);
    }
    Py_XDECREF(local);
    PyErr_Restore(kind, problem, traceback); /* in place of an error of ours */
    return native ? 0 : -1;
}

int
tables_traverse(ThreadTables *self, SpareOpen *spare, visitproc visit, void *arg)
{
    Py_VISIT(self->local);
    Py_VISIT(self->open);
    Py_VISIT(self->resumed);
    Py_VISIT(self->flags);
    for (int i = 0; i < spare->count; i++) {
        Py_VISIT(spare->entries[i]);
    }
    return 0;
}

void
tables_clear(ThreadTables *self, SpareOpen *spare)
{
    Py_CLEAR(self->local);
    Py_CLEAR(self->open);
    Py_CLEAR(self->resumed);
    Py_CLEAR(self->flags);
    while (spare->count > 0) {
        Py_DECREF(spare->entries[--spare->count]);
    }
}

Open *
new_open(SpareOpen *spare, State *state, Frame *frame, Core *core, PyObject *call, int owns)
{
    PyTypeObject *type = state->open_type;
    Open *entry = spare->count > 0 ? spare->entries[--spare->count] : (Open *)type->tp_alloc(type, 0);
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

void
drop_open(SpareOpen *spare, Open *entry)
{
    if (Py_REFCNT(entry) == 1) {
        (void)open_clear(entry);
        if (spare->count < SPARE) {
            spare->entries[spare->count++] = entry;
            return;
        }
    }
    Py_DECREF(entry);
}

int
begin_open(SpareOpen *spare, State *state, PyObject *frames, Frame *frame, Core *core, PyObject *call, PyCodeObject *code)
{
    Open *entry = new_open(spare, state, frame, core, call, 1);
    PyObject *number = entry == NULL ? NULL : PyLong_FromVoidPtr(frame);
    Open *before = number == NULL ? NULL : (Open *)Py_XNewRef(PyDict_GetItemWithError(frames, number));
    int failed = number == NULL || PyDict_SetItem(frames, number, (PyObject *)entry) < 0;
    if (entry != NULL) {
        entry->gives_values = (code->co_flags & (CO_GENERATOR | CO_ITERABLE_COROUTINE)) == CO_GENERATOR;
    }
    if (!failed && before != NULL && Py_TYPE(before) == state->open_type) {
        /* Python 3.13 closes a generator that has no handler without an event; its memory is used again. */
        PyObject *done = PyObject_CallMethod(before->sink, "abandon", "O", before->call);
        failed = done == NULL;
        Py_XDECREF(done);
    }
    Py_XDECREF((PyObject *)before);
    Py_XDECREF(number);
    Py_XDECREF((PyObject *)entry);
    return failed ? -1 : 0;
}

Open *
find_open(State *state, PyObject *frames, Frame *frame, int take)
{
    Py_XINCREF(frames); /* another thread may put another table in its place */
    PyObject *number = frame == NULL || frames == NULL ? NULL : PyLong_FromVoidPtr(frame);
    PyObject *found = number == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(frames, number));
    if (found != NULL && (Py_TYPE(found) != state->open_type || (take && PyDict_DelItem(frames, number) < 0))) {
        Py_CLEAR(found);
    }
    Py_XDECREF(number);
    Py_XDECREF(frames);
    if (found == NULL) {
        PyErr_Clear();
    }
    return (Open *)found;
}

int
add_open_type(PyObject *module, State *state)
{
    state->open_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &open_spec, NULL);
    if (state->open_type == NULL || PyModule_AddType(module, state->open_type) < 0) {
        return -1;
    }
    return PyModule_AddFunctions(module, frame_functions);
}
