#ifndef SNAPY_EVALUATION_H
#define SNAPY_EVALUATION_H

#include "types.h"

/* Creates the type of the frame evaluation function, before 3.12. */
int add_evaluation(PyObject *module, State *state);

#endif
