#ifndef SNAPY_DIGEST_WRITER_H
#define SNAPY_DIGEST_WRITER_H

#include "types.h"

/* Containers inside one another; the C stack holds about a thousand bytes for each. */
enum { DEEPEST = 64 };

/* A digest that is being made. */
typedef struct {
    Capture *capture;
    Budget *budget;
    PyObject *path[DEEPEST];
    int depth;
    int sets;     /* sets that are open: their texts take nothing from the budget */
    int lossy;    /* the budget ended before everything was read */
    Trail *trail; /* what is read is noted there, or compared with what is noted; NULL for neither */
    char *out;
    size_t size, room;
    char first[1024]; /* where `out` begins; most digests need no more */
} Digester;

void begin_digest(Digester *digester, Capture *capture, Budget *budget);

/* Eight hexadecimal digits of what was written from byte `start` on, unless it is not `done` (0), new reference; NULL with
 * an error. */
PyObject *end_digest(Digester *digester, int done, size_t start);

/* Free what was written. */
void drop_digest(Digester *digester);

/* Each of these returns -1 with an error. */
int write_bytes(Digester *to, const char *bytes, size_t size);

/* LENGTH ":" of a token of `size` bytes. */
int write_length(Digester *to, size_t size);

/* A token: a letter, or 0 for none, and bytes. */
int write_token(Digester *to, char letter, const char *bytes, size_t size);

/* The head of a container: a word and its size. */
int write_head(Digester *to, const char *word, Py_ssize_t size);

int write_text(Digester *to, char letter, PyObject *text);
int write_int(Digester *to, long long number);
int write_float(Digester *to, double number);

#endif
