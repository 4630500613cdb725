/* The steps of hooked generators, coroutines and async generators on Python 3.11: a frame evaluation function (PEP 523) that
 * each step of each of them passes through, thrown exceptions included. See backends/frames/evaluation.py, whose methods take
 * what is rare. */
#include "evaluation.h"

#include "code_decisions.h"
#include "frame_access.h"
#include "open_frames.h"
#include "recorder.h"
#include "state.h"
#include "support.h"

#if defined(KNOWN_LAYOUT) && PY_VERSION_HEX < 0x030C0000
#include <opcode.h>

/* With an evaluation function each Python call takes C stack, some 400 bytes. Below that many frames, which Python's own limit
 * of 1,000 never reaches, the interpreter evaluates frames by itself again. */
enum { DEEPEST = 2000 };

/* The Python methods that take what is rare. */
enum { BEGIN, FAILED, THROWN, YIELDED, TOO_DEEP, METHODS };
static const char *const method_names[METHODS] = {"begin", "failed", "thrown", "yielded", "too_deep"};

typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *python[METHODS];
    PyObject *frames; /* Suspensions.frames */
    Decisions known;
    ThreadTables here;
    SpareOpen spare;
    char lines; /* line events come from the settrace backend, to which calls are announced */
} Evaluation;

/* The one that is installed, kept for good: a step may be under way in it. */
static Evaluation *active;

static PyObject *
in_python(Evaluation *self, int method, PyObject *first, PyObject *second, PyObject *third)
{
    PyThreadState *here = PyThreadState_Get();
    int rested = rest_tracing(here);
    PyObject *function = Py_NewRef(self->python[method]);
    PyObject *result = PyObject_CallFunctionObjArgs(function, first, second, third, NULL);
    Py_DECREF(function);
    go_on_tracing(here, rested);
    return result;
}

static PyGenObject *
generator_of(Frame *frame)
{
    return (PyGenObject *)((char *)frame - offsetof(PyGenObject, gi_iframe));
}

/* The frame as an object; NULL with an error. */
static PyObject *
frame_object(Frame *frame)
{
    PyGenObject *generator = generator_of(frame);
    const char *name = PyCoro_CheckExact(generator) ? "cr_frame" : PyAsyncGen_CheckExact(generator) ? "ag_frame" : "gi_frame";
    return PyObject_GetAttrString((PyObject *)generator, name);
}

static int
takes_first_step(Frame *frame)
{
    return _Py_OPCODE(*frame->prev_instr) == RETURN_GENERATOR;
}

/* What went wrong inside is ours and gone: 0. It is the program's and set: -1. */
static int
ours(Evaluation *Py_UNUSED(self), PyObject *sink)
{
    return PyErr_Occurred() ? withdraw(sink) : 0;
}

/* The call of `frame` begins; -1 with an error of the program. */
static int
begin_call(Evaluation *self, PyThreadState *here, PyObject *known, Frame *frame)
{
    PyObject *sink = PyTuple_GET_ITEM(known, KNOWN_SINK);
    int unread = 1;
    Call *call = NULL;
    if (PyObject_TypeCheck(sink, self->state->core_type)) {
        int rested = rest_tracing(here);
        call = enter_frame((Core *)sink, here, PyTuple_GET_ITEM(known, KNOWN_SITE), frame, frame->f_code, 0, &unread);
        go_on_tracing(here, rested);
    }
    if (unread) {
        PyObject *object = frame_object(frame);
        PyObject *done = object == NULL ? NULL : in_python(self, BEGIN, known, object, NULL);
        Py_XDECREF(object);
        Py_XDECREF(done);
        return done == NULL ? ours(self, sink) : 0;
    }
    int failed = call == NULL && PyErr_Occurred();
    if (call != NULL) {
        PyObject *frames = Py_NewRef(self->frames);
        failed = begin_open(&self->spare, self->state, frames, frame, (Core *)sink, (PyObject *)call, frame->f_code) < 0;
        Py_DECREF(frames);
        if (!failed && self->lines) {
            Flags *flags = core_flags((Core *)sink);
            failed = flags == NULL;
            if (flags != NULL) {
                Py_XSETREF(flags->expected, Py_NewRef((PyObject *)frame->f_code));
                Py_XSETREF(flags->expected_call, Py_NewRef((PyObject *)call));
                Py_DECREF((PyObject *)flags);
            }
        }
        Py_DECREF(call);
    }
    return failed ? ours(self, sink) : 0;
}

