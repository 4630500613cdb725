/* Which elements of a container are read for a digest: see capture/views.py. */
#include "samples.h"

/* See capture/digest.py. */
enum { COST_OF_AN_OBJECT = 8 };

int
is_leaf(PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    return obj == Py_None || kind == &PyLong_Type || kind == &PyUnicode_Type || kind == &PyFloat_Type ||
           kind == &PyBool_Type || kind == &PyBytes_Type;
}

/* Digester._most: how many elements like `first`, or NULL, are read. */
static Py_ssize_t
most_like(const Budget *budget, PyObject *first)
{
    long long most = budget->nodes / (first == NULL || is_leaf(first) ? 1 : COST_OF_AN_OBJECT);
    return most < 2 ? 2 : (Py_ssize_t)most;
}

/* Digester.elements of a list or tuple: see sequence_of in capture/views.py. */
int
hold_sequence(const Budget *budget, Held *held, PyObject *source, Py_ssize_t skip)
{
    PyObject **items = PySequence_Fast_ITEMS(source);
    Py_ssize_t size = PySequence_Fast_GET_SIZE(source);
    Py_ssize_t left = size > skip ? size - skip : 0;
    Py_ssize_t most = most_like(budget, left ? items[skip] : NULL);
    if (hold(held, left < most + 2 ? left : most + 2) < 0) {
        return -1;
    }
    if (left <= most) {
        for (Py_ssize_t i = skip; i < size; i++) {
            hold_one(held, items[i]);
        }
        return 0;
    }
    Py_ssize_t half = skip + most / 2;
    Py_ssize_t rest = most - most / 2 - 1;
    Py_ssize_t step = (size - half) / (rest > 1 ? rest : 1) + 1;
    for (Py_ssize_t i = skip; i < half; i++) {
        hold_one(held, items[i]);
    }
    for (Py_ssize_t i = half; i < size - 1; i += step) {
        hold_one(held, items[i]);
    }
    hold_one(held, items[size - 1]);
    return 0;
}

/* Digester.pairs of a dict: see pairs_of in capture/views.py. */
int
hold_pairs(const Budget *budget, Held *held, PyObject *source, Py_ssize_t skip)
{
    PyObject *key, *value;
    Py_ssize_t place = 0, index = 0;
    Py_ssize_t size = PyDict_GET_SIZE(source);
    PyObject *first = NULL;
    while (index <= skip && PyDict_Next(source, &place, &key, &value)) {
        first = index++ == skip ? value : NULL;
    }
    Py_ssize_t most = most_like(budget, first) / 2;
    Py_ssize_t left = size - skip;
    Py_ssize_t half = left <= most ? left : most / 2 > 1 ? most / 2 : 1;
    Py_ssize_t tail = left <= most ? size : size - half;
    if (hold(held, 2 * (left <= most ? left : 2 * half)) < 0) {
        return -1;
    }
    place = 0;
    for (index = 0; PyDict_Next(source, &place, &key, &value); index++) {
        if ((index >= skip && index < skip + half) || index >= tail) {
            hold_one(held, key);
            hold_one(held, value);
        }
    }
    if (left > most) { /* the last ones come backwards */
        PyObject **from = held->items + 2 * half, **to_end = held->items + held->count - 2;
        for (; from < to_end; from += 2, to_end -= 2) {
            PyObject *pair[2] = {from[0], from[1]};
            from[0] = to_end[0], from[1] = to_end[1];
            to_end[0] = pair[0], to_end[1] = pair[1];
        }
    }
    return 0;
}
