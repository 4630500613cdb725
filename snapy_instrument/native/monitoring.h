#ifndef SNAPY_MONITORING_H
#define SNAPY_MONITORING_H

#include "types.h"

/* Creates the types of the monitoring backend, from 3.12 on. */
int add_callbacks(PyObject *module, State *state);

#endif
