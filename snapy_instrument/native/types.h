/* The native twin of the hot path: capture of values, the recorder's enter and leave, the proxy's call.
 *
 * Pure Python is the law: each function here does what the Python function named in its comment does, for the
 * values and cases that are common, and hands everything else to that Python function. Nothing here decides what
 * a trace says.
 */

#ifndef SNAPY_TYPES_H
#define SNAPY_TYPES_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <structmember.h>

/* Values of a call whose positions fit on the C stack; calls with more go through Python. */
#define MOST_VALUES 32
/* Containers inside one another; deeper values go through Python. */
#define MOST_DEPTH 32

enum { BACKENDS = 3, EVENT_FIELDS = 22, SITE_FIELDS = 6 };

/* Of the rare part of a call. */
enum { RARE_ORIGIN, RARE_TASK, RARE_FIELDS };

/* Tokens of calls that have ended, kept for calls to come. */
enum { SPARE_CALLS = 64 };

typedef struct Call Call;

typedef struct {
    PyTypeObject *call_type;
    PyTypeObject *end_type;
    PyTypeObject *log_type;
    PyTypeObject *reader_type;
    PyTypeObject *flags_type;
    PyTypeObject *lane_type;
    PyTypeObject *capture_type;
    PyTypeObject *core_type;
    PyTypeObject *counter_type;
    PyTypeObject *ref_table_type;
    PyTypeObject *constructing_type;
    PyTypeObject *budget_type;
    PyTypeObject *slot_type;
    PyTypeObject *open_type;     /* NULL before 3.12 */
    PyTypeObject *follower_type; /* NULL where the trace function is Python's */
    PyTypeObject *proxy_type; /* NULL where wrapt's own wrapper is not a C type */
    Py_ssize_t proxy_offset;  /* where our part of a proxy begins */
    PyObject *kind_call;      /* EventType.CALL */
    PyObject *kind_return;    /* EventType.RETURN */
    PyObject *kind_exception; /* EventType.EXCEPTION */
    PyObject *hash_mark;      /* shown in place of the result of __hash__ */
    PyObject *unset;          /* values.UNSET */
    PyTypeObject *mark_type;
    Py_ssize_t mark_text;     /* offset of the slot of a Mark */
    PyTypeObject *struct_type;
    Py_ssize_t struct_title, struct_fields; /* offsets of the slots of a Struct */
    PyTypeObject *cut_type;
    Py_ssize_t cut_shown, cut_hidden, cut_unit, cut_digest; /* offsets of the slots of a Cut */
    PyObject *cycle;  /* values.CYCLE */
    PyObject *items;  /* the unit of a cut container */
    PyTypeObject *ref_type;
    Py_ssize_t ref_title, ref_serial; /* of a Ref */
    PyTypeObject *event_type; /* CallEvent */
    Py_ssize_t event_slots[EVENT_FIELDS];
    PyTypeObject *site_type;
    Py_ssize_t site_slots[SITE_FIELDS];
    PyObject *backends[BACKENDS];
    PyObject *clock; /* time.perf_counter, taken at import */
    Call *spare_calls[SPARE_CALLS];
    int spare;
} State;

/* One thread's flags: see _thread_flags.py. */
typedef struct {
    PyObject_HEAD
    int quiet;
    PyObject *expected;
    PyObject *expected_call;
} Flags;

/* A lane of one recording, a thread or a greenlet of it: see recording/lanes.py. */
typedef struct {
    PyObject_HEAD
    PyObject *thread_id;
    Flags *flags;
    PyObject *origin;
    PyObject *stack; /* list of Call */
    PyObject *task;
    PyObject *greenlet; /* a weak reference to it, or NULL */
    unsigned names; /* the serial of the Names that know the lane */
    uint32_t index; /* its place there */
    char home;
    char records;
} Lane;

/* A call, as the token of one that is open and as its record when that is read: see recording/records.py. Holds dead
 * values only, so it is not tracked by the garbage collector. */
struct Call {
    PyObject_HEAD
    double time;
    long long memory;
    long long number;
    long long parent; /* 0 for none */
    uint64_t place;   /* of its record in the log: see store.h */
    PyObject *site;
    Lane *lane;
    PyObject *secrecy;   /* of the result: NULL, a member of an Enum, which lives as long as its module, or the lookup */
    PyObject *lookup;    /* NULL, or held */
    PyObject *spawn;     /* in whose context it runs, NULL for none */
    PyObject *rare;      /* NULL, or (origin, task) */
    PyObject *values;    /* a tuple; NULL in a token, whose values are in the log */
    void *constructed;   /* the object whose __init__ this is, by its address alone */
    State *state;
    PyObject *names;     /* NULL, or of the parameters that have their default, where there are more than bits */
    uint32_t defaulted;  /* a bit for each parameter that has its default */
    int depth;
    unsigned char backend;
    char hashes;
    char ended; /* its return is among the records, as far as somebody has looked */
};

