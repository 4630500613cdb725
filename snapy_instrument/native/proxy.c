/* The proxy's call: the twin of CallProxy in backends/proxy/proxy.py, without a frame of its own. */
#include "proxy.h"

#include "binding.h"
#include "recorder.h"
#include "sink.h"
#include "state.h"
#include "support.h"

/* What a proxy holds behind the part that is wrapt's. */
typedef struct {
    vectorcallfunc call;
    PyObject *function;
    PyObject *site;
    PyObject *parameters; /* of the site */
    PyObject *code;       /* the function's when the proxy was made */
    Slot *slot;
    PyObject *odd; /* odd(proxy, args, kwargs): the Python twin, for what is not done here */
    Py_ssize_t arity;
} Part;

_Static_assert(offsetof(Part, function) == PROXY_FUNCTION, "described_by_name reads it there");

/* Where our part begins, behind the part of wrapt's type: kept for good, since proxies may outlive the module's state. */
static Py_ssize_t offset;
static PyTypeObject *wrapts;
/* Special methods that wrapt's type has and functions have not: backends/bare.py. */
static PyObject *hidden_names;

static inline Part *
part_of(PyObject *proxy)
{
    return (Part *)((char *)proxy + offset);
}

/* The function itself. */
static inline PyObject *
call_function(Part *part, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    int units = lend_stack();
    PyObject *result = PyObject_Vectorcall(part->function, args, nargsf, kwnames);
    take_stack_back(units);
    return result;
}

