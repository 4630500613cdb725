#ifndef SNAPY_KINDS_H
#define SNAPY_KINDS_H

#include "types.h"

void forget_kinds(Capture *capture);

/* describe.decide, by a place in a table; NULL with or without an error. Its decision may be replaced whenever Python
 * code runs: hold it. */
Kind *kind_of(Capture *capture, PyObject *obj);

/* Policy.hides_under(key, ...) is false for certain, also of a name that was not met before. */
int judge_name(Capture *capture, PyObject *key);

/* Policy.hides_under: 1 or 0; -1 with an error, or without one where Python has to say. */
int hides_under(Capture *capture, PyObject *key, PyObject *value);

/* Policy.redacted_fields: none of the names is a secret's. */
int harmless_names(Capture *capture, PyObject *names);

/* Reading `names` from `obj` runs nothing of the user's; `kind` says then whether none of them is a secret's. */
int readable(Capture *capture, PyObject *obj, PyObject *names, Kind *kind);

/* policy.hides: 1 or 0; -1 with an error, or without one where Python has to say. */
int hides(Capture *capture, PyObject *obj, PyObject *secrecy);

/* The field `name`, new reference, by `offset` where that is not 0; NULL if it is not set, or with an error. */
PyObject *field_of(PyObject *obj, PyObject *name, int offset);

/* A type of capture/views.py. */
static inline int
is_view(const Capture *capture, PyTypeObject *type)
{
    PyObject *const *views = PySequence_Fast_ITEMS(capture->views);
    return (PyObject *)type == views[0] || (PyObject *)type == views[1] || (PyObject *)type == views[2];
}

/* The text of a Mark, borrowed; NULL without an error if it is no str. */
static inline PyObject *
text_of_mark(const State *state, PyObject *mark)
{
    PyObject *text = *(PyObject **)((char *)mark + state->mark_text);
    return text != NULL && PyUnicode_CheckExact(text) ? text : NULL;
}

#endif
