/* Descriptions are shared: an object that is passed on from call to call is mostly the same each time. The description
 * at its place in the table is used again if it holds the very parts that a new one would hold, so it does not matter
 * whether it was made of the same object. */
#include "shared.h"

#include "callables.h"
#include "identity.h"
#include "support.h"
#include "texts.h"
#include "trails.h"

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

PyObject *
shown_before(Capture *capture, PyObject *obj, PyTypeObject *kind, Py_ssize_t size)
{
    PyObject *found = *place_of(capture, obj);
    if (found != NULL && Py_TYPE(found) == capture->state->cut_type) {
        found = *(PyObject **)((char *)found + capture->state->cut_shown);
    }
    if (found == NULL || (kind != NULL && (Py_TYPE(found) != kind || Py_SIZE(found) != size))) {
        return NULL;
    }
    return Py_NewRef(found);
}

PyObject *
same_scalars(Walk *walk, PyObject *obj, Py_ssize_t size)
{
    PyObject *found = shown_before(walk->capture, key_of(walk, obj), Py_TYPE(obj), size);
    if (found != NULL && size > 0 &&
        (memcmp(PySequence_Fast_ITEMS(found), PySequence_Fast_ITEMS(obj), (size_t)size * sizeof(PyObject *)) != 0 ||
                          !are_free(PySequence_Fast_ITEMS(obj), size))) {
        Py_CLEAR(found);
    }
    return found;
}

PyObject *
same_pairs(Walk *walk, PyObject *obj)
{
    PyObject *found = *place_of(walk->capture, key_of(walk, obj));
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

/* The place where a set at the address of `obj` is kept. */
static KnownSet *
place_of_set(Capture *capture, PyObject *obj)
{
    return &capture->sets[((size_t)obj >> 5) % KNOWN_SETS];
}

static void
forget_set(KnownSet *known)
{
    KnownSet old = *known;
    memset(known, 0, sizeof(KnownSet));
    while (old.count > 0) {
        Py_DECREF(old.items[--old.count]);
    }
    PyMem_Free(old.items);
    Py_XDECREF(old.made);
}

PyObject *
known_set(Walk *walk, PyObject *obj, const Held *items)
{
    KnownSet *known = place_of_set(walk->capture, obj);
    if (known->made == NULL || known->count != items->count || known->type != Py_TYPE(obj) ||
        memcmp(known->items, items->items, (size_t)items->count * sizeof(PyObject *)) != 0) {
        return NULL;
    }
    if (known->taken || known->read) {
        Budget *budget = reading(walk);
        if (budget == NULL || budget->nodes != known->nodes || budget->chars != known->chars) {
            return NULL;
        }
        budget->nodes -= known->taken;
        budget->chars -= known->read;
    }
    walk->nodes -= items->count < walk->capture->items ? items->count : walk->capture->items;
    return Py_NewRef(known->made);
}

/* All of them are scalars that stay what they are, and take nothing of the characters. */
static int
are_lasting(const Held *items)
{
    for (Py_ssize_t i = 0; i < items->count; i++) {
        PyObject *item = items->items[i];
        int lasting = PyUnicode_CheckExact(item) ? PyUnicode_GET_LENGTH(item) <= SHORT_TEXT
                                                 : PyLong_CheckExact(item) || PyFloat_CheckExact(item) || item == Py_None ||
                                                       PyBool_Check(item);
        if (!lasting) {
            return 0;
        }
    }
    return 1;
}

void
keep_set(Walk *walk, PyObject *obj, const Held *items, const Budget *before, PyObject *made)
{
    long long taken = walk->budget == NULL ? 0 : before->nodes - walk->budget->nodes;
    long long read = walk->budget == NULL ? 0 : before->chars - walk->budget->chars;
    if (items->count == 0 || !are_lasting(items)) {
        return;
    }
    PyObject **copy = PyMem_Malloc((size_t)items->count * sizeof(PyObject *));
    if (copy == NULL) {
        return;
    }
    KnownSet *known = place_of_set(walk->capture, obj);
    forget_set(known);
    for (Py_ssize_t i = 0; i < items->count; i++) {
        copy[i] = Py_NewRef(items->items[i]);
    }
    *known = (KnownSet){copy, items->count, Py_TYPE(obj), before->nodes, before->chars, taken, read, Py_NewRef(made)};
}

PyObject *
make_struct(State *state, PyObject *title, PyObject *fields)
{
    PyObject *made = state->struct_type->tp_alloc(state->struct_type, 0);
    if (made == NULL) {
        Py_DECREF(fields);
        return NULL;
    }
    *(PyObject **)((char *)made + state->struct_title) = Py_NewRef(title);
    *(PyObject **)((char *)made + state->struct_fields) = dead(fields);
    return dead(made);
}

/* A Struct of that title, of these names with these values, new reference; NULL for none. */
PyObject *
struct_again(Capture *capture, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values)
{
    State *state = capture->state;
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != state->struct_type) {
        return NULL;
    }
    PyObject *known = *(PyObject **)((char *)found + state->struct_title);
    if (known != title && (!PyUnicode_CheckExact(title) || PyUnicode_Compare(known, title) != 0)) {
        return NULL; /* the name of a static type is a new text each time */
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
        Py_CLEAR(capture->shared[i].made);
    }
    for (int i = 0; i < KNOWN_SETS; i++) {
        forget_set(&capture->sets[i]);
    }
    forget_trails(capture);
    forget_texts(capture);
    forget_named(capture);
}
