#ifndef SNAPY_ARENA_H
#define SNAPY_ARENA_H

#include "types.h"

/* Of a block, in words of 8 bytes: 64 KiB. */
enum { BLOCK_WORDS = 8192 };

/* Memory for a first block of `words`, or for one that was that large and is to hold more; NULL with MemoryError. */
uint64_t *small_block(uint64_t *before, size_t words);
/* Give `block` the memory of a whole block: the next of `last`, the slab that was used last, which may be replaced. -1 with
 * MemoryError. */
int whole_block(Block *block, Slab **last);
/* Give that memory back. */
void free_block(Block *block);
/* No more blocks are taken from this slab. NULL does nothing. */
void close_slab(Slab *slab);

#endif
