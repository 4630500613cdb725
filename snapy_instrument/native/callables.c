/* Functions by their names: the twin of capture/describers/callables.py for names that were met before. */
#include "callables.h"

/* The function that a proxy calls; NULL where the proxy or the function says that it wraps another one. */
static PyObject *
proxied(State *state, PyObject *proxy)
{
    if (state->proxy_type == NULL || !PyType_IsSubtype(Py_TYPE(proxy), state->proxy_type)) {
        return NULL;
    }
    PyObject *function = *(PyObject **)((char *)proxy + state->proxy_offset + PROXY_FUNCTION);
    if (function == NULL || !PyFunction_Check(function)) {
        return NULL;
    }
    PyObject *names = ((PyFunctionObject *)function)->func_dict;
    return names == NULL || PyDict_GetItemString(names, "__wrapped__") == NULL ? function : NULL;
}

PyObject *
described_by_name(Capture *capture, PyObject *obj, PyObject *describe)
{
    PyObject *function = NULL;
    char bound = 0;
    if (describe == capture->function_describer) {
        function = PyFunction_Check(obj) ? obj : proxied(capture->state, obj);
    }
    else if (describe == capture->method_describer && Py_IS_TYPE(obj, &PyMethod_Type)) {
        function = PyMethod_GET_FUNCTION(obj);
        function = PyFunction_Check(function) ? function : proxied(capture->state, function);
        bound = 1;
    }
    if (function == NULL) {
        return PyObject_CallOneArg(describe, obj);
    }
    PyObject *qualname = ((PyFunctionObject *)function)->func_qualname;
    PyObject *module = ((PyFunctionObject *)function)->func_module;
    Named *known = &capture->named[(((size_t)qualname >> 4) + (size_t)bound) % NAMED];
    if (known->mark != NULL && known->qualname == qualname && known->module == module && known->bound == bound) {
        return Py_NewRef(known->mark);
    }
    Named found = {Py_NewRef(qualname), Py_XNewRef(module), PyObject_CallOneArg(describe, obj), bound};
    if (found.mark == NULL || Py_TYPE(found.mark) != capture->state->mark_type) {
        Py_DECREF(found.qualname);
        Py_XDECREF(found.module);
        return found.mark;
    }
    PyObject *mark = Py_NewRef(found.mark);
    Named old = *known;
    *known = found;
    Py_XDECREF(old.qualname);
    Py_XDECREF(old.module);
    Py_XDECREF(old.mark);
    return mark;
}

void
forget_named(Capture *capture)
{
    for (int i = 0; i < NAMED; i++) {
        Named old = capture->named[i];
        memset(&capture->named[i], 0, sizeof(Named));
        Py_XDECREF(old.qualname);
        Py_XDECREF(old.module);
        Py_XDECREF(old.mark);
    }
}
