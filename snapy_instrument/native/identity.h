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

/* `obj` is inside its `__init__`; -1 with an error. */
int is_constructing(Capture *capture, PyObject *obj);

int constructing_begins(Capture *capture, PyObject *obj);
int constructing_ends(Capture *capture, void *obj);

/* Where the description made lately of `obj`, or of another object in the same place, is kept. */
static inline PyObject **
place_of(Capture *capture, PyObject *obj)
{
    size_t hash = ((size_t)obj >> 4) ^ ((size_t)obj >> 13);
    Shared *set = &capture->shared[hash % (SHARED / WAYS) * WAYS];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].source == obj) {
            return &set[i].made;
        }
    }
    /* The description of another object is as good as none: whoever finds it compares it. */
    Shared *taken = &set[capture->turn++ % WAYS];
    for (int i = 0; i < WAYS; i++) {
        taken = set[i].made == NULL ? &set[i] : taken;
    }
    taken->source = obj;
    return &taken->made;
}

#endif
