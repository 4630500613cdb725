/* Where a call is in the trace, its parent and depth, and what few calls have besides. */
#include "parents.h"

void
rare_clear(Rare *rare)
{
    Py_CLEAR(rare->spawn);
    Py_CLEAR(rare->origin);
    Py_CLEAR(rare->defaulted);
    Py_CLEAR(rare->constructed);
    Py_CLEAR(rare->lookup);
}

/* Core._place through Python: where a call stands that is the first of its thread, task, callback or job. */
static int
place(Core *core, Lane *lane, Call *call, Rare *rare)
{
    PyObject *found = PyObject_CallMethod((PyObject *)core, "_place", "OO", lane, rare->spawn);
    PyObject *parent;
    if (found == NULL || !PyArg_ParseTuple(found, "OiO", &parent, &call->depth, &rare->origin)) {
        Py_XDECREF(found);
        rare->origin = NULL;
        return -1;
    }
    Py_INCREF(rare->origin);
    call->parent = parent == Py_None ? 0 : PyLong_AsLongLong(parent);
    Py_DECREF(found);
    return PyErr_Occurred() ? -1 : 0;
}

int
find_parent(Core *core, Lane *lane, Call *call, Rare *rare)
{
    if (core->spawning) {
        rare->spawn = PyObject_CallMethod((PyObject *)core, "_current_spawn", NULL);
        if (rare->spawn == NULL) {
            return -1;
        }
    }
    else {
        rare->spawn = Py_NewRef(Py_None);
    }
    Py_ssize_t open = PyList_GET_SIZE(lane->stack);
    if (open > 0) {
        Call *parent = (Call *)PyList_GET_ITEM(lane->stack, open - 1);
        PyObject *spawn = parent->rare == NULL ? Py_None : PyTuple_GET_ITEM(parent->rare, RARE_SPAWN);
        if (spawn == rare->spawn) {
            call->parent = parent->number;
            call->depth = parent->depth + 1;
            return 0;
        }
    }
    else if (rare->spawn == Py_None && lane->origin == Py_None) {
        return 0;
    }
    return place(core, lane, call, rare);
}

int
pack_rare(Lane *lane, Call *call, Rare *rare)
{
    PyObject *task = lane->task;
    PyObject *owned = NULL;
    if (rare->spawn != Py_None) {
        task = owned = PyObject_GetAttrString(rare->spawn, "task");
        if (owned == NULL) {
            return -1;
        }
    }
    int plain = task == Py_None && rare->spawn == Py_None && rare->constructed == NULL && rare->lookup == NULL &&
                (rare->origin == NULL || rare->origin == Py_None) &&
                (rare->defaulted == NULL || !PyTuple_GET_SIZE(rare->defaulted));
    if (!plain) {
        PyObject *none = rare->defaulted == NULL ? PyTuple_New(0) : Py_NewRef(rare->defaulted);
        PyObject *zero = rare->constructed == NULL ? PyLong_FromLong(0) : Py_NewRef(rare->constructed);
        if (none != NULL && zero != NULL) {
            call->rare = PyTuple_Pack(RARE_FIELDS, none, rare->origin == NULL ? Py_None : rare->origin, task, zero,
                                      rare->spawn, rare->lookup == NULL ? Py_None : rare->lookup);
        }
        if (call->rare != NULL) {
            PyObject_GC_UnTrack(call->rare); /* held by a record alone, which is not tracked either */
        }
        Py_XDECREF(none);
        Py_XDECREF(zero);
    }
    Py_XDECREF(owned);
    return plain || call->rare != NULL ? 0 : -1;
}
