/* Descriptions are shared: an object that is passed on from call to call is mostly the same each time. The description
 * at its place in the table is used again if it holds the very parts that a new one would hold, so it does not matter
 * whether it was made of the same object. */
#include "shared.h"

#include "callables.h"
#include "digest.h"
#include "identity.h"
#include "texts.h"

/* Put into its place what was made of `obj`; gives it back. */
PyObject *
share(Capture *capture, PyObject *obj, PyObject *made)
{
    Py_XSETREF(*place_of(capture, obj), Py_NewRef(made));
    return made;
}

/* Taking `value` once more takes nothing from the budget: it is no longer text. */
static inline int
is_free(PyObject *value)
{
    return PyUnicode_CheckExact(value) ? PyUnicode_GET_LENGTH(value) <= SHORT_TEXT
                                       : !PyBytes_CheckExact(value) || PyBytes_GET_SIZE(value) <= SHORT_TEXT;
}

int
are_free(PyObject *const *values, Py_ssize_t size)
{
    for (Py_ssize_t i = 0; i < size; i++) {
        if (!is_free(values[i])) {
            return 0;
        }
    }
    return 1;
}

/* A list or tuple of these `parts`, new reference; NULL for none. */
PyObject *
found_again(Capture *capture, PyObject *obj, PyTypeObject *kind, PyObject *const *parts, Py_ssize_t size)
{
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != kind || Py_SIZE(found) != size ||
        memcmp(PySequence_Fast_ITEMS(found), parts, (size_t)size * sizeof(PyObject *)) != 0) {
        return NULL;
    }
    return Py_NewRef(found);
}

/* The list of the first `size` elements of the list `obj`, all of them scalars, new reference; NULL for none. */
PyObject *
wide_again(Capture *capture, PyObject *obj, Py_ssize_t size)
{
    PyObject *found = *place_of(capture, obj);
    if (found != NULL && Py_TYPE(found) == capture->state->cut_type) {
        found = *(PyObject **)((char *)found + capture->state->cut_shown);
    }
    if (found == NULL || !PyList_CheckExact(found) || PyList_GET_SIZE(found) != size ||
        memcmp(PySequence_Fast_ITEMS(found), PySequence_Fast_ITEMS(obj), (size_t)size * sizeof(PyObject *)) != 0 ||
        !are_free(PySequence_Fast_ITEMS(obj), size)) {
        return NULL;
    }
    return Py_NewRef(found);
}

/* A dict of the keys and values of `obj`, the very ones, which for a value means that it is a scalar. */
PyObject *
dict_again(Capture *capture, PyObject *obj)
{
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != &PyDict_Type || PyDict_GET_SIZE(found) != PyDict_GET_SIZE(obj)) {
        return NULL;
    }
    PyObject *key, *value, *known_key, *known_value;
    Py_ssize_t place = 0, known_place = 0;
    while (PyDict_Next(obj, &place, &key, &value) && PyDict_Next(found, &known_place, &known_key, &known_value)) {
        if (key != known_key || value != known_value || !is_free(value)) {
            return NULL;
        }
    }
    return Py_NewRef(found);
}

/* A Struct of that title, of these names with these values, new reference; NULL for none. */
PyObject *
struct_again(Capture *capture, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values)
{
    State *state = capture->state;
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != state->struct_type ||
        *(PyObject **)((char *)found + state->struct_title) != title) {
        return NULL;
    }
    PyObject *fields = *(PyObject **)((char *)found + state->struct_fields);
    if (PyTuple_GET_SIZE(fields) != PyTuple_GET_SIZE(names)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *pair = PyTuple_GET_ITEM(fields, i);
        if (PyTuple_GET_ITEM(pair, 1) != values[i] || PyTuple_GET_ITEM(pair, 0) != PyTuple_GET_ITEM(names, i)) {
            return NULL;
        }
    }
    return Py_NewRef(found);
}

/* The fields of the description made lately of `obj`, if there are `size`, new reference; NULL for none. */
PyObject *
fields_before(Capture *capture, PyObject *obj, Py_ssize_t size)
{
    State *state = capture->state;
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != state->struct_type) {
        return NULL;
    }
    PyObject *fields = *(PyObject **)((char *)found + state->struct_fields);
    return PyTuple_GET_SIZE(fields) == size ? Py_NewRef(fields) : NULL;
}

void
forget_shared(Capture *capture)
{
    for (int i = 0; i < SHARED; i++) {
        Py_CLEAR(capture->shared[i]);
        Py_CLEAR(capture->known[i].reference);
        Py_CLEAR(capture->known[i].ref);
    }
    forget_rests(capture);
    forget_texts(capture);
    forget_named(capture);
}
