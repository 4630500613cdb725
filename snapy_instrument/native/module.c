/* The module snapy_instrument._native. */
#include "budget.h"
#include "capture.h"
#include "clock.h"
#include "evaluation.h"
#include "events.h"
#include "identity_tables.h"
#include "lanes.h"
#include "log.h"
#include "memory.h"
#include "monitoring.h"
#include "open_frames.h"
#include "proxy.h"
#include "recorder.h"
#include "records.h"
#include "seam.h"
#include "settrace.h"
#include "sink.h"
#include "state.h"

/* `name` of the module `from`, new reference. */
static PyObject *
imported(const char *from, const char *name)
{
    PyObject *module = PyImport_ImportModule(from);
    PyObject *found = module == NULL ? NULL : PyObject_GetAttrString(module, name);
    Py_XDECREF(module);
    return found;
}

/* Where instances of `kind` keep the slot `name`; -1 if that is no slot for an object. */
static Py_ssize_t
slot_offset(PyObject *kind, const char *name)
{
    PyObject *found = PyObject_GetAttrString(kind, name);
    Py_ssize_t where = -1;
    if (found != NULL && Py_TYPE(found) == &PyMemberDescr_Type) {
        PyMemberDef *member = ((PyMemberDescrObject *)found)->d_member;
        if (member->type == T_OBJECT_EX) {
            where = member->offset;
        }
    }
    if (where < 0 && !PyErr_Occurred()) {
        PyErr_Format(PyExc_ImportError, "%R has no slot %s", kind, name);
    }
    Py_XDECREF(found);
    return where;
}

static int
import_values(State *state)
{
    PyObject *kinds = imported("snapy_instrument.events", "EventType");
    if (kinds == NULL) {
        return -1;
    }
    state->kind_call = PyObject_GetAttrString(kinds, "CALL");
    state->kind_return = PyObject_GetAttrString(kinds, "RETURN");
    state->kind_exception = PyObject_GetAttrString(kinds, "EXCEPTION");
    Py_DECREF(kinds);
    state->unset = imported("snapy_instrument.values", "UNSET");
    state->mark_type = (PyTypeObject *)imported("snapy_instrument.values", "Mark");
    state->struct_type = (PyTypeObject *)imported("snapy_instrument.values", "Struct");
    state->ref_type = (PyTypeObject *)imported("snapy_instrument.values", "Ref");
    state->cut_type = (PyTypeObject *)imported("snapy_instrument.values", "Cut");
    state->cycle = imported("snapy_instrument.values", "CYCLE");
    state->items = PyUnicode_InternFromString("items");
    state->clock = imported("time", "perf_counter");
    state->event_type = (PyTypeObject *)imported("snapy_instrument.events", "CallEvent");
    state->site_type = (PyTypeObject *)imported("snapy_instrument.recording.sites", "Site");
    if (state->event_type == NULL || state->site_type == NULL ||
        state->kind_call == NULL || state->kind_return == NULL || state->kind_exception == NULL || state->unset == NULL || state->mark_type == NULL ||
        state->struct_type == NULL || state->cut_type == NULL || state->cycle == NULL || state->items == NULL || state->ref_type == NULL || state->clock == NULL) {
        return -1;
    }
    state->hash_mark = PyObject_CallFunction((PyObject *)state->mark_type, "s", "<hash>");
    state->mark_text = slot_offset((PyObject *)state->mark_type, "text");
    state->struct_title = slot_offset((PyObject *)state->struct_type, "type_name");
    state->struct_fields = slot_offset((PyObject *)state->struct_type, "fields");
    state->cut_shown = slot_offset((PyObject *)state->cut_type, "shown");
    state->cut_hidden = slot_offset((PyObject *)state->cut_type, "hidden");
    state->cut_unit = slot_offset((PyObject *)state->cut_type, "unit");
    state->cut_digest = slot_offset((PyObject *)state->cut_type, "digest");
    state->ref_title = slot_offset((PyObject *)state->ref_type, "type_name");
    state->ref_serial = slot_offset((PyObject *)state->ref_type, "serial");
    for (int i = 0; i < EVENT_FIELDS; i++) {
        state->event_slots[i] = slot_offset((PyObject *)state->event_type, event_fields[i]);
    }
    for (int i = 0; i < SITE_FIELDS; i++) {
        state->site_slots[i] = slot_offset((PyObject *)state->site_type, site_fields[i]);
    }
    return state->hash_mark == NULL || PyErr_Occurred() ? -1 : 0;
}

static int
add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **kept)
{
    *kept = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *kept == NULL ? -1 : PyModule_AddType(module, *kept);
}

