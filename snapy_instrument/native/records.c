/* Records as objects: the twin of recording/records.py. */
#include "records.h"

#include "state.h"

enum { MOST_BITS = 32, SITE_PARAMETERS = 5 };

/* -- calls: read by position, as the tuples of the pure twin -------------------------------------------------- */

Call *
make_call(State *state)
{
    Call *made = PyObject_New(Call, state->call_type);
    if (made != NULL) {
        clear_call(made, state);
    }
    return made;
}

static void
call_dealloc(Call *self)
{
    PyTypeObject *type = Py_TYPE(self);
    State *state = self->state; /* of the module, which the type holds */
    Py_XDECREF(self->rare);
    Py_XDECREF(self->spawn);
    Py_XDECREF(self->lookup);
    Py_XDECREF(self->values);
    Py_XDECREF(self->names);
    Py_XDECREF(self->lane);
    Py_XDECREF(self->site);
    /* A spare one holds no reference to its type, and is none that Python counts. */
    if (state->call_type == type && state->spare < SPARE_CALLS) {
        state->spare_calls[state->spare++] = self;
    }
    else {
        PyObject_Free(self);
    }
    Py_DECREF(type);
}

void
drop_spare_calls(State *state)
{
    while (state->spare > 0) {
        PyObject_Free(state->spare_calls[--state->spare]);
    }
}

PyObject *
parameters_of(State *state, PyObject *site)
{
    PyObject *found = NULL;
    if (Py_TYPE(site) == state->site_type) {
        found = *(PyObject **)((char *)site + state->site_slots[SITE_PARAMETERS]);
    }
    return found != NULL && PyTuple_CheckExact(found) ? found : NULL;
}

PyObject *
defaulted_names(State *state, const Call *call)
{
    if (call->names != NULL) {
        return Py_NewRef(call->names);
    }
    PyObject *parameters = call->defaulted == 0 ? NULL : parameters_of(state, call->site);
    Py_ssize_t size = 0;
    for (Py_ssize_t i = 0; parameters != NULL && i < PyTuple_GET_SIZE(parameters) && i < MOST_BITS; i++) {
        size += (call->defaulted >> i) & 1;
    }
    PyObject *made = PyTuple_New(size);
    for (Py_ssize_t i = 0, place = 0; made != NULL && place < size; i++) {
        if ((call->defaulted >> i) & 1) {
            PyTuple_SET_ITEM(made, place++, Py_NewRef(PyTuple_GET_ITEM(parameters, i)));
        }
    }
    return made;
}

static inline PyObject *
or_none(PyObject *found)
{
    return Py_NewRef(found == NULL ? Py_None : found);
}

PyObject *
call_item(Call *self, Py_ssize_t index)
{
    State *state = self->state;
    switch (index) {
    case KIND:
        return Py_NewRef(state->kind_call);
    case TIME:
        return PyFloat_FromDouble(self->time);
    case MEMORY:
        return PyLong_FromLongLong(self->memory);
    case CALL_NUMBER:
        return PyLong_FromLongLong(self->number);
    case CALL_PARENT:
        return self->parent ? PyLong_FromLongLong(self->parent) : Py_NewRef(Py_None);
    case CALL_DEPTH:
        return PyLong_FromLong(self->depth);
    case CALL_SITE:
        return Py_NewRef(self->site);
    case CALL_CONTEXT:
        return Py_NewRef((PyObject *)self->lane);
    case CALL_VALUES:
        return self->values == NULL ? PyTuple_New(0) : Py_NewRef(self->values);
    case CALL_DEFAULTED:
        return defaulted_names(state, self);
    case CALL_BACKEND:
        return Py_NewRef(state->backends[self->backend]);
    case CALL_ORIGIN:
        return or_none(self->rare == NULL ? NULL : PyTuple_GET_ITEM(self->rare, RARE_ORIGIN));
    case CALL_TASK:
        return or_none(self->rare == NULL ? NULL : PyTuple_GET_ITEM(self->rare, RARE_TASK));
    case CALL_CONSTRUCTED:
        return PyLong_FromVoidPtr(self->constructed);
    case CALL_SPAWN:
        return or_none(self->spawn);
    default:
        PyErr_SetString(PyExc_IndexError, "a call record has 15 fields");
        return NULL;
    }
}

static Py_ssize_t
call_length(Call *Py_UNUSED(self))
{
    return CALL_FIELDS;
}

static PyType_Slot call_slots[] = {
    {Py_tp_dealloc, call_dealloc},
    {Py_sq_item, call_item},
    {Py_sq_length, call_length},
    {0, NULL},
};

PyType_Spec call_spec = {
    .name = "snapy_instrument._native.Call",
    .basicsize = sizeof(Call),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = call_slots,
};

