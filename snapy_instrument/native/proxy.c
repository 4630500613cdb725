/* The proxy's call: the twin of CallProxy in backends/proxy/proxy.py, without a frame of its own. */
#include "proxy.h"

#include "binding.h"
#include "handover.h"
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
    int unwrapped; /* the program has deleted __wrapped__ */
} Part;

/* The offset of our part, behind the part of wrapt's type: kept for good, since proxies may outlive the module's state. */
_Static_assert(offsetof(Part, function) == PROXY_FUNCTION, "described_by_name reads it there");

/* Where our part begins, behind the part of wrapt's type: kept for good, since proxies may outlive the module's state. */
static Py_ssize_t offset;
static PyTypeObject *wrapts;
static PyObject *own_names; /* what a proxy answers itself: wrapt_face.py */

static inline Part *
part_of(PyObject *proxy)
{
    return (Part *)((char *)proxy + offset);
}

/* The function itself. */
static inline PyObject *
call_function(PyObject *proxy, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    int units = lend_stack();
    if (units < 0) {
        return NULL;
    }
    PyObject *result = hand_over(proxy, part_of(proxy)->function, args, nargsf, kwnames);
    take_stack_back(units);
    return result;
}

static PyObject *
call_recorded(PyObject *proxy, PyObject *sink, Core *core, PyObject *call, PyObject *const *args, size_t nargsf,
              PyObject *kwnames)
{
    Part *part = part_of(proxy);
    if (part->slot->framed && announce(part->slot, core, call, PyFunction_GetCode(part->function)) < 0 &&
        withdraw(sink) < 0) {
        return NULL;
    }
    PyObject *result = call_function(proxy, args, nargsf, kwnames);
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
        return call_function(self, args, nargsf, kwnames);
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
        result = call_recorded(self, sink, core, call, args, nargsf, kwnames);
        Py_DECREF(call);
    }
    else if (!PyErr_Occurred()) {
        result = call_function(self, args, nargsf, kwnames);
    }
    Py_XDECREF((PyObject *)core);
    Py_DECREF(sink);
    Py_DECREF(self);
    return result;
}

/* -- the type ---------------------------------------------------------------------------------------------- */

/* The interpreter and object.__setattr__ use the proxy's own dict: the function's is put in its place. */
static int
share_namespace(PyObject *self, PyObject *function)
{
    PyObject *names = PyObject_GenericGetDict(function, NULL);
    PyObject **held = names == NULL ? NULL : _PyObject_GetDictPtr(self);
    if (held == NULL) {
        Py_XDECREF(names);
        return names == NULL ? -1 : 0;
    }
    Py_XSETREF(*held, names);
    return 0;
}

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
    learn_plain_call(odd);
    PyObject *given = PyTuple_Pack(2, function, wrapper);
    int failed = given == NULL || wrapts->tp_init(self, given, NULL) < 0;
    Py_XDECREF(given);
    return failed ? -1 : share_namespace(self, function);
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
    Part *part = part_of(self);
    if (part->function == NULL) {
        PyErr_SetString(PyExc_ValueError, "wrapper has not been initialized");
        return NULL;
    }
    /* functools.wraps writes here what the function wraps. */
    PyObject *names = PyObject_GenericGetDict(part->function, NULL);
    PyObject *found = names == NULL ? NULL : Py_XNewRef(PyDict_GetItemString(names, "__wrapped__"));
    Py_XDECREF(names);
    if (found != NULL || PyErr_Occurred()) {
        return found;
    }
    if (part->unwrapped) {
        PyErr_SetString(PyExc_AttributeError, "'function' object has no attribute '__wrapped__'");
        return NULL;
    }
    return Py_NewRef(part->function);
}

/* The attributes of a function, for code that looks into the class, as runtime protocols do. */
static PyObject *
functions_attribute(PyObject *self, void *name)
{
    PyObject *function = part_of(self)->function;
    if (function == NULL) {
        PyErr_SetString(PyExc_AttributeError, name);
        return NULL;
    }
    return PyObject_GetAttrString(function, name);
}

static PyObject *
proxy_getattro(PyObject *self, PyObject *name)
{
    PyObject *function = part_of(self)->function;
    int own = own_names == NULL || function == NULL ? 1 : PySet_Contains(own_names, name);
    return own < 0 ? NULL : own ? PyObject_GenericGetAttr(self, name) : PyObject_GetAttr(function, name);
}

