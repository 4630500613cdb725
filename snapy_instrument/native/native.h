/* The native twin of the hot path: capture of values, the recorder's enter and leave, the proxy's call.
 *
 * Pure Python is the law: each function here does what the Python function named in its comment does, for the
 * values and cases that are common, and hands everything else to that Python function. Nothing here decides what
 * a trace says.
 */
#ifndef SNAPY_NATIVE_H
#define SNAPY_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <structmember.h>

/* Values of a call whose positions fit on the C stack; calls with more go through Python. */
#define MOST_VALUES 32
/* Containers inside one another; deeper values go through Python. */
#define MOST_DEPTH 32

enum { BACKENDS = 3, EVENT_FIELDS = 22, SITE_FIELDS = 6 };

/* Of a record's rare part. */
enum { RARE_DEFAULTED, RARE_ORIGIN, RARE_TASK, RARE_CONSTRUCTED, RARE_SPAWN, RARE_LOOKUP, RARE_FIELDS };

typedef struct {
    PyTypeObject *call_type;
    PyTypeObject *end_type;
    PyTypeObject *flags_type;
    PyTypeObject *context_type;
    PyTypeObject *capture_type;
    PyTypeObject *core_type;
    PyTypeObject *counter_type;
    PyTypeObject *slot_type;
    PyTypeObject *open_type;     /* NULL before 3.12 */
    PyTypeObject *follower_type; /* NULL where the trace function is Python's */
    PyTypeObject *proxy_type; /* NULL where wrapt's own wrapper is not a C type */
    Py_ssize_t proxy_offset;  /* where our part of a proxy begins */
    PyObject *kind_call;      /* EventType.CALL */
    PyObject *kind_return;    /* EventType.RETURN */
    PyObject *hash_mark;      /* what stands for the result of __hash__ */
    PyObject *unset;          /* values.UNSET */
    PyTypeObject *mark_type;
    PyTypeObject *struct_type;
    Py_ssize_t struct_title, struct_fields; /* offsets of the slots of a Struct */
    PyTypeObject *ref_type;
    Py_ssize_t ref_title, ref_serial; /* of a Ref */
    PyTypeObject *event_type; /* CallEvent */
    Py_ssize_t event_slots[EVENT_FIELDS];
    PyTypeObject *site_type;
    Py_ssize_t site_slots[SITE_FIELDS];
    PyObject *backends[BACKENDS];
    PyObject *clock; /* time.perf_counter as it was at import */
} State;

/* One thread's flags: see capture/quiet.py. */
typedef struct {
    PyObject_HEAD
    int quiet;
    PyObject *expected;
    PyObject *expected_call;
} Flags;

/* Where a thread stands in one recording: see recording/context.py. */
typedef struct {
    PyObject_HEAD
    PyObject *thread_id;
    Flags *flags;
    PyObject *origin;
    PyObject *stack; /* list of Call */
    PyObject *task;
    char home;
    char records;
} Context;

/* The record of a call that began: see recording/records.py. Holds dead values only, so it is not tracked by the
 * garbage collector. */
typedef struct {
    PyObject_VAR_HEAD
    double time;
    long long memory;
    long long number;
    long long parent; /* 0 for none */
    int depth;
    unsigned char backend;
    char hashes;
    char constructs;
    char slabbed; /* see room.c */
    PyObject *site;
    Context *context;
    PyObject *secrecy; /* of the result: NULL, a member of an Enum, which lives as long as its module, or the lookup */
    PyObject *rare;    /* NULL, or (defaulted, origin, task, constructed, spawn, lookup) */
    PyObject *values[];
} Call;

/* The record of its return. */
typedef struct {
    PyObject_HEAD
    double time;
    long long memory : 56;
    unsigned long long slabbed : 8;
    Call *call;
    PyObject *value;
} End;

/* An object that got a number. */
typedef struct {
    PyObject *reference; /* weak, so it tells whether the object at its address is still the same */
    PyObject *ref;
} Known;

/* What is known of the instances of one class. */
typedef struct {
    PyObject *reference;  /* a weak one to the class */
    PyObject *decision;   /* see capture/describe.py */
    unsigned int version; /* of the class when its fields were found readable; 0 for never */
    char harmless;        /* none of its fields is called like a secret */
} Kind;

enum { KINDS = 128, SHARED = 256 };

