#ifndef SNAPY_HANDOVER_H
#define SNAPY_HANDOVER_H

#include "types.h"

/* How a Python function is called that nobody has given another way; `function` is one. */
void learn_plain_call(PyObject *function);

/* Call `function`, to which `proxy` was called with these arguments. Where the interpreter's own stack holds them, its
 * references go over to the function, as they do when it calls one itself: what the function deletes dies at once. */
PyObject *hand_over(PyObject *proxy, PyObject *function, PyObject *const *args, size_t nargsf, PyObject *kwnames);

#endif
