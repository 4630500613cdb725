#ifndef SNAPY_IDENTITY_H
#define SNAPY_IDENTITY_H

#include "identity_tables.h"
#include "types.h"

/* The entry of `obj` in a WeakTable (capture/identity.py), borrowed; NULL with or without an error. */
PyObject *weak_entry(PyObject *entries, PyObject *obj);

/* Identities.ref */
PyObject *by_identity(Capture *capture, PyObject *obj, PyObject *title);

/* Whether `obj` is inside its `__init__`. */
static inline int
is_constructing(Capture *capture, PyObject *obj)
{
    return is_inside_init(capture->constructing, obj);
}

/* Where the description made lately of `obj`, or of another object in the same place, is kept. */
static inline PyObject **
place_of(Capture *capture, PyObject *obj)
{
    size_t hash = ((size_t)obj >> 4) ^ ((size_t)obj >> 13) ^ ((size_t)obj & 15) * 99;
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
