/* The records of a recording as Python sees them: the type Log, the twin of recording/log.py. */
#include "log.h"

#include "arena.h"
#include "state.h"
#include "store.h"

/* Records that other threads may have written since the one that is looked for. */
enum { NEAR = 1000 };
/* Lanes in the names of a log that forgets its records, before it starts names anew. */
enum { MANY_LANES = 64 };

static PyObject *
log_make(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    State *state = state_by_type(type);
    if (state == NULL || !PyArg_ParseTuple(args, ":Log") || (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)) {
        return NULL;
    }
    Names *names = new_names();
    Log *log = names == NULL ? NULL : new_log(state, names);
    release_names(names);
    return (PyObject *)log;
}

static void
log_dealloc(Log *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (self->block_count > 0) {
        last_block(self)->used = (uint32_t)(self->next - last_block(self)->words);
    }
    for (Py_ssize_t i = 0; i < self->block_count; i++) {
        release_records(&self->blocks[i]);
        free_block(&self->blocks[i]);
    }
    close_slab(self->slab);
    PyMem_RawFree(self->blocks);
    Py_XDECREF(self->carried);
    Py_XDECREF((PyObject *)self->before);
    release_names(self->names);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
log_append(Log *self, PyObject *record)
{
    if (log_object(self, record) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
log_extend(Log *self, PyObject *records)
{
    PyObject *held = PySequence_Fast(records, "extend() takes a sequence of records");
    int failed = held == NULL;
    for (Py_ssize_t i = 0; !failed && i < PySequence_Fast_GET_SIZE(held); i++) {
        failed = log_object(self, PySequence_Fast_GET_ITEM(held, i)) < 0;
    }
    Py_XDECREF(held);
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static Py_ssize_t
log_length(Log *self)
{
    return self->records - self->taken;
}

static PyObject *
log_item(Log *self, Py_ssize_t index)
{
    Cursor cursor;
    Found found;
    cursor_at(self, &cursor, index);
    if (index < 0 || index >= log_length(self) || !cursor_next(self, &cursor, &found)) {
        PyErr_SetString(PyExc_IndexError, "the log has no such record");
        return NULL;
    }
    PyObject *record = read_record(self, &found);
    if (record == NULL && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_IndexError, "the record was taken away");
    }
    return record;
}

/* Move the records of `self` into a new log, new reference; `self` goes on empty. Nothing here lets another thread in. */
static Log *
move_records(Log *self)
{
    Log *moved = new_log(self->state, self->names);
    if (moved == NULL) {
        return NULL;
    }
    if (self->block_count > 0) {
        last_block(self)->used = (uint32_t)(self->next - last_block(self)->words);
    }
    moved->next = self->next;
    moved->end = self->end;
    moved->start = self->start;
    moved->base = self->base;
    moved->number = self->number;
    moved->open = self->open;
    moved->blocks = self->blocks;
    moved->block_count = self->block_count;
    moved->block_room = self->block_room;
    moved->first = self->first;
    moved->records = self->records;
    moved->taken = self->taken;
    moved->memory = self->memory;
    moved->carried = self->carried;
    moved->before = self->before;
    self->next = self->end = self->start = NULL;
    self->blocks = NULL;
    self->first += self->block_count;
    self->base = (uint64_t)self->first * BLOCK_WORDS;
    self->number = -(1LL << 62);
    self->block_count = self->block_room = 0;
    self->taken = self->records;
    self->carried = NULL;
    self->before = NULL;
    return moved;
}

/* Log.freeze */
static PyObject *
log_freeze(Log *self, PyObject *Py_UNUSED(ignored))
{
    Log *moved = move_records(self);
    if (moved != NULL) {
        moved->slab = self->slab;
        self->slab = NULL;
    }
    return (PyObject *)moved;
}

/* Log.take */
static PyObject *
log_take(Log *self, PyObject *Py_UNUSED(ignored))
{
    Names *names = self->names->lane_count > MANY_LANES ? new_names() : NULL;
    if (names == NULL && PyErr_Occurred()) {
        return NULL;
    }
    Log *moved = move_records(self);
    if (moved == NULL) {
        release_names(names);
        return NULL;
    }
    if (names != NULL) {
        release_names(self->names); /* the records that were moved hold them */
        self->names = names;
    }
    /* A call that ends meanwhile, in another thread, is found there. */
    self->before = (Log *)Py_NewRef((PyObject *)moved);
    PyObject *carried = open_in(moved);
    Log *before = self->before;
    self->before = NULL;
    PyObject *old = self->carried;
    self->carried = carried;
    Py_XDECREF(old);
    Py_XDECREF((PyObject *)before);
    if (carried == NULL) {
        Py_DECREF((PyObject *)moved);
        return NULL;
    }
    return (PyObject *)moved;
}

static PyObject *
log_open_calls(Log *self, PyObject *Py_UNUSED(ignored))
{
    return open_in(self);
}

/* Log.whole_call */
static PyObject *
log_whole(Log *self, PyObject *token)
{
    if (Py_TYPE(token) != self->state->call_type) {
        return PyErr_Format(PyExc_TypeError, "whole_call() takes a call, not %s", Py_TYPE(token)->tp_name);
    }
    Call *found = read_call(self, ((Call *)token)->place, self->memory, 1);
    return found == NULL && !PyErr_Occurred() ? Py_NewRef(token) : (PyObject *)found;
}

/* Where a record of Python's is that says how the call of `token` ended, the last one of its kind near the end. */
static void
find_ends(Log *self, PyObject *token, uint64_t *exception, uint64_t *end)
{
    State *state = self->state;
    Cursor cursor;
    Found found;
    Py_ssize_t index = log_length(self) > NEAR ? log_length(self) - NEAR : 0;
    *exception = *end = UINT64_MAX;
    cursor_at(self, &cursor, index);
    while (cursor_next(self, &cursor, &found)) {
        PyObject *record = found.kind == RECORD_OBJECT ? reference_at(found.words, 1) : NULL;
        if (record != NULL && PyTuple_CheckExact(record) && PyTuple_GET_SIZE(record) == END_FIELDS &&
            PyTuple_GET_ITEM(record, END_CALL) == token) {
            if (PyTuple_GET_ITEM(record, KIND) == state->kind_exception) {
                *exception = found.place;
            }
            else if (PyTuple_GET_ITEM(record, KIND) == state->kind_return) {
                *end = found.place;
            }
        }
    }
}

static int
rewrite(Log *self, uint64_t place, PyObject *value, PyObject *info, PyObject *raised_in)
{
    uint64_t *words = words_at(self, place);
    if (words == NULL) {
        return 0;
    }
    PyObject *before = Py_NewRef(reference_at(words, 1));
    PyObject *record = PyTuple_Pack(END_FIELDS, PyTuple_GET_ITEM(before, KIND), PyTuple_GET_ITEM(before, TIME),
                                    PyTuple_GET_ITEM(before, MEMORY), PyTuple_GET_ITEM(before, END_CALL), value, info,
                                    raised_in, Py_True);
    words = record == NULL ? NULL : words_at(self, place);
    if (words != NULL && reference_at(words, 1) == before) {
        words[1] = (uint64_t)(uintptr_t)Py_NewRef(record);
        Py_DECREF(before);
    }
    Py_XDECREF(record);
    Py_DECREF(before);
    return record == NULL ? -1 : 0;
}

/* Log.rewrite_end(call, value, info, raised_in) */
static PyObject *
log_rewrite_end(Log *self, PyObject *args)
{
    PyObject *token, *value, *info, *raised_in;
    uint64_t exception, end;
    if (!PyArg_ParseTuple(args, "OOOO:rewrite_end", &token, &value, &info, &raised_in)) {
        return NULL;
    }
    find_ends(self, token, &exception, &end);
    if ((exception != UINT64_MAX && rewrite(self, exception, value, info, raised_in) < 0) ||
        (end != UINT64_MAX && rewrite(self, end, Py_None, info, raised_in) < 0)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- reading one after the other ---------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Log *log;
    Cursor cursor;
    uint64_t stop; /* the place of the first record that came later */
} Reader;

static PyObject *
log_records(Log *self, PyObject *const *args, Py_ssize_t count)
{
    Py_ssize_t start = count == 0 ? 0 : PyLong_AsSsize_t(args[0]);
    if (count > 1 || (start < 0 && !PyErr_Occurred())) {
        PyErr_SetString(PyExc_TypeError, "takes the number of the first record, 0 or more");
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    Reader *reader = PyObject_New(Reader, self->state->reader_type);
    if (reader != NULL) {
        reader->log = (Log *)Py_NewRef((PyObject *)self);
        cursor_at(self, &reader->cursor, start);
        reader->stop = next_place(self);
    }
    return (PyObject *)reader;
}

static PyObject *
log_iter(Log *self)
{
    return log_records(self, NULL, 0);
}

static PyObject *
reader_next(Reader *self)
{
    Found found;
    PyObject *record = NULL;
    /* One that another thread takes away at this moment is passed over. */
    while (record == NULL && cursor_next(self->log, &self->cursor, &found) && found.place < self->stop) {
        record = read_record(self->log, &found);
        if (record == NULL && PyErr_Occurred()) {
            return NULL;
        }
    }
    return record;
}

static void
reader_dealloc(Reader *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF((PyObject *)self->log);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot reader_slots[] = {
    {Py_tp_dealloc, reader_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, reader_next},
    {0, NULL},
};

PyType_Spec reader_spec = {
    .name = "snapy_instrument._native.LogReader",
    .basicsize = sizeof(Reader),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = reader_slots,
};

#define FAST(function) (PyCFunction)(void (*)(void))(function)

static PyMethodDef log_methods[] = {
    {"append", (PyCFunction)log_append, METH_O, "append(record)\n\nAdd a record that Python made."},
    {"extend", (PyCFunction)log_extend, METH_O, "extend(records)\n\nAdd several, with no other record between them."},
    {"records", FAST(log_records), METH_FASTCALL, "records(start=0)\n\nThe records from number ``start`` on, one after the other."},
    {"freeze", (PyCFunction)log_freeze, METH_NOARGS, "freeze()\n\nReturn a log with the records so far; this one goes on empty."},
    {"take", (PyCFunction)log_take, METH_NOARGS,
     "take()\n\nReturn a log with the records so far; this one goes on empty, and knows which calls are open."},
    {"open_calls", (PyCFunction)log_open_calls, METH_NOARGS, "open_calls()\n\nReturn the calls that do not end here."},
    {"whole_call", (PyCFunction)log_whole, METH_O, "whole_call(call)\n\nReturn an open call's record."},
    {"rewrite_end", (PyCFunction)log_rewrite_end, METH_VARARGS,
     "rewrite_end(call, value, info, raised_in)\n\nReplace the exception in the end of ``call``, which is near."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot log_slots[] = {
    {Py_tp_new, log_make},
    {Py_tp_dealloc, log_dealloc},
    {Py_tp_iter, log_iter},
    {Py_tp_methods, log_methods},
    {Py_sq_length, log_length},
    {Py_sq_item, log_item},
    {0, NULL},
};

PyType_Spec log_spec = {
    .name = "snapy_instrument._native.Log",
    .basicsize = sizeof(Log),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = log_slots,
};
