/* Room for records. They are made one after the other, by the hundred thousand, and go together: those of a long
 * recording take the next bytes of large slabs, which are free again when all of their records are. The system clears
 * such a slab at once, where it can; page by page, that takes a third of the time of a small call.
 *
 * The first records of a recording, all of one that forgets them while it goes on, and all where Python is asked for
 * another allocator (PYTHONMALLOC), are objects like others: one that stays keeps no slab, and valgrind sees them. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* for madvise */
#endif
#include "arena.h"

#if defined(__linux__)
#include <sys/mman.h>
#define SLAB_SIZE ((size_t)1 << 21) /* a large page */
#else
#define SLAB_SIZE ((size_t)1 << 18)
#endif

/* Few enough to have no slab. */
enum { FEW = 1000 };

struct Slab {
    size_t used;
    Py_ssize_t records;
    void *start; /* of the memory that holds the slab, which begins at a multiple of its size */
    char full;
};

void
open_room(Room *room, int forgets)
{
    room->few = forgets || getenv("PYTHONMALLOC") != NULL ? -1 : FEW;
}

#if defined(__linux__)
static Slab *
new_slab(int large)
{
    char *start = mmap(NULL, 2 * SLAB_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        return NULL;
    }
    char *slab = (char *)(((uintptr_t)start + SLAB_SIZE - 1) & ~(uintptr_t)(SLAB_SIZE - 1));
    if (slab > start) {
        (void)munmap(start, (size_t)(slab - start));
    }
    (void)munmap(slab + SLAB_SIZE, (size_t)(start + SLAB_SIZE - slab));
#ifdef MADV_HUGEPAGE
    if (large) {
        (void)madvise(slab, SLAB_SIZE, MADV_HUGEPAGE); /* refused, it is cleared page by page */
    }
#endif
    ((Slab *)slab)->start = slab;
    return (Slab *)slab;
}

static void
drop_slab(Slab *slab)
{
    (void)munmap(slab->start, SLAB_SIZE);
}
#else
static Slab *
new_slab(int Py_UNUSED(large))
{
    char *start = PyMem_RawMalloc(2 * SLAB_SIZE);
    if (start == NULL) {
        return NULL;
    }
    Slab *slab = (Slab *)(((uintptr_t)start + SLAB_SIZE - 1) & ~(uintptr_t)(SLAB_SIZE - 1));
    slab->start = start;
    return slab;
}

static void
drop_slab(Slab *slab)
{
    PyMem_RawFree(slab->start);
}
#endif

void
close_room(Room *room)
{
    Slab *slab = room->slab;
    room->slab = NULL;
    if (slab != NULL && slab->records == 0) {
        drop_slab(slab);
    }
    else if (slab != NULL) {
        slab->full = 1;
    }
}

/* Another slab, because the current one is full; the first is not cleared at once, many recordings need no more. */
static int
next_slab(Room *room)
{
    Slab *slab = new_slab(room->slab != NULL);
    if (slab == NULL) {
        return -1;
    }
    slab->used = sizeof(Slab);
    slab->records = 0;
    slab->full = 0;
    close_room(room);
    room->slab = slab;
    return 0;
}

void *
record_room(Room *room, size_t size, int *slabbed)
{
    *slabbed = room->few == 0;
    if (room->few != 0) {
        room->few -= room->few > 0;
        void *found = PyObject_Malloc(size);
        return found == NULL ? PyErr_NoMemory() : found;
    }
    if ((room->slab == NULL || room->slab->used + size > SLAB_SIZE) && next_slab(room) < 0) {
        return PyErr_NoMemory();
    }
    void *found = (char *)room->slab + room->slab->used;
    room->slab->used += size;
    room->slab->records++;
    return found;
}

void
free_record(void *record, int slabbed)
{
    if (!slabbed) {
        PyObject_Free(record);
        return;
    }
    Slab *slab = (Slab *)((uintptr_t)record & ~(uintptr_t)(SLAB_SIZE - 1));
    if (--slab->records == 0) {
        if (slab->full) {
            drop_slab(slab);
        }
        else {
            slab->used = sizeof(Slab);
        }
    }
}
