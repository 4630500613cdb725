/* Values: the twin of capture/walk.py for scalars and described objects; containers.c has the rest. */
#include "walk.h"

#include "callables.h"
#include "containers.h"
#include "identity.h"
#include "kinds.h"
#include "limits.h"
#include "python_walk.h"
#include "scalars.h"
#include "shared.h"
#include "support.h"
#include "texts.h"

static inline PyObject *
keep(PyObject *obj)
{
    return Py_NewRef(obj);
}

static PyObject *
plain_int(PyObject *number)
{
    int overflow;
    (void)PyLong_AsLongLongAndOverflow(number, &overflow);
    return overflow ? NULL : keep(number);
}

/* A name and a value, new reference: those of place `i` in `before`, which may be NULL, where they are the same. */
static inline PyObject *
field_pair(PyObject *before, Py_ssize_t i, PyObject *name, PyObject *value)
{
    PyObject *pair = before == NULL ? NULL : PyTuple_GET_ITEM(before, i);
    if (pair != NULL && PyTuple_GET_ITEM(pair, 0) == name && PyTuple_GET_ITEM(pair, 1) == value) {
        return Py_NewRef(pair);
    }
    return PyTuple_Pack(2, name, value);
}

/* Walk._struct: `values` are those of `names`, at most FEW_HELD, without secrets. Does not steal. `obj` is the place where
 * the description is kept. */
static PyObject *
plain_struct(Walk *walk, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values)
{
    Capture *capture = walk->capture;
    PyObject *key = key_of(walk, obj);
    Py_ssize_t size = PyTuple_GET_SIZE(names);
    walk->nodes -= size;
    PyObject *shown[FEW_HELD];
    shown[0] = NULL; /* there may be no names */
    PyObject *found = are_free(values, size) ? struct_again(capture, key, title, names, values) : NULL;
    if (found != NULL || plain_parts(walk, values, size, shown) < 0) {
        return found;
    }
    found = struct_again(capture, key, title, names, shown);
    PyObject *fields = found != NULL ? NULL : PyTuple_New(size);
    PyObject *before = fields == NULL ? NULL : fields_before(capture, key, size);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *pair = fields == NULL ? NULL : field_pair(before, i, PyTuple_GET_ITEM(names, i), shown[i]);
        Py_DECREF(shown[i]);
        if (pair != NULL) {
            PyTuple_SET_ITEM(fields, i, dead(pair));
        }
        else {
            Py_CLEAR(fields);
        }
    }
    Py_XDECREF(before);
    if (fields == NULL) {
        return found;
    }
    PyObject *made = make_struct(capture->state, title, fields);
    return made == NULL ? NULL : share(capture, key, made);
}

/* Policy.redacted_fields, in place; -1 with or without an error. */
static int
redact_fields(Capture *capture, PyObject *names, PyObject **values)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        int hidden = name == Py_None ? 0 : hides_under(capture, name, values[i]);
        if (hidden < 0) {
            return -1;
        }
        if (hidden) {
            Py_SETREF(values[i], Py_NewRef(capture->redacted));
        }
    }
    return 0;
}

/* An instance described by attributes that are read without running code (Decision.fields). */
static PyObject *
plain_fields(Walk *walk, PyObject *obj, PyObject *title, PyObject *names, const short *offsets, int harmless)
{
    Py_ssize_t size = PyTuple_GET_SIZE(names);
    PyObject *values[MOST_VALUES];
    Py_ssize_t count = 0;
    PyObject *made = NULL;
    while (count < size) {
        PyObject *value = field_of(obj, PyTuple_GET_ITEM(names, count), offsets[count]);
        if (value == NULL) {
            if (PyErr_Occurred()) {
                goto done;
            }
            value = Py_NewRef(walk->capture->state->unset);
        }
        values[count++] = value;
    }
    if (go_in(walk, obj, &made)) {
        made = harmless || redact_fields(walk->capture, names, values) == 0
                   ? plain_struct(walk, obj, title, names, values)
                   : NULL;
        walk->depth--;
    }
done:
    while (count > 0) {
        Py_DECREF(values[--count]);
    }
    return made;
}

