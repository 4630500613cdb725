#ifndef SNAPY_TEXTS_H
#define SNAPY_TEXTS_H

#include "python_walk.h"

/* A str that is short and known to hold no secret, new reference; NULL without an error for any other. */
PyObject *plain_text(Capture *capture, PyObject *text);

/* Texts.is_clean: 1 or 0; -1 with an error. */
int is_clean(Capture *capture, PyObject *text);

/* Texts.long_text, new reference. */
PyObject *long_text(Walk *walk, PyObject *text);

void forget_texts(Capture *capture);

#endif