/* The frame of `entry` goes on. */
static int
go_on(Evaluation *self, Open *entry)
{
    Core *core = core_of(self->state, entry);
    entry->suspended = 0;
    int failed = core == NULL ? tell(entry->sink, "resume", entry->call, Py_None) < 0
                              : core_resume(core, (Call *)entry->call, Py_None) < 0;
    return failed ? ours(self, entry->sink) : 0;
}

/* The frame of `entry` yields `value`. */
static int
give(Evaluation *self, Open *entry, Frame *frame, PyObject *value)
{
    Core *core = core_of(self->state, entry);
    PyObject *done = NULL;
    if (core != NULL && !core->suspensions) {
        entry->suspended = 1;
        return core_suspend(core, (Call *)entry->call, Py_None, Py_None) < 0 ? ours(self, entry->sink) : 0;
    }
    PyObject *object = frame_object(frame);
    done = object == NULL ? NULL : in_python(self, YIELDED, object, value, NULL);
    int failed = object != NULL && done == NULL; /* Python has withdrawn: it is the program's */
    Py_XDECREF(object);
    Py_XDECREF(done);
    if (object == NULL) {
        return ours(self, entry->sink);
    }
    return failed ? -1 : 0;
}

/* The frame of `entry` ends, with `value` or with the exception that is set. */
static int
end_call(Evaluation *self, Open *entry, PyObject *code, PyObject *value)
{
    Core *core = core_of(self->state, entry);
    PyObject *sink = Py_NewRef(entry->sink);
    int failed = 0;
    if (value != NULL) {
        failed = core == NULL ? tell(sink, "leave", entry->call, value) < 0 : core_leave(core, (Call *)entry->call, value) < 0;
        failed = failed ? ours(self, sink) : 0;
    }
    else {
        PyObject *exception = take_raised();
        PyObject *done = in_python(self, FAILED, (PyObject *)entry, code, exception);
        failed = done == NULL ? ours(self, sink) : 0;
        Py_XDECREF(done);
        if (failed) {
            Py_DECREF(exception); /* a signal handler's exception takes its place */
        }
        else {
            raise_again(exception);
        }
    }
    Py_DECREF(sink);
    return failed;
}

/* An exception is thrown into `frame`, or it goes on after what it awaited got one: who waits for it runs. */
static int
resume_waiting(Evaluation *self, Frame *frame, int thrown)
{
    PyObject *object = frame_object(frame);
    PyObject *done = object == NULL
                         ? NULL
                         : in_python(self, THROWN, (PyObject *)frame->f_code, object, thrown ? Py_True : Py_False);
    int failed = object != NULL && done == NULL;
    Py_XDECREF(object);
    Py_XDECREF(done);
    if (object == NULL) {
        PyErr_Clear(); /* no memory for us */
    }
    return failed ? -1 : 0;
}

static int
suspend_waiting(Evaluation *self, Frame *frame, PyObject *value)
{
    PyObject *object = frame_object(frame);
    PyObject *done = object == NULL ? NULL : in_python(self, YIELDED, object, value, NULL);
    int failed = object != NULL && done == NULL;
    Py_XDECREF(object);
    Py_XDECREF(done);
    if (object == NULL) {
        PyErr_Clear(); /* no memory for us */
    }
    return failed ? -1 : 0;
}

static int
some_resumed(Evaluation *self, PyThreadState *here)
{
    Here held;
    int some = tables_here(&self->here, self->state, here, &held) == 0 && PyList_GET_SIZE(held.resumed) > 0;
    here_clear(&held);
    return some;
}

