/* What listens: the slot of recording/sink.py, and what proxies and frame backends say to its sink. */
#include "sink.h"

#include "recorder.h"
#include "state.h"
#include "support.h"

void
fail(PyObject *sink, PyObject *call, int closed)
{
    PyObject *exception = take_raised();
    PyObject *done = closed ? PyObject_CallMethod(sink, "abandon", "(O)", call)
                            : PyObject_CallMethod(sink, "fail", "OO", call, exception);
    if (done != NULL || withdraw(sink) == 0) {
        raise_again(exception);
    }
    else {
        Py_DECREF(exception); /* a KeyboardInterrupt that arrived meanwhile takes its place */
    }
    Py_XDECREF(done);
}

int
announce(Slot *slot, Core *core, PyObject *call, PyObject *code)
{
    Flags *flags = core == NULL ? (Flags *)PyObject_CallMethod((PyObject *)slot, "_flags", NULL) : core_flags(core);
    if (flags == NULL) {
        return -1;
    }
    Py_XSETREF(flags->expected, Py_NewRef(code));
    Py_XSETREF(flags->expected_call, Py_NewRef(call));
    Py_DECREF((PyObject *)flags);
    return 0;
}

PyObject *
enter(PyObject *sink, Core *core, PyObject *site, PyObject *const *values, Py_ssize_t count)
{
    if (core != NULL) {
        PyThreadState *here = PyThreadState_Get();
        int rested = rest_tracing(here);
        Call *entered = core_enter(core, here, site, values, count, 0);
        go_on_tracing(here, rested);
        return (PyObject *)entered;
    }
    PyObject *listed = PyTuple_New(count);
    for (Py_ssize_t i = 0; listed != NULL && i < count; i++) {
        PyTuple_SET_ITEM(listed, i, Py_NewRef(values[i]));
    }
    PyObject *call = listed == NULL ? NULL : PyObject_CallMethod(sink, "enter", "OOs", site, listed, "proxy");
    Py_XDECREF(listed);
    if (call == NULL) {
        (void)withdraw(sink);
    }
    else if (call == Py_None) {
        Py_CLEAR(call);
    }
    return call;
}

int
leave(PyObject *sink, Core *core, PyObject *call, PyObject *result)
{
    if (core != NULL) {
        PyThreadState *here = PyThreadState_Get();
        int rested = rest_tracing(here);
        int failed = core_leave(core, (Call *)call, result);
        go_on_tracing(here, rested);
        return failed;
    }
    return tell(sink, "leave", call, result) < 0 ? withdraw(sink) : 0;
}

/* -- the slot --------------------------------------------------------------------------------------------- */

static PyObject *
slot_listen(Slot *self, PyObject *sink)
{
    State *state = state_by_type(Py_TYPE(self));
    if (state == NULL) {
        return NULL;
    }
    int native = PyObject_TypeCheck(sink, state->core_type) && ((Core *)sink)->log != NULL;
    /* Both change before either is released: a call that begins between the two would report to one and end in the
     * other. */
    PyObject *old_core = (PyObject *)self->core, *old_sink = self->sink;
    self->core = native ? (Core *)Py_NewRef(sink) : NULL;
    self->sink = sink == Py_None ? NULL : Py_NewRef(sink);
    Py_XDECREF(old_core);
    Py_XDECREF(old_sink);
    Py_RETURN_NONE;
}

static int
slot_traverse(Slot *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->sink);
    Py_VISIT(self->core);
    return 0;
}

static int
slot_clear(Slot *self)
{
    Py_CLEAR(self->sink);
    Py_CLEAR(self->core);
    return 0;
}

static void
slot_dealloc(Slot *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    slot_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef slot_methods[] = {
    {"_listen", (PyCFunction)slot_listen, METH_O, "Report to this sink, None for nobody."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef slot_members[] = {
    {"sink", T_OBJECT, offsetof(Slot, sink), READONLY, NULL},
    {"framed", T_INT, offsetof(Slot, framed), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot slot_slots[] = {
    {Py_tp_dealloc, slot_dealloc},
    {Py_tp_traverse, slot_traverse},
    {Py_tp_clear, slot_clear},
    {Py_tp_methods, slot_methods},
    {Py_tp_members, slot_members},
    {0, NULL},
};

PyType_Spec slot_spec = {
    .name = "snapy_instrument._native.SinkSlot",
    .basicsize = sizeof(Slot),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = slot_slots,
};
