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
tell(PyObject *sink, const char *how, PyObject *call, PyObject *value)
{
    PyThreadState *here = PyThreadState_Get();
    int rested = rest_tracing(here);
    PyObject *done = PyObject_CallMethod(sink, how, "OO", call, value);
    go_on_tracing(here, rested);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}
