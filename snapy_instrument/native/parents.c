/* Where a call is in the trace: its parent and depth, and what started its thread, task, callback or job. */
#include "parents.h"

#include "support.h"

PyObject *
spawn_here(Core *core)
{
    if (!core->spawning) {
        return NULL;
    }
    if (core->spawned == NULL) {
        /* The context variable itself: its method makes no difference between none and an error. */
        PyObject *get = PyObject_GetAttrString((PyObject *)core, "_current_spawn");
        if (get != NULL && PyCFunction_Check(get)) {
            core->spawned = Py_XNewRef(PyCFunction_GET_SELF(get));
        }
        Py_XDECREF(get);
    }
    PyObject *spawn = NULL;
    if (core->spawned == NULL || PyContextVar_Get(core->spawned, Py_None, &spawn) < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "_current_spawn is no method of a context variable");
        }
        return NULL;
    }
    if (spawn == Py_None) {
        Py_CLEAR(spawn);
    }
    return spawn;
}

/* Core._place through Python: where a call stands that is the first of its thread, task, callback or job. Its origin, new
 * reference; NULL with an error. */
static PyObject *
place(Core *core, Lane *lane, Call *call)
{
    PyObject *spawn = call->spawn == NULL ? Py_None : call->spawn;
    PyObject *found = PyObject_CallMethod((PyObject *)core, "_place", "OO", lane, spawn);
    PyObject *parent, *origin;
    if (found == NULL || !PyArg_ParseTuple(found, "OiO", &parent, &call->depth, &origin)) {
        Py_XDECREF(found);
        return NULL;
    }
    Py_INCREF(origin);
    call->parent = parent == Py_None ? 0 : PyLong_AsLongLong(parent);
    Py_DECREF(found);
    if (PyErr_Occurred()) {
        Py_CLEAR(origin);
    }
    return origin;
}

/* Keep `origin` and the task's name, where there is one of them; in the tuple of the `parent` if that has the same. */
static int
keep_rare(Lane *lane, Call *call, const Call *parent, PyObject *origin)
{
    PyObject *task = call->spawn == NULL ? Py_NewRef(lane->task) : PyObject_GetAttrString(call->spawn, "task");
    int failed = task == NULL;
    PyObject *known = parent == NULL ? NULL : parent->rare;
    if (task == NULL || (task == Py_None && origin == Py_None)) {
    }
    else if (known != NULL && PyTuple_GET_ITEM(known, RARE_TASK) == task && PyTuple_GET_ITEM(known, RARE_ORIGIN) == origin) {
        call->rare = Py_NewRef(known);
    }
    else {
        call->rare = PyTuple_Pack(RARE_FIELDS, origin, task);
        failed = call->rare == NULL;
        if (!failed) {
            dead(call->rare);
        }
    }
    Py_XDECREF(task);
    return failed ? -1 : 0;
}

int
find_parent(Core *core, Lane *lane, Call *call)
{
    call->spawn = spawn_here(core);
    if (call->spawn == NULL && core->spawning && PyErr_Occurred()) {
        return -1;
    }
    Py_ssize_t open = PyList_GET_SIZE(lane->stack);
    Call *parent = open == 0 ? NULL : (Call *)PyList_GET_ITEM(lane->stack, open - 1);
    int placed = parent == NULL ? call->spawn == NULL && lane->origin == Py_None : parent->spawn == call->spawn;
    if (!placed) {
        PyObject *origin = place(core, lane, call);
        int failed = origin == NULL || keep_rare(lane, call, NULL, origin) < 0;
        Py_XDECREF(origin);
        return failed ? -1 : 0;
    }
    if (parent != NULL) {
        call->parent = parent->number;
        call->depth = parent->depth + 1;
    }
    if (call->spawn == NULL && lane->task == Py_None) {
        return 0;
    }
    Py_XINCREF((PyObject *)parent);
    int failed = keep_rare(lane, call, parent, Py_None) < 0;
    Py_XDECREF((PyObject *)parent);
    return failed ? -1 : 0;
}
