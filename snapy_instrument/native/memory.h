#ifndef SNAPY_MEMORY_H
#define SNAPY_MEMORY_H

#include "types.h"

PyObject *resident_memory(PyObject *module, PyObject *unused);

#endif
