#ifndef SNAPY_SHARED_H
#define SNAPY_SHARED_H

#include "held.h"
#include "python_walk.h"

/* Put into its place what was made of `obj`; gives it back. */
PyObject *share(Capture *capture, PyObject *obj, PyObject *made);

/* Taking these values once more takes nothing from the budget: none is a long text. */
int are_free(PyObject *const *values, Py_ssize_t size);

/* What was shown of `obj` before, or of another object at its address, new reference: a `kind` of `size`, or anything where
 * `kind` is NULL; NULL for none. */
PyObject *shown_before(Capture *capture, PyObject *obj, PyTypeObject *kind, Py_ssize_t size);

/* What was shown of the first `size` elements of the list or tuple `obj`, if these are the very ones, new reference; NULL for
 * none. */
PyObject *same_scalars(Walk *walk, PyObject *obj, Py_ssize_t size);

/* A dict of the keys and values of `obj`, the very ones, new reference; NULL for none. */
PyObject *same_pairs(Walk *walk, PyObject *obj);

/* What was made of a set with these elements, all of them scalars, new reference; NULL for none. */
PyObject *known_set(Walk *walk, PyObject *obj, const Held *items);

/* Keep `made` for `known_set`; `before` is the budget before. */
void keep_set(Walk *walk, PyObject *obj, const Held *items, const Budget *before, PyObject *made);

/* A Struct; steals `fields`. */
PyObject *make_struct(State *state, PyObject *title, PyObject *fields);

/* A Struct of that title, of these names with these values, new reference; NULL for none. */
PyObject *struct_again(Capture *capture, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values);

/* The fields of the description made lately of `obj`, if there are `size`, new reference; NULL for none. */
PyObject *fields_before(Capture *capture, PyObject *obj, Py_ssize_t size);

/* Drop descriptions that are kept to be given again. */
void forget_shared(Capture *capture);

#endif