/* What a describer made: a Mark, nothing, or (title, names, values). Steals `shape`. */
static PyObject *
plain_shape(Walk *walk, PyObject *obj, PyObject *title, PyObject *shape)
{
    PyObject *made = NULL;
    if (shape == Py_None) {
        made = by_identity(walk->capture, obj, title);
    }
    else if (Py_TYPE(shape) == walk->capture->state->mark_type) {
        return shape;
    }
    else if (PyTuple_CheckExact(shape) && PyTuple_GET_SIZE(shape) == 3) {
        PyObject *names = PyTuple_GET_ITEM(shape, 1);
        PyObject *given = PyTuple_GET_ITEM(shape, 2);
        PyObject *values[FEW_HELD];
        Py_ssize_t size = PyTuple_CheckExact(names) ? PyTuple_GET_SIZE(names) : -1;
        if (size >= 0 && size <= walk->capture->items && size <= FEW_HELD &&
            (PyTuple_CheckExact(given) || PyList_CheckExact(given)) && PySequence_Fast_GET_SIZE(given) == size &&
            go_in(walk, obj, &made)) {
            /* A list may be the program's own, which another thread may change. */
            for (Py_ssize_t i = 0; i < size; i++) {
                values[i] = Py_NewRef(PySequence_Fast_ITEMS(given)[i]);
            }
            /* Next to the place of `obj`: what is made of a view of it is kept in that. */
            made = redact_fields(walk->capture, names, values) < 0
                       ? NULL
                       : plain_struct(walk, (PyObject *)((char *)obj + 16), PyTuple_GET_ITEM(shape, 0), names, values);
            walk->depth--;
            while (size > 0) {
                Py_DECREF(values[--size]);
            }
        }
    }
    Py_DECREF(shape);
    return made;
}

/* Walk._object */
static PyObject *
plain_object(Walk *walk, PyObject *obj)
{
    Capture *capture = walk->capture;
    for (Py_ssize_t i = 0; i < walk->depth; i++) {
        if (walk->path[i] == obj) {
            return Py_NewRef(capture->state->cycle);
        }
    }
    Kind *kind = kind_of(capture, obj);
    if (kind == NULL) {
        return NULL;
    }
    PyObject *decision = Py_NewRef(kind->decision);
    PyObject *title = PyTuple_GET_ITEM(decision, 0);
    PyObject *describe = PyTuple_GET_ITEM(decision, 1);
    PyObject *names = PyTuple_GET_ITEM(decision, 4);
    PyObject *made = NULL;
    if (is_constructing(capture, obj) || describe == capture->unknown) {
        made = by_identity(capture, obj, title);
    }
    else if (names != Py_None && PyTuple_GET_SIZE(names) <= MOST_VALUES && PyTuple_GET_SIZE(names) <= capture->items &&
             PyTuple_GET_SIZE(names) > 0 && readable(capture, obj, names, kind)) {
        short offsets[MOST_VALUES]; /* `kind` may be replaced whenever Python code runs */
        memcpy(offsets, kind->offsets, sizeof(offsets));
        made = plain_fields(walk, obj, title, names, offsets, kind->harmless);
    }
    else if (!PyErr_Occurred() && PyTuple_GET_ITEM(decision, 5) == Py_True) {
        /* Not where the describer is a function of the user's: the Python walk runs that once. */
        PyObject *shape = PyTuple_GET_ITEM(decision, 6) == Py_True ? member_by_name(capture, obj, title, describe)
                                                                  : described_by_name(capture, obj, describe);
        made = shape == NULL ? NULL : plain_shape(walk, obj, title, shape);
    }
    Py_DECREF(decision);
    return made;
}

