/* Arguments by parameter: the twin of backends/proxy/binding.py. */
#include "binding.h"

/* The keyword argument `name`, borrowed; NULL for none. Counts it as used. */
static PyObject *
take_keyword(PyObject *const *args, Py_ssize_t positional, PyObject *kwnames, PyObject *name, Py_ssize_t *used)
{
    Py_ssize_t size = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *each = PyTuple_GET_ITEM(kwnames, i);
        if (each == name || PyUnicode_Compare(each, name) == 0) {
            ++*used;
            return args[positional + i];
        }
    }
    return NULL;
}

/* Names of parameters that may be given by keyword, for what goes to **kwargs: from `first` up to `last`. */
static int
is_among(PyObject *names, Py_ssize_t first, Py_ssize_t last, PyObject *name)
{
    for (Py_ssize_t i = first; i < last; i++) {
        PyObject *each = PyTuple_GET_ITEM(names, i);
        if (each == name || PyUnicode_Compare(each, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int
bind_more(Bound *bound, PyObject *const *args, Py_ssize_t given, PyObject *kwnames, PyObject *names, PyCodeObject *code)
{
    Py_ssize_t rest = code->co_flags & CO_VARARGS ? 1 : 0;
    Py_ssize_t named = code->co_argcount + rest;
    PyObject *values = PyDict_New();
    if (values == NULL) {
        return 0;
    }
    bound->values[bound->count++] = values;
    Py_ssize_t size = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *name = PyTuple_GET_ITEM(kwnames, i);
        if (!is_among(names, code->co_posonlyargcount, code->co_argcount, name) &&
            !is_among(names, named, named + code->co_kwonlyargcount, name) &&
            PyDict_SetItem(values, name, args[given + i]) < 0) {
            return 0;
        }
    }
    return 1;
}

static int
bind_all(Bound *bound, PyCodeObject *code, PyObject *defaults, PyObject *named_defaults, PyObject *names,
         PyObject *const *args, Py_ssize_t given, PyObject *kwnames)
{
    Py_ssize_t positional = code->co_argcount, used = 0;
    Py_ssize_t first_default = positional - (defaults == NULL ? 0 : PyTuple_GET_SIZE(defaults));
    Py_ssize_t taken = given < positional ? given : positional;
    if (given > positional && !(code->co_flags & CO_VARARGS)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < taken; i++) {
        if (i >= code->co_posonlyargcount &&
            take_keyword(args, given, kwnames, PyTuple_GET_ITEM(names, i), &used) != NULL) {
            return 0;
        }
        bound->values[bound->count++] = Py_NewRef(args[i]);
    }
    for (Py_ssize_t i = taken; i < positional; i++) {
        PyObject *value = i < code->co_posonlyargcount
                              ? NULL
                              : take_keyword(args, given, kwnames, PyTuple_GET_ITEM(names, i), &used);
        if (value == NULL && i >= first_default) {
            value = PyTuple_GET_ITEM(defaults, i - first_default);
        }
        if (value == NULL) {
            return 0;
        }
        bound->values[bound->count++] = Py_NewRef(value);
    }
    if (code->co_flags & CO_VARARGS) {
        Py_ssize_t size = given - taken;
        PyObject *rest = PyTuple_New(size);
        if (rest == NULL) {
            return 0;
        }
        for (Py_ssize_t i = 0; i < size; i++) {
            PyTuple_SET_ITEM(rest, i, Py_NewRef(args[taken + i]));
        }
        bound->values[bound->count++] = rest;
    }
    for (Py_ssize_t i = 0; i < code->co_kwonlyargcount; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, bound->count);
        PyObject *value = take_keyword(args, given, kwnames, name, &used);
        if (value == NULL && named_defaults != NULL) {
            value = PyDict_GetItemWithError(named_defaults, name);
        }
        if (value == NULL) {
            return 0;
        }
        bound->values[bound->count++] = Py_NewRef(value);
    }
    if (code->co_flags & CO_VARKEYWORDS) {
        return bind_more(bound, args, given, kwnames, names, code);
    }
    return kwnames == NULL || used == PyTuple_GET_SIZE(kwnames);
}

int
bind_arguments(Bound *bound, PyObject *function, PyObject *names, PyObject *const *args, Py_ssize_t given,
               PyObject *kwnames)
{
    PyObject *code = Py_NewRef(PyFunction_GetCode(function));
    PyObject *defaults = Py_XNewRef(PyFunction_GetDefaults(function));
    PyObject *named_defaults = Py_XNewRef(PyFunction_GetKwDefaults(function));
    bound->count = 0;
    int done = bind_all(bound, (PyCodeObject *)code, defaults, named_defaults, names, args, given, kwnames);
    Py_XDECREF(named_defaults);
    Py_XDECREF(defaults);
    Py_DECREF(code);
    return done;
}

void
release_bound(Bound *bound)
{
    while (bound->count > 0) {
        Py_DECREF(bound->values[--bound->count]);
    }
}
