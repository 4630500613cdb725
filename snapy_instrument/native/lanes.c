/* Threads: the twins of recording/lanes.py and _thread_flags.py. */
#include "lanes.h"

#include "identity.h"
#include "state.h"

/* -- flags ------------------------------------------------------------------------------------------------ */

static int
flags_traverse(Flags *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->expected);
    Py_VISIT(self->expected_call);
    return 0;
}

static int
flags_clear(Flags *self)
{
    Py_CLEAR(self->expected);
    Py_CLEAR(self->expected_call);
    return 0;
}

static void
flags_dealloc(Flags *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    flags_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef flags_members[] = {
    {"quiet", T_INT, offsetof(Flags, quiet), 0, NULL},
    {"expected", T_OBJECT, offsetof(Flags, expected), 0, NULL},
    {"expected_call", T_OBJECT, offsetof(Flags, expected_call), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot flags_slots[] = {
    {Py_tp_dealloc, flags_dealloc},
    {Py_tp_traverse, flags_traverse},
    {Py_tp_clear, flags_clear},
    {Py_tp_members, flags_members},
    {0, NULL},
};

PyType_Spec flags_spec = {
    .name = "snapy_instrument._native.ThreadFlags",
    .basicsize = sizeof(Flags),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = flags_slots,
};

/* -- contexts --------------------------------------------------------------------------------------------- */

static int
context_init(Context *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"thread_id", "flags", "home", "origin", "records", NULL};
    PyObject *thread_id, *flags, *origin;
    int home, records;
    State *state = state_by_type(Py_TYPE(self));
    if (state == NULL || !PyArg_ParseTupleAndKeywords(args, kwargs, "UO!$pOp:Context", names, &thread_id,
                                                      state->flags_type, &flags, &home, &origin, &records)) {
        return -1;
    }
    PyObject *stack = PyList_New(0);
    if (stack == NULL) {
        return -1;
    }
    Py_XSETREF(self->stack, stack);
    Py_XSETREF(self->thread_id, Py_NewRef(thread_id));
    Py_XSETREF(self->flags, (Flags *)Py_NewRef(flags));
    Py_XSETREF(self->origin, Py_NewRef(origin));
    Py_XSETREF(self->task, Py_NewRef(Py_None));
    self->home = (char)home;
    self->records = (char)records;
    return 0;
}

static int
context_traverse(Context *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->thread_id);
    Py_VISIT(self->flags);
    Py_VISIT(self->origin);
    Py_VISIT(self->stack);
    Py_VISIT(self->task);
    Py_VISIT(self->greenlet);
    return 0;
}

static int
context_clear(Context *self)
{
    Py_CLEAR(self->thread_id);
    Py_CLEAR(self->flags);
    Py_CLEAR(self->origin);
    Py_CLEAR(self->stack);
    Py_CLEAR(self->task);
    Py_CLEAR(self->greenlet);
    return 0;
}

static void
context_dealloc(Context *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    context_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef context_members[] = {
    {"thread_id", T_OBJECT, offsetof(Context, thread_id), READONLY, NULL},
    {"flags", T_OBJECT, offsetof(Context, flags), READONLY, NULL},
    {"origin", T_OBJECT, offsetof(Context, origin), 0, NULL},
    {"stack", T_OBJECT, offsetof(Context, stack), READONLY, NULL},
    {"task", T_OBJECT, offsetof(Context, task), 0, NULL},
    {"greenlet", T_OBJECT, offsetof(Context, greenlet), 0, NULL},
    {"home", T_BOOL, offsetof(Context, home), READONLY, NULL},
    {"records", T_BOOL, offsetof(Context, records), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot context_slots[] = {
    {Py_tp_init, context_init},
    {Py_tp_dealloc, context_dealloc},
    {Py_tp_traverse, context_traverse},
    {Py_tp_clear, context_clear},
    {Py_tp_members, context_members},
    {0, NULL},
};

PyType_Spec context_spec = {
    .name = "snapy_instrument._native.Context",
    .basicsize = sizeof(Context),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = context_slots,
};

/* -- the lane of the calling code ------------------------------------------------------------------------- */

/* Whether `context` is the lane of the running greenlet; -1 with an error. */
static int
is_current(Core *core, Context *context)
{
    PyObject *getcurrent = Py_NewRef(core->getcurrent);
    PyObject *current = PyObject_CallNoArgs(getcurrent);
    PyObject *reference = context->greenlet;
    int same = current != NULL && reference != NULL && PyWeakref_CheckRef(reference) && refers_to(reference, current);
    Py_DECREF(getcurrent);
    Py_XDECREF(current);
    return current == NULL ? -1 : same;
}

Context *
find_context(Core *core, PyThreadState *here)
{
    uint64_t thread = PyThreadState_GetID(here);
    if (core->getcurrent != NULL && core->context != NULL) {
        Context *last = (Context *)Py_NewRef((PyObject *)core->context);
        int same = is_current(core, last);
        if (same == 1) {
            return last;
        }
        Py_DECREF((PyObject *)last);
        if (same < 0) {
            return NULL;
        }
    }
    PyObject *local = Py_NewRef(core->local);
    PyObject *found = PyObject_GetAttrString(local, "context");
    Py_DECREF(local);
    if (found == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        found = PyObject_CallMethod((PyObject *)core, "_new_context", NULL);
    }
    if (found == NULL) {
        return NULL;
    }
    if (Py_TYPE(found) != core->state->context_type) {
        PyErr_Format(PyExc_TypeError, "no native context: %R", found);
        Py_DECREF(found);
        return NULL;
    }
    PyObject *before = (PyObject *)core->context;
    core->context = (Context *)Py_NewRef(found);
    /* With greenlets a thread's lane changes without an event: it is looked for each time. */
    core->thread = core->getcurrent == NULL ? thread : 0;
    Py_XDECREF(before);
    return (Context *)found;
}

/* Core._use_greenlets */
PyObject *
core_use_greenlets(Core *self, PyObject *args)
{
    PyObject *lanes, *getcurrent;
    if (!PyArg_ParseTuple(args, "OO:_use_greenlets", &lanes, &getcurrent)) {
        return NULL;
    }
    Py_XSETREF(self->local, Py_NewRef(lanes));
    Py_XSETREF(self->getcurrent, Py_NewRef(getcurrent));
    self->thread = 0;
    Py_RETURN_NONE;
}
