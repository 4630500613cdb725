/* The type of captures: the hot half of capture/capture.py. */
#include "capture.h"

#include "kinds.h"
#include "state.h"
#include "walk.h"

static PyObject *
capture_value_method(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count < 1 || count > 2) {
        return PyErr_Format(PyExc_TypeError, "value() takes 1 or 2 arguments, not %zd", count);
    }
    return capture_value((Capture *)self, args[0], count == 2 ? args[1] : NULL);
}

static PyObject *
capture_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    Capture *self = (Capture *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->state = state_by_type(type);
        if (self->state == NULL) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

static int
capture_traverse(Capture *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->clean);
    Py_VISIT(self->clean_data);
    Py_VISIT(self->lookups);
    Py_VISIT(self->secrecies);
    Py_VISIT(self->harmless);
    Py_VISIT(self->constructing);
    Py_VISIT(self->serials);
    Py_VISIT(self->decisions);
    Py_VISIT(self->views);
    Py_VISIT(self->unknown);
    Py_VISIT(self->never);
    Py_VISIT(self->builtins);
    Py_VISIT(self->numbers);
    Py_VISIT(self->changes);
    for (int i = 0; i < KINDS; i++) {
        Py_VISIT(self->kinds[i].reference);
        Py_VISIT(self->kinds[i].decision);
    }
    for (int i = 0; i < SHARED; i++) {
        Py_VISIT(self->shared[i]);
        Py_VISIT(self->known[i].reference);
        Py_VISIT(self->known[i].ref);
    }
    return 0;
}

static int
capture_clear(Capture *self)
{
    Py_CLEAR(self->clean);
    Py_CLEAR(self->clean_data);
    Py_CLEAR(self->lookups);
    Py_CLEAR(self->secrecies);
    Py_CLEAR(self->harmless);
    Py_CLEAR(self->constructing);
    Py_CLEAR(self->serials);
    Py_CLEAR(self->decisions);
    Py_CLEAR(self->views);
    Py_CLEAR(self->unknown);
    Py_CLEAR(self->never);
    Py_CLEAR(self->builtins);
    Py_CLEAR(self->numbers);
    forget_kinds(self);
    forget_shared(self);
    Py_CLEAR(self->changes);
    Py_CLEAR(self->change);
    return 0;
}

static void
capture_dealloc(Capture *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    capture_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* The tables, which the Python half shares and only ever clears: Capture._use(...). */
static PyObject *
capture_use(Capture *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"clean", "clean_data", "lookups", "secrecies", "harmless", "constructing", "serials", "decisions",
                            "changes", "views", "unknown", "never", "builtins", "numbers", "depth", "items", "nodes", NULL};
    PyObject *clean, *clean_data, *lookups, *secrecies, *harmless, *constructing, *serials, *decisions, *changes,
        *views, *unknown, *never, *builtins, *numbers;
    Py_ssize_t depth, items, nodes;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "$O!O!O!O!O!O!O!O!O!O!OOO!Onnn:_use", names, &PySet_Type, &clean,
                                     &PySet_Type, &clean_data, &PyDict_Type, &lookups, &PyDict_Type, &secrecies,
                                     &PySet_Type, &harmless,
                                     &PyDict_Type, &constructing, &PyDict_Type, &serials, &PyDict_Type, &decisions,
                                     &PyList_Type, &changes, &PyTuple_Type, &views, &unknown, &never, &PyDict_Type, &builtins, &numbers, &depth,
                                     &items, &nodes)) {
        return NULL;
    }
    Py_XSETREF(self->clean, Py_NewRef(clean));
    Py_XSETREF(self->clean_data, Py_NewRef(clean_data));
    Py_XSETREF(self->lookups, Py_NewRef(lookups));
    Py_XSETREF(self->secrecies, Py_NewRef(secrecies));
    Py_XSETREF(self->harmless, Py_NewRef(harmless));
    Py_XSETREF(self->constructing, Py_NewRef(constructing));
    Py_XSETREF(self->serials, Py_NewRef(serials));
    Py_XSETREF(self->decisions, Py_NewRef(decisions));
    Py_XSETREF(self->changes, Py_NewRef(changes));
    Py_XSETREF(self->views, Py_NewRef(views));
    Py_XSETREF(self->unknown, Py_NewRef(unknown));
    Py_XSETREF(self->never, Py_NewRef(never));
    Py_XSETREF(self->builtins, Py_NewRef(builtins));
    Py_XSETREF(self->numbers, Py_NewRef(numbers));
    self->depth = depth;
    self->items = items;
    self->nodes = nodes;
    Py_RETURN_NONE;
}

/* Capture._forget_shared */
static PyObject *
capture_forget_shared(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    forget_shared((Capture *)self);
    Py_RETURN_NONE;
}

static PyMethodDef capture_methods[] = {
    {"value", (PyCFunction)(void (*)(void))capture_value_method, METH_FASTCALL,
     "value(obj, secrecy=Secrecy.NEVER)\n\n``obj`` as a plain value; ``secrecy`` is that of its name."},
    {"_use", (PyCFunction)(void (*)(void))capture_use, METH_VARARGS | METH_KEYWORDS, "Share the tables of the rules."},
    {"_forget_shared", capture_forget_shared, METH_NOARGS, "Drop descriptions that are kept to be given again."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot capture_slots[] = {
    {Py_tp_new, capture_new},
    {Py_tp_dealloc, capture_dealloc},
    {Py_tp_traverse, capture_traverse},
    {Py_tp_clear, capture_clear},
    {Py_tp_methods, capture_methods},
    {0, NULL},
};

PyType_Spec capture_spec = {
    .name = "snapy_instrument._native.Capture",
    .basicsize = sizeof(Capture),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = capture_slots,
};
