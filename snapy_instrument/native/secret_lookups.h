#ifndef SNAPY_SECRET_LOOKUPS_H
#define SNAPY_SECRET_LOOKUPS_H

#include "types.h"

/* Recorder._look_up has to say what is shown: a value is the name of a secret, or a descriptor may keep one. -1 with an
 * error. */
int looks_up(PyObject *lookups, PyObject *plan, PyObject *const *values, Py_ssize_t count);

/* Recorder._look_up: hides the value next to the name of a secret among those `captured`, and keeps the lookup for the
 * result. -1 with an error. */
int look_up(Core *core, Call *call, PyObject *plan, PyObject *const *values, PyObject **captured, Py_ssize_t count);

#endif
