#ifndef SNAPY_LANES_H
#define SNAPY_LANES_H

#include "types.h"

extern PyType_Spec flags_spec, context_spec;

PyObject *core_use_greenlets(Core *self, PyObject *args);

/* context_here, where the core has another lane. */
Context *find_context(Core *core, PyThreadState *here);

/* The lane of the calling code, whose thread's state is `here`, new reference: the core keeps only the one that was asked
 * for last. NULL with an error. */
static inline Context *
context_here(Core *core, PyThreadState *here)
{
    if (core->context != NULL && core->thread == PyThreadState_GetID(here)) {
        return (Context *)Py_NewRef((PyObject *)core->context);
    }
    return find_context(core, here);
}

#endif
