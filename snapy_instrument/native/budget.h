#ifndef SNAPY_BUDGET_H
#define SNAPY_BUDGET_H

#include "types.h"

extern PyType_Spec budget_spec;

#endif
