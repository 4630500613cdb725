/* Frames: the twin of the settrace backend's trace function, for frames that run once from their call to their end.
 * Everything else goes to the Python methods of the backend. */
#include "settrace.h"

#include "code_decisions.h"
#include "frame_access.h"
#include "recorder.h"
#include "sink.h"
#include "state.h"
#include "support.h"

/* The trace function needs the layout too; from 3.12 on monitoring is the faster backend. */
#if defined(KNOWN_LAYOUT) && PY_VERSION_HEX < 0x030C0000
#include <opcode.h>
#define NATIVE_SETTRACE 1
#endif

#ifdef NATIVE_SETTRACE

/* Follows one recorded frame, as its f_trace: see PlainFollower in backends/following.py, whose `trace` does what is
 * rare. */
typedef struct {
    PyObject_HEAD
    PyObject *call;
    PyObject *sink;
    PyObject *known;
    PyObject *follow; /* PlainFollower.trace */
    PyObject *seen;
    int raised_at;
    char unsure;
} Follower;

static void
follower_dealloc(Follower *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->call);
    Py_XDECREF(self->sink);
    Py_XDECREF(self->known);
    Py_XDECREF(self->follow);
    Py_XDECREF(self->seen);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
follower_call(Follower *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *frame, *event, *arg;
    if (!PyArg_ParseTuple(args, "OOO", &frame, &event, &arg)) {
        return NULL;
    }
    return PyObject_CallFunctionObjArgs(self->follow, (PyObject *)self, frame, event, arg, NULL);
}

static PyObject *
follower_trace(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self);
}

static PyObject *
follower_bytecode(Follower *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(PyTuple_GET_ITEM(self->known, KNOWN_BYTECODE));
}

