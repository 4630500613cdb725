#ifndef SNAPY_OPEN_FRAMES_H
#define SNAPY_OPEN_FRAMES_H

#include "frame_access.h"
#include "types.h"

/* A recorded frame that has not ended: Open in backends/frames/monitoring/suspensions.py. */
typedef struct {
    PyObject_HEAD
    unsigned long long frame_id;
    PyObject *sink;
    PyObject *call;
    PyObject *changes;
    char owns;
    char gives_values;
    char suspended;
} Open;

/* What is known of the thread that called last: ThreadFrames in backends/frames/monitoring/suspensions.py. */
typedef struct {
    PyObject *local;
    uint64_t thread;
    PyObject *open;    /* list of Open: plain frames */
    PyObject *resumed; /* list */
    Flags *flags;
} ThreadTables;

enum { SPARE = 64 };

/* Empty entries, for frames to come. */
typedef struct {
    Open *entries[SPARE];
    int count;
} SpareOpen;

/* What is the calling thread's, held: whatever a callback runs may let in another thread, which fills the tables anew. */
typedef struct {
    PyObject *open;
    PyObject *resumed;
    Flags *flags;
} Here;

void here_clear(Here *held);

void tables_use(ThreadTables *self, PyObject *local);
/* -1 without an error where the calling thread has no native tables. */
int tables_here(ThreadTables *self, State *state, PyThreadState *here, Here *held);
int tables_traverse(ThreadTables *self, SpareOpen *spare, visitproc visit, void *arg);
void tables_clear(ThreadTables *self, SpareOpen *spare);

/* An entry for a frame that begins; NULL with an error. */
Open *new_open(SpareOpen *spare, State *state, Frame *frame, Core *core, PyObject *call, int owns);
/* Its frame has ended; the reference is stolen. */
void drop_open(SpareOpen *spare, Open *entry);
/* Suspensions.begin: a frame that can be suspended takes its first step. -1 with an error. */
int begin_open(SpareOpen *spare, State *state, PyObject *frames, Frame *frame, Core *core, PyObject *call, PyCodeObject *code);
/* What is open for a frame that can be suspended, taken out of the table if `take`; new reference, NULL for nothing. */
Open *find_open(State *state, PyObject *frames, Frame *frame, int take);

/* The fields of Known in backends/frames/monitoring/callbacks.py, as far as they are read here. */
enum { KNOWN_SINK = 2, KNOWN_HOOKED };

static inline int
can_suspend(PyCodeObject *code)
{
    return (code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
}

/* The sink of an entry, where it and the call are native ones; else NULL. */
static inline Core *
core_of(State *state, Open *entry)
{
    int native = PyObject_TypeCheck(entry->sink, state->core_type) && Py_TYPE(entry->call) == state->call_type;
    return native ? (Core *)entry->sink : NULL;
}

/* Creates the type of the entries. */
int add_open_type(PyObject *module, State *state);

#endif