PyObject *
new_end(State *state, Call *call, PyObject *value, double time, long long memory)
{
    End *end = PyObject_New(End, state->end_type);
    if (end == NULL) {
        Py_DECREF((PyObject *)call);
        Py_DECREF(value);
        return NULL;
    }
    end->call = call;
    end->value = value;
    end->time = time;
    end->memory = memory;
    return (PyObject *)end;
}

static PyObject *
end_item(End *self, Py_ssize_t index)
{
    State *state = state_by_type(Py_TYPE(self));
    if (state == NULL) {
        return NULL;
    }
    switch (index) {
    case KIND:
        return Py_NewRef(state->kind_return);
    case TIME:
        return PyFloat_FromDouble(self->time);
    case MEMORY:
        return PyLong_FromLongLong(self->memory);
    case END_CALL:
        return Py_NewRef((PyObject *)self->call);
    case END_VALUE:
        return Py_NewRef(self->value);
    case END_EXCEPTION:
    case END_EXTRA:
        Py_RETURN_NONE;
    case END_FINISHED:
        Py_RETURN_TRUE;
    default:
        PyErr_SetString(PyExc_IndexError, "a return record has 8 fields");
        return NULL;
    }
}

static Py_ssize_t
end_length(End *Py_UNUSED(self))
{
    return END_FIELDS;
}

static void
end_dealloc(End *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->call);
    Py_XDECREF(self->value);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot end_slots[] = {
    {Py_tp_dealloc, end_dealloc},
    {Py_sq_item, end_item},
    {Py_sq_length, end_length},
    {0, NULL},
};

PyType_Spec end_spec = {
    .name = "snapy_instrument._native.Return",
    .basicsize = sizeof(End),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = end_slots,
};

/* -- numbers: itertools.count(1), which the core counts on without making them ------------------------------ */

static PyObject *
counter_next(Counter *self)
{
    return PyLong_FromLongLong(++self->last);
}

static void
counter_dealloc(Counter *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot counter_slots[] = {
    {Py_tp_dealloc, counter_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, counter_next},
    {0, NULL},
};

PyType_Spec counter_spec = {
    .name = "snapy_instrument._native.Counter",
    .basicsize = sizeof(Counter),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = counter_slots,
};

static int
is_scalar(PyTypeObject *kind)
{
    return kind == &PyUnicode_Type || kind == &PyLong_Type || kind == &PyFloat_Type || kind == &PyBool_Type ||
           kind == &PyComplex_Type || kind == &PyBytes_Type || kind == Py_TYPE(Py_None);
}

/* records._is_default */
static int
is_default(PyObject *value, PyObject *given)
{
    if (value == given) {
        return 1;
    }
    PyTypeObject *kind = Py_TYPE(value);
    if (kind != Py_TYPE(given)) {
        return 0;
    }
    if (kind == &PyTuple_Type) {
        return !PyTuple_GET_SIZE(value) && !PyTuple_GET_SIZE(given);
    }
    if (kind == &PyDict_Type) {
        return !PyDict_GET_SIZE(value) && !PyDict_GET_SIZE(given);
    }
    return is_scalar(kind) && PyObject_RichCompareBool(value, given, Py_EQ) == 1;
}

/* The default of `each` of a plan's defaults, and its index. */
static inline Py_ssize_t
index_of(PyObject *each)
{
    return PyLong_AsSsize_t(PyTuple_GET_ITEM(each, 0));
}

uint32_t
bits_of_defaults(PyObject *defaults)
{
    uint32_t bits = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(defaults); i++) {
        Py_ssize_t index = index_of(PyTuple_GET_ITEM(defaults, i));
        bits |= index < MOST_BITS ? (uint32_t)1 << index : 0;
    }
    return bits;
}

uint32_t
defaulted_bits(PyObject *defaults, PyObject *const *values, Py_ssize_t count)
{
    uint32_t bits = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(defaults); i++) {
        PyObject *each = PyTuple_GET_ITEM(defaults, i);
        Py_ssize_t index = index_of(each);
        if (index < count && index < MOST_BITS && is_default(values[index], PyTuple_GET_ITEM(each, 2))) {
            bits |= (uint32_t)1 << index;
        }
    }
    return bits;
}

PyObject *
defaulted_of_many(PyObject *defaults, PyObject *const *values, Py_ssize_t count)
{
    PyObject *names = PyList_New(0);
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(defaults); i++) {
        PyObject *each = PyTuple_GET_ITEM(defaults, i);
        Py_ssize_t index = index_of(each);
        if (index < count && is_default(values[index], PyTuple_GET_ITEM(each, 2)) &&
            PyList_Append(names, PyTuple_GET_ITEM(each, 1)) < 0) {
            Py_CLEAR(names);
        }
    }
    PyObject *made = names == NULL ? NULL : PyList_AsTuple(names);
    Py_XDECREF(names);
    return made;
}
