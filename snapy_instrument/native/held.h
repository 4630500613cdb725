#ifndef SNAPY_HELD_H
#define SNAPY_HELD_H

#include "types.h"

enum { FEW_HELD = 104 };

/* Elements held while they are looked at: what runs meanwhile may let another thread change their container. */
typedef struct {
    PyObject **items;
    Py_ssize_t count;
    PyObject *few[FEW_HELD];
} Held;

/* Get ready for at most `most` elements; -1 with an error. */
int hold(Held *held, Py_ssize_t most);

/* Drop all elements. */
void let_go(Held *held);

static inline void
hold_one(Held *held, PyObject *item)
{
    held->items[held->count++] = Py_NewRef(item);
}

/* Hold at most `most` elements of a set, in the order of its table, as its iterator gives them. */
static inline void
hold_set(Held *held, PyObject *set, Py_ssize_t most)
{
    const setentry *table = ((PySetObject *)set)->table;
    Py_ssize_t last = ((PySetObject *)set)->mask;
    for (Py_ssize_t i = 0; i <= last && held->count < most; i++) {
        /* The hash of an element that was removed is -1, which no object has. */
        if (table[i].key != NULL && table[i].hash != -1) {
            hold_one(held, table[i].key);
        }
    }
}

#endif
