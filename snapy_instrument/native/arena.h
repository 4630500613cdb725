#ifndef SNAPY_ARENA_H
#define SNAPY_ARENA_H

#include "types.h"

/* The room of a recording, which may forget records while it goes on. Memory for a record of `size` bytes, a multiple
 * of 8; NULL with MemoryError. Whether it is `slabbed` has to be known to give it back. And the recording is over. */
void open_room(Room *room, int forgets);
void *record_room(Room *room, size_t size, int *slabbed);
void free_record(void *record, int slabbed);
void close_room(Room *room);

#endif
