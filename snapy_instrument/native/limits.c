/* What takes the place of values beyond the limits, with the digest of what is not shown: see capture/walk.py. */
#include "limits.h"

#include "digest.h"
#include "identity.h"
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
        PyObject **place = place_of(capture, source);
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

/* The mark of a value that is nested too deep, or comes when no more nodes are left. */
PyObject *
beyond_limits(Walk *walk, PyObject *obj)
{
    Budget *budget = reading(walk);
    PyObject *digest = budget == NULL ? NULL : digest_of_value(walk->capture, budget, obj);
    if (digest == NULL) {
        return NULL;
    }
    int deep = walk->depth >= walk->capture->depth;
    PyObject *text = PyUnicode_FromFormat(deep ? "<too deep #%U>" : "<too large #%U>", digest);
    PyObject *mark = text == NULL ? NULL : PyObject_CallOneArg((PyObject *)walk->capture->state->mark_type, text);
    Py_XDECREF(text);
    Py_DECREF(digest);
    return mark;
}
