#ifndef SNAPY_SINK_H
#define SNAPY_SINK_H

#include "types.h"

extern PyType_Spec slot_spec;

/* Sink.enter and Sink.leave; `core` is the sink where that is one recorder with a native core, else NULL. The call, or
 * NULL with or without an error; -1 with an error. An error is one of the program, and the recording has ended. */
PyObject *enter(PyObject *sink, Core *core, PyObject *site, PyObject *const *values, Py_ssize_t count);
int leave(PyObject *sink, Core *core, PyObject *call, PyObject *result);
/* Report that the exception that is set leaves the call, or that it was `closed`; it stays set. */
void fail(PyObject *sink, PyObject *call, int closed);
/* A frame backend beside us must not record the frame of `code` that the call makes. */
int announce(Slot *slot, Core *core, PyObject *call, PyObject *code);

#endif
