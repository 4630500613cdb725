/* The recorder's hot half: the twin of recording/hot_path.py. */
#include "recorder.h"

#include "clock.h"
#include "identity.h"
#include "lanes.h"
#include "parents.h"
#include "records.h"
#include "scalars.h"
#include "secret_lookups.h"
#include "state.h"
#include "store.h"
#include "support.h"
#include "walk.h"

int
core_withdraw(Core *core)
{
    /* First what needs no memory and no stack. */
    core->closed = 1;
    if (core->problem == NULL) {
        core->problem = Py_XNewRef(PyErr_Occurred());
    }
    return withdraw((PyObject *)core);
}

Flags *
core_flags(Core *core)
{
    Lane *lane = lane_here(core, PyThreadState_Get());
    Flags *flags = lane == NULL ? NULL : (Flags *)Py_NewRef((PyObject *)lane->flags);
    Py_XDECREF((PyObject *)lane);
    return flags;
}

/* Whether calls made here belong to the recording. */
static int
records_here(Core *core, Lane *lane)
{
    if (lane->records) {
        return 1;
    }
    PyObject *answer = PyObject_CallMethod((PyObject *)core, "_is_inside", NULL);
    Py_XDECREF(answer);
    return answer == NULL ? -1 : answer == Py_True;
}

static int
has_room(Core *core)
{
    if (!core->limited || core->log->records - core->log->taken < core->limit) {
        return 1;
    }
    PyObject *answer = PyObject_CallMethod((PyObject *)core, "_make_room", NULL);
    Py_XDECREF(answer);
    return answer == NULL ? -1 : answer == Py_True;
}

/* capture_value, without a call for what is captured as itself: a scalar whose name hides nothing (its secrecy is NULL),
 * in a recording that captures values. */
static inline PyObject *
value_of(Core *core, PyObject *obj, PyObject *secrecy)
{
    PyObject *same = secrecy == NULL && core->capture->instead == Py_None ? scalar(core->capture, obj) : NULL;
    return same != NULL ? same : capture_value(core->capture, obj, secrecy);
}

/* The values, captured into `shown`; `made` counts those that are held; and what a plan asks for besides. */
static int
capture_values(Core *core, Call *call, const SitePlan *plan, PyObject *const *values, Py_ssize_t count, PyObject **shown,
               Py_ssize_t *made)
{
    if (plan->secrecies != NULL && PyTuple_GET_SIZE(plan->secrecies) != count) {
        PyErr_Format(PyExc_ValueError, "%zd values for %zd parameters", count, PyTuple_GET_SIZE(plan->secrecies));
        return -1;
    }
    if (plan->constructs && count > 0) {
        if (begin_init(core->capture->constructing, values[0]) < 0) {
            return -1;
        }
        call->constructed = values[0];
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *secrecy = plan->secrecies == NULL ? NULL : PyTuple_GET_ITEM(plan->secrecies, i);
        shown[i] = value_of(core, values[i], secrecy);
        if (shown[i] == NULL) {
            return -1;
        }
        *made = i + 1;
    }
    if (plan->described || PyDict_GET_SIZE(core->capture->lookups) > 0) {
        int looks = looks_up(core->capture->lookups, plan->plan, values, count);
        if (looks < 0 || (looks && look_up(core, call, plan->plan, values, shown, count) < 0)) {
            return -1;
        }
    }
    if (plan->has_defaults) {
        PyObject *defaults = PyTuple_GET_ITEM(plan->plan, PLAN_DEFAULTS);
        if (count <= MOST_VALUES) {
            call->defaulted = defaulted_bits(defaults, values, count);
        }
        else {
            call->names = defaulted_of_many(defaults, values, count);
            return call->names == NULL ? -1 : 0;
        }
    }
    return 0;
}

