#ifndef SNAPY_BINDING_H
#define SNAPY_BINDING_H

#include "types.h"

typedef struct {
    PyObject *values[MOST_VALUES]; /* borrowed, but for the two below */
    Py_ssize_t count;
    PyObject *rest; /* the tuple of *args */
    PyObject *more; /* the dict of **kwargs */
} Bound;

/* 1, or 0 where the call will raise TypeError (or memory is short): the call that follows raises it. */
int bind_arguments(Bound *bound, PyObject *function, PyObject *names, PyObject *const *args, Py_ssize_t given,
                   PyObject *kwnames);

#endif
