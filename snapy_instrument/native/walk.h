#ifndef SNAPY_WALK_H
#define SNAPY_WALK_H

#include "types.h"

/* `obj` as a plain value, new reference; NULL with an error set only for what is no Exception. */
PyObject *capture_value(Capture *capture, PyObject *obj, PyObject *secrecy);

#endif
