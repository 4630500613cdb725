/* What takes the place of values beyond the limits, with the digest of what is not shown: see capture/walk.py. */
#include "limits.h"

#include "digest.h"
#include "identity.h"
#include "kinds.h"
#include "support.h"

PyObject *
make_cut(State *state, PyObject *shown, Py_ssize_t count, PyObject *digest)
{
    PyObject *hidden = PyLong_FromSsize_t(count);
    PyObject *made = hidden == NULL ? NULL : state->cut_type->tp_alloc(state->cut_type, 0);
    if (made == NULL) {
        Py_XDECREF(hidden);
        return NULL;
    }
    *(PyObject **)((char *)made + state->cut_shown) = Py_NewRef(shown);
    *(PyObject **)((char *)made + state->cut_hidden) = hidden;
    *(PyObject **)((char *)made + state->cut_unit) = Py_NewRef(state->items);
    *(PyObject **)((char *)made + state->cut_digest) = Py_NewRef(digest);
    return dead(made);
}

/* 1 if `known` is a Cut of just these parts. */
static int
is_cut_of(State *state, PyObject *known, PyObject *shown, Py_ssize_t count, PyObject *digest)
{
    return known != NULL && Py_TYPE(known) == state->cut_type && *(PyObject **)((char *)known + state->cut_shown) == shown &&
           PyLong_AsSsize_t(*(PyObject **)((char *)known + state->cut_hidden)) == count &&
           PyUnicode_Compare(*(PyObject **)((char *)known + state->cut_digest), digest) == 0;
}

/* A cut container of `size` items that shows `made` (a stolen reference): Walk._cut and _cut_pairs. */
PyObject *
cut(Walk *walk, PyObject *made, PyObject *source, Py_ssize_t size)
{
    Capture *capture = walk->capture;
    Budget *budget = reading(walk);
    PyObject *digest = budget == NULL ? NULL : digest_of_rest(capture, budget, source, capture->items);
    PyObject *found = NULL;
    if (digest != NULL) {
        PyObject **place = place_of(capture, key_of(walk, source));
        if (is_cut_of(capture->state, *place, made, size - capture->items, digest)) {
            found = Py_NewRef(*place);
        }
        else {
            found = make_cut(capture->state, made, size - capture->items, digest);
            Py_XSETREF(*place, Py_XNewRef(found));
        }
    }
    Py_DECREF(made);
    Py_XDECREF(digest);
    return found;
}

/* A Mark of `text`, new reference, which it steals: the one in `place` if that has the same text. */
static PyObject *
mark_again(State *state, PyObject **place, PyObject *text)
{
    PyObject *known = *place;
    if (known != NULL && Py_TYPE(known) == state->mark_type) {
        PyObject *before = text_of_mark(state, known);
        if (before != NULL && PyUnicode_Compare(before, text) == 0) {
            Py_DECREF(text);
            return Py_NewRef(known);
        }
    }
    PyObject *made = state->mark_type->tp_alloc(state->mark_type, 0);
    if (made == NULL) {
        Py_DECREF(text);
        return NULL;
    }
    *(PyObject **)((char *)made + state->mark_text) = text;
    Py_XSETREF(*place, Py_NewRef(dead(made)));
    return made;
}

/* The mark of a value that is nested too deep, or comes when no more nodes are left. */
PyObject *
beyond_limits(Walk *walk, PyObject *obj)
{
    Capture *capture = walk->capture;
    Budget *budget = reading(walk);
    PyObject *digest = budget == NULL ? NULL : digest_of_value(capture, budget, obj);
    if (digest == NULL) {
        return NULL;
    }
    int deep = walk->depth >= capture->depth;
    PyObject *text = PyUnicode_FromFormat(deep ? "<too deep #%U>" : "<too large #%U>", digest);
    Py_DECREF(digest);
    /* Not in its own place: the same object may be shown as a whole elsewhere. */
    return text == NULL ? NULL : mark_again(capture->state, place_of(capture, (PyObject *)((char *)obj + 32)), text);
}
