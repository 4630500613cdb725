#ifndef SNAPY_CAPTURE_H
#define SNAPY_CAPTURE_H

#include "types.h"

extern PyType_Spec capture_spec;

#endif
