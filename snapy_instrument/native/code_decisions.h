#ifndef SNAPY_CODE_DECISIONS_H
#define SNAPY_CODE_DECISIONS_H

#include "types.h"

/* What is said of code that is recorded: a tuple of the code, its site, its bytecode, and whether it has an except*.
 * Under settrace also of generators and coroutines that nobody records: the code, None, its bytecode. */
enum { KNOWN_CODE, KNOWN_SITE, KNOWN_BYTECODE, KNOWN_SPLITS };

/* The decisions of a backend, by id of code, in a dict that keeps its code objects alive; before it, the last ones
 * found, held: two threads that decide on the same code at once may replace each other's entry. */
enum { RECENT = 256 };

typedef struct {
    PyObject *entries;
    struct {
        PyObject *code;
        PyObject *known;
    } recent[RECENT];
} Decisions;

void decisions_use(Decisions *self, PyObject *entries);
int decisions_traverse(Decisions *self, visitproc visit, void *arg);

/* What is known of `code`, new reference; NULL with or without an error. */
static inline PyObject *
known_code(Decisions *self, PyObject *code)
{
    size_t place = ((size_t)code >> 5) % RECENT;
    if (self->recent[place].code == code) {
        return Py_XNewRef(self->recent[place].known);
    }
    PyObject *key = self->entries == NULL ? NULL : PyLong_FromVoidPtr(code);
    PyObject *found = key == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(self->entries, key));
    Py_XDECREF(key);
    if (found != NULL) {
        self->recent[place].code = code;
        Py_XSETREF(self->recent[place].known, Py_NewRef(found));
    }
    return found;
}

#endif
