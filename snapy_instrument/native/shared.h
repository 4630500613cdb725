#ifndef SNAPY_SHARED_H
#define SNAPY_SHARED_H

#include "types.h"

/* Put into its place what was made of `obj`; gives it back. */
PyObject *share(Capture *capture, PyObject *obj, PyObject *made);

/* Taking these values once more takes nothing from the budget: none is a long text. */
int are_free(PyObject *const *values, Py_ssize_t size);

/* A list or tuple of these `parts`, new reference; NULL for none. */
PyObject *found_again(Capture *capture, PyObject *obj, PyTypeObject *kind, PyObject *const *parts, Py_ssize_t size);

/* The list of the first `size` elements of the list `obj`, all of them scalars, new reference; NULL for none. */
PyObject *wide_again(Capture *capture, PyObject *obj, Py_ssize_t size);

/* A dict of the keys and values of `obj`, the very ones, new reference; NULL for none. */
PyObject *dict_again(Capture *capture, PyObject *obj);

/* A Struct of that title, of these names with these values, new reference; NULL for none. */
PyObject *struct_again(Capture *capture, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values);

/* The fields of the description made lately of `obj`, if there are `size`, new reference; NULL for none. */
PyObject *fields_before(Capture *capture, PyObject *obj, Py_ssize_t size);

/* Drop descriptions that are kept to be given again. */
void forget_shared(Capture *capture);

#endif
