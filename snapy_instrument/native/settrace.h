#ifndef SNAPY_SETTRACE_H
#define SNAPY_SETTRACE_H

#include "types.h"

/* Creates the types of the settrace backend, before 3.12. */
int add_trace_function(PyObject *module, State *state);

#endif
