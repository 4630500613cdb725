/* Arguments that go over to the called function.
 *
 * When the interpreter calls a Python function, the references on its stack become the callee's variables, so an object
 * that nobody else holds dies at `del`, however long the function runs on. When it calls an object made in C, its stack
 * holds them until that returns. Here they are taken from there, None is put in their place, and the function's own call
 * takes its references before it does anything else (_PyEval_Vector in Python/ceval.c). */
#include "handover.h"

#include "frame_access.h"

#if defined(KNOWN_LAYOUT) && !defined(Py_GIL_DISABLED) && !defined(Py_REF_DEBUG) && !defined(Py_TRACE_REFS)

#include <opcode.h>

static vectorcallfunc plain_call;

void
learn_plain_call(PyObject *function)
{
    if (PyFunction_Check(function)) {
        plain_call = ((PyFunctionObject *)function)->vectorcall;
    }
}

/* Whether the running instruction calls with so many arguments, a `self` not counted, and no event of another tool's shows
 * them once more after the call. */
static inline int
calls_with(Frame *frame, Py_ssize_t count)
{
#if PY_VERSION_HEX >= 0x030D0000
    _Py_CODEUNIT instruction = *frame->instr_ptr;
#else
    _Py_CODEUNIT instruction = *frame->prev_instr;
#endif
#if PY_VERSION_HEX >= 0x030C0000
    Py_ssize_t said = instruction.op.arg;
    int instrumented = instruction.op.code >= MIN_INSTRUMENTED_OPCODE;
#else
    Py_ssize_t said = _Py_OPARG(instruction);
    int instrumented = 0;
#endif
    return (said == count || said + 1 == count) && !instrumented;
}

/* Whether the running frame's stack holds `args`, put there by an instruction that calls `proxy` itself. A function made
 * in C (Context.run, a partial, a method) may pass on a part of that stack: it holds the arguments to its end. */
static int
are_callers(PyObject *proxy, PyObject *const *args, size_t nargsf, Py_ssize_t count)
{
    PyThreadState *here = PyThreadState_Get();
#if PY_VERSION_HEX >= 0x030D0000
    Frame *frame = here->current_frame;
    PyCodeObject *code = frame == NULL ? NULL : (PyCodeObject *)frame->f_executable;
#else
    Frame *frame = here->cframe->current_frame;
    PyCodeObject *code = frame == NULL ? NULL : frame->f_code;
#endif
    if (code == NULL || !PyCode_Check(code) || !(nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET)) {
        return 0;
    }
    PyObject *const *bottom = frame->localsplus + code->co_nlocalsplus;
    if ((uintptr_t)args <= (uintptr_t)bottom || (uintptr_t)args >= (uintptr_t)(bottom + code->co_stacksize)) {
        return 0;
    }
    int called = args[-1] == proxy;
#if PY_VERSION_HEX >= 0x030D0000
    /* Below them the place of a `self`, empty where there is none. */
    called = called || (args[-1] == NULL && args - 1 > bottom && args[-2] == proxy);
#endif
    return called && calls_with(frame, count);
}

static inline void
give_up(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030C0000
    if (_Py_IsImmortal(object)) {
        return;
    }
#endif
    /* Not Py_DECREF: at 0 it lives on until the function's call takes its reference. */
    Py_SET_REFCNT(object, Py_REFCNT(object) - 1);
}

PyObject *
hand_over(PyObject *proxy, PyObject *function, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t given = PyVectorcall_NARGS(nargsf);
    Py_ssize_t count = given + (kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames));
    if (count == 0 || count > MOST_VALUES || ((PyFunctionObject *)function)->vectorcall != plain_call ||
        !are_callers(proxy, args, nargsf, count)) {
        return PyObject_Vectorcall(function, args, nargsf, kwnames);
    }
    PyObject *handed[MOST_VALUES];
    PyObject **stack = (PyObject **)args;
    for (Py_ssize_t i = 0; i < count; i++) {
        handed[i] = stack[i];
        stack[i] = Py_NewRef(Py_None);
        give_up(handed[i]);
    }
    return plain_call(function, handed, (size_t)given, kwnames);
}

#else

void
learn_plain_call(PyObject *Py_UNUSED(function))
{
}

PyObject *
hand_over(PyObject *Py_UNUSED(proxy), PyObject *function, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return PyObject_Vectorcall(function, args, nargsf, kwnames);
}

#endif
