/* Records: the twin of recording/records.py. */
#include "records.h"

#include "arena.h"
#include "state.h"

/* -- records: read by position, as the tuples of the pure twin (recording/records.py) ------------------------- */

static inline PyObject *
rare_field(Call *call, int index, PyObject *otherwise)
{
    return Py_NewRef(call->rare == NULL ? otherwise : PyTuple_GET_ITEM(call->rare, index));
}

PyObject *
call_item(Call *self, Py_ssize_t index)
{
    State *state = state_by_type(Py_TYPE(self));
    PyObject *made;
    if (state == NULL) {
        return NULL;
    }
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
        made = PyTuple_New(Py_SIZE(self));
        for (Py_ssize_t i = 0; made != NULL && i < Py_SIZE(self); i++) {
            PyTuple_SET_ITEM(made, i, Py_NewRef(self->values[i]));
        }
        return made;
    case CALL_DEFAULTED:
        return self->rare == NULL ? PyTuple_New(0) : rare_field(self, RARE_DEFAULTED, NULL);
    case CALL_BACKEND:
        return Py_NewRef(state->backends[self->backend]);
    case CALL_ORIGIN:
        return rare_field(self, RARE_ORIGIN, Py_None);
    case CALL_TASK:
        return rare_field(self, RARE_TASK, Py_None);
    case CALL_CONSTRUCTED:
        return self->rare == NULL ? PyLong_FromLong(0) : rare_field(self, RARE_CONSTRUCTED, NULL);
    case CALL_SPAWN:
        return rare_field(self, RARE_SPAWN, Py_None);
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

static void
call_dealloc(Call *self)
{
    PyTypeObject *type = Py_TYPE(self);
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        Py_XDECREF(self->values[i]);
    }
    Py_XDECREF(self->rare);
    Py_XDECREF(self->lane);
    Py_XDECREF(self->site);
    free_record(self, self->slabbed);
    Py_DECREF(type);
}

static PyType_Slot call_slots[] = {
    {Py_tp_dealloc, call_dealloc},
    {Py_sq_item, call_item},
    {Py_sq_length, call_length},
    {0, NULL},
};

PyType_Spec call_spec = {
    .name = "snapy_instrument._native.Call",
    .basicsize = offsetof(Call, values),
    .itemsize = sizeof(PyObject *),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = call_slots,
};

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
    free_record(self, self->slabbed);
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

/* -- balance ------------------------------------------------------------------------------------------------ */

/* The call that `record` ends, borrowed; NULL if it is not a return. */
static Call *
ended_by(State *state, PyObject *record)
{
    if (Py_TYPE(record) == state->end_type) {
        return ((End *)record)->call;
    }
    int is_return = PyTuple_CheckExact(record) && PyTuple_GET_SIZE(record) > 3 &&
                    PyTuple_GET_ITEM(record, 0) == state->kind_return &&
                    Py_TYPE(PyTuple_GET_ITEM(record, 3)) == state->call_type;
    return is_return ? (Call *)PyTuple_GET_ITEM(record, 3) : NULL;
}

/* records.open_calls */
PyObject *
open_calls(PyObject *module, PyObject *records)
{
    State *state = state_of(module);
    PyObject *found = PyList_New(0);
    if (found == NULL || !PyList_CheckExact(records)) {
        return found == NULL ? NULL : PyErr_Format(PyExc_TypeError, "open_calls() takes a list of records");
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(records); i++) {
        Call *call = ended_by(state, PyList_GET_ITEM(records, i));
        if (call != NULL) {
            call->ended = 1;
        }
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(records); i++) {
        PyObject *record = PyList_GET_ITEM(records, i);
        if (Py_TYPE(record) == state->call_type && !((Call *)record)->ended && PyList_Append(found, record) < 0) {
            Py_CLEAR(found);
            break;
        }
    }
    return found;
}

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

/* records.defaulted, new reference: `defaults` holds (index, name, default); `all` their names. */
PyObject *
defaulted(PyObject *defaults, PyObject *all, PyObject *const *values, Py_ssize_t count)
{
    PyObject *names[MOST_VALUES];
    Py_ssize_t size = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(defaults) && size < MOST_VALUES; i++) {
        PyObject *each = PyTuple_GET_ITEM(defaults, i);
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GET_ITEM(each, 0));
        if (index < count && is_default(values[index], PyTuple_GET_ITEM(each, 2))) {
            names[size++] = PyTuple_GET_ITEM(each, 1);
        }
    }
    if (size == PyTuple_GET_SIZE(all)) {
        return Py_NewRef(all);
    }
    PyObject *made = PyTuple_New(size);
    for (Py_ssize_t i = 0; made != NULL && i < size; i++) {
        PyTuple_SET_ITEM(made, i, Py_NewRef(names[i]));
    }
    return made;
}
