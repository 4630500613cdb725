#ifndef SNAPY_PYTHON_WALK_H
#define SNAPY_PYTHON_WALK_H

#include "types.h"

/* One walk through one value. */
typedef struct Walk Walk;
struct Walk {
    Capture *capture;
    /* Walk.value, new reference. NULL with an error, or without one where the Python walk has to take the whole value. */
    PyObject *(*plain)(Walk *walk, PyObject *obj);
    PyObject *python; /* the Python walk that takes parts of the value; NULL before the first of them */
    PyObject *path[MOST_DEPTH];
    Py_ssize_t depth;
    Py_ssize_t nodes;
    Budget *budget; /* NULL before something has to be read that is not shown */
};

/* Walk._reading, borrowed; NULL with an error. */
Budget *reading(Walk *walk);

/* A part of the value that the Python walk takes, with what is left of the limits. */
PyObject *part_in_python(Walk *walk, PyObject *obj);

/* The key of what is made of `obj` at this depth, for `place_of`: what is shown of its parts depends on the depth. */
static inline PyObject *
key_of(const Walk *walk, PyObject *obj)
{
    return (PyObject *)((char *)obj + (walk->depth & 15));
}

#endif
