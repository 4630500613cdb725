#ifndef SNAPY_LANES_H
#define SNAPY_LANES_H

#include "types.h"

extern PyType_Spec flags_spec, context_spec;

#endif