static int
execute(PyObject *module)
{
    static const char *const backends[BACKENDS] = {"proxy", "settrace", "monitoring"};
    State *state = state_of(module);
    clock_begin();
    if (PyModule_AddIntConstant(module, "SEAM", SEAM) < 0) {
        return -1;
    }
    for (int i = 0; i < BACKENDS; i++) {
        state->backends[i] = PyUnicode_InternFromString(backends[i]);
        if (state->backends[i] == NULL) {
            return -1;
        }
    }
    if (import_values(state) < 0 || add_type(module, &flags_spec, &state->flags_type) < 0 ||
        add_type(module, &lane_spec, &state->lane_type) < 0 ||
        add_type(module, &call_spec, &state->call_type) < 0 || add_type(module, &end_spec, &state->end_type) < 0 ||
        add_type(module, &ref_table_spec, &state->ref_table_type) < 0 ||
        add_type(module, &constructing_spec, &state->constructing_type) < 0 ||
        add_type(module, &log_spec, &state->log_type) < 0 || add_type(module, &reader_spec, &state->reader_type) < 0 ||
        add_type(module, &capture_spec, &state->capture_type) < 0 ||
        add_type(module, &budget_spec, &state->budget_type) < 0 ||
        add_type(module, &counter_spec, &state->counter_type) < 0 ||
        add_type(module, &core_spec, &state->core_type) < 0 || add_type(module, &slot_spec, &state->slot_type) < 0) {
        return -1;
    }
    if (add_open_type(module, state) < 0 || add_callbacks(module, state) < 0 || add_evaluation(module, state) < 0 || add_trace_function(module, state) < 0) {
        return -1;
    }
    return add_proxy_type(module, state);
}

static int
traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = state_of(module);
    Py_VISIT(state->call_type);
    Py_VISIT(state->end_type);
    Py_VISIT(state->log_type);
    Py_VISIT(state->reader_type);
    Py_VISIT(state->flags_type);
    Py_VISIT(state->lane_type);
    Py_VISIT(state->capture_type);
    Py_VISIT(state->core_type);
    Py_VISIT(state->counter_type);
    Py_VISIT(state->ref_table_type);
    Py_VISIT(state->constructing_type);
    Py_VISIT(state->budget_type);
    Py_VISIT(state->cut_type);
    Py_VISIT(state->cycle);
    Py_VISIT(state->slot_type);
    Py_VISIT(state->open_type);
    Py_VISIT(state->follower_type);
    Py_VISIT(state->proxy_type);
    Py_VISIT(state->kind_call);
    Py_VISIT(state->kind_return);
    Py_VISIT(state->kind_exception);
    Py_VISIT(state->hash_mark);
    Py_VISIT(state->unset);
    Py_VISIT(state->mark_type);
    Py_VISIT(state->struct_type);
    Py_VISIT(state->ref_type);
    Py_VISIT(state->clock);
    Py_VISIT(state->event_type);
    Py_VISIT(state->site_type);
    return 0;
}

static int
clear(PyObject *module)
{
    State *state = state_of(module);
    drop_spare_calls(state);
    Py_CLEAR(state->call_type);
    Py_CLEAR(state->end_type);
    Py_CLEAR(state->log_type);
    Py_CLEAR(state->reader_type);
    Py_CLEAR(state->flags_type);
    Py_CLEAR(state->lane_type);
    Py_CLEAR(state->capture_type);
    Py_CLEAR(state->core_type);
    Py_CLEAR(state->counter_type);
    Py_CLEAR(state->ref_table_type);
    Py_CLEAR(state->constructing_type);
    Py_CLEAR(state->budget_type);
    Py_CLEAR(state->cut_type);
    Py_CLEAR(state->cycle);
    Py_CLEAR(state->items);
    Py_CLEAR(state->slot_type);
    Py_CLEAR(state->open_type);
    Py_CLEAR(state->follower_type);
    Py_CLEAR(state->proxy_type);
    Py_CLEAR(state->kind_call);
    Py_CLEAR(state->kind_return);
    Py_CLEAR(state->kind_exception);
    Py_CLEAR(state->hash_mark);
    Py_CLEAR(state->unset);
    Py_CLEAR(state->mark_type);
    Py_CLEAR(state->struct_type);
    Py_CLEAR(state->ref_type);
    Py_CLEAR(state->clock);
    Py_CLEAR(state->event_type);
    Py_CLEAR(state->site_type);
    for (int i = 0; i < BACKENDS; i++) {
        Py_CLEAR(state->backends[i]);
    }
    return 0;
}

static void
release(void *module)
{
    (void)clear((PyObject *)module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#if PY_VERSION_HEX >= 0x030C0000
    /* The tracers' own state is one for the process. */
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_USED},
#endif
    {0, NULL},
};

static PyMethodDef functions[] = {
    {"event_of", event_of, METH_O, "The event of a record; None for one that Python made."},
    {"clock", clock_seconds, METH_NOARGS, "Return the time that native records have, in seconds."},
    {"resident_memory", resident_memory, METH_NOARGS, "Return the resident set size of the process in bytes."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "snapy_instrument._native",
    .m_doc = "The native twin of the hot path; see snapy_instrument/native/types.h.",
    .m_size = sizeof(State),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = release,
};

PyMODINIT_FUNC
PyInit__native(void)
{
    native_definition = &definition;
    return PyModuleDef_Init(&definition);
}