static PyMemberDef follower_members[] = {
    {"call", T_OBJECT, offsetof(Follower, call), READONLY, NULL},
    {"sink", T_OBJECT, offsetof(Follower, sink), READONLY, NULL},
    {"seen", T_OBJECT, offsetof(Follower, seen), 0, NULL},
    {"raised_at", T_INT, offsetof(Follower, raised_at), 0, NULL},
    {"unsure", T_BOOL, offsetof(Follower, unsure), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef follower_getset[] = {
    {"trace", follower_trace, NULL, NULL, NULL},
    {"bytecode", (getter)follower_bytecode, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot follower_slots[] = {
    {Py_tp_dealloc, follower_dealloc},
    {Py_tp_call, follower_call},
    {Py_tp_members, follower_members},
    {Py_tp_getset, follower_getset},
    {0, NULL},
};

static PyType_Spec follower_spec = {
    .name = "snapy_instrument._native.Follower",
    .basicsize = sizeof(Follower),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = follower_slots,
};

/* What sys.gettrace() gives while the settrace backend runs. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *python; /* SettraceBackend._trace */
    PyObject *follow; /* PlainFollower.trace */
    Decisions known;  /* KNOWN tuples, None where no tracer wants the code */
    Core *core;
} TraceFunction;

/* As the interpreter calls a trace function written in Python (trace_trampoline in Python/sysmodule.c). */
static int
call_python(TraceFunction *self, PyObject *function, PyFrameObject *frame, const char *event, PyObject *arg)
{
    int fresh = frame->f_frame->f_locals == NULL;
    if (PyFrame_FastToLocalsWithError(frame) < 0) {
        return -1;
    }
    Py_INCREF(function);
    PyObject *result = PyObject_CallFunction(function, "OsO", frame, event, arg == NULL ? Py_None : arg);
    Py_DECREF(function);
    PyFrame_LocalsToFast(frame, 1);
    if (fresh && frame->f_frame->f_locals != NULL && Py_REFCNT(frame->f_frame->f_locals) == 1) {
        /* Left there, it would keep values alive that the program lets go. */
        Py_CLEAR(frame->f_frame->f_locals);
    }
    if (result == NULL) {
        (void)self;
        PyTraceBack_Here(frame);
        PyEval_SetTrace(NULL, NULL);
        Py_CLEAR(frame->f_trace);
        return -1;
    }
    if (result != Py_None) {
        Py_XSETREF(frame->f_trace, result);
    }
    else {
        Py_DECREF(result);
    }
    return 0;
}

static int
follow_natively(TraceFunction *self, Core *core, PyFrameObject *frame, Call *call, PyObject *known)
{
    PyTypeObject *type = self->state->follower_type;
    Follower *made = (Follower *)type->tp_alloc(type, 0);
    if (made == NULL) {
        return -1;
    }
    made->call = Py_NewRef((PyObject *)call);
    made->sink = Py_NewRef((PyObject *)core);
    made->known = Py_NewRef(known);
    made->follow = Py_NewRef(self->follow);
    made->seen = Py_NewRef(Py_None);
    made->unsure = PyTuple_GET_ITEM(known, KNOWN_SPLITS) == Py_True;
    Py_XSETREF(frame->f_trace, (PyObject *)made);
    return 0;
}

/* An exception is thrown into a frame that nobody records: thrown.watch. A frame that goes on otherwise is at a RESUME. */
static int
is_thrown_into(PyFrameObject *frame, PyObject *known)
{
    PyObject *bytecode = PyTuple_GET_ITEM(known, KNOWN_BYTECODE);
    int at = PyFrame_GetLasti(frame);
    return at >= 0 && at < PyBytes_GET_SIZE(bytecode) && (unsigned char)PyBytes_AS_STRING(bytecode)[at] != RESUME;
}

/* A frame of code that is recorded, by `core`, which the caller holds: `self` may get another one meanwhile. */
static int
trace_known(TraceFunction *self, Core *core, PyFrameObject *frame, PyCodeObject *code, PyObject *known)
{
    Flags *flags = core_flags(core);
    if (flags == NULL) {
        PyErr_Clear();
        return call_python(self, self->python, frame, "call", NULL);
    }
    int quiet = flags->quiet != 0;
    int expecting = !quiet && flags->expected != NULL && flags->expected != Py_None;
    int expected = expecting && flags->expected == (PyObject *)code;
    if (expected) {
        Py_CLEAR(flags->expected);
        Py_CLEAR(flags->expected_call);
    }
    Py_DECREF((PyObject *)flags);
    if (quiet || expected) {
        return 0;
    }
    if (expecting) {
        return call_python(self, self->python, frame, "call", NULL);
    }
    int unread;
    Call *call =
        enter_frame(core, PyThreadState_Get(), PyTuple_GET_ITEM(known, KNOWN_SITE), frame_of(frame), code, 1, &unread);
    int result = 0;
    if (unread) {
        result = call_python(self, self->python, frame, "call", NULL);
    }
    else if (call != NULL) {
        result = follow_natively(self, core, frame, call, known);
        if (result < 0) {
            result = core_withdraw(core);
        }
        Py_DECREF(call);
    }
    else if (PyErr_Occurred()) {
        result = -1;
    }
    return result;
}

/* SettraceBackend._trace for a plain frame, nobody before us in this thread. */
static int
trace_call(TraceFunction *self, PyFrameObject *frame)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    Core *core = (Core *)Py_XNewRef((PyObject *)self->core);
    PyObject *known = known_code(&self->known, (PyObject *)code);
    Py_DECREF(code); /* the frame holds it */
    int result = 0;
    if (known == NULL) {
        PyErr_Clear();
        result = call_python(self, self->python, frame, "call", NULL);
    }
    else if (known == Py_None) {
    }
    else if (PyTuple_GET_ITEM(known, KNOWN_SITE) != Py_None) {
        result = core == NULL ? call_python(self, self->python, frame, "call", NULL)
                              : trace_known(self, core, frame, code, known);
    }
    else if (is_thrown_into(frame, known)) {
        result = call_python(self, self->python, frame, "call", NULL);
    }
    Py_XDECREF(known);
    Py_XDECREF((PyObject *)core);
    return result;
}

static int
follow_rare(Follower *follower, PyFrameObject *frame, const char *event, PyObject *arg)
{
    Py_INCREF(follower);
    PyObject *done = PyObject_CallFunction(follower->follow, "OOsO", follower, frame, event, arg == NULL ? Py_None : arg);
    Py_DECREF(follower);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int
trace_followed(Follower *follower, PyFrameObject *frame, int what, PyObject *arg)
{
    if (what == PyTrace_EXCEPTION) {
        return follow_rare(follower, frame, "exception", arg);
    }
    if (what != PyTrace_RETURN) {
        return 0;
    }
    if (arg == NULL) {
        return follow_rare(follower, frame, "return", NULL);
    }
    Py_INCREF(follower);
    int result = core_leave((Core *)follower->sink, (Call *)follower->call, arg);
    Py_DECREF(follower);
    return result;
}

static int
trace_any(TraceFunction *self, PyFrameObject *frame, int what, PyObject *arg)
{
    static const char *const events[] = {"call", "exception", "line", "return", NULL, NULL, NULL, "opcode"};
    if (what == PyTrace_CALL) {
        return trace_call(self, frame);
    }
    PyObject *local = frame->f_trace;
    if (local == NULL || what < 0 || what > PyTrace_OPCODE || events[what] == NULL) {
        return 0;
    }
    if (Py_TYPE(local) == self->state->follower_type) {
        return trace_followed((Follower *)local, frame, what, arg);
    }
    return call_python(self, local, frame, events[what], arg);
}

static int
trace_event(PyObject *function, PyFrameObject *frame, int what, PyObject *arg)
{
    /* Held: the interpreter's own reference goes as soon as what runs below gives the slot to somebody else. */
    Py_INCREF(function);
    int result = trace_any((TraceFunction *)function, frame, what, arg);
    Py_DECREF(function);
    return result;
}

static int
trace_init(TraceFunction *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *python, *follow;
    self->state = state_by_type(Py_TYPE(self));
    if (self->state == NULL || !PyArg_ParseTuple(args, "OO:TraceFunction", &python, &follow)) {
        return -1;
    }
    Py_XSETREF(self->python, Py_NewRef(python));
    Py_XSETREF(self->follow, Py_NewRef(follow));
    return 0;
}

/* Called as a trace function of Python's: by who set it with sys.settrace, or by a new thread. */
static PyObject *
trace_tp_call(TraceFunction *self, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(self->python, args, kwargs);
}

static PyObject *
trace_use(TraceFunction *self, PyObject *args)
{
    PyObject *known, *sink;
    if (!PyArg_ParseTuple(args, "O!O:use", &PyDict_Type, &known, &sink)) {
        return NULL;
    }
    PyObject *before = (PyObject *)self->core;
    self->core = PyObject_TypeCheck(sink, self->state->core_type) ? (Core *)Py_NewRef(sink) : NULL;
    decisions_use(&self->known, known);
    Py_XDECREF(before);
    Py_RETURN_NONE;
}

static PyObject *
trace_install(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyEval_SetTrace(trace_event, self);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static int
trace_traverse(TraceFunction *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->python);
    Py_VISIT(self->follow);
    int visited = decisions_traverse(&self->known, visit, arg);
    if (visited) {
        return visited;
    }
    Py_VISIT(self->core);
    return 0;
}

static int
trace_clear(TraceFunction *self)
{
    Py_CLEAR(self->python);
    Py_CLEAR(self->follow);
    decisions_use(&self->known, NULL);
    Py_CLEAR(self->core);
    return 0;
}

static void
trace_dealloc(TraceFunction *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    trace_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef trace_methods[] = {
    {"use", (PyCFunction)trace_use, METH_VARARGS, "Look code up there, and report to this sink."},
    {"install", trace_install, METH_NOARGS, "Trace the calling thread; sys.gettrace() gives this object."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot trace_slots[] = {
    {Py_tp_init, trace_init},
    {Py_tp_dealloc, trace_dealloc},
    {Py_tp_traverse, trace_traverse},
    {Py_tp_clear, trace_clear},
    {Py_tp_call, trace_tp_call},
    {Py_tp_methods, trace_methods},
    {0, NULL},
};

static PyType_Spec trace_spec = {
    .name = "snapy_instrument._native.TraceFunction",
    .basicsize = sizeof(TraceFunction),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = trace_slots,
};

int
add_trace_function(PyObject *module, State *state)
{
    our_tracing = trace_event;
    state->follower_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &follower_spec, NULL);
    PyObject *made = state->follower_type == NULL ? NULL : PyType_FromModuleAndSpec(module, &trace_spec, NULL);
    int failed = made == NULL || PyModule_AddType(module, state->follower_type) < 0 ||
                 PyModule_AddObjectRef(module, "TraceFunction", made) < 0;
    Py_XDECREF(made);
    return failed ? -1 : 0;
}

#else

int
add_trace_function(PyObject *Py_UNUSED(module), State *Py_UNUSED(state))
{
    return 0;
}

#endif
