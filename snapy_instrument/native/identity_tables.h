#ifndef SNAPY_IDENTITY_TABLES_H
#define SNAPY_IDENTITY_TABLES_H

#include "types.h"

extern PyType_Spec ref_table_spec, constructing_spec;

/* The weak `reference`, or NULL, is to `obj`, which lives. */
static inline int
refers_to(PyObject *reference, PyObject *obj)
{
    return reference != NULL && ((PyWeakReference *)reference)->wr_object == obj;
}

static inline size_t
hash_of_address(const void *obj)
{
    return ((size_t)obj >> 4) ^ ((size_t)obj >> 15);
}

/* The Ref of `obj`, borrowed; NULL for none. */
static inline PyObject *
known_ref(const RefTable *table, PyObject *obj)
{
    size_t mask = table->room - 1;
    for (size_t i = hash_of_address(obj) & mask; table->room > 0 && table->entries[i].source != NULL; i = (i + 1) & mask) {
        if (table->entries[i].source == obj && refers_to(table->entries[i].reference, obj)) {
            return table->entries[i].ref;
        }
    }
    return NULL;
}

/* Note the Ref of `obj`; gives the one that is noted, which another thread may have done first, new reference. NULL with an
 * error, a TypeError where `obj` cannot be weakly referenced. */
PyObject *keep_ref(RefTable *table, PyObject *obj, PyObject *ref);

/* Whether the object at `source` is inside its `__init__`. */
static inline int
is_inside_init(const Constructing *self, const void *source)
{
    size_t mask = self->room - 1;
    for (size_t i = hash_of_address(source) & mask; self->count > 0 && self->entries[i].source != NULL; i = (i + 1) & mask) {
        if (self->entries[i].source == source) {
            return 1;
        }
    }
    return 0;
}

/* Its `__init__` begins: -1 with MemoryError. One of them ends: nothing happens if none has begun. */
int begin_init(Constructing *self, void *source);
void end_init(Constructing *self, void *source);

#endif
