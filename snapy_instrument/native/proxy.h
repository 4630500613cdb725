#ifndef SNAPY_PROXY_H
#define SNAPY_PROXY_H

#include "types.h"

/* Creates the proxy type, a subclass of wrapt's; 0 where wrapt's is no C type. */
int add_proxy_type(PyObject *module, State *state);

#endif
