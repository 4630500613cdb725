/* Elements that are held while they are looked at. */
#include "held.h"

int
hold(Held *held, Py_ssize_t most)
{
    held->count = 0;
    held->items = most <= FEW_HELD ? held->few : PyMem_Malloc((size_t)most * sizeof(PyObject *));
    if (held->items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

void
let_go(Held *held)
{
    while (held->count > 0) {
        Py_DECREF(held->items[--held->count]);
    }
    if (held->items != held->few) {
        PyMem_Free(held->items);
    }
}
