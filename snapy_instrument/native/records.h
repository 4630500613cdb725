#ifndef SNAPY_RECORDS_H
#define SNAPY_RECORDS_H

#include "types.h"

extern PyType_Spec call_spec, end_spec, counter_spec;

/* A field of a call record, by its position in the tuples of the pure twin; new reference. */
PyObject *call_item(Call *self, Py_ssize_t index);

/* The function of the module: those calls of a list of records which do not end in it. */
PyObject *open_calls(PyObject *module, PyObject *records);

/* records.defaulted, new reference: `defaults` holds (index, name, default); `all` their names. */
PyObject *defaulted(PyObject *defaults, PyObject *all, PyObject *const *values, Py_ssize_t count);

#endif
