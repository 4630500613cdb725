#ifndef SNAPY_FRAME_ACCESS_H
#define SNAPY_FRAME_ACCESS_H

#include "types.h"

#include <frameobject.h>

/* Arguments are read from the frame itself where its layout is known: private, and different in each version. Elsewhere
 * they are read by name. */
#if PY_VERSION_HEX < 0x030E0000 && defined(__has_include)
#if __has_include(<internal/pycore_frame.h>)
#define KNOWN_LAYOUT 1
#define Py_BUILD_CORE 1
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#endif
#endif

/* What runs, without an object of its own where the layout is known: the interpreter makes that when it is asked for. */
#ifdef KNOWN_LAYOUT
typedef struct _PyInterpreterFrame Frame;

static inline Frame *
frame_of(PyFrameObject *object)
{
    return object->f_frame;
}

static inline PyObject *
read_local(Frame *frame, PyCodeObject *code, Py_ssize_t index)
{
    PyObject *value = frame->localsplus[index];
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    /* A variable that inner functions use was moved into a cell. */
    if (value != NULL && (kinds[index] & 0x40) && PyCell_Check(value)) {
        value = PyCell_GET(value);
    }
    return Py_XNewRef(value);
}
#else
typedef PyFrameObject Frame;

static inline Frame *
frame_of(PyFrameObject *object)
{
    return object;
}

static inline PyObject *
read_local(Frame *frame, PyCodeObject *code, Py_ssize_t index)
{
    return PyFrame_GetVar(frame, PyTuple_GET_ITEM(code->co_localsplusnames, index));
}
#endif

#if PY_VERSION_HEX >= 0x030C0000

#ifdef KNOWN_LAYOUT
/* The frame that runs in this thread, borrowed. */
static inline Frame *
take_frame(PyThreadState *here)
{
#if PY_VERSION_HEX >= 0x030D0000
    return here->current_frame;
#else
    return here->cframe->current_frame;
#endif
}

static inline void
give_frame_back(Frame *Py_UNUSED(frame))
{
}
#else
static inline Frame *
take_frame(PyThreadState *here)
{
    Frame *frame = PyThreadState_GetFrame(here);
    if (frame == NULL) {
        PyErr_NoMemory();
    }
    return frame;
}

static inline void
give_frame_back(Frame *frame)
{
    Py_XDECREF((PyObject *)frame);
}
#endif

#endif

/* The call of `frame` begins: as core_enter, and NULL without an error where Python has to read the arguments
 * (`unread` is set then). */
Call *enter_frame(Core *core, PyThreadState *here, PyObject *site, Frame *frame, PyCodeObject *code, int backend,
                  int *unread);

#endif
