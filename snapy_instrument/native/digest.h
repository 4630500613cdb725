#ifndef SNAPY_DIGEST_H
#define SNAPY_DIGEST_H

#include "types.h"

/* Digester.rest of a list or tuple, or of a dict: the digest of what comes after the first `skip` of `source`, new
 * reference. NULL with an error. */
PyObject *digest_of_rest(Capture *capture, Budget *budget, PyObject *source, Py_ssize_t skip);

/* Drop what is known of elements that were read. */
void forget_rests(Capture *capture);

/* Digester.value, new reference. NULL with an error. */
PyObject *digest_of_value(Capture *capture, Budget *budget, PyObject *obj);

#endif
