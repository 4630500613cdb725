#ifndef SNAPY_LOG_H
#define SNAPY_LOG_H

#include "types.h"

extern PyType_Spec log_spec, reader_spec;

#endif
