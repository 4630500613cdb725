/* Room for records. They are made one after the other, by the hundred thousand, and go together: each takes the next bytes
 * of a large slab, which is free again when all of its records are. The system clears such a slab at once, where it can;
 * page by page, that takes a third of the time of a small call.
 *
 * Who asks Python for another allocator (PYTHONMALLOC) gets it for records too, so that valgrind and the like see them. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* for madvise */
#endif
#include "native.h"

#if defined(__linux__)
#include <sys/mman.h>
#define SLAB_SIZE ((size_t)1 << 21) /* a large page */
#else
#define SLAB_SIZE ((size_t)1 << 18)
#endif

typedef struct {
    size_t used;
    Py_ssize_t records;
    void *start; /* of the memory that holds the slab, which begins at a multiple of its size */
    char full;
} Slab;

/* The one that is being filled; its records and those of full ones are under the lock of the interpreter. */
static Slab *current;

/* 1 where records have slabs, 0 where they are Python's objects like others, -1 before the first of them. */
static int slabs = -1;

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

/* Another slab, because the current one is full; the first is not cleared at once, most recordings are small. */
static int
next_slab(void)
{
    Slab *slab = new_slab(current != NULL);
    if (slab == NULL) {
        return -1;
    }
    slab->used = sizeof(Slab);
    slab->records = 0;
    slab->full = 0;
    if (current != NULL) {
        current->full = 1;
    }
    current = slab;
    return 0;
}

void *
record_room(size_t size)
{
    if (slabs != 1) {
        if (slabs < 0) {
            slabs = getenv("PYTHONMALLOC") == NULL;
            return record_room(size);
        }
        void *room = PyObject_Malloc(size);
        return room == NULL ? PyErr_NoMemory() : room;
    }
    if ((current == NULL || current->used + size > SLAB_SIZE) && next_slab() < 0) {
        return PyErr_NoMemory();
    }
    void *room = (char *)current + current->used;
    current->used += size;
    current->records++;
    return room;
}

void
free_record(void *record)
{
    if (slabs != 1) {
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
