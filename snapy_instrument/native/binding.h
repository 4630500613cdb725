#ifndef SNAPY_BINDING_H
#define SNAPY_BINDING_H

#include "types.h"

typedef struct {
    PyObject *values[MOST_VALUES]; /* held: a default is the function's, which another thread may change */
    Py_ssize_t count;
} Bound;

/* 1, or 0 where the call will raise TypeError (or memory is short): the call that follows raises it. What was bound until
 * then is released by `release_bound`. */
int bind_arguments(Bound *bound, PyObject *function, PyObject *names, PyObject *const *args, Py_ssize_t given,
                   PyObject *kwnames);
void release_bound(Bound *bound);

#endif
