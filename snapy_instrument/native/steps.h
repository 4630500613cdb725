#ifndef SNAPY_STEPS_H
#define SNAPY_STEPS_H

#include "types.h"

/* Creates the types for the steps of generators and coroutines. */
int add_steps_types(PyObject *module);

#endif