/* Capture: see capture/walker.py. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *clean;        /* set of texts found clean */
    PyObject *clean_data;   /* set of bytes found clean */
    PyObject *lookups;      /* dict of those clean texts that are names of secrets */
    PyObject *secrecies;    /* dict of names to Secrecy */
    PyObject *harmless;     /* set of tuples of names */
    PyObject *constructing; /* dict of ids to how often */
    PyObject *serials;      /* dict of ids of weak references to (reference, Ref) */
    PyObject *decisions;    /* the same for types, to (reference, Decision) */
    PyObject *views;        /* tuple of types that stand for containers */
    PyObject *unknown;      /* the describer of types without a description */
    PyObject *never;        /* Secrecy.NEVER */
    PyObject *builtins;     /* the namespace of the module builtins */
    PyObject *numbers;      /* iterator over the serials of objects */
    PyObject *changes;      /* list of one int, another one after each registration */
    PyObject *change;       /* the int for which `kinds` hold */
    Kind kinds[KINDS];      /* classes met lately */
    Known known[SHARED];    /* objects met lately, by address */
    PyObject *texts[SHARED]; /* clean texts met lately that are no name of a secret, the same */
    PyObject *shared[SHARED]; /* descriptions made lately, by the address of what they describe: see `found_again` */
    Py_ssize_t depth, items, nodes;
} Capture;

/* Numbers from 1 on. */
typedef struct {
    PyObject_HEAD
    long long last;
} Counter;

enum { PLANS = 64 };

typedef struct Slab Slab;

/* Where the records of a recording live: see room.c. */
typedef struct {
    Slab *slab;
    int few; /* how many records more have no slab, -1 for all */
} Room;

/* The hot half of a recorder: see recording/core.py. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *log;
    PyObject *plans;
    PyObject *local;
    PyObject *ids;
    Capture *capture;
    PyObject *raised_below;
    PyObject *suspended; /* dict of numbers to (call, whether it handed something out) */
    Context *context; /* of the thread that called last */
    uint64_t thread;
    struct {
        PyObject *site; /* held by `plans`, which is cleared when nothing is recorded any more */
        PyObject *plan;
    } recent[PLANS];
    Room room;
    double next_sample;
    long long memory;
    Py_ssize_t limit;
    char limited;
    char spawning;
    char closed;
    char suspensions; /* yield and resume are events */
} Core;

/* The recorders that listen: see recording/active.py. */
typedef struct {
    PyObject_HEAD
    PyObject *sink;
    Core *core; /* the sink, where it is one recorder with a native core */
    int framed;
} Slot;

extern PyType_Spec flags_spec, context_spec, call_spec, end_spec, capture_spec, counter_spec, core_spec, slot_spec;

/* The room of a recording, which may forget records while it goes on. Memory for a record of `size` bytes, a multiple
 * of 8; NULL with MemoryError. Whether it is `slabbed` has to be known to give it back. And the recording is over. */
void open_room(Room *room, int forgets);
void *record_room(Room *room, size_t size, int *slabbed);
void free_record(void *record, int slabbed);
void close_room(Room *room);

/* `obj` as a plain value, new reference; NULL with an error set only for what is no Exception. */
PyObject *capture_value(Capture *capture, PyObject *obj, PyObject *secrecy);
int constructing_begins(Capture *capture, PyObject *obj);
int constructing_ends(Capture *capture, PyObject *identity);

/* PyList_Append, without a call where the list has room. */
static inline int
push(PyObject *list, PyObject *item)
{
#ifndef Py_GIL_DISABLED
    Py_ssize_t size = PyList_GET_SIZE(list);
    if (size < ((PyListObject *)list)->allocated) {
        ((PyListObject *)list)->ob_item[size] = Py_NewRef(item);
        Py_SET_SIZE((PyVarObject *)list, size + 1);
        return 0;
    }
#endif
    return PyList_Append(list, item);
}

/* Shorten a list, which has `size` items, by the last of them. */
static inline int
drop_last(PyObject *list, Py_ssize_t size)
{
#ifdef Py_GIL_DISABLED
    return PyList_SetSlice(list, size - 1, size, NULL);
#else
    /* A tenth of the cost. The room stays with the list, for the next call. */
    PyObject *last = PyList_GET_ITEM(list, size - 1);
    Py_SET_SIZE((PyVarObject *)list, size - 1);
    Py_DECREF(last);
    return 0;
#endif
}

