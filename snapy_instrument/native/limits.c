/* What takes the place of values beyond the limits, with the digest of what is not shown: see capture/walk.py. */
#include "limits.h"

#include "digest.h"
#include "identity.h"
#include "support.h"

/* Walk._reading, borrowed; NULL with an error. */
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

/* A cut container of `size` items that shows `made` (a stolen reference): Walk._cut and _cut_pairs. */
PyObject *
cut(Walk *walk, PyObject *made, PyObject *source, Py_ssize_t size)
{
    Capture *capture = walk->capture;
    State *state = capture->state;
    Budget *budget = reading(walk);
    PyObject *digest = budget == NULL ? NULL : digest_of_rest(capture, budget, source, capture->items);
    PyObject **place = place_of(capture, source);
    if (digest != NULL && *place != NULL && Py_TYPE(*place) == state->cut_type) {
        PyObject *known = *place;
        if (*(PyObject **)((char *)known + state->cut_shown) == made &&
            *(PyObject **)((char *)known + state->cut_digest) == digest &&
            PyLong_AsSsize_t(*(PyObject **)((char *)known + state->cut_hidden)) == size - capture->items) {
            Py_DECREF(made);
            Py_DECREF(digest);
            return Py_NewRef(known);
        }
    }
    PyObject *hidden = digest == NULL ? NULL : PyLong_FromSsize_t(size - capture->items);
    PyObject *found = hidden == NULL ? NULL : state->cut_type->tp_alloc(state->cut_type, 0);
    if (found == NULL) {
        Py_DECREF(made);
        Py_XDECREF(digest);
        Py_XDECREF(hidden);
        return NULL;
    }
    *(PyObject **)((char *)found + state->cut_shown) = made;
    *(PyObject **)((char *)found + state->cut_hidden) = hidden;
    *(PyObject **)((char *)found + state->cut_unit) = Py_NewRef(state->items);
    *(PyObject **)((char *)found + state->cut_digest) = digest;
    Py_XSETREF(*place, Py_NewRef(dead(found)));
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
