/* Classes and names, decided once: the twin of capture/describers/decide.py and capture/policy.py. */
#include "kinds.h"

#include "identity.h"

void
forget_kinds(Capture *capture)
{
    for (int i = 0; i < KINDS; i++) {
        Kind kind = capture->kinds[i];
        memset(&capture->kinds[i], 0, sizeof(Kind));
        Py_XDECREF(kind.reference);
        Py_XDECREF(kind.decision);
    }
}

/* describe.decide, by a place in a table; NULL with or without an error. Its decision may be replaced whenever Python
 * code runs: hold it. */
Kind *
kind_of(Capture *capture, PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    PyObject *change = PyList_GET_SIZE(capture->registrations) ? PyList_GET_ITEM(capture->registrations, 0) : Py_None;
    if (change != capture->change) {
        Py_INCREF(change); /* what `forget_kinds` releases may run code that registers a type */
        forget_kinds(capture);
        Py_XSETREF(capture->change, change);
    }
    Kind *kind = &capture->kinds[((size_t)type >> 4) % KINDS];
    if (refers_to(kind->reference, (PyObject *)type)) {
        return kind;
    }
    PyObject *reference = PyWeakref_NewRef((PyObject *)type, NULL);
    if (reference == NULL) {
        return NULL;
    }
    PyObject *decision = Py_XNewRef(weak_entry(capture->decisions, (PyObject *)type));
    if (decision == NULL && !PyErr_Occurred()) {
        decision = PyObject_CallMethod((PyObject *)capture, "_decide", "O", (PyObject *)type);
    }
    if (decision == NULL) {
        Py_DECREF(reference);
        return NULL;
    }
    PyObject *old_reference = kind->reference, *old_decision = kind->decision;
    *kind = (Kind){reference, decision, 0, 0, {0}};
    Py_XDECREF(old_reference);
    Py_XDECREF(old_decision);
    return kind;
}

/* Policy.hides_under(key, ...) is false for certain; 0 where Python has to say. */
static int
hides_nothing(Capture *capture, PyObject *key)
{
    PyTypeObject *kind = Py_TYPE(key);
    if (kind == &PyUnicode_Type) {
        return PyDict_GetItemWithError(capture->secrecies, key) == capture->never;
    }
    return kind == &PyLong_Type || kind == &PyFloat_Type || key == Py_None || kind == &PyBool_Type ||
           kind == &PyTuple_Type || kind == &PyList_Type || kind == &PyDict_Type;
}

/* `hides_nothing`, asking Python about a name that was not met before. */
int
judge_name(Capture *capture, PyObject *key)
{
    if (hides_nothing(capture, key)) {
        return 1;
    }
    if (PyErr_Occurred() || Py_TYPE(key) == &PyBytes_Type) {
        return 0;
    }
    if (Py_TYPE(key) != &PyUnicode_Type) {
        Kind *kind = kind_of(capture, key);
        return kind != NULL && PyTuple_GET_ITEM(kind->decision, 2) == Py_False;
    }
    if (PyDict_Contains(capture->secrecies, key)) {
        return 0;
    }
    PyObject *judged = PyObject_CallMethod((PyObject *)capture, "secrecy", "O", key);
    Py_XDECREF(judged);
    return judged != NULL && judged == capture->never;
}

