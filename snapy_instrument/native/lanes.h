#ifndef SNAPY_LANES_H
#define SNAPY_LANES_H

#include "types.h"

extern PyType_Spec flags_spec, lane_spec;

PyObject *core_use_greenlets(Core *self, PyObject *args);

/* lane_here, where the core has another lane. */
Lane *find_lane(Core *core, PyThreadState *here);

/* The lane of the calling code, whose thread's state is `here`, new reference: the core keeps only the one that was asked
 * for last. NULL with an error. */
static inline Lane *
lane_here(Core *core, PyThreadState *here)
{
    if (core->lane != NULL && core->thread == PyThreadState_GetID(here)) {
        return (Lane *)Py_NewRef((PyObject *)core->lane);
    }
    return find_lane(core, here);
}

#endif
