/* The proxy's call: the twin of CallProxy in backends/proxy.py, without a frame of its own. */
#include "native.h"

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

/* Where our part begins, behind that of wrapt's type: kept for good, since proxies may outlive the module's state. */
static Py_ssize_t offset;
static PyTypeObject *wrapts;
/* Special methods that wrapt's type has and functions have not: backends/bare.py. */
static PyObject *hidden_names;

static inline Part *
part_of(PyObject *proxy)
{
    return (Part *)((char *)proxy + offset);
}

/* -- binding: the twin of backends/binding.py ------------------------------------------------------------------ */

typedef struct {
    PyObject *values[MOST_VALUES]; /* borrowed, but for the two below */
    Py_ssize_t count;
    PyObject *rest; /* the tuple of *args */
    PyObject *more; /* the dict of **kwargs */
} Bound;

/* The keyword argument `name`, borrowed; NULL for none. Counts it as used. */
static PyObject *
take_keyword(PyObject *const *args, Py_ssize_t positional, PyObject *kwnames, PyObject *name, Py_ssize_t *used)
{
    Py_ssize_t size = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *each = PyTuple_GET_ITEM(kwnames, i);
        if (each == name || PyUnicode_Compare(each, name) == 0) {
            ++*used;
            return args[positional + i];
        }
    }
    return NULL;
}