/* The record of its return, when that is read. */
typedef struct {
    PyObject_HEAD
    double time;
    long long memory;
    Call *call;
    PyObject *value;
} End;

/* A function that was called, and which of its parameters have a default. */
typedef struct {
    PyObject *site;
    uint32_t defaults;
} NamedSite;

/* What the records of a recording refer to by number; shared by a log and those that were taken from it. */
typedef struct {
    long users;
    unsigned serial;
    NamedSite *sites;
    uint32_t *found; /* numbers of sites from 1, by address; as many places as `room`, twice as many as sites */
    uint32_t site_count, site_room;
    Lane **lanes;
    uint32_t lane_count, lane_room;
} Names;

typedef struct Slab Slab;

/* A run of records: see store.h. */
typedef struct {
    uint64_t *words;
    Slab *slab;        /* that holds it, NULL for none */
    uint32_t used, room; /* in words */
    Py_ssize_t before; /* how many records of the log came before */
    long long number;  /* of its first call, 0 for none */
    long long memory;  /* of the process before it */
} Block;

/* The records of a recording, in the order in which they were made: see recording/log.py. */
typedef struct Log {
    PyObject_HEAD
    State *state;
    Names *names;
    uint64_t *next, *end; /* the free room in the last block */
    uint64_t *start;      /* of that block */
    uint64_t base;        /* the place of its first word */
    long long number;     /* of its first call, far below any other for none */
    Py_ssize_t open;      /* calls without an end */
    Block *blocks;
    Py_ssize_t block_count, block_room;
    Py_ssize_t first;     /* how many blocks were taken away before these */
    Py_ssize_t records;   /* in all, from the start */
    Py_ssize_t taken;     /* of them, in blocks that were taken away */
    long long memory;
    Slab *slab;           /* the last one, which has room for more blocks */
    PyObject *carried;    /* list of the calls that begin in blocks that were taken away and do not end there */
    struct Log *before;   /* those blocks, until `carried` is known */
} Log;

/* What may still be spent on one value: see capture/strings.py. */
typedef struct {
    PyObject_HEAD
    long long nodes, chars, shown;
} Budget;

/* An object that got a number. */
typedef struct {
    PyObject *source;    /* its address only; NULL for no entry */
    PyObject *reference; /* weak: dead if another object is at its address now */
    PyObject *ref;
} Identity;

/* The numbers of objects: see identity_tables.c. */
typedef struct {
    PyObject_HEAD
    Identity *entries;
    size_t room, count; /* a power of two, or 0; those of dead objects included */
} RefTable;

/* An object inside its __init__, by its address, and how often. */
typedef struct {
    void *source;
    Py_ssize_t times;
} Initialized;

typedef struct {
    PyObject_HEAD
    Initialized *entries;
    size_t room, count;
} Constructing;

/* What is known of the instances of one class. */
typedef struct {
    PyObject *reference;  /* a weak one to the class */
    PyObject *decision;   /* see capture/describers/decide.py */
    unsigned int version; /* of the class when its fields were found readable; 0 for never */
    char harmless;        /* none of its fields is called like a secret */
    short offsets[MOST_VALUES]; /* of the slots that its fields are, for that version; 0 for another kind of field */
} Kind;

/* What was described by its names: see callables.c. */
enum { OF_FUNCTION, OF_METHOD, OF_CLASS, OF_MEMBER };
typedef struct {
    PyObject *qualname, *module; /* held, so that they are the same as long as they are where they are */
    PyObject *mark;
    char of;
} Named;

/* A text or bytes of more than SHORT_TEXT, without a secret. */
typedef struct {
    PyObject *text;
    PyObject *plain;
    long long taken; /* of what may be shown of long texts */
} Long;

/* What was read for a digest, in order: see trails.h. */
typedef struct {
    PyObject *source; /* its address only */
    PyObject **marks; /* objects are held */
    Py_ssize_t count, room, at;
    PyObject *digest; /* NULL while it is not known */
    char following;   /* what is read is compared with the marks, and not noted */
    char busy;        /* somebody reads, and may let another thread in */
    char broken;      /* something could not be noted */
} Trail;

/* The elements of a set that was captured lately, all of them scalars. */
typedef struct {
    PyObject **items; /* held, in the order of its table */
    Py_ssize_t count;
    PyTypeObject *type;
    long long nodes, chars; /* of the budget before */
    long long taken, read;  /* nodes and characters of the budget */
    PyObject *made;
} KnownSet;

enum { KINDS = 128, SHARED = 512, WAYS = 4, MET = 256, NAMED = 256, LONGS = 64, TRAILS = 64, KNOWN_SETS = 32 };

/* Longer texts take from the budget: see capture/strings.py. */
enum { SHORT_TEXT = 100 };

/* What was described lately. */
typedef struct {
    PyObject *source; /* its address only */
    PyObject *made;
} Shared;

