#ifndef SNAPY_CONTAINERS_H
#define SNAPY_CONTAINERS_H

#include "python_walk.h"

/* The steps of the walk for containers. Each returns a new reference; NULL with an error, or without one where this is
 * for the Python walk. */
PyObject *plain_list(Walk *walk, PyObject *obj);
PyObject *plain_tuple(Walk *walk, PyObject *obj);
PyObject *plain_dict(Walk *walk, PyObject *obj);
PyObject *plain_set(Walk *walk, PyObject *obj);

/* A ListView and a DictView: see capture/views.py. */
PyObject *plain_list_view(Walk *walk, PyObject *view);
PyObject *plain_dict_view(Walk *walk, PyObject *view);

/* Walk._enter: 1 where the parts of `obj` are walked; else 0, with what takes its place in `instead`, which is NULL
 * with an error, or without one where this is for the Python walk. */
int go_in(Walk *walk, PyObject *obj, PyObject **instead);

/* The description of each of `parts`, new references; -1 where one is missing, with or without an error. */
int plain_parts(Walk *walk, PyObject *const *parts, Py_ssize_t size, PyObject **made);

#endif
