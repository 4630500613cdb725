/* What every other file may need, and needs no other. */
#include "support.h"

#if defined(__GLIBC__) || defined(__APPLE__)
#include <pthread.h>
#endif

#if PY_VERSION_HEX < 0x030C0000
Py_tracefunc our_tracing = NULL;
#endif

PyObject *
take_raised(void)
{
#if PY_VERSION_HEX >= 0x030C0000
    return PyErr_GetRaisedException();
#else
    PyObject *kind, *exception, *traceback;
    PyErr_Fetch(&kind, &exception, &traceback);
    PyErr_NormalizeException(&kind, &exception, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(exception, traceback);
    }
    Py_XDECREF(kind);
    Py_XDECREF(traceback);
    return exception;
#endif
}

void
raise_again(PyObject *exception)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyErr_SetRaisedException(exception);
#else
    PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(exception)), exception, PyException_GetTraceback(exception));
#endif
}

int
withdraw(PyObject *sink)
{
    PyObject *problem = take_raised();
    PyObject *answer = PyObject_CallMethod(sink, "withdraw", "(O)", problem);
    int programs = answer == Py_True;
    if (answer == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_Exception)) {
            Py_DECREF(problem); /* a KeyboardInterrupt that arrived meanwhile takes its place */
            return -1;
        }
        PyErr_Clear(); /* at the end of the stack, even this fails */
        programs = !PyObject_TypeCheck(problem, (PyTypeObject *)PyExc_Exception);
    }
    Py_XDECREF(answer);
    if (!programs) {
        Py_DECREF(problem);
        return 0;
    }
    raise_again(problem);
    return -1;
}

int
tell(PyObject *sink, const char *how, PyObject *call, PyObject *value)
{
    PyThreadState *here = PyThreadState_Get();
    int rested = rest_tracing(here);
    PyObject *done = PyObject_CallMethod(sink, how, "OO", call, value);
    go_on_tracing(here, rested);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* -- the C stack ------------------------------------------------------------------------------------------- */

#if defined(__GLIBC__) || defined(__APPLE__)

#define SMALLEST_REST ((size_t)32 << 10)
#define LARGEST_REST ((size_t)256 << 10)
/* From 3.14 on the interpreter watches the stack by itself and leaves some 36 KiB. The program's handler of the
   RecursionError runs in what is left, and `eval` in it would be a MemoryError there ("Parser stack overflowed"): plain
   calls take no C stack, so without us the handler has all of it. */
#if PY_VERSION_HEX >= 0x030E0000
#define OWN_MARGIN (stack_size / 4 < ((size_t)36 << 10) ? stack_size / 4 : ((size_t)36 << 10))
#else
#define OWN_MARGIN ((size_t)0)
#endif
/* The stack size for which the interpreter chose its limit on C recursion. */
#define USUAL_STACK ((size_t)8 << 20)

static _Thread_local char *stack_low;
static _Thread_local size_t stack_size;

/* Find the bounds of this thread's stack, once; nothing is known after a failure. */
static void
find_stack(void)
{
    void *low = NULL;
    size_t size = 0;
#if defined(__APPLE__)
    size = pthread_get_stacksize_np(pthread_self());
    low = (char *)pthread_get_stackaddr_np(pthread_self()) - size;
#else
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        if (pthread_attr_getstack(&attributes, &low, &size) != 0) {
            low = NULL;
        }
        pthread_attr_destroy(&attributes);
    }
#endif
    stack_size = low == NULL ? 0 : size;
    stack_low = low == NULL ? (char *)&stack_low : low;
}

/* The bytes that are left of the stack; SIZE_MAX where its bounds are unknown, as on a stack that a library made. */
static size_t
stack_left(void)
{
    char here;
    if (stack_low == NULL) {
        find_stack();
    }
    size_t left = (size_t)((uintptr_t)&here - (uintptr_t)stack_low);
    return left < stack_size ? left : SIZE_MAX;
}

int
lend_stack(void)
{
    size_t left = stack_left();
    if (left == SIZE_MAX) {
        return 0;
    }
    /* For what runs between here and the next call through us: an eighth of the stack, a quarter of a very small one. */
    size_t rest = stack_size / 8;
    rest = rest < SMALLEST_REST ? SMALLEST_REST : rest > LARGEST_REST ? LARGEST_REST : rest;
    if (left < (rest < stack_size / 4 ? rest : stack_size / 4) + OWN_MARGIN) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded");
        return -1;
    }
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030E0000
    PyThreadState *thread = PyThreadState_Get();
    /* A loop counts twice: at its entry, and the call that enters it. */
    const int units = 2;
#if PY_VERSION_HEX >= 0x030D0000
    const int most = Py_C_RECURSION_LIMIT, shallow = 0;
#else
    const int most = C_RECURSION_LIMIT, shallow = thread->py_recursion_limit <= 2000;
#endif
    if (shallow || (thread->c_recursion_remaining > 0 &&
                    left > (size_t)thread->c_recursion_remaining * (USUAL_STACK / (size_t)most))) {
        thread->c_recursion_remaining += units;
        return units;
    }
#endif
    return 0;
}

#else

int
lend_stack(void)
{
    return 0;
}

#endif
