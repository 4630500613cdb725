/* Texts: the twin of capture/strings.py for texts that were met before. */
#include "texts.h"

/* Characters of a text that is held so that it is known again: the program may have dropped it. */
enum { LONGEST_KEPT = 100000 };

/* Walk.value for str: new texts are judged in Python, once. */
PyObject *
plain_text(Capture *capture, PyObject *text)
{
    PyObject **place = &capture->texts[((size_t)text >> 4) % MET];
    if (*place == text) {
        return Py_NewRef(text);
    }
    int known = PySet_Contains(capture->clean, text);
    if (known < 0) {
        return NULL;
    }
    if (known) {
        /* Python drops what it knows of texts: a name of a secret has to be judged again then. */
        if (PyDict_GET_SIZE(capture->lookups) == 0 || PyDict_Contains(capture->lookups, text) == 0) {
            Py_XSETREF(*place, Py_NewRef(text));
        }
        return Py_NewRef(text);
    }
    PyObject *judged = PyObject_CallMethod((PyObject *)capture, "_new_text", "O", text);
    if (judged == Py_None) {
        Py_CLEAR(judged);
    }
    return judged;
}

int
is_clean(Capture *capture, PyObject *text)
{
    if (capture->texts[((size_t)text >> 4) % MET] == text) {
        return 1;
    }
    PyObject *plain = plain_text(capture, text);
    Py_XDECREF(plain);
    return plain != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
}

/* Texts.text of a text that is not clean: one that comes again, with as much budget, is not read again. */
PyObject *
long_text(Walk *walk, PyObject *text)
{
    Capture *capture = walk->capture;
    Budget *budget = reading(walk);
    if (budget == NULL) {
        return NULL;
    }
    long long size = PyUnicode_GET_LENGTH(text);
    long long most = budget->chars > 4 * capture->chars ? budget->chars : 4 * capture->chars;
    /* As much of it is shown as ever, and all of it is read. */
    int usual = size <= most && (budget->shown >= capture->chars || capture->chars <= SHORT_TEXT);
    Long *known = &capture->longs[((size_t)text >> 4) % LONGS];
    if (usual && known->text == text) {
        budget->chars -= size < budget->chars ? size : budget->chars;
        budget->shown -= known->taken;
        return Py_NewRef(known->plain);
    }
    long long before = budget->shown;
    PyObject *found = PyObject_CallMethod((PyObject *)capture, "_long_text", "OO", text, (PyObject *)budget);
    if (found == NULL) {
        return NULL;
    }
    PyObject *plain = Py_NewRef(PyTuple_GET_ITEM(found, 0));
    if (usual && PyTuple_GET_ITEM(found, 1) == Py_True && size <= LONGEST_KEPT) {
        PyObject *old_text = known->text, *old_plain = known->plain;
        *known = (Long){Py_NewRef(text), Py_NewRef(plain), before - budget->shown};
        Py_XDECREF(old_text);
        Py_XDECREF(old_plain);
    }
    Py_DECREF(found);
    return plain;
}

void
forget_texts(Capture *capture)
{
    for (int i = 0; i < MET; i++) {
        Py_CLEAR(capture->texts[i]);
    }
    for (int i = 0; i < LONGS; i++) {
        Py_CLEAR(capture->longs[i].text);
        Py_CLEAR(capture->longs[i].plain);
    }
}
