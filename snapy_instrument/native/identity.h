#ifndef SNAPY_IDENTITY_H
#define SNAPY_IDENTITY_H

#include "types.h"

/* The weak `reference`, or NULL, is to `obj`, which lives. */
static inline int
refers_to(PyObject *reference, PyObject *obj)
{
    return reference != NULL && ((PyWeakReference *)reference)->wr_object == obj;
}

/* The entry of `obj` in a WeakTable (capture/identity.py), borrowed; NULL with or without an error. */
PyObject *weak_entry(PyObject *entries, PyObject *obj);

/* Identities.ref */
PyObject *by_identity(Capture *capture, PyObject *obj, PyObject *title);

int constructing_begins(Capture *capture, PyObject *obj);
int constructing_ends(Capture *capture, void *obj);

/* Where the description made lately of `obj`, or of another object in the same place, is kept. */
static inline PyObject **
place_of(Capture *capture, PyObject *obj)
{
    return &capture->shared[((size_t)obj >> 4) % SHARED];
}

#endif
