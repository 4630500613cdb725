/* Records as events: the twin of records.event_of, for the calls and returns that the core recorded itself. */
#include "events.h"

#include "records.h"
#include "state.h"

/* The fields of CallEvent that both kinds fill, in the order of its slots. */
enum {
    EVENT_TYPE, FUNCTION_NAME, FILENAME, LINE_NUMBER, ARGS, RETURN_VALUE, DEPTH, TIMESTAMP, THREAD_ID, MEMORY_USAGE,
    MODULE, QUALNAME, CALL_ID, PARENT_ID, TASK, EXCEPTION, BACKEND, RAISED_IN, DEFAULTED, SPAWN_ID, DETACHED, FINISHED
};

const char *const event_fields[EVENT_FIELDS] = {
    "event_type", "function_name", "filename", "line_number", "args", "return_value", "depth", "timestamp",
    "thread_id", "memory_usage", "module", "qualname", "call_id", "parent_id", "task", "exception", "backend",
    "raised_in", "defaulted", "spawn_id", "detached", "finished",
};

enum { SITE_NAME, SITE_FILE, SITE_LINE, SITE_MODULE, SITE_QUALNAME, SITE_PARAMETERS };

const char *const site_fields[SITE_FIELDS] = {
    "function_name", "filename", "line_number", "module", "qualname", "parameters",
};

static inline PyObject **
slot_at(PyObject *obj, Py_ssize_t offset)
{
    return (PyObject **)((char *)obj + offset);
}

/* Arguments by parameter name, new reference. */
static PyObject *
arguments_of(const Call *call, PyObject *parameters)
{
    PyObject *made = PyDict_New();
    Py_ssize_t size = call->values == NULL ? 0 : PyTuple_GET_SIZE(call->values);
    Py_ssize_t count = Py_MIN(size, PyTuple_GET_SIZE(parameters));
    for (Py_ssize_t i = 0; made != NULL && i < count; i++) {
        if (PyDict_SetItem(made, PyTuple_GET_ITEM(parameters, i), PyTuple_GET_ITEM(call->values, i)) < 0) {
            Py_CLEAR(made);
        }
    }
    return made;
}

static PyObject *
spawn_id_of(PyObject *origin)
{
    return origin == Py_None ? Py_NewRef(Py_None) : PyObject_GetAttrString(origin, "spawn_id");
}

/* A call without a parent is detached unless its thread entered the tracer or something known started it; -1 with an
 * error. */
static int
is_detached(const Call *call, PyObject *origin)
{
    if (call->parent || origin == Py_None) {
        return !call->parent && !call->lane->home;
    }
    PyObject *found = PyObject_GetAttrString(origin, "detached");
    int detached = found == NULL ? -1 : PyObject_IsTrue(found);
    Py_XDECREF(found);
    return detached;
}

/* The event of `call` as it began, or as it ended where `end` is given. */
static PyObject *
make_event(State *state, const Call *call, const End *end)
{
    PyObject *site = call->site;
    const Py_ssize_t *of_site = state->site_slots;
    PyObject *parameters = parameters_of(state, site);
    if (parameters == NULL) {
        Py_RETURN_NONE;
    }
    PyObject *origin = call->rare == NULL ? Py_None : PyTuple_GET_ITEM(call->rare, RARE_ORIGIN);
    int detached = is_detached(call, origin);
    PyObject *made = state->event_type->tp_alloc(state->event_type, 0);
    if (made == NULL) {
        return NULL;
    }
    PyObject *fields[EVENT_FIELDS] = {
        [EVENT_TYPE] = Py_NewRef(end == NULL ? state->kind_call : state->kind_return),
        [FUNCTION_NAME] = Py_XNewRef(*slot_at(site, of_site[SITE_NAME])),
        [FILENAME] = Py_XNewRef(*slot_at(site, of_site[SITE_FILE])),
        [LINE_NUMBER] = Py_XNewRef(*slot_at(site, of_site[SITE_LINE])),
        [ARGS] = end == NULL ? arguments_of(call, parameters) : PyDict_New(),
        [RETURN_VALUE] = Py_NewRef(end == NULL ? Py_None : end->value),
        [DEPTH] = PyLong_FromLong(call->depth),
        [TIMESTAMP] = PyFloat_FromDouble(end == NULL ? call->time : end->time),
        [THREAD_ID] = Py_NewRef(call->lane->thread_id),
        [MEMORY_USAGE] = PyLong_FromLongLong(end == NULL ? call->memory : end->memory),
        [MODULE] = Py_XNewRef(*slot_at(site, of_site[SITE_MODULE])),
        [QUALNAME] = Py_XNewRef(*slot_at(site, of_site[SITE_QUALNAME])),
        [CALL_ID] = PyLong_FromLongLong(call->number),
        [PARENT_ID] = call->parent ? PyLong_FromLongLong(call->parent) : Py_NewRef(Py_None),
        [TASK] = Py_NewRef(call->rare == NULL ? Py_None : PyTuple_GET_ITEM(call->rare, RARE_TASK)),
        [EXCEPTION] = Py_NewRef(Py_None),
        [BACKEND] = Py_NewRef(state->backends[call->backend]),
        [RAISED_IN] = Py_NewRef(Py_None),
        [DEFAULTED] = defaulted_names(state, call),
        [SPAWN_ID] = spawn_id_of(origin),
        [DETACHED] = detached < 0 ? NULL : PyBool_FromLong(detached),
        [FINISHED] = Py_NewRef(Py_True),
    };
    int whole = 1;
    for (int i = 0; i < EVENT_FIELDS; i++) {
        whole = whole && fields[i] != NULL;
        *slot_at(made, state->event_slots[i]) = fields[i];
    }
    if (!whole) {
        Py_CLEAR(made);
    }
    return made;
}

/* records.event_of; None for records that Python made. */
PyObject *
event_of(PyObject *module, PyObject *record)
{
    State *state = state_of(module);
    if (Py_TYPE(record) == state->call_type) {
        return make_event(state, (Call *)record, NULL);
    }
    if (Py_TYPE(record) == state->end_type) {
        return make_event(state, ((End *)record)->call, (End *)record);
    }
    Py_RETURN_NONE;
}
