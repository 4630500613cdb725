#ifndef SNAPY_STORE_H
#define SNAPY_STORE_H

#include "arena.h"
#include "types.h"

/* The records of a recording in memory, packed into blocks of words of 8 bytes. No record lies in two blocks. Its place
 * is the number of its first word, blocks that were taken away included. Words of each kind of record:
 *
 *   call     what is below; its time, a double; site (32 bits) and number minus its parent's (32 bits, 0 for none);
 *            its rare part, if it has one; which parameters have their default, if not all; the arguments
 *   return   how many words before this one the call's record begins; the time; the value
 *   object   the record itself, which Python made, or a call that has more than fits here
 *   memory   bytes of the process, for the records that follow
 *
 * The first word of all begins with the kind. References are held. */
enum { RECORD_CALL, RECORD_RETURN, RECORD_OBJECT, RECORD_MEMORY };
enum { KIND_BITS = 2 };
enum { CALL_WORDS = 3, RETURN_WORDS = 3, OBJECT_WORDS = 2, MEMORY_WORDS = 2 };

/* The first word of a call: bits and where they begin. */
enum {
    BACKEND_AT = 2,    /* 2 bits */
    ENDED_AT = 4,      /* its return was seen */
    RARE_AT = 5,
    DEFAULTED_AT = 6,  /* 2 bits */
    COUNT_AT = 8,      /* 6 bits: of the arguments */
    LANE_AT = 14,      /* 12 bits */
    DEPTH_AT = 26,     /* 18 bits */
    NUMBER_AT = 44     /* 20 bits: minus the number of the block's first call */
};
enum { NONE_DEFAULTED, ALL_DEFAULTED, SOME_DEFAULTED };

Names *new_names(void);
void release_names(Names *names);
/* The number of a site, whose parameters with a default are the bits of `defaults`; UINT32_MAX with MemoryError. */
uint32_t name_site(Names *names, PyObject *site, uint32_t defaults);

Log *new_log(State *state, Names *names);
/* Append the record of `call`, whose arguments are stolen. `index` is its site's number. -1 with an error: nothing is
 * stolen. */
int log_call(Log *log, Call *call, uint32_t index, PyObject *const *values, Py_ssize_t count, long long memory);
/* Append the record of its return; steals `value`, whatever happens. */
int log_return(Log *log, Call *call, PyObject *value, double time, long long memory);
/* Append a record that Python made. */
int log_object(Log *log, PyObject *record);

static inline Block *
last_block(const Log *log)
{
    return &log->blocks[log->block_count - 1];
}

/* The place of the next record, if the last block has room for it. */
static inline uint64_t
next_place(const Log *log)
{
    return log->base + (uint64_t)(log->next - log->start);
}

/* A place in a log from which records are read one after the other. */
typedef struct {
    Py_ssize_t block; /* counted from the first that there ever was */
    uint32_t offset;
    long long memory;
} Cursor;

/* A record as it is found: its words are good until something runs that may add records or take some away. */
typedef struct {
    int kind;
    uint64_t place;
    uint64_t *words;
    long long memory;
} Found;

void cursor_at_start(const Log *log, Cursor *cursor);
/* Before record number `index` from the first that the log holds. */
void cursor_at(const Log *log, Cursor *cursor, Py_ssize_t index);
/* The next record; 0 at the end. Goes on with the first one where records were taken away meanwhile. */
int cursor_next(const Log *log, Cursor *cursor, Found *found);

static inline double
time_of(uint64_t word)
{
    double time;
    memcpy(&time, &word, sizeof(time));
    return time;
}

static inline uint32_t
bits_of(uint64_t word, int from, int to)
{
    return (uint32_t)(word >> from & (((uint64_t)1 << (to - from)) - 1));
}

/* How many words a call's record has before its arguments, by the first of them. */
static inline uint32_t
words_before_values(uint64_t word)
{
    return CALL_WORDS + (uint32_t)(word >> RARE_AT & 1) + (bits_of(word, DEFAULTED_AT, COUNT_AT) == SOME_DEFAULTED);
}

/* How many words a record has, by the first of them. */
static inline uint32_t
record_size(uint64_t word)
{
    switch (bits_of(word, 0, KIND_BITS)) {
    case RECORD_CALL:
        return words_before_values(word) + bits_of(word, COUNT_AT, LANE_AT);
    case RECORD_RETURN:
        return RETURN_WORDS;
    case RECORD_OBJECT:
        return OBJECT_WORDS;
    default:
        return MEMORY_WORDS;
    }
}

static inline PyObject *
reference_at(const uint64_t *words, uint32_t index)
{
    return (PyObject *)(uintptr_t)words[index];
}

/* Where the record of the call is that a return record ends. */
static inline uint64_t
place_of_call(const Found *end)
{
    return end->place - (end->words[0] >> KIND_BITS);
}

/* The words at `place`; NULL where they were taken away. */
uint64_t *words_at(const Log *log, uint64_t place);

/* The call whose record is at `place`, of this log or of those before it, new reference; with its arguments if that is
 * asked for. NULL with an error, or without one if it is gone. */
Call *read_call(Log *log, uint64_t place, long long memory, int with_values);
/* The record that was found, as an object; NULL as above. */
PyObject *read_record(Log *log, const Found *found);

/* The calls that begin in the log or were carried into it and do not end there: a list, in the order of their numbers. */
PyObject *open_in(Log *log);

/* Give up the references of the records in a block that is full. */
void release_records(const Block *block);

#endif