/* stamp, where the memory of the process is to be looked at. */
static int
stamp_checked(Core *core, double *time)
{
    double checked = clock_checked(core->state);
    PyObject *found = checked < 0.0 ? NULL : PyObject_CallMethod((PyObject *)core, "_memory_at", "d", checked);
    int failed = found == NULL || !PyArg_ParseTuple(found, "Ld", &core->memory, &core->next_sample);
    Py_XDECREF(found);
    *time = failed ? -1.0 : clock_now(core->state); /* other threads may have recorded meanwhile */
    return *time < 0.0 ? -1 : 0;
}

/* The time of an event. Every few milliseconds the counter of the processor is compared with the clock, and the memory is
 * looked at. */
static inline int
stamp(Core *core, double *time)
{
    *time = clock_now(core->state);
    return *time >= core->next_sample || *time < 0.0 ? stamp_checked(core, time) : 0;
}

static int
take_number(Core *core, Call *call)
{
    if (Py_TYPE(core->ids) == core->state->counter_type) {
        call->number = ++((Counter *)core->ids)->last;
        return 0;
    }
    PyObject *number = PyIter_Next(core->ids);
    if (number == NULL) {
        return -1;
    }
    call->number = PyLong_AsLongLong(number);
    Py_DECREF(number);
    return PyErr_Occurred() ? -1 : 0;
}

/* Read what is in the plan of a site, with references of its own. -1 with MemoryError. */
static int
read_plan(Core *core, PyObject *site, PyObject *plan, SitePlan *made)
{
    *made = (SitePlan){.names = core->log->names->serial};
    if (plan != Py_None) {
        PyObject *secrecies = PyTuple_GET_ITEM(plan, PLAN_SECRECIES), *result = PyTuple_GET_ITEM(plan, PLAN_RESULT);
        PyObject *defaults = PyTuple_GET_ITEM(plan, PLAN_DEFAULTS);
        made->secrecies = secrecies == Py_None ? NULL : secrecies;
        made->result = result == Py_None ? NULL : result;
        made->constructs = PyTuple_GET_ITEM(plan, PLAN_CONSTRUCTS) == Py_True;
        made->hashes = PyTuple_GET_ITEM(plan, PLAN_HASHES) == Py_True;
        made->described = PyTuple_GET_ITEM(plan, PLAN_DESCRIBED) == Py_True;
        made->has_defaults = PyTuple_GET_SIZE(defaults) > 0;
        made->index = name_site(core->log->names, site, bits_of_defaults(defaults));
        if (made->index == UINT32_MAX) {
            return -1;
        }
    }
    made->site = Py_NewRef(site);
    made->plan = Py_NewRef(plan);
    return 0;
}

/* find_plan, where the plan is not among the recent ones. */
static int
look_for_plan(Core *core, PyObject *site, SitePlan *found)
{
    PyObject *plan = Py_XNewRef(PyDict_GetItemWithError(core->plans, site));
    if (plan == NULL && !PyErr_Occurred()) {
        plan = PyObject_CallMethod((PyObject *)core, "_decide", "O", site);
    }
    int known = plan == NULL ? -1 : PyDict_GetItemWithError(core->plans, site) == plan;
    int answer = known;
    if (known == 1 && read_plan(core, site, plan, found) < 0) {
        answer = -1;
    }
    else if (known == 1) {
        SitePlan *place = &core->recent[((size_t)site >> 4) % PLANS], before = *place;
        *place = *found;
        Py_INCREF(found->plan);
        answer = plan != Py_None;
        /* Last: it may run Python code and let another thread in. */
        Py_XDECREF(before.site);
        Py_XDECREF(before.plan);
        if (!answer) {
            Py_DECREF(found->plan);
        }
    }
    Py_XDECREF(plan);
    return answer;
}

/* Recorder._plans[site], decided where that was not yet: 1 where the site is recorded, with a copy in `found` that holds
 * the plan; else 0; -1 with an error. */
static inline int
find_plan(Core *core, PyObject *site, SitePlan *found)
{
    const SitePlan *place = &core->recent[((size_t)site >> 4) % PLANS];
    if (place->site != site || place->names != core->log->names->serial) {
        return look_for_plan(core, site, found);
    }
    if (place->plan == Py_None) {
        return 0;
    }
    *found = *place;
    Py_INCREF(found->plan);
    return 1;
}

