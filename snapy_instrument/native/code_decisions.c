/* What a frame backend decided on code. */
#include "code_decisions.h"

void
decisions_use(Decisions *self, PyObject *entries)
{
    /* Released last: what that runs may let other threads in, which must find the new decisions and none of the old. */
    PyObject *released[RECENT + 1];
    for (int i = 0; i < RECENT; i++) {
        released[i] = self->recent[i].known;
        self->recent[i].code = self->recent[i].known = NULL;
    }
    released[RECENT] = self->entries;
    self->entries = Py_XNewRef(entries);
    for (int i = 0; i <= RECENT; i++) {
        Py_XDECREF(released[i]);
    }
}

int
decisions_traverse(Decisions *self, visitproc visit, void *arg)
{
    Py_VISIT(self->entries);
    for (int i = 0; i < RECENT; i++) {
        Py_VISIT(self->recent[i].known);
    }
    return 0;
}
