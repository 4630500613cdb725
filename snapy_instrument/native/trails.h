#ifndef SNAPY_TRAILS_H
#define SNAPY_TRAILS_H

#include "types.h"

/* What is read for a digest is noted: scalars and titles as they are, and for a container its kind and size, and its end. The
 * bytes that are hashed follow from that, so whoever reads the same again has the same digest, and need not write them. */
enum { NOTED, SAME, CHANGED };

/* The place where what is read of `source` is kept, borrowed. It is ready to be followed if the result is 1. */
int find_trail(Capture *capture, PyObject *source, Trail **trail);

/* Forget what is in the trail, and note from now on. */
void begin_trail(Trail *trail, PyObject *source);

/* Keep a trail that is complete, with its digest. */
void end_trail(Trail *trail, PyObject *digest);

/* Drop what is known of values that were read. */
void forget_trails(Capture *capture);

/* Note `mark`: an object, which is held, or an odd number. */
int note(Trail *trail, PyObject *mark);

/* Meet `mark`: NOTED if it is to be written, SAME if it is what was there before, else CHANGED. */
static inline int
meet(Trail *trail, PyObject *mark)
{
    if (!trail->following) {
        return note(trail, mark);
    }
    if (trail->at < trail->count && trail->marks[trail->at] == mark) {
        trail->at++;
        return SAME;
    }
    return CHANGED;
}

static inline PyObject *
container_mark(int kind, Py_ssize_t size)
{
    return (PyObject *)(((size_t)size << 5) | ((size_t)kind << 1) | 1);
}

#endif
