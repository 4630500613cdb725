/* Budgets: the twin of Budget in capture/strings.py. */
#include "budget.h"

static int
budget_init(Budget *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"nodes", "chars", "shown", NULL};
    self->shown = 0;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "LL|L:Budget", names, &self->nodes, &self->chars, &self->shown) ? 0 : -1;
}

static void
budget_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef budget_members[] = {
    {"nodes", T_LONGLONG, offsetof(Budget, nodes), 0, NULL},
    {"chars", T_LONGLONG, offsetof(Budget, chars), 0, NULL},
    {"shown", T_LONGLONG, offsetof(Budget, shown), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot budget_slots[] = {
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, budget_init},
    {Py_tp_dealloc, budget_dealloc},
    {Py_tp_members, budget_members},
    {0, NULL},
};

PyType_Spec budget_spec = {
    .name = "snapy_instrument._native.Budget",
    .basicsize = sizeof(Budget),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = budget_slots,
};
