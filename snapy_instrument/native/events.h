#ifndef SNAPY_EVENTS_H
#define SNAPY_EVENTS_H

#include "types.h"

/* The slots of an event and of a site that are read or filled, and the function of the module that does it. */
extern const char *const event_fields[EVENT_FIELDS], *const site_fields[SITE_FIELDS];
PyObject *event_of(PyObject *module, PyObject *record);

#endif