/* What is no `scalar`. NULL with an error, or without one where this is for the Python walk. */
static PyObject *
plain_here(Walk *walk, PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    if (kind == &PyUnicode_Type) {
        PyObject *text = plain_text(walk->capture, obj);
        return text != NULL || PyErr_Occurred() ? text : long_text(walk, obj);
    }
    if (kind == &PyLong_Type) {
        return plain_int(obj);
    }
    if (kind == &PyComplex_Type) {
        return keep(obj);
    }
    if (kind == &PyDict_Type) {
        return plain_dict(walk, obj);
    }
    if (kind == &PyList_Type) {
        return plain_list(walk, obj);
    }
    if (kind == &PyTuple_Type) {
        return plain_tuple(walk, obj);
    }
    if (kind == &PyBytes_Type) {
        return PySet_Contains(walk->capture->clean_data, obj) == 1 ? keep(obj) : NULL;
    }
    if (kind == &PySet_Type || kind == &PyFrozenSet_Type) {
        return plain_set(walk, obj);
    }
    if (kind == walk->capture->state->mark_type) {
        return text_of_mark(walk->capture->state, obj) != NULL ? keep(obj) : NULL;
    }
    PyObject *const *views = PySequence_Fast_ITEMS(walk->capture->views);
    if ((PyObject *)kind == views[0]) {
        return plain_list_view(walk, obj);
    }
    if ((PyObject *)kind == views[1]) {
        return plain_dict_view(walk, obj);
    }
    if ((PyObject *)kind == views[2]) {
        return NULL;
    }
    return plain_object(walk, obj);
}

static PyObject *
plain(Walk *walk, PyObject *obj)
{
    PyObject *same = scalar(walk->capture, obj);
    if (same != NULL) {
        return same;
    }
    Py_ssize_t depth = walk->depth;
    Py_ssize_t nodes = walk->nodes;
    Budget *before = walk->budget;
    long long digest_nodes = before == NULL ? 0 : before->nodes;
    long long digest_chars = before == NULL ? 0 : before->chars;
    long long shown = before == NULL ? 0 : before->shown;
    PyObject *made = plain_here(walk, obj);
    if (made != NULL || depth == 0 || PyErr_Occurred()) {
        return made;
    }
    walk->depth = depth;
    walk->nodes = nodes;
    if (before != NULL) {
        before->nodes = digest_nodes;
        before->chars = digest_chars;
        before->shown = shown;
    }
    else {
        Py_CLEAR(walk->budget);
    }
    return part_in_python(walk, obj);
}

PyObject *
capture_value(Capture *capture, PyObject *obj, PyObject *secrecy)
{
    if (capture->instead != Py_None) {
        return Py_NewRef(capture->instead);
    }
    int hidden = hides(capture, obj, secrecy);
    if (hidden == 1) {
        return Py_NewRef(capture->redacted);
    }
    if (hidden == 0) {
        PyObject *same = scalar(capture, obj);
        if (same != NULL) {
            return same;
        }
        Walk walk;
        walk.capture = capture;
        walk.plain = plain;
        walk.python = NULL;
        walk.depth = 0;
        walk.nodes = capture->nodes;
        walk.budget = NULL;
        PyObject *made = plain_here(&walk, obj);
        if (made != NULL && walk.python != NULL) {
            PyObject *done = PyObject_CallMethod((PyObject *)capture, "_give_walk", "O", walk.python);
            if (done == NULL) {
                Py_CLEAR(made);
            }
            Py_XDECREF(done);
        }
        Py_XDECREF(walk.python);
        Py_XDECREF(walk.budget);
        if (made != NULL) {
            return made;
        }
    }
    if (PyErr_Occurred()) {
        /* Ours is met again below, where Python says what to show; what a signal handler raised goes on. */
        PyObject *problem = take_raised();
        PyObject *programs = PyObject_CallMethod((PyObject *)capture, "_is_programs", "(O)", problem);
        if (programs != Py_False) {
            if (programs != NULL) {
                raise_again(problem);
                Py_DECREF(programs);
            }
            else {
                Py_DECREF(problem);
            }
            return NULL;
        }
        Py_DECREF(programs);
        Py_DECREF(problem);
    }
    return PyObject_CallMethod((PyObject *)capture, "_value", "OO", obj, secrecy == NULL ? capture->never : secrecy);
}
