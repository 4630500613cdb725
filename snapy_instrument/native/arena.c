/* Memory for records. They are made one after the other, by the hundred thousand, and go together: the blocks of a long
 * recording are parts of large slabs, which are free again when all of their blocks are. The system clears such a slab at
 * once, where it can: page by page, that takes a third of the time of a small call.
 *
 * Where Python is asked for another allocator (PYTHONMALLOC) each block comes from malloc, and valgrind sees it. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* for madvise */
#endif
#include "arena.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#define BLOCK_SIZE ((size_t)BLOCK_WORDS * sizeof(uint64_t))
#define SLAB_SIZE ((size_t)1 << 21) /* a large page */
enum { SLAB_BLOCKS = SLAB_SIZE / BLOCK_SIZE };

struct Slab {
    char *start;
    int given;  /* how many blocks were taken from it */
    int used;   /* how many of them are not free again */
    char open;  /* more will be taken */
};

uint64_t *
small_block(uint64_t *before, size_t words)
{
    uint64_t *found = PyMem_RawRealloc(before, words * sizeof(uint64_t));
    if (found == NULL) {
        PyErr_NoMemory();
    }
    return found;
}

#if defined(__linux__)
static char *
map_slab(int large)
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
    return slab;
}

static void
unmap_slab(char *start)
{
    (void)munmap(start, SLAB_SIZE);
}
#else
static char *
map_slab(int Py_UNUSED(large))
{
    return PyMem_RawMalloc(SLAB_SIZE);
}

static void
unmap_slab(char *start)
{
    PyMem_RawFree(start);
}
#endif

static void
drop_unused(Slab *slab)
{
    if (!slab->open && slab->used == 0) {
        unmap_slab(slab->start);
        PyMem_RawFree(slab);
    }
}

void
close_slab(Slab *slab)
{
    if (slab != NULL) {
        slab->open = 0;
        drop_unused(slab);
    }
}

int
whole_block(Block *block, Slab **last)
{
    if (getenv("PYTHONMALLOC") != NULL) {
        block->slab = NULL;
        block->words = small_block(NULL, BLOCK_WORDS);
        return block->words == NULL ? -1 : 0;
    }
    Slab *slab = *last;
    if (slab == NULL || slab->given == SLAB_BLOCKS) {
        slab = PyMem_RawCalloc(1, sizeof(Slab));
        /* The first is not cleared at once: many recordings need no more of it. */
        char *start = slab == NULL ? NULL : map_slab(*last != NULL);
        if (start == NULL) {
            PyMem_RawFree(slab);
            PyErr_NoMemory();
            return -1;
        }
        slab->start = start;
        slab->open = 1;
        close_slab(*last);
        *last = slab;
    }
    block->slab = slab;
    block->words = (uint64_t *)(slab->start + (size_t)slab->given++ * BLOCK_SIZE);
    slab->used++;
    return 0;
}

void
free_block(Block *block)
{
    if (block->slab == NULL) {
        PyMem_RawFree(block->words);
    }
    else {
        block->slab->used--;
        drop_unused(block->slab);
    }
    block->words = NULL;
}