/* What `begin` made is dropped: no call begins. An error that is set stays set. */
static void
drop_begun(Core *core, Call *call, PyObject **shown, Py_ssize_t made)
{
    PyObject *kind, *problem, *traceback;
    PyErr_Fetch(&kind, &problem, &traceback);
    if (call->constructed != NULL) {
        end_init(core->capture->constructing, call->constructed);
    }
    while (made > 0) {
        Py_DECREF(shown[--made]);
    }
    Py_DECREF((PyObject *)call);
    PyErr_Restore(kind, problem, traceback);
}

/* A call of a site that is recorded, in a lane that records. */
static Call *
begin(Core *core, Lane *lane, const SitePlan *plan, PyObject *const *values, Py_ssize_t count, int backend)
{
    PyObject *few[MOST_VALUES], **shown = few;
    if (count > MOST_VALUES && (shown = PyMem_New(PyObject *, count)) == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    Py_ssize_t made = 0;
    Call *call = new_call(core->state);
    int failed = call == NULL;
    if (!failed) {
        call->site = Py_NewRef(plan->site);
        call->lane = (Lane *)Py_NewRef((PyObject *)lane);
        call->backend = (unsigned char)backend;
        call->hashes = plan->hashes;
        call->secrecy = plan->result;
        /* From the time on, nothing lets another thread in: numbers, times and records have one order. */
        failed = find_parent(core, lane, call) < 0 ||
                 capture_values(core, call, plan, values, count, shown, &made) < 0 || stamp(core, &call->time) < 0 ||
                 take_number(core, call) < 0;
        /* Closed meanwhile, by another thread or by Python code that was needed: no call, no error. */
        failed = failed || core->closed || push(lane->stack, (PyObject *)call) < 0;
        if (!failed && log_call(core->log, call, plan->index, shown, count, core->memory) < 0) {
            failed = 1;
            (void)drop_last(lane->stack, PyList_GET_SIZE(lane->stack));
        }
        if (failed) {
            drop_begun(core, call, shown, made);
        }
    }
    if (shown != few) {
        PyMem_Free(shown);
    }
    return failed ? NULL : call;
}

Call *
core_enter(Core *core, PyThreadState *here, PyObject *site, PyObject *const *values, Py_ssize_t count, int backend)
{
    if (core->closed) {
        return NULL;
    }
    Call *call = NULL;
    SitePlan plan;
    if (find_plan(core, site, &plan) == 1) {
        Lane *lane = lane_here(core, here);
        if (lane != NULL && !lane->flags->quiet && records_here(core, lane) == 1 && has_room(core) == 1) {
            call = begin(core, lane, &plan, values, count, backend);
        }
        Py_XDECREF((PyObject *)lane);
        Py_DECREF(plan.plan);
    }
    if (call == NULL && PyErr_Occurred()) {
        (void)core_withdraw(core);
    }
    return call;
}

/* Take the call off the stack of its thread. */
static int
pop(Core *core, Call *call)
{
    /* On the stack of the thread that it began in, it runs there: one that goes on elsewhere was put on that stack. */
    Lane *lane = call->lane;
    Py_ssize_t open = PyList_GET_SIZE(lane->stack);
    if (open > 0 && PyList_GET_ITEM(lane->stack, open - 1) == (PyObject *)call) {
        if (drop_last(lane->stack, open) < 0) {
            return -1;
        }
        if (call->constructed != NULL) {
            end_init(core->capture->constructing, call->constructed);
        }
        return 0;
    }
    lane = lane_here(core, PyThreadState_Get());
    PyObject *done = lane == NULL ? NULL : PyObject_CallMethod((PyObject *)core, "_pop", "O", call);
    Py_XDECREF((PyObject *)lane);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* Passing.ended */
static int
forget_raised_below(Core *core, Call *call)
{
    if (PyDict_GET_SIZE(core->raised_below) == 0) {
        return 0;
    }
    PyObject *number = PyLong_FromLongLong(call->number);
    int known = number == NULL ? -1 : PyDict_Contains(core->raised_below, number);
    if (known == 1) {
        known = PyDict_DelItem(core->raised_below, number);
    }
    Py_XDECREF(number);
    return known < 0 ? -1 : 0;
}

int
core_leave(Core *core, Call *call, PyObject *result)
{
    if (core->closed) {
        return 0;
    }
    double time;
    PyObject *value =
        call->hashes ? Py_NewRef(core->state->hash_mark) : value_of(core, result, call->secrecy);
    if (value == NULL || stamp(core, &time) < 0) {
        Py_XDECREF(value);
        return core_withdraw(core);
    }
    if (core->closed) {
        Py_DECREF(value);
        return 0;
    }
    /* First the log: a call that has no end there gets one when the recording ends. */
    int failed = log_return(core->log, call, value, time, core->memory) < 0 || pop(core, call) < 0 ||
                 forget_raised_below(core, call) < 0;
    return failed ? core_withdraw(core) : 0;
}

/* Recorder.suspend, where the value is no event. */
int
core_suspend(Core *core, Call *call, PyObject *value, PyObject *awaiting)
{
    if (core->closed) {
        return 0;
    }
    Lane *lane = lane_here(core, PyThreadState_Get());
    Py_ssize_t open = lane == NULL ? 0 : PyList_GET_SIZE(lane->stack);
    int simple = open > 0 && PyList_GET_ITEM(lane->stack, open - 1) == (PyObject *)call && call->constructed == NULL &&
                 !(core->suspensions && value != awaiting);
    if (simple) {
        PyObject *number = PyLong_FromLongLong(call->number);
        PyObject *entry = number == NULL ? NULL : PyTuple_Pack(2, call, Py_False);
        int done = entry != NULL && PyDict_SetItem(core->suspended, number, entry) == 0 &&
                   drop_last(lane->stack, open) == 0;
        Py_XDECREF(entry);
        Py_XDECREF(number);
        if (done) {
            Py_DECREF((PyObject *)lane);
            return 0;
        }
    }
    Py_XDECREF((PyObject *)lane);
    PyErr_Clear();
    return tell((PyObject *)core, "suspend", (PyObject *)call, value);
}

/* The call goes on in another task than the one that began it: Recorder._resumed_in has to know. -1 with an error. */
static int
is_elsewhere(Core *core, Call *call)
{
    if (!core->spawning) {
        return 0;
    }
    PyObject *spawn = spawn_here(core);
    if (spawn == NULL && PyErr_Occurred()) {
        return -1;
    }
    Py_XDECREF(spawn); /* compared alone */
    return spawn != call->spawn;
}

/* Recorder.resume, where that is no event. */
int
core_resume(Core *core, Call *call, PyObject *value)
{
    if (core->closed) {
        return 0;
    }
    PyObject *number = PyLong_FromLongLong(call->number);
    PyObject *entry = number == NULL ? NULL : PyDict_GetItemWithError(core->suspended, number);
    int silent = entry == NULL && !PyErr_Occurred();
    if (entry != NULL && PyTuple_GET_ITEM(entry, 1) == Py_False && is_elsewhere(core, call) == 0) {
        Lane *lane = lane_here(core, PyThreadState_Get());
        silent = lane != NULL && PyList_Append(lane->stack, (PyObject *)call) == 0 &&
                 PyDict_DelItem(core->suspended, number) == 0;
        Py_XDECREF((PyObject *)lane);
    }
    Py_XDECREF(number);
    if (silent) {
        return 0;
    }
    PyErr_Clear();
    return tell((PyObject *)core, "resume", (PyObject *)call, value);
}

static int
backend_number(State *state, PyObject *name)
{
    for (int i = 0; i < BACKENDS; i++) {
        int same = state->backends[i] == name ? 1 : PyObject_RichCompareBool(state->backends[i], name, Py_EQ);
        if (same) {
            return same < 0 ? -1 : i;
        }
    }
    PyErr_Format(PyExc_ValueError, "no backend is called %R", name);
    return -1;
}

static PyObject *
core_enter_method(Core *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 3) {
        return PyErr_Format(PyExc_TypeError, "enter() takes a site, values and a backend, not %zd arguments", count);
    }
    int backend = backend_number(self->state, args[2]);
    PyObject *values = backend < 0 ? NULL : PySequence_Fast(args[1], "values must be a sequence");
    if (values == NULL) {
        return NULL;
    }
    Call *call = core_enter(self, PyThreadState_Get(), args[0], PySequence_Fast_ITEMS(values),
                            PySequence_Fast_GET_SIZE(values), backend);
    Py_DECREF(values);
    if (call == NULL && !PyErr_Occurred()) {
        Py_RETURN_NONE;
    }
    return (PyObject *)call;
}

static PyObject *
core_leave_method(Core *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 2 || Py_TYPE(args[0]) != self->state->call_type) {
        return PyErr_Format(PyExc_TypeError, "leave() takes the record of a call and its result");
    }
    if (core_leave(self, (Call *)args[0], args[1]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
core_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    Core *self = (Core *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->state = state_by_type(type);
        if (self->state == NULL) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

/* Core._use(...): the parts that the Python half made and shares. */
static PyObject *
core_use(Core *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"log", "plans", "local", "ids", "capture", "limit", "raised_below",
                            "suspended", "suspensions", NULL};
    PyObject *log, *plans, *local, *ids, *capture, *raised_below, *suspended;
    Py_ssize_t limit;
    int suspensions;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "$O!O!OOO!nO!O!p:_use", names, self->state->log_type, &log, &PyDict_Type,
                                     &plans, &local, &ids, self->state->capture_type, &capture, &limit, &PyDict_Type,
                                     &raised_below, &PyDict_Type, &suspended, &suspensions)) {
        return NULL;
    }
    if (((Capture *)capture)->clean == NULL) {
        PyErr_SetString(PyExc_ValueError, "the capture is not ready");
        return NULL;
    }
    Py_XSETREF(self->log, (Log *)Py_NewRef(log));
    Py_XSETREF(self->plans, Py_NewRef(plans));
    Py_XSETREF(self->local, Py_NewRef(local));
    Py_XSETREF(self->ids, Py_NewRef(ids));
    Py_XSETREF(self->capture, (Capture *)Py_NewRef(capture));
    Py_XSETREF(self->raised_below, Py_NewRef(raised_below));
    Py_XSETREF(self->suspended, Py_NewRef(suspended));
    self->suspensions = (char)suspensions;
    self->limit = limit;
    self->limited = limit < PY_SSIZE_T_MAX;
    Py_RETURN_NONE;
}

static int
core_traverse(Core *self, visitproc visit, void *arg)
{
    for (int i = 0; i < PLANS; i++) {
        Py_VISIT(self->recent[i].site);
        Py_VISIT(self->recent[i].plan);
    }
    Py_VISIT(Py_TYPE(self));
    /* Not the log: it holds dead values, nothing for the garbage collector. */
    Py_VISIT(self->plans);
    Py_VISIT(self->local);
    Py_VISIT(self->ids);
    Py_VISIT(self->capture);
    Py_VISIT(self->raised_below);
    Py_VISIT(self->suspended);
    Py_VISIT(self->spawned);
    Py_VISIT(self->problem);
    Py_VISIT(self->lane);
    Py_VISIT(self->getcurrent);
    return 0;
}

static void
forget_recent(Core *self)
{
    for (int i = 0; i < PLANS; i++) {
        Py_CLEAR(self->recent[i].site); /* first: without it, nobody looks at the plan */
        Py_CLEAR(self->recent[i].plan);
    }
}

/* Core._forget_plans: they hold defaults of the program's functions. */
static PyObject *
core_forget_plans(Core *self, PyObject *Py_UNUSED(ignored))
{
    PyDict_Clear(self->plans); /* first: what is in there may be put among the recent ones again */
    forget_recent(self);
    Py_RETURN_NONE;
}

/* Core._freeze */
static PyObject *
core_freeze(Core *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *frozen = PyObject_CallMethod((PyObject *)self->log, "freeze", NULL);
    if (frozen == NULL) {
        return NULL;
    }
    /* What a thread adds late, to the log that it has in its hand, is seen by nobody. */
    Py_SETREF(self->log, (Log *)Py_NewRef(frozen));
    return frozen;
}

static int
core_clear(Core *self)
{
    forget_recent(self);
    Py_CLEAR(self->plans);
    Py_CLEAR(self->local);
    Py_CLEAR(self->ids);
    Py_CLEAR(self->capture);
    Py_CLEAR(self->raised_below);
    Py_CLEAR(self->spawned);
    Py_CLEAR(self->suspended);
    Py_CLEAR(self->problem);
    Py_CLEAR(self->lane);
    Py_CLEAR(self->getcurrent);
    return 0;
}

static void
core_dealloc(Core *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    core_clear(self);
    Py_XDECREF((PyObject *)self->log);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef core_methods[] = {
    {"enter", (PyCFunction)(void (*)(void))core_enter_method, METH_FASTCALL,
     "enter(site, values, backend)\n\nA call begins with ``values`` in the order of ``site.parameters``; None if it is "
     "not recorded."},
    {"leave", (PyCFunction)(void (*)(void))core_leave_method, METH_FASTCALL,
     "leave(call, result)\n\nThe call returns ``result``."},
    {"_use", (PyCFunction)(void (*)(void))core_use, METH_VARARGS | METH_KEYWORDS, "Share the parts of the recorder."},
    {"_freeze", (PyCFunction)core_freeze, METH_NOARGS, "The records so far, to which nothing is added any more."},
    {"_use_greenlets", (PyCFunction)core_use_greenlets, METH_VARARGS, "Find lanes by greenlet from now on."},
    {"_forget_plans", (PyCFunction)core_forget_plans, METH_NOARGS, "Nothing is recorded any more."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef core_members[] = {
    {"_log", T_OBJECT_EX, offsetof(Core, log), READONLY, NULL},
    {"_plans", T_OBJECT_EX, offsetof(Core, plans), READONLY, NULL},
    {"_local", T_OBJECT_EX, offsetof(Core, local), READONLY, NULL},
    {"_ids", T_OBJECT_EX, offsetof(Core, ids), READONLY, NULL},
    {"capture", T_OBJECT_EX, offsetof(Core, capture), READONLY, NULL},
    {"_raised_below", T_OBJECT_EX, offsetof(Core, raised_below), READONLY, NULL},
    {"_suspended", T_OBJECT_EX, offsetof(Core, suspended), READONLY, NULL},
    {"_suspensions", T_BOOL, offsetof(Core, suspensions), READONLY, NULL},
    {"_limit", T_PYSSIZET, offsetof(Core, limit), READONLY, NULL},
    {"_memory", T_LONGLONG, offsetof(Core, memory), 0, NULL},
    {"_spawning", T_BOOL, offsetof(Core, spawning), 0, NULL},
    {"_closed", T_BOOL, offsetof(Core, closed), 0, NULL},
    {"_problem", T_OBJECT, offsetof(Core, problem), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot core_slots[] = {
    {Py_tp_new, core_new},
    {Py_tp_dealloc, core_dealloc},
    {Py_tp_traverse, core_traverse},
    {Py_tp_clear, core_clear},
    {Py_tp_methods, core_methods},
    {Py_tp_members, core_members},
    {0, NULL},
};

PyType_Spec core_spec = {
    .name = "snapy_instrument._native.Core",
    .basicsize = sizeof(Core),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = core_slots,
};