/* A call begins in the calling thread, whose state is `here`. NULL without an error: it is not recorded. NULL with an
 * error: a KeyboardInterrupt or the like. */
Call *core_enter(Core *core, PyThreadState *here, PyObject *site, PyObject *const *values, Py_ssize_t count, int backend);
/* It returns `result`. -1 with an error set as for `core_enter`. */
int core_leave(Core *core, Call *call, PyObject *result);
/* It sleeps, having handed out `value` (`awaiting` for nothing); it goes on, with `value` sent in. As above. */
int core_suspend(Core *core, Call *call, PyObject *value, PyObject *awaiting);
int core_resume(Core *core, Call *call, PyObject *value);

/* The exception that is set, new reference and no longer set, with its traceback; and set it again, which steals it. */
PyObject *take_raised(void);
void raise_again(PyObject *exception);
/* Count what went wrong inside, the error that is set, if it is an Exception; -1 where another one stays set. */
int lose(Core *core);
/* Call the method `how` of the sink with `call` and `value`. -1 with an error. */
int tell(PyObject *sink, const char *how, PyObject *call, PyObject *value);
/* Sink.enter and Sink.leave; `core` is the sink where that is one recorder with a native core, else NULL. The call, or
 * NULL with or without an error; -1 with an error. */
PyObject *enter(PyObject *sink, Core *core, PyObject *site, PyObject *const *values, Py_ssize_t count);
int leave(PyObject *sink, Core *core, PyObject *call, PyObject *result);
/* An error of ours, which is set and stays set, left the call: it ends here. */
void settle(PyObject *sink, PyObject *call);
/* Tell the sink that the exception that is set leaves the call, or that it was `closed`; it stays set. */
void fail(PyObject *sink, PyObject *call, int closed);
/* A frame backend beside us must not record the frame of `code` that the call makes. */
int announce(Slot *slot, Core *core, PyObject *call, PyObject *code);

/* The calling thread's flags, borrowed; NULL with an error. */
Flags *core_flags(Core *core);

/* The slots of an event and of a site that are read or filled, and the function of the module that does it. */
extern const char *const event_fields[EVENT_FIELDS], *const site_fields[SITE_FIELDS];
PyObject *event_of(PyObject *module, PyObject *record);

/* Creates the types of the frame backends. */
int add_frame_types(PyObject *module, State *state);

/* What we call starts an interpreter loop of its own, which without us it would not. 3.12 counts such loops twice against
 * a small limit of their own. They are not held against the program, as long as the limit on Python frames keeps the C
 * stack small. */
static inline int
lend_stack(void)
{
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030D0000
    PyThreadState *thread = PyThreadState_Get();
    int units = thread->py_recursion_limit <= 2000 ? 2 : 0;
    thread->c_recursion_remaining += units;
    return units;
#else
    return 0;
#endif
}

static inline void
take_stack_back(int units)
{
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030D0000
    PyThreadState_Get()->c_recursion_remaining -= units;
#else
    (void)units;
#endif
}

/* Our trace function, before 3.12. While it traces, all Python code of the thread runs at half its speed, so it rests
 * while a proxy records, which may need code of ours. */
#if PY_VERSION_HEX < 0x030C0000
extern const Py_tracefunc our_tracing;
#endif

static inline int
rest_tracing(PyThreadState *here)
{
#if PY_VERSION_HEX < 0x030C0000
    if (here->c_tracefunc == our_tracing && here->tracing == 0 && our_tracing != NULL) {
        PyThreadState_EnterTracing(here);
        return 1;
    }
#else
    (void)here;
#endif
    return 0;
}

static inline void
go_on_tracing(PyThreadState *here, int rested)
{
#if PY_VERSION_HEX < 0x030C0000
    if (rested) {
        PyThreadState_LeaveTracing(here);
    }
#else
    (void)here;
    (void)rested;
#endif
}

/* Creates the types for the steps of generators and coroutines. */
int add_steps_types(PyObject *module);

/* Creates the proxy type, a subclass of wrapt's; 0 where wrapt's is no C type. */
int add_proxy_type(PyObject *module, State *state);

State *state_of(PyObject *module);
/* The state of the module that made `type`, or made a base of it. */
State *state_by_type(PyTypeObject *type);

#endif
