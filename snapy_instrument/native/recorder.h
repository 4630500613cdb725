#ifndef SNAPY_RECORDER_H
#define SNAPY_RECORDER_H

#include "types.h"

extern PyType_Spec core_spec;

/* A call begins in the calling thread, whose state is `here`. NULL without an error: it is not recorded. NULL with an
 * error: one of the program, such as a KeyboardInterrupt; the recording has ended. */
Call *core_enter(Core *core, PyThreadState *here, PyObject *site, PyObject *const *values, Py_ssize_t count, int backend);
/* It returns `result`. -1 with an error set as for `core_enter`. */
int core_leave(Core *core, Call *call, PyObject *result);
/* It sleeps, having handed out `value` (`awaiting` for nothing); it goes on, with `value` sent in. As above. */
int core_suspend(Core *core, Call *call, PyObject *value, PyObject *awaiting);
int core_resume(Core *core, Call *call, PyObject *value);

/* Recorder.withdraw, for the error that is set: 0 if it was ours and is gone, -1 if it is the program's and stays
 * set. A second call changes nothing. */
int core_withdraw(Core *core);

/* The calling thread's flags, new reference; NULL with an error. */
Flags *core_flags(Core *core);

#endif
