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

/* -- lanes ------------------------------------------------------------------------------------------------ */

static int
lane_init(Lane *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"thread_id", "flags", "home", "origin", "records", NULL};
    PyObject *thread_id, *flags, *origin;
    int home, records;
    State *state = state_by_type(Py_TYPE(self));
    if (state == NULL || !PyArg_ParseTupleAndKeywords(args, kwargs, "UO!$pOp:Lane", names, &thread_id,
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
lane_traverse(Lane *self, visitproc visit, void *arg)
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
lane_clear(Lane *self)
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
lane_dealloc(Lane *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    lane_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef lane_members[] = {
    {"thread_id", T_OBJECT, offsetof(Lane, thread_id), READONLY, NULL},
    {"flags", T_OBJECT, offsetof(Lane, flags), READONLY, NULL},
    {"origin", T_OBJECT, offsetof(Lane, origin), 0, NULL},
    {"stack", T_OBJECT, offsetof(Lane, stack), READONLY, NULL},
    {"task", T_OBJECT, offsetof(Lane, task), 0, NULL},
    {"greenlet", T_OBJECT, offsetof(Lane, greenlet), 0, NULL},
    {"home", T_BOOL, offsetof(Lane, home), READONLY, NULL},
    {"records", T_BOOL, offsetof(Lane, records), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot lane_slots[] = {
    {Py_tp_init, lane_init},
    {Py_tp_dealloc, lane_dealloc},
    {Py_tp_traverse, lane_traverse},
    {Py_tp_clear, lane_clear},
    {Py_tp_members, lane_members},
    {0, NULL},
};

PyType_Spec lane_spec = {
    .name = "snapy_instrument._native.Lane",
    .basicsize = sizeof(Lane),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = lane_slots,
};

/* -- the lane of the calling code ------------------------------------------------------------------------- */

/* Whether `lane` is the lane of the running greenlet; -1 with an error. */
static int
is_current(Core *core, Lane *lane)
{
    PyObject *getcurrent = Py_NewRef(core->getcurrent);
    PyObject *current = PyObject_CallNoArgs(getcurrent);
    PyObject *reference = lane->greenlet;
    int same = current != NULL && reference != NULL && PyWeakref_CheckRef(reference) && refers_to(reference, current);
    Py_DECREF(getcurrent);
    Py_XDECREF(current);
    return current == NULL ? -1 : same;
}

Lane *
find_lane(Core *core, PyThreadState *here)
{
    uint64_t thread = PyThreadState_GetID(here);
    if (core->getcurrent != NULL && core->lane != NULL) {
        Lane *last = (Lane *)Py_NewRef((PyObject *)core->lane);
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
    PyObject *found = PyObject_GetAttrString(local, "lane");
    Py_DECREF(local);
    if (found == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        found = PyObject_CallMethod((PyObject *)core, "_new_lane", NULL);
    }
    if (found == NULL) {
        return NULL;
    }
    if (Py_TYPE(found) != core->state->lane_type) {
        PyErr_Format(PyExc_TypeError, "no native lane: %R", found);
        Py_DECREF(found);
        return NULL;
    }
    PyObject *before = (PyObject *)core->lane;
    core->lane = (Lane *)Py_NewRef(found);
    /* With greenlets a thread's lane changes without an event: it is looked for each time. */
    core->thread = core->getcurrent == NULL ? thread : 0;
    Py_XDECREF(before);
    return (Lane *)found;
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
