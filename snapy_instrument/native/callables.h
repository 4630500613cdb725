#ifndef SNAPY_CALLABLES_H
#define SNAPY_CALLABLES_H

#include "types.h"

/* describe(obj), new reference: a function, proxy or method whose names were described before is not described again. */
PyObject *described_by_name(Capture *capture, PyObject *obj, PyObject *describe);

void forget_named(Capture *capture);

#endif
