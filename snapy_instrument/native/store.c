/* The records of a recording, packed: the twin of recording/log.py. What Python sees of them is in log.c. */
#include "store.h"

#include "arena.h"
#include "records.h"
#include "support.h"

/* -- what records refer to by number ------------------------------------------------------------------------ */

enum { MOST_LANES = 1 << (DEPTH_AT - LANE_AT), MOST_DEEP = 1 << (NUMBER_AT - DEPTH_AT), MOST_NUMBERS = 1 << (64 - NUMBER_AT) };
enum { FIRST_WORDS = 128, FEW_SITES = 16, FEW_LANES = 4 };
enum { MOST_CALL_WORDS = CALL_WORDS + 2 + MOST_VALUES };
#define NO_NUMBER (-(1LL << 62))

Names *
new_names(void)
{
    static unsigned serials;
    Names *names = PyMem_RawCalloc(1, sizeof(Names));
    if (names == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    names->users = 1;
    names->serial = ++serials;
    return names;
}

void
release_names(Names *names)
{
    if (names == NULL || --names->users > 0) {
        return;
    }
    for (uint32_t i = 0; i < names->site_count; i++) {
        Py_DECREF(names->sites[i].site);
    }
    for (uint32_t i = 0; i < names->lane_count; i++) {
        Py_DECREF((PyObject *)names->lanes[i]);
    }
    PyMem_RawFree(names->sites);
    PyMem_RawFree(names->found);
    PyMem_RawFree(names->lanes);
    PyMem_RawFree(names);
}

static uint32_t *
place_of_site(const Names *names, PyObject *site)
{
    uint32_t mask = 2 * names->site_room - 1;
    uint32_t place = (uint32_t)((size_t)site >> 4) & mask;
    while (names->found[place] != 0 && names->sites[names->found[place] - 1].site != site) {
        place = (place + 1) & mask;
    }
    return &names->found[place];
}

static int
more_sites(Names *names)
{
    uint32_t room = names->site_room == 0 ? FEW_SITES : 2 * names->site_room;
    NamedSite *sites = PyMem_RawRealloc(names->sites, room * sizeof(NamedSite));
    uint32_t *found = sites == NULL ? NULL : PyMem_RawCalloc(2 * (size_t)room, sizeof(uint32_t));
    names->sites = sites == NULL ? names->sites : sites;
    if (found == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyMem_RawFree(names->found);
    names->found = found;
    names->site_room = room;
    for (uint32_t i = 0; i < names->site_count; i++) {
        *place_of_site(names, names->sites[i].site) = i + 1;
    }
    return 0;
}

uint32_t
name_site(Names *names, PyObject *site, uint32_t defaults)
{
    if (names->site_count == names->site_room && more_sites(names) < 0) {
        return UINT32_MAX;
    }
    uint32_t *place = place_of_site(names, site);
    if (*place == 0) {
        names->sites[names->site_count] = (NamedSite){Py_NewRef(site), defaults};
        *place = ++names->site_count;
    }
    return *place - 1;
}

/* Give a lane its number; -1 with MemoryError. */
static int
name_lane(Names *names, Lane *lane)
{
    if (names->lane_count == names->lane_room) {
        uint32_t room = names->lane_room == 0 ? FEW_LANES : 2 * names->lane_room;
        Lane **lanes = PyMem_RawRealloc(names->lanes, room * sizeof(Lane *));
        if (lanes == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        names->lanes = lanes;
        names->lane_room = room;
    }
    names->lanes[names->lane_count] = (Lane *)Py_NewRef((PyObject *)lane);
    lane->index = names->lane_count++;
    lane->names = names->serial;
    return 0;
}

/* -- writing ------------------------------------------------------------------------------------------------ */

Log *
new_log(State *state, Names *names)
{
    Log *log = (Log *)state->log_type->tp_alloc(state->log_type, 0);
    if (log != NULL) {
        log->state = state;
        log->names = names;
        log->number = NO_NUMBER;
        names->users++;
    }
    return log;
}

static int
grow_block(Log *log, Block *block)
{
    uint32_t used = (uint32_t)(log->next - block->words);
    uint32_t room = block->room * 4 < BLOCK_WORDS ? block->room * 4 : BLOCK_WORDS;
    uint64_t *words = small_block(block->words, room);
    if (words == NULL) {
        return -1;
    }
    block->words = words;
    block->room = room;
    log->next = words + used;
    log->end = words + room;
    log->start = words;
    return 0;
}

static int
add_block(Log *log)
{
    if (log->block_count == log->block_room) {
        Py_ssize_t room = log->block_room == 0 ? 1 : 2 * log->block_room;
        Block *blocks = PyMem_RawRealloc(log->blocks, (size_t)room * sizeof(Block));
        if (blocks == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        log->blocks = blocks;
        log->block_room = room;
    }
    Block block = {.room = log->block_count == 0 ? FIRST_WORDS : BLOCK_WORDS, .before = log->records, .memory = log->memory};
    if (log->block_count == 0) {
        block.words = small_block(NULL, FIRST_WORDS);
    }
    else if (whole_block(&block, &log->slab) < 0) {
        return -1;
    }
    if (block.words == NULL) {
        return -1;
    }
    if (log->block_count > 0) {
        last_block(log)->used = (uint32_t)(log->next - last_block(log)->words);
    }
    log->blocks[log->block_count++] = block;
    log->next = log->start = block.words;
    log->end = block.words + block.room;
    log->base = (uint64_t)(log->first + log->block_count - 1) * BLOCK_WORDS;
    log->number = NO_NUMBER;
    return 0;
}

static int
more_room(Log *log, Py_ssize_t words)
{
    while (log->end - log->next < words) {
        int small = log->block_count > 0 && last_block(log)->room < BLOCK_WORDS;
        if ((small ? grow_block(log, last_block(log)) : add_block(log)) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Room for so many words in the last block. */
static inline int
find_room(Log *log, Py_ssize_t words)
{
    return log->end - log->next >= words ? 0 : more_room(log, words);
}

static inline uint64_t
word_of(double time)
{
    uint64_t word;
    memcpy(&word, &time, sizeof(word));
    return word;
}

static int
log_memory(Log *log, long long memory)
{
    if (find_room(log, MEMORY_WORDS) < 0) {
        return -1;
    }
    log->next[0] = RECORD_MEMORY;
    log->next[1] = (uint64_t)memory;
    log->next += MEMORY_WORDS;
    log->memory = memory;
    return 0;
}

/* A call that has more than fits into a packed record: its token becomes the record. */
static int
log_whole_call(Log *log, Call *call, PyObject *const *values, Py_ssize_t count, long long memory)
{
    PyObject *held = PyTuple_New(count);
    if (held == NULL || find_room(log, OBJECT_WORDS) < 0) {
        Py_XDECREF(held);
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(held, i, values[i]);
    }
    call->values = dead(held);
    call->memory = memory;
    call->place = next_place(log);
    log->open++;
    return log_object(log, (PyObject *)call);
}

/* Whether a packed record has bits enough for all that `call` has. */
static inline int
fits(const Log *log, const Call *call, Py_ssize_t count)
{
    unsigned long long number = (unsigned long long)(call->number - log->number);
    unsigned long long parent = call->parent == 0 ? 0 : (unsigned long long)(call->number - call->parent);
    return count <= MOST_VALUES && number < MOST_NUMBERS && parent <= UINT32_MAX && call->lane->index < MOST_LANES &&
           call->depth < MOST_DEEP;
}

/* Write the record of a call that fits into the room that is there. */
static inline void
write_call(Log *log, Call *call, uint32_t index, PyObject *const *values, Py_ssize_t count)
{
    int defaulted = call->defaulted == 0                                    ? NONE_DEFAULTED
                    : call->defaulted == log->names->sites[index].defaults ? ALL_DEFAULTED
                                                                            : SOME_DEFAULTED;
    uint64_t *next = log->next;
    call->place = next_place(log);
    next[0] = RECORD_CALL | (uint64_t)call->backend << BACKEND_AT | (uint64_t)(call->rare != NULL) << RARE_AT |
              (uint64_t)defaulted << DEFAULTED_AT | (uint64_t)count << COUNT_AT | (uint64_t)call->lane->index << LANE_AT |
              (uint64_t)call->depth << DEPTH_AT | (uint64_t)(call->number - log->number) << NUMBER_AT;
    next[1] = word_of(call->time);
    next[2] = (uint64_t)index | (uint64_t)(call->parent == 0 ? 0 : call->number - call->parent) << 32;
    next += CALL_WORDS;
    if (call->rare != NULL) {
        *next++ = (uint64_t)(uintptr_t)Py_NewRef(call->rare);
    }
    if (defaulted == SOME_DEFAULTED) {
        *next++ = call->defaulted;
    }
    /* No loop for the few that most calls have: a compiler makes more of it than it costs. */
    if (count > 0) {
        next[0] = (uint64_t)(uintptr_t)values[0];
    }
    if (count > 1) {
        next[1] = (uint64_t)(uintptr_t)values[1];
    }
    if (count > 2) {
        memcpy(next + 2, values + 2, (size_t)(count - 2) * sizeof(uint64_t));
    }
    log->next = next + count;
    log->records++;
    log->open++;
}

/* log_call, where something has to be written before or the call does not fit. */
static int
log_call_slowly(Log *log, Call *call, uint32_t index, PyObject *const *values, Py_ssize_t count, long long memory)
{
    Lane *lane = call->lane;
    if ((memory != log->memory && log_memory(log, memory) < 0) ||
        (lane->names != log->names->serial && name_lane(log->names, lane) < 0) || find_room(log, MOST_CALL_WORDS) < 0) {
        return -1;
    }
    if (log->number == NO_NUMBER) {
        log->number = last_block(log)->number = call->number;
    }
    if (!fits(log, call, count)) {
        return log_whole_call(log, call, values, count, memory);
    }
    write_call(log, call, index, values, count);
    return 0;
}

int
log_call(Log *log, Call *call, uint32_t index, PyObject *const *values, Py_ssize_t count, long long memory)
{
    if (memory != log->memory || call->lane->names != log->names->serial || log->end - log->next < MOST_CALL_WORDS ||
        !fits(log, call, count)) {
        return log_call_slowly(log, call, index, values, count, memory);
    }
    write_call(log, call, index, values, count);
    return 0;
}

/* Note that `call` has ended, which it does once. */
static inline void
count_end(Log *log, Call *call)
{
    log->open -= !call->ended;
    call->ended = 1;
}

int
log_return(Log *log, Call *call, PyObject *value, double time, long long memory)
{
    if ((memory != log->memory && log_memory(log, memory) < 0) || find_room(log, RETURN_WORDS) < 0) {
        Py_DECREF(value);
        return -1;
    }
    uint64_t *next = log->next;
    next[0] = RECORD_RETURN | (next_place(log) - call->place) << KIND_BITS;
    next[1] = word_of(time);
    next[2] = (uint64_t)(uintptr_t)value;
    log->next = next + RETURN_WORDS;
    log->records++;
    count_end(log, call);
    return 0;
}

/* The call that a record of Python's ends, borrowed; NULL if it is no return. */
static Call *
ended_by(State *state, PyObject *record)
{
    int is_return = PyTuple_CheckExact(record) && PyTuple_GET_SIZE(record) > END_CALL &&
                    PyTuple_GET_ITEM(record, KIND) == state->kind_return &&
                    Py_TYPE(PyTuple_GET_ITEM(record, END_CALL)) == state->call_type;
    return is_return ? (Call *)PyTuple_GET_ITEM(record, END_CALL) : NULL;
}

int
log_object(Log *log, PyObject *record)
{
    if (find_room(log, OBJECT_WORDS) < 0) {
        return -1;
    }
    Call *ended = ended_by(log->state, record);
    if (ended != NULL) {
        count_end(log, ended);
    }
    log->next[0] = RECORD_OBJECT;
    log->next[1] = (uint64_t)(uintptr_t)Py_NewRef(record);
    log->next += OBJECT_WORDS;
    log->records++;
    return 0;
}

/* -- reading ------------------------------------------------------------------------------------------------ */

static inline uint32_t
used_words(const Log *log, const Block *block)
{
    return block == last_block(log) ? (uint32_t)(log->next - block->words) : block->used;
}

void
cursor_at_start(const Log *log, Cursor *cursor)
{
    *cursor = (Cursor){log->first, 0, log->block_count > 0 ? log->blocks[0].memory : log->memory};
}

int
cursor_next(const Log *log, Cursor *cursor, Found *found)
{
    if (cursor->block < log->first) {
        cursor_at_start(log, cursor);
    }
    while (cursor->block < log->first + log->block_count) {
        Block *block = &log->blocks[cursor->block - log->first];
        if (cursor->offset >= used_words(log, block)) {
            if (block == last_block(log)) {
                return 0;
            }
            cursor->block++;
            cursor->offset = 0;
            cursor->memory = block[1].memory;
            continue;
        }
        uint64_t *words = block->words + cursor->offset;
        uint64_t place = (uint64_t)cursor->block * BLOCK_WORDS + cursor->offset;
        int kind = (int)bits_of(words[0], 0, KIND_BITS);
        cursor->offset += record_size(words[0]);
        if (kind != RECORD_MEMORY) {
            *found = (Found){kind, place, words, cursor->memory};
            return 1;
        }
        cursor->memory = (long long)words[1];
    }
    return 0;
}

void
cursor_at(const Log *log, Cursor *cursor, Py_ssize_t index)
{
    Py_ssize_t wanted = log->taken + index, low = 0, high = log->block_count;
    cursor_at_start(log, cursor);
    while (high - low > 1) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (log->blocks[middle].before <= wanted) {
            low = middle;
        }
        else {
            high = middle;
        }
    }
    if (high > 0) {
        *cursor = (Cursor){log->first + low, 0, log->blocks[low].memory};
        Found found;
        for (Py_ssize_t at = log->blocks[low].before; at < wanted && cursor_next(log, cursor, &found); at++) {
        }
    }
}

uint64_t *
words_at(const Log *log, uint64_t place)
{
    Py_ssize_t block = (Py_ssize_t)(place / BLOCK_WORDS) - log->first;
    return block < 0 || block >= log->block_count ? NULL : log->blocks[block].words + place % BLOCK_WORDS;
}

/* Where the call at `place` is among those that were carried, borrowed; NULL for none. */
static Call *
carried_call(const Log *log, uint64_t place)
{
    Py_ssize_t low = 0, high = log->carried == NULL ? 0 : PyList_GET_SIZE(log->carried);
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        Call *call = (Call *)PyList_GET_ITEM(log->carried, middle);
        if (call->place == place) {
            return call;
        }
        if (call->place < place) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return NULL;
}

/* Fill `call` from its words, with references of its own, all but its arguments. */
static void
fill_call(const Log *log, Call *call, const uint64_t *words, uint64_t place)
{
    uint64_t first = words[0];
    const NamedSite *named = &log->names->sites[(uint32_t)words[2]];
    long long parent = (long long)(words[2] >> 32);
    call->place = place;
    call->time = time_of(words[1]);
    call->number = log->blocks[(Py_ssize_t)(place / BLOCK_WORDS) - log->first].number + (long long)(first >> NUMBER_AT);
    call->parent = parent == 0 ? 0 : call->number - parent;
    call->depth = (int)bits_of(first, DEPTH_AT, NUMBER_AT);
    call->backend = (unsigned char)bits_of(first, BACKEND_AT, ENDED_AT);
    call->site = Py_NewRef(named->site);
    call->lane = (Lane *)Py_NewRef((PyObject *)log->names->lanes[bits_of(first, LANE_AT, DEPTH_AT)]);
    words += CALL_WORDS;
    if (first >> RARE_AT & 1) {
        call->rare = Py_NewRef(reference_at(words++, 0));
    }
    uint32_t defaulted = bits_of(first, DEFAULTED_AT, COUNT_AT);
    call->defaulted = defaulted == NONE_DEFAULTED ? 0 : defaulted == ALL_DEFAULTED ? named->defaults : (uint32_t)*words;
}

static Call *
read_packed_call(Log *log, uint64_t place, long long memory, int with_values)
{
    Py_ssize_t count = bits_of(*words_at(log, place), COUNT_AT, LANE_AT);
    PyObject *values = with_values ? PyTuple_New(count) : NULL;
    Call *call = with_values && values == NULL ? NULL : new_call(log->state);
    /* What was allocated may have let another thread take the record away. */
    uint64_t *words = call == NULL ? NULL : words_at(log, place);
    if (words == NULL) {
        Py_XDECREF(values);
        Py_XDECREF((PyObject *)call);
        return NULL;
    }
    fill_call(log, call, words, place);
    call->memory = memory;
    words += words_before_values(words[0]);
    if (values != NULL && count > 0) {
        for (Py_ssize_t i = 0; i < count; i++) {
            PyTuple_SET_ITEM(values, i, Py_NewRef(reference_at(words, i)));
        }
        dead(values);
    }
    call->values = values;
    return call;
}

Call *
read_call(Log *log, uint64_t place, long long memory, int with_values)
{
    uint64_t *words = words_at(log, place);
    if (words == NULL) {
        Call *carried = carried_call(log, place);
        if (carried == NULL && log->before != NULL) {
            Log *before = (Log *)Py_NewRef((PyObject *)log->before);
            carried = read_call(before, place, memory, with_values);
            Py_DECREF((PyObject *)before);
            return carried;
        }
        return (Call *)Py_XNewRef((PyObject *)carried);
    }
    int kind = (int)bits_of(words[0], 0, KIND_BITS);
    return kind == RECORD_CALL ? read_packed_call(log, place, memory, with_values)
                               : (Call *)Py_NewRef(reference_at(words, 1));
}

PyObject *
read_record(Log *log, const Found *found)
{
    if (found->kind == RECORD_OBJECT) {
        return Py_NewRef(reference_at(found->words, 1));
    }
    if (found->kind == RECORD_CALL) {
        return (PyObject *)read_packed_call(log, found->place, found->memory, 1);
    }
    PyObject *value = Py_NewRef(reference_at(found->words, 2));
    double time = time_of(found->words[1]);
    Call *call = read_call(log, place_of_call(found), found->memory, 0);
    if (call == NULL) {
        Py_DECREF(value);
        return NULL;
    }
    return new_end(log->state, call, value, time, found->memory);
}

/* The number of the first word of a record that is a reference. */
static inline uint32_t
first_reference(uint64_t word)
{
    switch (bits_of(word, 0, KIND_BITS)) {
    case RECORD_CALL:
        return words_before_values(word);
    case RECORD_RETURN:
        return RETURN_WORDS - 1;
    case RECORD_OBJECT:
        return OBJECT_WORDS - 1;
    default:
        return MEMORY_WORDS;
    }
}

void
release_records(const Block *block)
{
    for (uint32_t at = 0; at < block->used;) {
        uint64_t *words = block->words + at;
        uint32_t size = record_size(words[0]);
        if (bits_of(words[0], 0, KIND_BITS) == RECORD_CALL && words[0] >> RARE_AT & 1) {
            Py_DECREF(reference_at(words, CALL_WORDS));
        }
        for (uint32_t i = first_reference(words[0]); i < size; i++) {
            Py_DECREF(reference_at(words, i));
        }
        at += size;
    }
}

/* -- balance ------------------------------------------------------------------------------------------------ */

/* Note that the call at `place` has ended. */
static void
note_end(Log *log, uint64_t place)
{
    uint64_t *words = words_at(log, place);
    Call *call = words == NULL ? carried_call(log, place) : NULL;
    if (words != NULL && bits_of(words[0], 0, KIND_BITS) == RECORD_CALL) {
        words[0] |= (uint64_t)1 << ENDED_AT;
    }
    else if (words != NULL) {
        call = (Call *)reference_at(words, 1);
    }
    if (call != NULL) {
        call->ended = 1;
    }
}

/* Append the calls that were carried into the log and have not ended. */
static int
list_carried(Log *log, PyObject *list)
{
    PyObject *carried = Py_XNewRef(log->carried);
    int failed = 0;
    for (Py_ssize_t i = 0; carried != NULL && i < PyList_GET_SIZE(carried) && !failed; i++) {
        PyObject *call = PyList_GET_ITEM(carried, i);
        failed = !((Call *)call)->ended && PyList_Append(list, call) < 0;
    }
    Py_XDECREF(carried);
    return failed ? -1 : 0;
}

PyObject *
open_in(Log *log)
{
    Cursor cursor;
    Found found;
    if (log->open == 0) {
        return PyList_New(0); /* as in most recordings: no second look at all records */
    }
    cursor_at_start(log, &cursor);
    while (cursor_next(log, &cursor, &found)) {
        Call *call = found.kind == RECORD_OBJECT ? ended_by(log->state, reference_at(found.words, 1)) : NULL;
        if (call != NULL) {
            note_end(log, call->place);
        }
        else if (found.kind == RECORD_RETURN) {
            note_end(log, place_of_call(&found));
        }
    }
    PyObject *list = PyList_New(0);
    int failed = list == NULL || list_carried(log, list) < 0;
    cursor_at_start(log, &cursor);
    while (!failed && cursor_next(log, &cursor, &found)) {
        PyObject *object = found.kind == RECORD_OBJECT ? reference_at(found.words, 1) : NULL;
        int is_open = found.kind == RECORD_CALL
                          ? !(found.words[0] >> ENDED_AT & 1)
                          : object != NULL && Py_TYPE(object) == log->state->call_type && !((Call *)object)->ended;
        PyObject *call = is_open ? read_record(log, &found) : NULL;
        failed = call == NULL ? PyErr_Occurred() != NULL : PyList_Append(list, call) < 0;
        Py_XDECREF(call);
    }
    if (failed) {
        Py_CLEAR(list);
    }
    return list;
}
