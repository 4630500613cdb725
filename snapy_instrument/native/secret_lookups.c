/* Names of secrets among values: what recording/secret_lookups.py has to be asked about. */
#include "secret_lookups.h"

/* Among the values is the name of a secret. */
static int
has_name(PyObject *lookups, PyObject *const *values, Py_ssize_t count)
{
    int found = 0;
    for (Py_ssize_t i = 0; i < count && !found; i++) {
        found = PyUnicode_CheckExact(values[i]) ? PyDict_Contains(lookups, values[i]) : 0;
    }
    return found;
}

/* Recorder._look_up has to say what is shown: a value is the name of a secret, or a descriptor may keep one. */
int
looks_up(PyObject *lookups, PyObject *plan, PyObject *const *values, Py_ssize_t count)
{
    if (PyTuple_GET_ITEM(plan, PLAN_DESCRIBED) == Py_True) {
        return 1;
    }
    int found = has_name(lookups, values, count);
    PyObject *stars = PyTuple_GET_ITEM(plan, PLAN_STARS);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(stars) && !found; i++) {
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GET_ITEM(stars, i));
        PyObject *star = index < count ? values[index] : Py_None;
        PyObject *name, *value;
        Py_ssize_t place = 0;
        if (PyTuple_CheckExact(star)) {
            found = has_name(lookups, PySequence_Fast_ITEMS(star), PyTuple_GET_SIZE(star));
        }
        while (PyDict_CheckExact(star) && !found && PyDict_Next(star, &place, &name, &value)) {
            found = has_name(lookups, &value, 1);
        }
    }
    return found;
}

/* A tuple of `values`, new reference. */
static PyObject *
tuple_of(PyObject *const *values, Py_ssize_t count)
{
    PyObject *made = PyTuple_New(count);
    for (Py_ssize_t i = 0; made != NULL && i < count; i++) {
        PyTuple_SET_ITEM(made, i, Py_NewRef(values[i]));
    }
    return made;
}

/* Recorder._look_up: hides the value next to the name of a secret, and keeps the lookup for the result. */
int
look_up(Core *core, Call *call, PyObject *plan, PyObject *const *values, PyObject **captured, Py_ssize_t count)
{
    PyObject *given = tuple_of(values, count), *before = tuple_of(captured, count);
    PyObject *found = given == NULL || before == NULL
                         ? NULL
                         : PyObject_CallMethod((PyObject *)core, "_look_up", "OOO", plan, given, before);
    Py_XDECREF(given);
    Py_XDECREF(before);
    PyObject *shown, *lookup;
    if (found == NULL || !PyArg_ParseTuple(found, "O!O", &PyTuple_Type, &shown, &lookup)) {
        Py_XDECREF(found);
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_SETREF(captured[i], Py_NewRef(PyTuple_GET_ITEM(shown, i)));
    }
    if (lookup != Py_None) {
        call->lookup = Py_NewRef(lookup);
        call->secrecy = lookup;
    }
    Py_DECREF(found);
    return 0;
}
