#ifndef SNAPY_SEAM_H
#define SNAPY_SEAM_H

/* Compared with SEAM of _twins.py at import: raise both with each change of what the two halves pass to each other. */
#define SEAM 1

#endif
