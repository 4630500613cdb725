#ifndef SNAPY_STATE_H
#define SNAPY_STATE_H

#include "types.h"

/* The definition of the module, which sets it: `state_by_type` knows the module by that. */
extern PyModuleDef *native_definition;

State *state_of(PyObject *module);
/* The state of the module that made `type`, or made a base of it. */
State *state_by_type(PyTypeObject *type);

#endif
