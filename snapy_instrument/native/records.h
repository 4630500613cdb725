#ifndef SNAPY_RECORDS_H
#define SNAPY_RECORDS_H

#include "types.h"

extern PyType_Spec call_spec, end_spec, counter_spec;

Call *make_call(State *state);

static inline void
clear_call(Call *call, State *state)
{
    memset((char *)call + sizeof(PyObject), 0, sizeof(Call) - sizeof(PyObject));
    call->state = state;
}

/* A call without content, new reference; NULL with an error. */
static inline Call *
new_call(State *state)
{
    if (state->spare == 0) {
        return make_call(state);
    }
    Call *call = state->spare_calls[--state->spare];
#if defined(Py_DEBUG) || defined(Py_GIL_DISABLED)
    (void)PyObject_Init((PyObject *)call, state->call_type);
#else
    Py_INCREF(state->call_type);
    ((PyObject *)call)->ob_refcnt = 1; /* Py_SET_REFCNT reads what was there */
#endif
    clear_call(call, state);
    return call;
}

/* The record of a return; steals `call` and `value`. NULL with an error. */
PyObject *new_end(State *state, Call *call, PyObject *value, double time, long long memory);
/* Free the tokens that were kept. */
void drop_spare_calls(State *state);

/* A field of a call record, by its position in the tuples of the pure twin; new reference. */
PyObject *call_item(Call *self, Py_ssize_t index);
/* Names of the parameters whose value is their default, a tuple. */
PyObject *defaulted_names(State *state, const Call *call);
/* The names of a site's parameters, borrowed; NULL without an error for another kind of site. */
PyObject *parameters_of(State *state, PyObject *site);

/* records.defaulted: bits of the parameters whose value is their default; `defaults` holds (index, name, default). Those
 * from 32 on have none. */
uint32_t defaulted_bits(PyObject *defaults, PyObject *const *values, Py_ssize_t count);
/* Bits of all parameters that have a default. */
uint32_t bits_of_defaults(PyObject *defaults);
/* Names of those whose value is their default, new reference, however many there are. */
PyObject *defaulted_of_many(PyObject *defaults, PyObject *const *values, Py_ssize_t count);

#endif
