#ifndef SNAPY_CALLABLES_H
#define SNAPY_CALLABLES_H

#include "types.h"

/* describe(obj), new reference: a function, proxy, method or class whose names were described before is not described again. */
PyObject *described_by_name(Capture *capture, PyObject *obj, PyObject *describe);

/* The same of a member of an Enum that is no Flag, by its name and the `title` of its class. */
PyObject *member_by_name(Capture *capture, PyObject *obj, PyObject *title, PyObject *describe);

void forget_named(Capture *capture);

#endif
