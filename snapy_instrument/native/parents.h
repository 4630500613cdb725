#ifndef SNAPY_PARENTS_H
#define SNAPY_PARENTS_H

#include "types.h"

void rare_clear(Rare *rare);
/* The call that `call` is made in, and its depth. -1 with an error. */
int find_parent(Core *core, Lane *lane, Call *call, Rare *rare);
/* Give `call` what few calls have. -1 with an error. */
int pack_rare(Lane *lane, Call *call, Rare *rare);

#endif
