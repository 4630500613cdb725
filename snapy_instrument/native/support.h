#ifndef SNAPY_SUPPORT_H
#define SNAPY_SUPPORT_H

#include "types.h"

/* PyList_Append, without a call where the list has room. */
static inline int
push(PyObject *list, PyObject *item)
{
#ifndef Py_GIL_DISABLED
    Py_ssize_t size = PyList_GET_SIZE(list);
    if (size < ((PyListObject *)list)->allocated) {
        ((PyListObject *)list)->ob_item[size] = Py_NewRef(item);
        Py_SET_SIZE((PyVarObject *)list, size + 1);
        return 0;
    }
#endif
    return PyList_Append(list, item);
}

/* Shorten a list, which has `size` items, by the last of them. */
static inline int
drop_last(PyObject *list, Py_ssize_t size)
{
#ifdef Py_GIL_DISABLED
    return PyList_SetSlice(list, size - 1, size, NULL);
#else
    /* A tenth of the cost. The room stays with the list, for the next call. */
    PyObject *last = PyList_GET_ITEM(list, size - 1);
    Py_SET_SIZE((PyVarObject *)list, size - 1);
    Py_DECREF(last);
    return 0;
#endif
}

/* A description is dead and holds no cycle: the garbage collector need not look at it, in every collection. */
static inline PyObject *
dead(PyObject *made)
{
    PyObject_GC_UnTrack(made);
    return made;
}

/* The exception that is set, new reference and no longer set, with its traceback; and set it again, which steals it. */
PyObject *take_raised(void);
void raise_again(PyObject *exception);

/* Sink.withdraw, for the error that is set: 0 if it was ours and is gone, -1 if it is the program's and stays set. */
int withdraw(PyObject *sink);

/* Call the method `how` of the sink with `call` and `value`. -1 with an error. */
int tell(PyObject *sink, const char *how, PyObject *call, PyObject *value);

/* A call through us starts an interpreter loop of its own, on the C stack, which a call between Python functions does not.
 * 3.12 and 3.13 count these loops against a limit that is the same for every stack size. `lend_stack` adds to what the
 * limit leaves as long as the stack has that much room, and returns how much, for `take_stack_back`. -1 with a
 * RecursionError at the end of the stack, where the interpreter would go on and crash: 3.11 has no such limit. */
int lend_stack(void);

static inline void
take_stack_back(int units)
{
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030E0000
    PyThreadState_Get()->c_recursion_remaining -= units;
#else
    (void)units;
#endif
}

/* Our trace function, before 3.12. While it traces, all Python code of the thread runs at half its speed, so it rests
 * while a proxy records, which may need code of ours. NULL where the trace function is
 * Python's; settrace.c sets it. */
#if PY_VERSION_HEX < 0x030C0000
extern Py_tracefunc our_tracing;
#endif

static inline int
rest_tracing(PyThreadState *here)
{
#if PY_VERSION_HEX < 0x030C0000
    if (here->c_tracefunc == our_tracing && here->tracing == 0 && our_tracing != NULL) {
        PyThreadState_EnterTracing(here);
        return 1;
    }
#else
    (void)here;
#endif
    return 0;
}

static inline void
go_on_tracing(PyThreadState *here, int rested)
{
#if PY_VERSION_HEX < 0x030C0000
    if (rested) {
        PyThreadState_LeaveTracing(here);
    }
#else
    (void)here;
    (void)rested;
#endif
}

#endif
