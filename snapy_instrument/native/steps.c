/* The steps of generators and coroutines: the twin of Steps in backends/steps.py for what is sent and returned, without
 * a frame of its own. What is thrown in, closed and dropped goes through Python. */
#include "steps.h"

#include "recorder.h"
#include "sink.h"
#include "state.h"
#include "support.h"

/* What the object in whose place we stand hands out: see backends/steps.py. */
enum { GIVES_VALUES, GIVES_NOTHING, GIVES_ITEMS };

typedef struct {
    PyObject_HEAD
    State *state;
    Slot *slot;
    PyObject *awaiting; /* recorder.AWAITING */
    PyObject *site;
    PyObject *values;
    PyObject *code;
    PyObject *sink;
    PyObject *call; /* NULL or None before the call began and after it has ended */
    PyObject *sent;
    PyObject *out;
    int gives;
    char begun;
} Steps;

static inline int
is_open(Steps *steps)
{
    return steps->call != NULL && steps->call != Py_None && steps->sink != NULL && steps->sink != Py_None;
}

static Core *
core_of(Steps *steps)
{
    int native = steps->sink != NULL && PyObject_TypeCheck(steps->sink, steps->state->core_type) &&
                 Py_TYPE(steps->call) == steps->state->call_type;
    return native ? (Core *)steps->sink : NULL;
}

/* Sink.suspend and Sink.resume. -1 with an error. */
static int
suspend(Steps *steps, PyObject *value)
{
    Core *core = core_of(steps);
    return core == NULL ? tell(steps->sink, "suspend", steps->call, value)
                        : core_suspend(core, (Call *)steps->call, value, steps->awaiting);
}

static int
resume(Steps *steps, PyObject *value)
{
    Core *core = core_of(steps);
    return core == NULL ? tell(steps->sink, "resume", steps->call, value)
                        : core_resume(core, (Call *)steps->call, value);
}

/* Steps._withdraw: the error that is set stays set only if it is the program's. */
static int
end_recording(Steps *steps)
{
    Py_CLEAR(steps->call);
    return steps->sink == NULL || steps->sink == Py_None ? -1 : withdraw(steps->sink);
}

static int
begin_call(Steps *steps)
{
    PyObject *values = steps->values;
    steps->values = NULL;
    PyObject *sink = Py_XNewRef(steps->slot->sink);
    Py_XSETREF(steps->sink, sink);
    if (sink == NULL) {
        Py_XDECREF(values);
        return 0;
    }
    Core *core = (Core *)Py_XNewRef((PyObject *)steps->slot->core);
    PyObject *listed = values == NULL || values == Py_None ? PyTuple_New(0) : PySequence_Fast(values, "no values");
    if (listed != NULL) {
        PyObject *const *items = PySequence_Fast_ITEMS(listed);
        PyObject *call = enter(sink, core, steps->site, items, PySequence_Fast_GET_SIZE(listed));
        Py_XSETREF(steps->call, call);
    }
    Py_XDECREF(listed);
    Py_XDECREF((PyObject *)core);
    Py_XDECREF(values);
    return PyErr_Occurred() ? -1 : 0;
}

/* Steps.__enter__. -1 with an error that is no Exception. */
static int
begin_step(Steps *steps, PyObject *sent)
{
    int failed = 0;
    if (!steps->begun) {
        steps->begun = 1;
        failed = begin_call(steps) < 0;
    }
    else if (is_open(steps)) {
        failed = resume(steps, sent) < 0;
    }
    if (!failed && steps->slot->framed && is_open(steps)) {
        failed = announce(steps->slot, core_of(steps), steps->call, steps->code) < 0;
    }
    return failed ? end_recording(steps) : 0;
}

/* The step handed out `value`. */
static int
gave(Steps *steps, PyObject *value)
{
    return is_open(steps) && suspend(steps, value) < 0 ? end_recording(steps) : 0;
}

/* The call returned `value`. */
static int
returned(Steps *steps, PyObject *value)
{
    if (!is_open(steps)) {
        return 0;
    }
    PyObject *call = Py_NewRef(steps->call);
    PyObject *sink = Py_NewRef(steps->sink);
    Core *core = core_of(steps);
    Py_CLEAR(steps->call);
    int failed = leave(sink, core, call, value);
    Py_DECREF(call);
    Py_DECREF(sink);
    return failed;
}

/* The exception that is set leaves the call; it stays set. */
static void
raised(Steps *steps)
{
    if (!is_open(steps)) {
        return;
    }
    PyObject *call = Py_NewRef(steps->call);
    PyObject *sink = Py_NewRef(steps->sink);
    Py_CLEAR(steps->call);
    fail(sink, call, PyErr_ExceptionMatches(PyExc_GeneratorExit));
    Py_DECREF(call);
    Py_DECREF(sink);
}