/* Names of parameters that may be given by keyword, for what goes to **kwargs: from `first` up to `last`. */
static int
is_among(PyObject *names, Py_ssize_t first, Py_ssize_t last, PyObject *name)
{
    for (Py_ssize_t i = first; i < last; i++) {
        PyObject *each = PyTuple_GET_ITEM(names, i);
        if (each == name || PyUnicode_Compare(each, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int
bind_more(Bound *bound, PyObject *const *args, Py_ssize_t given, PyObject *kwnames, PyObject *names, PyCodeObject *code)
{
    Py_ssize_t rest = code->co_flags & CO_VARARGS ? 1 : 0;
    Py_ssize_t named = code->co_argcount + rest;
    bound->more = PyDict_New();
    if (bound->more == NULL) {
        return 0;
    }
    Py_ssize_t size = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *name = PyTuple_GET_ITEM(kwnames, i);
        if (!is_among(names, code->co_posonlyargcount, code->co_argcount, name) &&
            !is_among(names, named, named + code->co_kwonlyargcount, name) &&
            PyDict_SetItem(bound->more, name, args[given + i]) < 0) {
            return 0;
        }
    }
    bound->values[bound->count++] = bound->more;
    return 1;
}

/* 1, or 0 where the call will raise TypeError (or memory is short): the call that follows tells. */
static int
bind(Bound *bound, PyObject *function, PyObject *names, PyObject *const *args, Py_ssize_t given, PyObject *kwnames)
{
    PyCodeObject *code = (PyCodeObject *)PyFunction_GetCode(function);
    PyObject *defaults = PyFunction_GetDefaults(function);
    PyObject *named_defaults = PyFunction_GetKwDefaults(function);
    Py_ssize_t positional = code->co_argcount, used = 0;
    Py_ssize_t first_default = positional - (defaults == NULL ? 0 : PyTuple_GET_SIZE(defaults));
    Py_ssize_t taken = given < positional ? given : positional;
    if (given > positional && !(code->co_flags & CO_VARARGS)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < taken; i++) {
        if (i >= code->co_posonlyargcount &&
            take_keyword(args, given, kwnames, PyTuple_GET_ITEM(names, i), &used) != NULL) {
            return 0;
        }
        bound->values[i] = args[i];
    }
    for (Py_ssize_t i = taken; i < positional; i++) {
        PyObject *value = i < code->co_posonlyargcount
                              ? NULL
                              : take_keyword(args, given, kwnames, PyTuple_GET_ITEM(names, i), &used);
        if (value == NULL && i >= first_default) {
            value = PyTuple_GET_ITEM(defaults, i - first_default);
        }
        if (value == NULL) {
            return 0;
        }
        bound->values[i] = value;
    }
    bound->count = positional;
    if (code->co_flags & CO_VARARGS) {
        Py_ssize_t size = given - taken;
        bound->rest = PyTuple_New(size);
        if (bound->rest == NULL) {
            return 0;
        }
        for (Py_ssize_t i = 0; i < size; i++) {
            PyTuple_SET_ITEM(bound->rest, i, Py_NewRef(args[taken + i]));
        }
        bound->values[bound->count++] = bound->rest;
    }
    for (Py_ssize_t i = 0; i < code->co_kwonlyargcount; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, bound->count);
        PyObject *value = take_keyword(args, given, kwnames, name, &used);
        if (value == NULL && named_defaults != NULL) {
            value = PyDict_GetItemWithError(named_defaults, name);
        }
        if (value == NULL) {
            return 0;
        }
        bound->values[bound->count++] = value;
    }
    if (code->co_flags & CO_VARKEYWORDS) {
        return bind_more(bound, args, given, kwnames, names, code);
    }
    return kwnames == NULL || used == PyTuple_GET_SIZE(kwnames);
}

/* -- the call ---------------------------------------------------------------------------------------------- */

void
settle(PyObject *sink, PyObject *call)
{
    PyObject *kind, *problem, *traceback;
    PyErr_Fetch(&kind, &problem, &traceback);
    PyObject *done = PyObject_CallMethod(sink, "settle", "(O)", call);
    if (done == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(done);
    PyErr_Restore(kind, problem, traceback);
}

void
fail(PyObject *sink, PyObject *call, int closed)
{
    PyObject *exception = take_raised();
    PyObject *done = closed ? PyObject_CallMethod(sink, "abandon", "(O)", call)
                            : PyObject_CallMethod(sink, "fail", "OO", call, exception);
    if (done == NULL) {
        settle(sink, call);
    }
    if (done != NULL || PyErr_ExceptionMatches(PyExc_Exception)) {
        raise_again(exception); /* in place of an error of ours */
    }
    else {
        Py_DECREF(exception); /* a KeyboardInterrupt that arrived meanwhile takes its place */
    }
    Py_XDECREF(done);
}

int
announce(Slot *slot, Core *core, PyObject *call, PyObject *code)
{
    Flags *flags = core == NULL ? (Flags *)PyObject_CallMethod((PyObject *)slot, "_flags", NULL)
                                : (Flags *)Py_XNewRef((PyObject *)core_flags(core));
    if (flags == NULL) {
        return -1;
    }
    Py_XSETREF(flags->expected, Py_NewRef(code));
    Py_XSETREF(flags->expected_call, Py_NewRef(call));
    Py_DECREF((PyObject *)flags);
    return 0;
}

int
tell(PyObject *sink, const char *how, PyObject *call, PyObject *value)
{
    PyThreadState *here = PyThreadState_Get();
    int rested = rest_tracing(here);
    PyObject *done = PyObject_CallMethod(sink, how, "OO", call, value);
    go_on_tracing(here, rested);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

PyObject *
enter(PyObject *sink, Core *core, PyObject *site, PyObject *const *values, Py_ssize_t count)
{
    if (core != NULL) {
        PyThreadState *here = PyThreadState_Get();
        int rested = rest_tracing(here);
        Call *entered = core_enter(core, here, site, values, count, 0);
        go_on_tracing(here, rested);
        return (PyObject *)entered;
    }
    PyObject *listed = PyTuple_New(count);
    if (listed == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(listed, i, Py_NewRef(values[i]));
    }
    PyObject *call = PyObject_CallMethod(sink, "enter", "OOs", site, listed, "proxy");
    Py_DECREF(listed);
    if (call == Py_None) {
        Py_CLEAR(call);
    }
    return call;
}

int
leave(PyObject *sink, Core *core, PyObject *call, PyObject *result)
{
    if (core != NULL) {
        PyThreadState *here = PyThreadState_Get();
        int rested = rest_tracing(here);
        int failed = core_leave(core, (Call *)call, result);
        go_on_tracing(here, rested);
        return failed;
    }
    if (tell(sink, "leave", call, result) < 0) {
        settle(sink, call);
        return -1;
    }
    return 0;
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
    if (part->slot->framed && announce(part->slot, core, call, PyFunction_GetCode(part->function)) < 0) {
        settle(sink, call);
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
    Bound bound;
    PyObject *const *values = args;
    Py_ssize_t count = given;
    int bindable = 1;
    bound.rest = bound.more = NULL;
    if (kwnames != NULL || given != part->arity) {
        if (PyFunction_GetCode(part->function) != part->code || PyTuple_GET_SIZE(part->parameters) > MOST_VALUES) {
            return call_odd(self, args, given, kwnames);
        }
        bindable = bind(&bound, part->function, part->parameters, args, given, kwnames);
        values = bound.values;
        count = bound.count;
    }
    /* Held: what runs below may end the recording, replace the sink, or drop the proxy. */
    Py_INCREF(self);
    Py_INCREF(sink);
    Core *core = (Core *)Py_XNewRef((PyObject *)part->slot->core);
    PyObject *call = bindable ? enter(sink, core, part->site, values, count) : NULL;
    PyObject *result = NULL;
    if (call != NULL) {
        result = call_recorded(part, sink, core, call, args, nargsf, kwnames);
        Py_DECREF(call);
    }
    else if (!PyErr_Occurred()) {
        result = call_function(part, args, nargsf, kwnames);
    }
    Py_XDECREF(bound.rest);
    Py_XDECREF(bound.more);
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

/* Who asks for a special method that functions have not gets the function's answer. */
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

/* Pickled by reference, as a function is. */
static PyObject *
proxy_reduce_ex(PyObject *self, PyObject *Py_UNUSED(protocol))
{
    return PyObject_GetAttrString(part_of(self)->function, "__qualname__");
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
