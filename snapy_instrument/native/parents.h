#ifndef SNAPY_PARENTS_H
#define SNAPY_PARENTS_H

#include "types.h"

/* The spawn in whose context the calling code runs, new reference; NULL with or without an error. */
PyObject *spawn_here(Core *core);
/* Give `call` its parent and depth, its spawn, origin and task. -1 with an error. */
int find_parent(Core *core, Lane *lane, Call *call);

#endif
