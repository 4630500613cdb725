/* What every other file may need, and needs no other. */
#include "support.h"

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