int
hides_under(Capture *capture, PyObject *key, PyObject *value)
{
    if (judge_name(capture, key)) {
        return 0;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    if (PyUnicode_CheckExact(key)) {
        PyObject *secrecy = PyDict_GetItemWithError(capture->secrecies, key);
        if (secrecy != NULL) {
            return hides(capture, value, secrecy);
        }
    }
    PyObject *shown = PyObject_CallMethod((PyObject *)capture, "_hidden_under", "OO", key, value);
    int hidden = shown == NULL ? -1 : shown == capture->redacted && value != shown;
    Py_XDECREF(shown);
    return hidden;
}

/* The version of a class, 0 where it has none; it changes with the class and its bases. */
static unsigned int
version_of(PyTypeObject *kind)
{
#if PY_VERSION_HEX < 0x030D0000
    if (!PyType_HasFeature(kind, Py_TPFLAGS_VALID_VERSION_TAG)) {
        return 0;
    }
#endif
    return kind->tp_version_tag;
}

/* Policy.redacted_fields: none of the names is a secret's. */
int
harmless_names(Capture *capture, PyObject *names)
{
    int known = PySet_Contains(capture->harmless, names);
    if (known == 0) {
        PyObject *answer = PyObject_CallMethod((PyObject *)capture, "_harmless_names", "(O)", names);
        known = answer == NULL ? -1 : answer == Py_True;
        Py_XDECREF(answer);
    }
    return known == 1;
}

/* Where instances of `type` keep the fields that are slots. */
static void
find_slots(Kind *kind, PyTypeObject *type, PyObject *names)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names) && i < MOST_VALUES; i++) {
        PyObject *found = _PyType_Lookup(type, PyTuple_GET_ITEM(names, i)); /* borrowed, runs nothing of the user's */
        kind->offsets[i] = 0;
        if (found != NULL && Py_TYPE(found) == &PyMemberDescr_Type) {
            PyMemberDef *member = ((PyMemberDescrObject *)found)->d_member;
            if (member->type == T_OBJECT_EX && member->offset > 0 && member->offset <= SHRT_MAX) {
                kind->offsets[i] = (short)member->offset;
            }
        }
    }
    PyErr_Clear();
}

PyObject *
field_of(PyObject *obj, PyObject *name, int offset)
{
    if (offset) {
        PyObject *value = *(PyObject **)((char *)obj + offset);
        return Py_XNewRef(value);
    }
    PyObject *value = PyObject_GenericGetAttr(obj, name);
    if (value == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    return value;
}

/* Reading `names` from `obj` runs nothing of the user's: no property took the place of a field. Asked again whenever
 * the class has changed; so is whether a name is a secret's, once. */
int
readable(Capture *capture, PyObject *obj, PyObject *names, Kind *kind)
{
    PyTypeObject *type = Py_TYPE(obj);
    unsigned int version = version_of(type);
    if (version && kind->version == version) {
        return 1;
    }
    int harmless = harmless_names(capture, names);
    if (PyErr_Occurred()) {
        return 0;
    }
    PyObject *answer = PyObject_CallMethod((PyObject *)capture, "_readable", "OO", (PyObject *)type, names);
    int found = answer == Py_True;
    Py_XDECREF(answer);
    if (answer == NULL) {
        return 0;
    }
    if (found) {
        /* A lookup gives the class its version. */
        PyObject *value = PyObject_GenericGetAttr(obj, PyTuple_GET_ITEM(names, 0));
        Py_XDECREF(value);
        PyErr_Clear();
        if (refers_to(kind->reference, (PyObject *)type)) {
            kind->version = version_of(type);
            kind->harmless = (char)harmless;
            find_slots(kind, type, names);
            return 1;
        }
    }
    return 0;
}

/* policy.hides: 1 or 0; -1 with an error, or without one where Python has to say. */
int
hides(Capture *capture, PyObject *obj, PyObject *secrecy)
{
    if (secrecy == NULL || secrecy == capture->never) {
        return 0;
    }
    if (obj == Py_None || obj == Py_True || obj == Py_False || obj == capture->state->unset) {
        return 0;
    }
    if (secrecy == capture->always) {
        return 1;
    }
    if (secrecy != capture->text_only) { /* a lookup */
        PyObject *hidden = PyObject_CallMethod((PyObject *)capture, "_hides", "OO", secrecy, obj);
        Py_XDECREF(hidden);
        return hidden == NULL ? -1 : hidden == Py_True;
    }
    if (PyUnicode_CheckExact(obj) || PyBytes_CheckExact(obj) || PyByteArray_CheckExact(obj)) {
        return 1;
    }
    Kind *kind = kind_of(capture, obj);
    return kind == NULL ? -1 : PyTuple_GET_ITEM(kind->decision, 2) == Py_True;
}
