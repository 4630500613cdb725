/* What the Python walk does for the native one: see capture/walk.py. */
#include "python_walk.h"

/* The Python walk, borrowed, at the place where this one is. */
static PyObject *
python_walk(Walk *walk)
{
    if (walk->python == NULL) {
        walk->python = PyObject_CallMethod((PyObject *)walk->capture, "_take_walk", NULL);
        if (walk->python == NULL) {
            return NULL;
        }
    }
    PyObject *path = PyList_New(walk->depth);
    for (Py_ssize_t i = 0; path != NULL && i < walk->depth; i++) {
        PyObject *identity = PyLong_FromVoidPtr(walk->path[i]);
        if (identity == NULL) {
            Py_CLEAR(path);
            break;
        }
        PyList_SET_ITEM(path, i, identity);
    }
    PyObject *done = path == NULL ? NULL : PyObject_CallMethod(walk->python, "go_to", "OnO", path, walk->nodes,
                                                                walk->budget == NULL ? Py_None : (PyObject *)walk->budget);
    Py_XDECREF(path);
    Py_XDECREF(done);
    return done == NULL ? NULL : walk->python;
}

/* A part of the value that the Python walk takes, with what is left of the limits. */
PyObject *
part_in_python(Walk *walk, PyObject *obj)
{
    PyObject *python = python_walk(walk);
    PyObject *found = python == NULL ? NULL : PyObject_CallMethod(python, "part", "(O)", obj);
    if (found == NULL) {
        return NULL;
    }
    PyObject *value = Py_NewRef(PyTuple_GET_ITEM(found, 0));
    walk->nodes = PyLong_AsSsize_t(PyTuple_GET_ITEM(found, 1));
    PyObject *budget = PyTuple_GET_ITEM(found, 2);
    if (walk->budget == NULL && budget != Py_None) {
        walk->budget = (Budget *)Py_NewRef(budget);
    }
    Py_DECREF(found);
    if (PyErr_Occurred()) {
        Py_CLEAR(value);
    }
    return value;
}

Budget *
reading(Walk *walk)
{
    Capture *capture = walk->capture;
    if (walk->budget == NULL) {
        PyTypeObject *type = capture->state->budget_type;
        walk->budget = (Budget *)type->tp_alloc(type, 0);
        if (walk->budget != NULL) {
            walk->budget->nodes = capture->digest_nodes;
            walk->budget->chars = capture->digest_chars;
            walk->budget->shown = capture->total_chars;
        }
    }
    return walk->budget;
}
