/* How much memory the process uses. */
#include "memory.h"

#ifdef __linux__
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#endif

/* The resident set size in bytes; OSError where the system does not say.
   By system calls: no name that a program can replace, no audit event, and no file stays open. */
PyObject *
resident_memory(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
#ifdef __linux__
    char text[128];
    ssize_t size = -1;
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        size = read(file, text, sizeof(text) - 1);
        close(file);
    }
    if (size > 0) {
        text[size] = '\0';
        char *second;
        strtoll(text, &second, 10);
        long long pages = strtoll(second, NULL, 10);
        return PyLong_FromLongLong(pages * sysconf(_SC_PAGESIZE));
    }
#endif
    PyErr_SetString(PyExc_OSError, "/proc/self/statm cannot be read");
    return NULL;
}
