/* Objects by their identity: the twin of capture/identity.py. */
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

/* Identities.ref */
PyObject *
by_identity(Capture *capture, PyObject *obj, PyObject *title)
{
    if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(obj))) {
        return make_ref(capture->state, title, Py_NewRef(Py_None));
    }
    PyObject *known = known_ref(capture->refs, obj);
    if (known != NULL) {
        return Py_NewRef(known);
    }
    PyObject *made = make_ref(capture->state, title, PyIter_Next(capture->numbers));
    PyObject *kept = made == NULL ? NULL : keep_ref(capture->refs, obj, made);
    Py_XDECREF(made);
    return kept;
}