/* Before a step: -1 with an error of the program's, in place of the step. */
static int
before_step(Evaluation *self, PyThreadState *here, Frame *frame, int thrown, int first)
{
    if ((thrown && PyDict_GET_SIZE(self->frames) > 0) || some_resumed(self, here)) {
        PyObject *problem = thrown ? take_raised() : NULL;
        int failed = resume_waiting(self, frame, thrown);
        if (failed) {
            Py_XDECREF(problem);
            return -1;
        }
        if (problem != NULL) {
            raise_again(problem);
        }
    }
    if (first) {
        PyObject *known = known_code(&self->known, (PyObject *)frame->f_code);
        if (known == NULL) {
            PyErr_Clear();
            return 0;
        }
        int failed = begin_call(self, here, known, frame);
        Py_DECREF(known);
        return failed;
    }
    PyObject *problem = thrown ? take_raised() : NULL;
    Open *entry = find_open(self->state, self->frames, frame, 0);
    int failed = entry != NULL && entry->suspended ? go_on(self, entry) : 0;
    Py_XDECREF((PyObject *)entry);
    if (problem != NULL) {
        if (failed) {
            Py_DECREF(problem);
        }
        else {
            raise_again(problem);
        }
    }
    return failed;
}

/* After a step: the result, or NULL with an error. */
static PyObject *
after_step(Evaluation *self, PyThreadState *here, Frame *frame, PyCodeObject *code, PyObject *result)
{
    int yields = result != NULL && generator_of(frame)->gi_frame_state == FRAME_SUSPENDED;
    PyObject *problem = result == NULL ? take_raised() : NULL;
    int waiting = yields && some_resumed(self, here);
    Open *entry = find_open(self->state, self->frames, frame, !yields);
    if (problem != NULL) {
        raise_again(problem);
    }
    int failed = 0;
    if (waiting) {
        failed = suspend_waiting(self, frame, result);
    }
    else if (entry != NULL) {
        failed = yields ? give(self, entry, frame, result) : end_call(self, entry, (PyObject *)code, result);
    }
    if (entry != NULL && !yields) {
        drop_open(&self->spare, entry);
    }
    else {
        Py_XDECREF((PyObject *)entry);
    }
    if (failed) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
step(Evaluation *self, PyThreadState *here, Frame *frame, int thrown)
{
    int first = takes_first_step(frame);
    if (first && thrown) {
        return _PyEval_EvalFrameDefault(here, frame, thrown); /* its body never runs */
    }
    PyCodeObject *code = (PyCodeObject *)Py_NewRef((PyObject *)frame->f_code);
    if (before_step(self, here, frame, thrown, first) < 0) {
        thrown = 1; /* what a signal handler raised is raised in the step */
    }
    PyObject *result = after_step(self, here, frame, code, _PyEval_EvalFrameDefault(here, frame, thrown));
    Py_DECREF((PyObject *)code);
    return result;
}

static PyObject *evaluate(PyThreadState *here, Frame *frame, int thrown);

/* The interpreter evaluates frames by itself until this one ends. */
static PyObject *
evaluate_deep(PyThreadState *here, Frame *frame, int thrown)
{
    Evaluation *self = active;
    _PyInterpreterState_SetEvalFrameFunc(here->interp, _PyEval_EvalFrameDefault);
    if (!thrown && PyDict_GET_SIZE(self->frames) > 0) {
        PyObject *done = in_python(self, TOO_DEEP, NULL, NULL, NULL);
        Py_XDECREF(done);
        PyErr_Clear();
    }
    PyObject *result = _PyEval_EvalFrameDefault(here, frame, thrown);
    if (self->known.entries != NULL && _PyInterpreterState_GetEvalFrameFunc(here->interp) == _PyEval_EvalFrameDefault) {
        _PyInterpreterState_SetEvalFrameFunc(here->interp, evaluate);
    }
    return result;
}

static PyObject *
evaluate(PyThreadState *here, Frame *frame, int thrown)
{
    if (frame->owner == FRAME_OWNED_BY_GENERATOR && active->frames != NULL) {
        return step(active, here, frame, thrown);
    }
    if (here->recursion_limit - here->recursion_remaining > DEEPEST) {
        return evaluate_deep(here, frame, thrown);
    }
    return _PyEval_EvalFrameDefault(here, frame, thrown);
}

static int
evaluation_init(Evaluation *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *python;
    self->state = state_by_type(Py_TYPE(self));
    if (self->state == NULL || !PyArg_ParseTuple(args, "O:Evaluation", &python)) {
        return -1;
    }
    for (int i = 0; i < METHODS; i++) {
        Py_XSETREF(self->python[i], PyObject_GetAttrString(python, method_names[i]));
        if (self->python[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

/* use(known, thread, frames, lines) */
static PyObject *
evaluation_use(Evaluation *self, PyObject *args)
{
    PyObject *known, *local, *frames;
    int lines;
    if (!PyArg_ParseTuple(args, "O!OO!p:use", &PyDict_Type, &known, &local, &PyDict_Type, &frames, &lines)) {
        return NULL;
    }
    self->lines = (char)lines;
    Py_XSETREF(self->frames, Py_NewRef(frames));
    tables_use(&self->here, local);
    decisions_use(&self->known, known);
    Py_RETURN_NONE;
}

static PyObject *
evaluation_free(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(unused))
{
    _PyFrameEvalFunction now = _PyInterpreterState_GetEvalFrameFunc(PyInterpreterState_Get());
    return PyBool_FromLong(now == evaluate || now == _PyEval_EvalFrameDefault);
}

static PyObject *
evaluation_install(Evaluation *self, PyObject *Py_UNUSED(unused))
{
    PyInterpreterState *interpreter = PyInterpreterState_Get();
    Py_XSETREF(active, (Evaluation *)Py_NewRef((PyObject *)self));
    if (_PyInterpreterState_GetEvalFrameFunc(interpreter) == _PyEval_EvalFrameDefault) {
        _PyInterpreterState_SetEvalFrameFunc(interpreter, evaluate);
    }
    Py_RETURN_NONE;
}

static PyObject *
evaluation_remove(Evaluation *self, PyObject *Py_UNUSED(unused))
{
    PyInterpreterState *interpreter = PyInterpreterState_Get();
    decisions_use(&self->known, NULL);
    if (_PyInterpreterState_GetEvalFrameFunc(interpreter) == evaluate) {
        _PyInterpreterState_SetEvalFrameFunc(interpreter, _PyEval_EvalFrameDefault);
    }
    Py_RETURN_NONE;
}

static int
evaluation_traverse(Evaluation *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    for (int i = 0; i < METHODS; i++) {
        Py_VISIT(self->python[i]);
    }
    Py_VISIT(self->frames);
    int visited = decisions_traverse(&self->known, visit, arg);
    return visited ? visited : tables_traverse(&self->here, &self->spare, visit, arg);
}

static int
evaluation_clear(Evaluation *self)
{
    for (int i = 0; i < METHODS; i++) {
        Py_CLEAR(self->python[i]);
    }
    Py_CLEAR(self->frames);
    decisions_use(&self->known, NULL);
    tables_clear(&self->here, &self->spare);
    return 0;
}

static void
evaluation_dealloc(Evaluation *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    evaluation_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef evaluation_methods[] = {
    {"use", (PyCFunction)evaluation_use, METH_VARARGS, "Take new decisions on code, and the tables of open frames."},
    {"is_free", evaluation_free, METH_NOARGS, "Nobody else evaluates frames."},
    {"install", (PyCFunction)evaluation_install, METH_NOARGS, "Evaluate frames."},
    {"remove", (PyCFunction)evaluation_remove, METH_NOARGS, "Evaluate no more."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot evaluation_slots[] = {
    {Py_tp_init, evaluation_init},
    {Py_tp_dealloc, evaluation_dealloc},
    {Py_tp_traverse, evaluation_traverse},
    {Py_tp_clear, evaluation_clear},
    {Py_tp_methods, evaluation_methods},
    {0, NULL},
};

static PyType_Spec evaluation_spec = {
    .name = "snapy_instrument._native.Evaluation",
    .basicsize = sizeof(Evaluation),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = evaluation_slots,
};

int
add_evaluation(PyObject *module, State *Py_UNUSED(state))
{
    PyObject *made = PyType_FromModuleAndSpec(module, &evaluation_spec, NULL);
    int failed = made == NULL || PyModule_AddObjectRef(module, "Evaluation", made) < 0;
    Py_XDECREF(made);
    return failed ? -1 : 0;
}

#else

int
add_evaluation(PyObject *Py_UNUSED(module), State *Py_UNUSED(state))
{
    return 0;
}

#endif
