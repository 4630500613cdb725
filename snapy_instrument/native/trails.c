/* Values that were read for digests, so that they are recognised when they come again. */
#include "trails.h"

enum { LONGEST_TRAIL = 8192 };

static int
is_object(PyObject *mark)
{
    return ((size_t)mark & 1) == 0;
}

static void
forget_trail(Trail *trail)
{
    Trail old = *trail;
    memset(trail, 0, sizeof(Trail));
    while (old.count > 0) {
        PyObject *mark = old.marks[--old.count];
        if (is_object(mark)) {
            Py_DECREF(mark);
        }
    }
    PyMem_Free(old.marks);
    Py_XDECREF(old.digest);
}

void
forget_trails(Capture *capture)
{
    for (int i = 0; i < TRAILS; i++) {
        forget_trail(&capture->trails[i]);
    }
}

int
find_trail(Capture *capture, PyObject *source, Trail **trail)
{
    Trail *found = &capture->trails[((size_t)source >> 4) % TRAILS];
    *trail = found->busy ? NULL : found;
    if (found->busy || found->digest == NULL || found->source != source) {
        return 0;
    }
    found->busy = found->following = 1;
    found->at = 0;
    return 1;
}

void
begin_trail(Trail *trail, PyObject *source)
{
    forget_trail(trail);
    trail->source = source;
    trail->busy = 1;
}

void
end_trail(Trail *trail, PyObject *digest)
{
    trail->busy = trail->following = 0;
    if (digest != NULL && !trail->broken) {
        Py_XSETREF(trail->digest, Py_NewRef(digest));
    }
}

int
note(Trail *trail, PyObject *mark)
{
    if (trail->broken) {
        return NOTED;
    }
    if (trail->count == trail->room) {
        Py_ssize_t room = trail->room ? 4 * trail->room : 64;
        PyObject **larger = room > LONGEST_TRAIL ? NULL : PyMem_Realloc(trail->marks, (size_t)room * sizeof(PyObject *));
        if (larger == NULL) {
            trail->broken = 1;
            return NOTED;
        }
        trail->marks = larger;
        trail->room = room;
    }
    trail->marks[trail->count++] = is_object(mark) ? Py_NewRef(mark) : mark;
    return NOTED;
}
