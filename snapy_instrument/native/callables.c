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

/* The describer of `obj`, or what it said before of the same names; new reference. */
static PyObject *
by_names(Capture *capture, PyObject *obj, PyObject *describe, PyObject *qualname, PyObject *module, char of)
{
    Named *known = &capture->named[(((size_t)qualname >> 4) + ((size_t)module >> 5) + (size_t)of) % NAMED];
    if (known->mark != NULL && known->qualname == qualname && known->module == module && known->of == of) {
        return Py_NewRef(known->mark);
    }
    Named found = {Py_NewRef(qualname), Py_XNewRef(module), PyObject_CallOneArg(describe, obj), of};
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

/* A class by the names that its text is made of; those of a static type never change. */
static PyObject *
class_by_names(Capture *capture, PyObject *obj)
{
    PyTypeObject *type = (PyTypeObject *)obj;
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) {
        return by_names(capture, obj, capture->class_describer, obj, NULL, OF_CLASS);
    }
    static PyObject *key = NULL;
    if (key == NULL) {
        key = PyUnicode_InternFromString("__module__");
    }
    PyObject *module = key == NULL || type->tp_dict == NULL ? NULL : PyDict_GetItemWithError(type->tp_dict, key);
    if (module == NULL) {
        return PyErr_Occurred() ? NULL : PyObject_CallOneArg(capture->class_describer, obj);
    }
    return by_names(capture, obj, capture->class_describer, ((PyHeapTypeObject *)type)->ht_qualname, module, OF_CLASS);
}

/* The description of a ChainMap: see capture/describers/stdlib.py. */
static PyObject *
chain_of_maps(PyObject *obj)
{
    static PyObject *title = NULL, *key = NULL;
    if (key == NULL && ((title = PyUnicode_InternFromString("ChainMap")) == NULL || (key = PyUnicode_InternFromString("maps")) == NULL)) {
        return NULL;
    }
    PyObject *maps = PyObject_GenericGetAttr(obj, key);
    if (maps == NULL || !PyList_CheckExact(maps)) {
        PyErr_Clear();
        Py_XDECREF(maps);
        Py_RETURN_NONE;
    }
    PyObject *values = PyList_AsTuple(maps);
    Py_DECREF(maps);
    PyObject *names = values == NULL ? NULL : PyTuple_New(PyTuple_GET_SIZE(values));
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        PyTuple_SET_ITEM(names, i, Py_NewRef(Py_None));
    }
    PyObject *made = names == NULL ? NULL : PyTuple_Pack(3, title, names, values);
    Py_XDECREF(names);
    Py_XDECREF(values);
    return made;
}

PyObject *
described_by_name(Capture *capture, PyObject *obj, PyObject *describe)
{
    PyObject *function = NULL;
    char of = OF_FUNCTION;
    if (describe == capture->function_describer) {
        function = PyFunction_Check(obj) ? obj : proxied(capture->state, obj);
    }
    else if (describe == capture->method_describer && Py_IS_TYPE(obj, &PyMethod_Type)) {
        function = PyMethod_GET_FUNCTION(obj);
        function = PyFunction_Check(function) ? function : proxied(capture->state, function);
        of = OF_METHOD;
    }
    else if (describe == capture->class_describer && PyType_Check(obj)) {
        return class_by_names(capture, obj);
    }
    else if (describe == capture->chain_describer) {
        return chain_of_maps(obj);
    }
    if (function == NULL) {
        return PyObject_CallOneArg(describe, obj);
    }
    PyObject *qualname = ((PyFunctionObject *)function)->func_qualname;
    PyObject *module = ((PyFunctionObject *)function)->func_module;
    return by_names(capture, obj, describe, qualname, module, of);
}

PyObject *
member_by_name(Capture *capture, PyObject *obj, PyObject *title, PyObject *describe)
{
    static PyObject *key = NULL;
    if (key == NULL && (key = PyUnicode_InternFromString("_name_")) == NULL) {
        return NULL;
    }
    /* A property of that name would run. */
    PyObject *name = _PyType_Lookup(Py_TYPE(obj), key) == NULL ? PyObject_GenericGetAttr(obj, key) : NULL;
    if (name == NULL) {
        PyErr_Clear();
        return PyObject_CallOneArg(describe, obj);
    }
    PyObject *made = PyUnicode_CheckExact(name) ? by_names(capture, obj, describe, name, title, OF_MEMBER)
                                                : PyObject_CallOneArg(describe, obj);
    Py_DECREF(name);
    return made;
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