/* One step of `self`, whose `__wrapped__` gets `arg`. */
static PySendResult
step(PyObject *wrapped, Steps *steps, PyObject *arg, PyObject *sent, PyObject **result)
{
    *result = NULL;
    if (begin_step(steps, sent) < 0) {
        return PYGEN_ERROR;
    }
    int units = lend_stack();
    PySendResult how = PyIter_Send(wrapped, arg, result);
    take_stack_back(units);
    int failed = 0;
    if (how == PYGEN_NEXT) {
        failed = gave(steps, steps->gives == GIVES_VALUES ? *result : steps->awaiting) < 0;
    }
    else if (how == PYGEN_RETURN) {
        failed = (steps->gives == GIVES_ITEMS ? gave(steps, *result) : returned(steps, *result)) < 0;
    }
    else if (steps->gives == GIVES_ITEMS && PyErr_ExceptionMatches(PyExc_StopAsyncIteration)) {
        PyObject *end = take_raised();
        if (returned(steps, Py_None) < 0) {
            Py_DECREF(end);
        }
        else {
            raise_again(end);
        }
    }
    else {
        raised(steps);
    }
    if (failed) {
        Py_CLEAR(*result);
        return PYGEN_ERROR;
    }
    return how;
}

/* -- what drives them ---------------------------------------------------------------------------------------- */

/* Names of attributes of those objects, made with the types and kept for good. */
static PyObject *name_steps, *name_wrapped, *name_waits, *name_sent, *name_thrown;
static PyTypeObject *steps_type;

static PyObject *
steps_of(PyObject *self)
{
    PyObject *steps = PyObject_GenericGetAttr(self, name_steps);
    if (steps != NULL && !PyObject_TypeCheck(steps, steps_type)) {
        PyErr_Format(PyExc_TypeError, "no steps: %.100s", Py_TYPE(steps)->tp_name);
        Py_CLEAR(steps);
    }
    return steps;
}

static PySendResult
driven_send(PyObject *self, PyObject *arg, PyObject **result)
{
    PyObject *steps = steps_of(self);
    PyObject *wrapped = steps == NULL ? NULL : PyObject_GenericGetAttr(self, name_wrapped);
    PySendResult how = PYGEN_ERROR;
    *result = NULL;
    if (wrapped != NULL) {
        how = step(wrapped, (Steps *)steps, arg, arg, result);
    }
    Py_XDECREF(wrapped);
    Py_XDECREF(steps);
    return how;
}

/* _Item.send */
static PySendResult
item_send(PyObject *self, PyObject *arg, PyObject **result)
{
    PyObject *steps = steps_of(self);
    PyObject *wrapped = steps == NULL ? NULL : PyObject_GenericGetAttr(self, name_wrapped);
    PyObject *sent = wrapped == NULL ? NULL : PyObject_GenericGetAttr(self, name_sent);
    PyObject *thrown = sent == NULL ? NULL : PyObject_GenericGetAttr(self, name_thrown);
    PySendResult how = PYGEN_ERROR;
    *result = NULL;
    if (thrown != NULL && PyObject_GenericSetAttr(self, name_waits, Py_False) == 0) {
        if (thrown == Py_True) {
            ((Steps *)steps)->begun = 1;
        }
        how = step(wrapped, (Steps *)steps, arg, sent, result);
        if (how == PYGEN_NEXT && PyObject_GenericSetAttr(self, name_waits, Py_True) < 0) {
            Py_CLEAR(*result);
            how = PYGEN_ERROR;
        }
    }
    Py_XDECREF(thrown);
    Py_XDECREF(sent);
    Py_XDECREF(wrapped);
    Py_XDECREF(steps);
    return how;
}

/* What a method gives: the end is a StopIteration. */
static PyObject *
result_of(sendfunc send, PyObject *self, PyObject *arg, int may_end_silently)
{
    PyObject *value;
    if (send(self, arg, &value) != PYGEN_RETURN) {
        return value;
    }
    if (value == Py_None) {
        if (!may_end_silently) {
            PyErr_SetNone(PyExc_StopIteration);
        }
    }
    else {
        /* Made here: a tuple or an exception would not be taken for its argument. */
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, value);
        if (stop != NULL) {
            PyErr_SetObject(PyExc_StopIteration, stop);
            Py_DECREF(stop);
        }
    }
    Py_DECREF(value);
    return NULL;
}

static PyObject *
driven_send_method(PyObject *self, PyObject *arg)
{
    return result_of(driven_send, self, arg, 0);
}

static PyObject *
driven_next(PyObject *self)
{
    return result_of(driven_send, self, Py_None, 1);
}

static PyObject *
item_send_method(PyObject *self, PyObject *arg)
{
    return result_of(item_send, self, arg, 0);
}

static PyObject *
item_next(PyObject *self)
{
    return result_of(item_send, self, Py_None, 1);
}