/* A program writes on the function and deletes there, all but the fields that are ours. */
static int
proxy_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    Part *part = part_of(self);
    PyObject *function = part->function;
    int own = own_names == NULL || function == NULL ? 1 : PySet_Contains(own_names, name);
    if (own > 0 && (function == NULL || PyUnicode_READ_CHAR(name, 1) != '_')) {
        return PyObject_GenericSetAttr(self, name, value);
    }
    if (own < 0 || PyObject_SetAttr(function, name, value) < 0) {
        return -1;
    }
    if (value == NULL && PyUnicode_CompareWithASCIIString(name, "__wrapped__") == 0) {
        part->unwrapped = 1;
    }
    return PyUnicode_CompareWithASCIIString(name, "__dict__") == 0 ? share_namespace(self, function) : 0;
}

/* Equal to its function: what held the function before it was wrapped in place finds it by the proxy. */
static PyObject *
proxy_richcompare(PyObject *self, PyObject *other, int operator)
{
    PyObject *function = part_of(self)->function;
    if ((operator != Py_EQ && operator != Py_NE) || function == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal = other == self || other == function ||
                (Py_TYPE(other)->tp_richcompare == proxy_richcompare && part_of(other)->function == function);
    if (!equal) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyBool_FromLong(operator == Py_EQ);
}

static Py_hash_t
proxy_hash(PyObject *self)
{
    PyObject *function = part_of(self)->function;
    return PyObject_Hash(function == NULL ? Py_None : function);
}

/* The type without what wrapt's inner classes define: they leave the order in which attributes are looked up, and take
 * with them what the type has inherited of their slots. The public class of wrapt's stays and defines no such method. */
static int
hide_wrapt(PyTypeObject *type)
{
    PyObject *order = PyTuple_Pack(3, (PyObject *)type, (PyObject *)wrapts, (PyObject *)&PyBaseObject_Type);
    if (order == NULL) {
        return -1;
    }
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    memset(&heap->as_number, 0, sizeof(heap->as_number));
    memset(&heap->as_sequence, 0, sizeof(heap->as_sequence));
    memset(&heap->as_mapping, 0, sizeof(heap->as_mapping));
    memset(&heap->as_async, 0, sizeof(heap->as_async));
    type->tp_name = "function"; /* in messages of the interpreter: "'function' object is not subscriptable" */
    type->tp_iter = NULL;
    type->tp_iternext = NULL;
    type->tp_str = PyBaseObject_Type.tp_str;
    Py_SETREF(type->tp_mro, order);
    PyType_Modified(type);
    return 0;
}

/* show_function(metaclass, own_names, reduce_ex): see wrapt_face.py. `own_names` are what a proxy answers itself. */
static PyObject *
show_function(PyObject *module, PyObject *args)
{
    State *state = PyModule_GetState(module);
    PyObject *metaclass, *names, *reduce_ex;
    if (!PyArg_ParseTuple(args, "O!O!O:show_function", &PyType_Type, &metaclass, &PyFrozenSet_Type, &names, &reduce_ex) ||
        PyObject_SetAttrString((PyObject *)state->proxy_type, "__reduce_ex__", reduce_ex) < 0) {
        return NULL;
    }
    Py_XSETREF(own_names, Py_NewRef(names));
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
    {"show_function", show_function, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyObject *
proxy_repr(PyObject *self)
{
    PyObject *function = part_of(self)->function;
    return function == NULL ? PyUnicode_FromString("<unbound proxy>") : PyObject_Repr(function);
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

#define FUNCTIONS(name) {name, functions_attribute, NULL, NULL, (void *)name}

static PyGetSetDef proxy_getset[] = {
    {"__wrapped__", proxy_wrapped, NULL, NULL, NULL},
    FUNCTIONS("__dict__"),
    FUNCTIONS("__builtins__"),
    FUNCTIONS("__closure__"),
    FUNCTIONS("__code__"),
    FUNCTIONS("__defaults__"),
    FUNCTIONS("__globals__"),
    FUNCTIONS("__kwdefaults__"),
    FUNCTIONS("__name__"),
    FUNCTIONS("__qualname__"),
#if PY_VERSION_HEX >= 0x030C0000
    FUNCTIONS("__type_params__"),
#endif
#if PY_VERSION_HEX >= 0x030E0000
    FUNCTIONS("__annotate__"),
#endif
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
        {Py_tp_setattro, proxy_setattro},
        {Py_tp_richcompare, proxy_richcompare},
        {Py_tp_hash, proxy_hash},
        {Py_tp_descr_get, proxy_get},
        {Py_tp_getset, proxy_getset},
        {Py_tp_members, members},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = "builtins.function",
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
    state->proxy_offset = offset;
    if (hide_wrapt(state->proxy_type) < 0) {
        return -1;
    }
    return PyModule_AddFunctions(module, functions) < 0 ? -1 : PyModule_AddObjectRef(module, "CallProxy", made);
}
