/* Objects by their identity: the twin of capture/identity.py, and the objects that are being constructed. */
#include "identity.h"

#include "support.h"

/* The entry of `obj` in a WeakTable (capture/identity.py), borrowed; NULL with or without an error. */
PyObject *
weak_entry(PyObject *entries, PyObject *obj)
{
    PyObject *reference = PyWeakref_NewRef(obj, NULL);
    PyObject *key = reference == NULL ? NULL : PyLong_FromVoidPtr(reference);
    PyObject *entry = key == NULL ? NULL : PyDict_GetItemWithError(entries, key);
    Py_XDECREF(key);
    Py_XDECREF(reference);
    return entry == NULL ? NULL : PyTuple_GET_ITEM(entry, 1);
}

/* A Ref. Steals `serial`, which may be NULL with an error. */
static PyObject *
make_ref(State *state, PyObject *title, PyObject *serial)
{
    PyObject *made = serial == NULL ? NULL : state->ref_type->tp_alloc(state->ref_type, 0);
    if (made == NULL) {
        Py_XDECREF(serial);
        return NULL;
    }
    *(PyObject **)((char *)made + state->ref_title) = Py_NewRef(title);
    *(PyObject **)((char *)made + state->ref_serial) = serial;
    return dead(made);
}

/* WeakTable.add of a new Ref; NULL with or without an error. */
static PyObject *
number_object(Capture *capture, PyObject *obj, PyObject *title)
{
    PyObject *made = make_ref(capture->state, title, PyIter_Next(capture->numbers));
    if (made == NULL) {
        return NULL;
    }
    PyObject *reference = PyWeakref_NewRef(obj, NULL);
    if (reference != NULL && Py_REFCNT(reference) == 1) {
        dead(reference); /* ours, without a callback: in no cycle */
    }
    PyObject *key = reference == NULL ? NULL : PyLong_FromVoidPtr(reference);
    PyObject *entry = key == NULL ? NULL : PyTuple_Pack(2, reference, made);
    /* An allocation may collect garbage, and so let in another thread that gives the object a number: that one holds. */
    PyObject *kept = entry == NULL ? NULL : PyDict_SetDefault(capture->refs, key, dead(entry));
    Py_DECREF(made);
    made = kept == NULL ? NULL : Py_NewRef(PyTuple_GET_ITEM(kept, 1));
    Py_XDECREF(entry);
    Py_XDECREF(key);
    Py_XDECREF(reference);
    return made;
}

/* Identities.ref */
PyObject *
by_identity(Capture *capture, PyObject *obj, PyObject *title)
{
    if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(obj))) {
        return make_ref(capture->state, title, Py_NewRef(Py_None));
    }
    Known *known = &capture->known[((size_t)obj >> 4) % MET];
    if (refers_to(known->reference, obj)) {
        return Py_NewRef(known->ref);
    }
    PyObject *ref = Py_XNewRef(weak_entry(capture->refs, obj));
    if (ref == NULL && !PyErr_Occurred()) {
        /* Python now and then drops those of dead objects. */
        ref = PyDict_GET_SIZE(capture->refs) % 256 != 255
                  ? number_object(capture, obj, title)
                  : PyObject_CallMethod((PyObject *)capture, "_by_identity", "OO", obj, title);
    }
    PyObject *reference = ref == NULL ? NULL : PyWeakref_NewRef(obj, NULL);
    if (reference == NULL) {
        Py_CLEAR(ref);
        return NULL;
    }
    Known before = *known;
    *known = (Known){reference, Py_NewRef(ref)};
    Py_XDECREF(before.reference);
    Py_XDECREF(before.ref);
    return ref;
}

int
is_constructing(Capture *capture, PyObject *obj)
{
    if (PyDict_GET_SIZE(capture->constructing) == 0) {
        return 0;
    }
    PyObject *identity = PyLong_FromVoidPtr(obj);
    int found = identity == NULL ? -1 : PyDict_Contains(capture->constructing, identity);
    Py_XDECREF(identity);
    return found;
}

int
constructing_begins(Capture *capture, PyObject *obj)
{
    PyObject *identity = PyLong_FromVoidPtr(obj);
    if (identity == NULL) {
        return -1;
    }
    PyObject *known = PyDict_GetItemWithError(capture->constructing, identity);
    long times = known == NULL ? 0 : PyLong_AsLong(known);
    PyObject *more = PyErr_Occurred() ? NULL : PyLong_FromLong(times + 1);
    int failed = more == NULL || PyDict_SetItem(capture->constructing, identity, more) < 0;
    Py_XDECREF(more);
    Py_DECREF(identity);
    return failed ? -1 : 0;
}

int
constructing_ends(Capture *capture, void *obj)
{
    PyObject *identity = PyLong_FromVoidPtr(obj);
    PyObject *known = identity == NULL ? NULL : PyDict_GetItemWithError(capture->constructing, identity);
    int failed = identity == NULL;
    if (known == NULL) {
        failed = PyErr_Occurred() != NULL;
    }
    else {
        long times = PyLong_AsLong(known);
        PyObject *less = times <= 1 ? NULL : PyLong_FromLong(times - 1);
        failed = less == NULL ? PyDict_DelItem(capture->constructing, identity) < 0
                              : PyDict_SetItem(capture->constructing, identity, less) < 0;
        Py_XDECREF(less);
    }
    Py_XDECREF(identity);
    return failed ? -1 : 0;
}
