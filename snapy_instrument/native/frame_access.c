/* Arguments, read from a frame. */
#include "frame_access.h"

#include "recorder.h"

/* The arguments in the order of Site.parameters, new references; -1 with or without an error where Python has to. */
static Py_ssize_t
read_arguments(Frame *frame, PyCodeObject *code, PyObject **values)
{
    Py_ssize_t positional = code->co_argcount, named = positional + code->co_kwonlyargcount;
    Py_ssize_t rest = code->co_flags & CO_VARARGS ? 1 : 0, more = code->co_flags & CO_VARKEYWORDS ? 1 : 0;
    Py_ssize_t size = named + rest + more, count = 0;
    if (size > MOST_VALUES) {
        return -1;
    }
    while (count < size) {
        Py_ssize_t index = count;
        if (rest && count == positional) {
            index = named;
        }
        else if (count == named + rest) {
            index = named + rest;
        }
        else if (rest && count > positional) {
            index = count - 1;
        }
        values[count] = read_local(frame, code, index);
        if (values[count] == NULL) {
            break;
        }
        count++;
    }
    if (count == size) {
        return size;
    }
    while (count > 0) {
        Py_DECREF(values[--count]);
    }
    return -1;
}

/* The call of `frame` begins: as core_enter, and NULL without an error where Python has to read the arguments
 * (`unread` is set then). */
Call *
enter_frame(Core *core, PyThreadState *here, PyObject *site, Frame *frame, PyCodeObject *code, int backend, int *unread)
{
    PyObject *values[MOST_VALUES];
    values[0] = NULL;
    Py_ssize_t count = read_arguments(frame, code, values);
    *unread = count < 0;
    if (count < 0) {
        PyErr_Clear();
        return NULL;
    }
    Call *call = core_enter(core, here, site, values, count, backend);
    while (count > 0) {
        Py_DECREF(values[--count]);
    }
    return call;
}
