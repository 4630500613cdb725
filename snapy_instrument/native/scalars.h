#ifndef SNAPY_SCALARS_H
#define SNAPY_SCALARS_H

#include "types.h"

/* An int of one digit, as most are. */
static inline int
is_small(PyObject *number)
{
#if PY_VERSION_HEX >= 0x030C0000
    return PyUnstable_Long_IsCompact((PyLongObject *)number);
#else
    return Py_SIZE(number) >= -1 && Py_SIZE(number) <= 1;
#endif
}

/* A scalar that is shown as it is, new reference; NULL without an error for any other value. */
static inline PyObject *
scalar(Capture *capture, PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    if (kind == &PyUnicode_Type) {
        return capture->texts[((size_t)obj >> 4) % MET] == obj ? Py_NewRef(obj) : NULL;
    }
    if (kind == &PyLong_Type) {
        return is_small(obj) ? Py_NewRef(obj) : NULL;
    }
    return kind == &PyFloat_Type || obj == Py_None || kind == &PyBool_Type ? Py_NewRef(obj) : NULL;
}

#endif
