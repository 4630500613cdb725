/* The type of captures: the hot half of capture/capture.py. */
#include "capture.h"

#include "kinds.h"
#include "shared.h"
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
    Py_VISIT(self->decisions);
    Py_VISIT(self->views);
    Py_VISIT(self->unknown);
    Py_VISIT(self->never);
    Py_VISIT(self->builtins);
    Py_VISIT(self->numbers);
    Py_VISIT(self->registrations);
    for (int i = 0; i < KINDS; i++) {
        Py_VISIT(self->kinds[i].reference);
        Py_VISIT(self->kinds[i].decision);
    }
    Py_VISIT(self->always);
    Py_VISIT(self->text_only);
    Py_VISIT(self->redacted);
    Py_VISIT(self->instead);
    Py_VISIT(self->function_describer);
    Py_VISIT(self->method_describer);
    Py_VISIT(self->class_describer);
    Py_VISIT(self->chain_describer);
    for (int i = 0; i < SHARED; i++) {
        Py_VISIT(self->shared[i].made);
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
    Py_CLEAR(self->decisions);
    Py_CLEAR(self->views);
    Py_CLEAR(self->unknown);
    Py_CLEAR(self->never);
    Py_CLEAR(self->builtins);
    Py_CLEAR(self->always);
    Py_CLEAR(self->text_only);
    Py_CLEAR(self->redacted);
    Py_CLEAR(self->instead);
    Py_CLEAR(self->function_describer);
    Py_CLEAR(self->method_describer);
    Py_CLEAR(self->class_describer);
    Py_CLEAR(self->chain_describer);
    Py_CLEAR(self->numbers);
    forget_kinds(self);
    forget_shared(self);
    Py_CLEAR(self->registrations);
    Py_CLEAR(self->change);
    return 0;
}

static void
capture_dealloc(Capture *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    capture_clear(self);
    /* What C reads without looking whether it is there, and the garbage collector has nothing to do with. */
    Py_XDECREF((PyObject *)self->constructing);
    Py_XDECREF((PyObject *)self->refs);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Hold the members of `tables`, see capture/tables.py: Capture._use(tables). */
static PyObject *
capture_use(Capture *self, PyObject *tables)
{
    const struct {
        const char *name;
        PyObject **place;
        PyTypeObject *type; /* NULL for any */
    } members[] = {
        {"clean", &self->clean, &PySet_Type},
        {"clean_data", &self->clean_data, &PySet_Type},
        {"lookups", &self->lookups, &PyDict_Type},
        {"secrecies", &self->secrecies, &PyDict_Type},
        {"harmless", &self->harmless, &PySet_Type},
        {"constructing", (PyObject **)&self->constructing, self->state->constructing_type},
        {"refs", (PyObject **)&self->refs, self->state->ref_table_type},
        {"numbers", &self->numbers, NULL},
        {"decisions", &self->decisions, &PyDict_Type},
        {"registrations", &self->registrations, &PyList_Type},
        {"views", &self->views, &PyTuple_Type},
        {"unknown", &self->unknown, NULL},
        {"never", &self->never, NULL},
        {"builtins", &self->builtins, &PyDict_Type},
        {"always", &self->always, NULL},
        {"text_only", &self->text_only, NULL},
        {"redacted", &self->redacted, NULL},
        {"instead", &self->instead, NULL},
        {"function_describer", &self->function_describer, NULL},
        {"method_describer", &self->method_describer, NULL},
        {"class_describer", &self->class_describer, NULL},
        {"chain_describer", &self->chain_describer, NULL},
    };
    const struct {
        const char *name;
        Py_ssize_t *place;
    } sizes[] = {
        {"depth", &self->depth},
        {"items", &self->items},
        {"chars", &self->chars},
        {"nodes", &self->nodes},
        {"digest_nodes", &self->digest_nodes},
        {"digest_chars", &self->digest_chars},
        {"total_chars", &self->total_chars},
    };
    for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
        PyObject *found = PyObject_GetAttrString(tables, members[i].name);
        if (found != NULL && members[i].type != NULL && Py_TYPE(found) != members[i].type) {
            PyErr_Format(PyExc_TypeError, "_use: %s must be a %s", members[i].name, members[i].type->tp_name);
            Py_CLEAR(found);
        }
        if (found == NULL) {
            return NULL;
        }
        Py_XSETREF(*members[i].place, found);
    }
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        PyObject *found = PyObject_GetAttrString(tables, sizes[i].name);
        *sizes[i].place = found == NULL ? -1 : PyLong_AsSsize_t(found);
        Py_XDECREF(found);
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
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
     "value(obj, secrecy=Secrecy.NEVER)\n\nReturn ``obj`` as a plain value; ``secrecy`` says what its name means for it."},
    {"_use", (PyCFunction)(void (*)(void))capture_use, METH_O, "Look into these tables from now on."},
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
