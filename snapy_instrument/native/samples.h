#ifndef SNAPY_SAMPLES_H
#define SNAPY_SAMPLES_H

#include "held.h"

/* A scalar, which counts as one element. */
int is_leaf(PyObject *obj);

/* Hold the elements of a list or tuple from `skip` on, or as many of them as the budget allows; -1 with an error. */
int hold_sequence(const Budget *budget, Held *held, PyObject *source, Py_ssize_t skip);

/* The same of a dict: its keys and values in turn. */
int hold_pairs(const Budget *budget, Held *held, PyObject *source, Py_ssize_t skip);

#endif
