#ifndef SNAPY_DIGEST_H
#define SNAPY_DIGEST_H

#include "held.h"

/* Digester.rest of a list or tuple, or of a dict: the digest of what comes after the first `skip` of `source`, new
 * reference. NULL with an error. */
PyObject *digest_of_rest(Capture *capture, Budget *budget, PyObject *source, Py_ssize_t skip);

/* The same of elements that are held. */
PyObject *digest_of_elements(Capture *capture, Budget *budget, const Held *elements, Py_ssize_t skip);

/* Digester.value, new reference. NULL with an error. */
PyObject *digest_of_value(Capture *capture, Budget *budget, PyObject *obj);

/* digest.ordered, in place: 1 if they are in order, 0 if Python has to put them in order, -1 with an error. */
int order_elements(Capture *capture, Budget *budget, Held *elements);

#endif