/* Capture: see capture/capture.py. */
typedef struct {
    PyObject_HEAD
    State *state;
    PyObject *clean;        /* set of texts found clean */
    PyObject *clean_data;   /* set of bytes found clean */
    PyObject *lookups;      /* dict of those clean texts that are names of secrets */
    PyObject *secrecies;    /* dict of names to Secrecy */
    PyObject *harmless;     /* set of tuples of names */
    Constructing *constructing;
    RefTable *refs;
    PyObject *decisions;    /* the same for types, to (reference, Decision) */
    PyObject *views;        /* tuple of types that represent containers */
    PyObject *unknown;      /* the describer of types without a description */
    PyObject *never;        /* Secrecy.NEVER */
    PyObject *builtins;     /* the namespace of the module builtins */
    PyObject *numbers;      /* iterator over the serials of objects */
    PyObject *registrations; /* list of one int, which counts them */
    PyObject *change;       /* the int for which `kinds` hold */
    Kind kinds[KINDS];      /* classes met lately */
    PyObject *texts[MET]; /* clean texts met lately that are no name of a secret, the same */
    Named named[NAMED];     /* functions and methods met lately, by their names */
    Trail trails[TRAILS];   /* what was read for digests lately, by the address of the source */
    KnownSet sets[KNOWN_SETS]; /* sets met lately, by address */
    Long longs[LONGS];      /* long texts met lately, by address */
    PyObject *always, *text_only; /* the other members of Secrecy */
    PyObject *redacted;     /* values.REDACTED */
    PyObject *instead;      /* what is stored for every value, or None */
    PyObject *function_describer, *method_describer, *class_describer, *chain_describer;
    Shared shared[SHARED]; /* descriptions made lately, by the address of what they describe: see shared.c */
    unsigned int turn;     /* which of the places with the same hash is used next */
    Py_ssize_t depth, items, chars, nodes, digest_nodes, digest_chars, total_chars;
} Capture;

/* Numbers from 1 on. */
typedef struct {
    PyObject_HEAD
    long long last;
} Counter;

/* Where the part of a proxy that is ours holds the function: see proxy.c. */
enum { PROXY_FUNCTION = sizeof(vectorcallfunc) };

enum { PLANS = 64 };

/* A plan (core.Plan) and what is in it, as C reads it. */
typedef struct {
    PyObject *site;
    PyObject *plan;
    PyObject *secrecies; /* NULL where no name says anything */
    PyObject *result;    /* the Secrecy of the result, NULL for none */
    uint32_t index; /* of the site in the Names of that serial */
    unsigned names;
    char constructs, hashes, described, has_defaults;
} SitePlan;

/* The hot half of a recorder: see recording/hot_path.py. */
typedef struct {
    PyObject_HEAD
    State *state;
    Log *log;
    PyObject *plans;
    PyObject *local;
    PyObject *ids;
    Capture *capture;
    PyObject *raised_below;
    PyObject *suspended; /* dict of numbers to (call, whether it handed something out) */
    PyObject *spawned;   /* the context variable of the current spawn; NULL until it is needed */
    PyObject *problem;   /* type of the exception that ended the recording, or NULL */
    Lane *lane;          /* the lane that called last */
    uint64_t thread;     /* its thread, 0 where the lane may change inside one */
    PyObject *getcurrent; /* greenlet.getcurrent, NULL while the program has no greenlets */
    SitePlan recent[PLANS];
    double next_sample;
    long long memory;
    Py_ssize_t limit;
    char limited;
    char spawning;
    char closed;
    char suspensions; /* yield and resume are events */
} Core;

/* The recorders that listen: see recording/sink.py. */
typedef struct {
    PyObject_HEAD
    PyObject *sink;
    Core *core; /* the sink, if that is one recorder with a native core */
    int framed;
} Slot;

/* Positions in records, as recording/records.py names them: of all records, of a call's, of a return's. */
enum { KIND, TIME, MEMORY };
enum {
    CALL_NUMBER = 3, /* CALL_ID */
    CALL_PARENT,
    CALL_DEPTH,
    CALL_SITE,
    CALL_CONTEXT,
    CALL_VALUES,
    CALL_DEFAULTED,
    CALL_BACKEND,
    CALL_ORIGIN,
    CALL_TASK,
    CALL_CONSTRUCTED,
    CALL_SPAWN,
    CALL_FIELDS
};
enum { END_CALL = 3, END_VALUE, END_EXCEPTION, END_EXTRA, END_FINISHED, END_FIELDS };

/* Of a plan, core.Plan. */
enum {
    PLAN_SECRECIES,
    PLAN_DEFAULTS,
    PLAN_CONSTRUCTS,
    PLAN_HASHES,
    PLAN_RESULT,
    PLAN_DEFAULTED,
    PLAN_DESCRIBED,
    PLAN_STARS
};

#endif
