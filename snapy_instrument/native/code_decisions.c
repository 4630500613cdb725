/* What a frame backend decided on code. */
#include "code_decisions.h"

void
decisions_use(Decisions *self, PyObject *entries)
{
    for (int i = 0; i < RECENT; i++) {
        self->recent[i].code = NULL;
        Py_CLEAR(self->recent[i].known);
    }
    Py_XSETREF(self->entries, Py_XNewRef(entries));
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
