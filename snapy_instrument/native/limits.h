#ifndef SNAPY_LIMITS_H
#define SNAPY_LIMITS_H

#include "python_walk.h"

/* A Cut of items, new reference. Steals nothing. */
PyObject *make_cut(State *state, PyObject *shown, Py_ssize_t count, PyObject *digest);

/* A cut container of `size` items that shows `made` (a stolen reference): Walk._cut and _cut_pairs. */
PyObject *cut(Walk *walk, PyObject *made, PyObject *source, Py_ssize_t size);

/* The mark of a value that is nested too deep, or comes when no more nodes are left. */
PyObject *beyond_limits(Walk *walk, PyObject *obj);

#endif