static PyObject *
call_recorded(Part *part, PyObject *sink, Core *core, PyObject *call, PyObject *const *args, size_t nargsf,
              PyObject *kwnames)
{
    if (part->slot->framed && announce(part->slot, core, call, PyFunction_GetCode(part->function)) < 0 &&
        withdraw(sink) < 0) {
        return NULL;
    }
    PyObject *result = call_function(part, args, nargsf, kwnames);
    if (result == NULL) {
        fail(sink, call, 0);
    }
    else if (leave(sink, core, call, result) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
call_odd(PyObject *proxy, PyObject *const *args, Py_ssize_t given, PyObject *kwnames)
{
    PyObject *positional = PyTuple_New(given);
    PyObject *keywords = PyDict_New();
    PyObject *result = NULL;
    if (positional != NULL && keywords != NULL) {
        int failed = 0;
        for (Py_ssize_t i = 0; i < given; i++) {
            PyTuple_SET_ITEM(positional, i, Py_NewRef(args[i]));
        }
        for (Py_ssize_t i = 0; kwnames != NULL && i < PyTuple_GET_SIZE(kwnames) && !failed; i++) {
            failed = PyDict_SetItem(keywords, PyTuple_GET_ITEM(kwnames, i), args[given + i]) < 0;
        }
        if (!failed) {
            result = PyObject_CallFunctionObjArgs(part_of(proxy)->odd, proxy, positional, keywords, NULL);
        }
    }
    Py_XDECREF(positional);
    Py_XDECREF(keywords);
    return result;
}

/* CallProxy.__call__ */
static PyObject *
proxy_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Part *part = part_of(self);
    PyObject *sink = part->slot->sink;
    if (sink == NULL) {
        return call_function(part, args, nargsf, kwnames);
    }
    Py_ssize_t given = PyVectorcall_NARGS(nargsf);
    int simple = kwnames == NULL && given == part->arity;
    if (!simple &&
        (PyFunction_GetCode(part->function) != part->code || PyTuple_GET_SIZE(part->parameters) > MOST_VALUES)) {
        return call_odd(self, args, given, kwnames);
    }
    /* Held: what runs below may end the recording, replace the sink and its core, which belong together, or drop the
     * proxy. */
    Py_INCREF(self);
    Py_INCREF(sink);
    Core *core = (Core *)Py_XNewRef((PyObject *)part->slot->core);
    Bound bound;
    PyObject *const *values = args;
    Py_ssize_t count = given;
    int bindable = 1;
    bound.count = 0;
    if (!simple) {
        bindable = bind_arguments(&bound, part->function, part->parameters, args, given, kwnames);
        values = bound.values;
        count = bound.count;
    }
    PyObject *call = bindable ? enter(sink, core, part->site, values, count) : NULL;
    if (!bindable && PyErr_Occurred()) {
        (void)withdraw(sink); /* no memory for us */
    }
    PyObject *result = NULL;
    release_bound(&bound); /* the program's objects live as long as it wants them */
    if (call != NULL) {
        result = call_recorded(part, sink, core, call, args, nargsf, kwnames);
        Py_DECREF(call);
    }
    else if (!PyErr_Occurred()) {
        result = call_function(part, args, nargsf, kwnames);
    }
    Py_XDECREF((PyObject *)core);
    Py_DECREF(sink);
    Py_DECREF(self);
    return result;
}

/* -- the type ---------------------------------------------------------------------------------------------- */

/* CallProxy(function, site, slot, wrapper, odd) */
static int
proxy_init(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    State *state = state_by_type(Py_TYPE(self));
    PyObject *function, *site, *slot, *wrapper, *odd;
    if (state == NULL || !PyArg_ParseTuple(args, "O!OO!OO:CallProxy", &PyFunction_Type, &function, &site,
                                           state->slot_type, &slot, &wrapper, &odd)) {
        return -1;
    }
    PyObject *parameters = PyObject_GetAttrString(site, "parameters");
    PyObject *arity = PyObject_GetAttrString(site, "arity");
    if (parameters == NULL || arity == NULL || !PyTuple_CheckExact(parameters)) {
        Py_XDECREF(parameters);
        Py_XDECREF(arity);
        return -1;
    }
    Part *part = part_of(self);
    Py_XSETREF(part->function, Py_NewRef(function));
    Py_XSETREF(part->site, Py_NewRef(site));
    Py_XSETREF(part->parameters, parameters);
    Py_XSETREF(part->code, Py_NewRef(PyFunction_GetCode(function)));
    Py_XSETREF(part->slot, (Slot *)Py_NewRef(slot));
    Py_XSETREF(part->odd, Py_NewRef(odd));
    part->arity = PyLong_AsSsize_t(arity);
    Py_DECREF(arity);
    part->call = proxy_vectorcall;
    PyObject *given = PyTuple_Pack(2, function, wrapper);
    int failed = given == NULL || wrapts->tp_init(self, given, NULL) < 0;
    Py_XDECREF(given);
    return failed ? -1 : 0;
}

/* As a function does: the class gives the object itself, an instance a method. */
static PyObject *
proxy_get(PyObject *self, PyObject *instance, PyObject *Py_UNUSED(owner))
{
    return instance == NULL || instance == Py_None ? Py_NewRef(self) : PyMethod_New(self, instance);
}

static PyObject *
proxy_wrapped(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *function = part_of(self)->function;
    if (function == NULL) {
        PyErr_SetString(PyExc_ValueError, "wrapper has not been initialized");
        return NULL;
    }
    /* functools.wraps writes here what the function wraps. */
    PyObject *names = PyObject_GenericGetDict(function, NULL);
    PyObject *found = names == NULL ? NULL : Py_XNewRef(PyDict_GetItemString(names, "__wrapped__"));
    Py_XDECREF(names);
    PyErr_Clear();
    return found == NULL ? Py_NewRef(function) : found;
}

static int
proxy_set_wrapped(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    PyObject *function = part_of(self)->function;
    if (function == NULL || value == function) {
        return 0;
    }
    PyObject *names = PyObject_GenericGetDict(function, NULL);
    if (names == NULL) {
        return -1;
    }
    int failed = value == NULL ? PyDict_DelItemString(names, "__wrapped__")
                               : PyDict_SetItemString(names, "__wrapped__", value);
    Py_DECREF(names);
    return failed;
}

/* A special method that functions lack is looked up on the function, which raises its own AttributeError. */
static PyObject *
proxy_getattro(PyObject *self, PyObject *name)
{
    PyObject *function = part_of(self)->function;
    if (hidden_names != NULL && function != NULL) {
        int found = PySet_Contains(hidden_names, name);
        if (found) {
            return found < 0 ? NULL : PyObject_GetAttr(function, name);
        }
    }
    return wrapts->tp_getattro(self, name);
}

/* hide(metaclass, names): `names` are not to be found on proxies, and `metaclass` sees to that on their type. */
static PyObject *
hide(PyObject *module, PyObject *args)
{
    State *state = PyModule_GetState(module);
    PyObject *metaclass, *names;
    if (!PyArg_ParseTuple(args, "O!O!:hide", &PyType_Type, &metaclass, &PyFrozenSet_Type, &names)) {
        return NULL;
    }
    Py_XSETREF(hidden_names, Py_NewRef(names));
    /* The type was made with the plain metaclass, as a spec's is before 3.12. */
    PyTypeObject *before = Py_TYPE((PyObject *)state->proxy_type);
    Py_INCREF(metaclass);
    Py_SET_TYPE((PyObject *)state->proxy_type, (PyTypeObject *)metaclass);
    if (PyType_HasFeature(before, Py_TPFLAGS_HEAPTYPE)) {
        Py_DECREF((PyObject *)before); /* an object holds its type only where that is not static */
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"hide", hide, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyObject *
proxy_repr(PyObject *self)
{
    PyObject *function = part_of(self)->function;
    return function == NULL ? PyUnicode_FromString("<unbound proxy>") : PyObject_Repr(function);
}

/* Pickled by reference, as a function is. A nested function has no name to be found by: picklers that take functions by
 * value (dill) get the function itself, others refuse it as they do without us. copy.copy returns a function as it is. */
static PyObject *
proxy_reduce_ex(PyObject *self, PyObject *Py_UNUSED(protocol))
{
    PyObject *function = part_of(self)->function;
    PyObject *name = PyObject_GetAttrString(function, "__qualname__");
    PyObject *nested = PyUnicode_FromString("<locals>");
    int contains = name == NULL || nested == NULL ? -1 : PyUnicode_Contains(name, nested);
    Py_XDECREF(nested);
    if (contains == 0) {
        return name;
    }
    Py_XDECREF(name);
    if (contains < 0) {
        return NULL;
    }
    PyObject *copy = PyImport_ImportModule("copy");
    PyObject *same = copy == NULL ? NULL : PyObject_GetAttrString(copy, "copy");
    Py_XDECREF(copy);
    return same == NULL ? NULL : Py_BuildValue("(N(O))", same, function);
}

static PyObject *
proxy_copy(PyObject *self, PyObject *Py_UNUSED(memo))
{
    return Py_NewRef(self);
}

static int
proxy_traverse(PyObject *self, visitproc visit, void *arg)
{
    Part *part = part_of(self);
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(part->function);
    Py_VISIT(part->site);
    Py_VISIT(part->parameters);
    Py_VISIT(part->code);
    Py_VISIT(part->slot);
    Py_VISIT(part->odd);
    return wrapts->tp_traverse(self, visit, arg);
}

static int
clear_part(PyObject *self)
{
    Part *part = part_of(self);
    Py_CLEAR(part->function);
    Py_CLEAR(part->site);
    Py_CLEAR(part->parameters);
    Py_CLEAR(part->code);
    Py_CLEAR(part->slot);
    Py_CLEAR(part->odd);
    return 0;
}

static int
proxy_clear(PyObject *self)
{
    /* Our part stays: a proxy that is being collected may still be called, by a finalizer. */
    return wrapts->tp_clear(self);
}

static void
proxy_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    clear_part(self);
    wrapts->tp_dealloc(self);
    if (!PyType_HasFeature(wrapts, Py_TPFLAGS_HEAPTYPE)) {
        Py_DECREF(type);
    }
}

static PyMethodDef proxy_methods[] = {
    {"__reduce_ex__", proxy_reduce_ex, METH_O, NULL},
    {"__copy__", proxy_copy, METH_NOARGS, NULL},
    {"__deepcopy__", proxy_copy, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef proxy_getset[] = {
    {"__wrapped__", proxy_wrapped, proxy_set_wrapped, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

int
add_proxy_type(PyObject *module, State *state)
{
    PyObject *wrapt = PyImport_ImportModule("wrapt");
    PyObject *base = wrapt == NULL ? NULL : PyObject_GetAttrString(wrapt, "FunctionWrapper");
    Py_XDECREF(wrapt);
    if (base == NULL) {
        return -1;
    }
    PyTypeObject *kind = (PyTypeObject *)base;
    /* wrapt's pure twin is a class written in Python. */
    PyObject *names = PyObject_GetAttrString(base, "__init__");
    int written_in_c = names != NULL && !PyFunction_Check(names) && PyType_CheckExact(base) && kind->tp_traverse != NULL;
    Py_XDECREF(names);
    PyErr_Clear();
    if (!written_in_c) {
        Py_DECREF(base);
        return 0;
    }
    offset = (kind->tp_basicsize + (Py_ssize_t)sizeof(void *) - 1) / (Py_ssize_t)sizeof(void *) * (Py_ssize_t)sizeof(void *);
    PyMemberDef members[] = {
        {"__vectorcalloffset__", T_PYSSIZET, offset + (Py_ssize_t)offsetof(Part, call), READONLY, NULL},
        {"_self_function", T_OBJECT_EX, offset + (Py_ssize_t)offsetof(Part, function), READONLY, NULL},
        {"_self_site", T_OBJECT_EX, offset + (Py_ssize_t)offsetof(Part, site), READONLY, NULL},
        {NULL, 0, 0, 0, NULL},
    };
    PyType_Slot slots[] = {
        {Py_tp_init, proxy_init},
        {Py_tp_dealloc, proxy_dealloc},
        {Py_tp_traverse, proxy_traverse},
        {Py_tp_clear, proxy_clear},
        {Py_tp_call, PyVectorcall_Call},
        {Py_tp_repr, proxy_repr},
        {Py_tp_getattro, proxy_getattro},
        {Py_tp_descr_get, proxy_get},
        {Py_tp_methods, proxy_methods},
        {Py_tp_getset, proxy_getset},
        {Py_tp_members, members},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = "snapy_instrument._native.CallProxy",
        .basicsize = (int)(offset + (Py_ssize_t)sizeof(Part)),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                 Py_TPFLAGS_METHOD_DESCRIPTOR,
        .slots = slots,
    };
    wrapts = kind;
    PyObject *bases = PyTuple_Pack(1, base);
    PyObject *made = bases == NULL ? NULL : PyType_FromModuleAndSpec(module, &spec, bases);
    Py_XDECREF(bases);
    if (made == NULL) {
        return -1;
    }
    state->proxy_type = (PyTypeObject *)made;
    return PyModule_AddFunctions(module, functions) < 0 ? -1 : PyModule_AddObjectRef(module, "CallProxy", made);
}