static PyMethodDef driven_methods[] = {
    {"send", driven_send_method, METH_O, "Go on with a value."},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef item_methods[] = {
    {"send", item_send_method, METH_O, "Go on with a value."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot sends_slots[] = {
    {Py_tp_methods, driven_methods},
    {0, NULL},
};

static PyType_Slot iterates_slots[] = {
    {Py_tp_methods, driven_methods},
    {Py_tp_iternext, driven_next},
    {Py_am_send, driven_send},
    {0, NULL},
};

static PyType_Slot items_slots[] = {
    {Py_tp_methods, item_methods},
    {Py_tp_iternext, item_next},
    {Py_am_send, item_send},
    {0, NULL},
};

/* Without fields of their own: they stand beside other bases. */
static PyType_Spec sends_spec = {
    .name = "snapy_instrument._native.Sends",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = sends_slots,
};

static PyType_Spec iterates_spec = {
    .name = "snapy_instrument._native.Iterates",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = iterates_slots,
};

static PyType_Spec items_spec = {
    .name = "snapy_instrument._native.IteratesItems",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = items_slots,
};

/* -- Steps(site, values, code, slot, awaiting, gives) -------------------------------------------------------- */

static int
steps_init(Steps *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *site, *values, *code, *slot, *awaiting;
    int gives;
    self->state = state_by_type(Py_TYPE(self));
    if (self->state == NULL || !PyArg_ParseTuple(args, "OOOO!Oi:Steps", &site, &values, &code, self->state->slot_type,
                                                 &slot, &awaiting, &gives)) {
        return -1;
    }
    Py_XSETREF(self->site, Py_NewRef(site));
    Py_XSETREF(self->values, Py_NewRef(values));
    Py_XSETREF(self->code, Py_NewRef(code));
    Py_XSETREF(self->slot, (Slot *)Py_NewRef(slot));
    Py_XSETREF(self->awaiting, Py_NewRef(awaiting));
    self->gives = gives;
    return 0;
}

static int
steps_traverse(Steps *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->slot);
    Py_VISIT(self->site);
    Py_VISIT(self->values);
    Py_VISIT(self->code);
    Py_VISIT(self->sink);
    Py_VISIT(self->call);
    Py_VISIT(self->sent);
    Py_VISIT(self->out);
    return 0;
}

static int
steps_clear(Steps *self)
{
    /* The slot stays: a generator that is being collected may still run, by its finalizer. */
    Py_CLEAR(self->site);
    Py_CLEAR(self->values);
    Py_CLEAR(self->sink);
    Py_CLEAR(self->call);
    Py_CLEAR(self->sent);
    Py_CLEAR(self->out);
    return 0;
}

static void
steps_dealloc(Steps *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)steps_clear(self);
    Py_CLEAR(self->code);
    Py_CLEAR(self->awaiting);
    Py_CLEAR(self->slot);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef steps_members[] = {
    {"_site", T_OBJECT, offsetof(Steps, site), 0, NULL},
    {"_values", T_OBJECT, offsetof(Steps, values), 0, NULL},
    {"_code", T_OBJECT, offsetof(Steps, code), 0, NULL},
    {"_sink", T_OBJECT, offsetof(Steps, sink), 0, NULL},
    {"_call", T_OBJECT, offsetof(Steps, call), 0, NULL},
    {"sent", T_OBJECT, offsetof(Steps, sent), 0, NULL},
    {"out", T_OBJECT, offsetof(Steps, out), 0, NULL},
    {"_begun", T_BOOL, offsetof(Steps, begun), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot steps_slots[] = {
    {Py_tp_init, steps_init},
    {Py_tp_dealloc, steps_dealloc},
    {Py_tp_traverse, steps_traverse},
    {Py_tp_clear, steps_clear},
    {Py_tp_members, steps_members},
    {0, NULL},
};

static PyType_Spec steps_spec = {
    .name = "snapy_instrument._native.Steps",
    .basicsize = sizeof(Steps),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = steps_slots,
};

static int
intern(PyObject **kept, const char *name)
{
    if (*kept == NULL) {
        *kept = PyUnicode_InternFromString(name);
    }
    return *kept == NULL;
}

int
add_steps_types(PyObject *module)
{
    if (intern(&name_steps, "_self_steps") || intern(&name_wrapped, "__wrapped__") ||
        intern(&name_waits, "_self_waits") || intern(&name_sent, "_self_sent") ||
        intern(&name_thrown, "_self_thrown")) {
        return -1;
    }
    PyType_Spec *const specs[] = {&steps_spec, &sends_spec, &iterates_spec, &items_spec};
    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        PyObject *made = PyType_FromModuleAndSpec(module, specs[i], NULL);
        int failed = made == NULL || PyModule_AddType(module, (PyTypeObject *)made) < 0;
        if (specs[i] == &steps_spec && !failed) {
            Py_XSETREF(steps_type, (PyTypeObject *)Py_NewRef(made));
        }
        Py_XDECREF(made);
        if (failed) {
            return -1;
        }
    }
    return 0;
}
