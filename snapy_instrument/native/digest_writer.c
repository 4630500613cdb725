/* The bytes that digests are made from: the grammar is in capture/digest.py. */
#include "digest_writer.h"

#include "blake2b.h"

static int
make_room(Digester *to, size_t more)
{
    if (to->size + more <= to->room) {
        return 0;
    }
    size_t room = 2 * (to->size + more);
    char *larger = PyMem_Malloc(room);
    if (larger == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(larger, to->out, to->size);
    if (to->out != to->first) {
        PyMem_Free(to->out);
    }
    to->out = larger;
    to->room = room;
    return 0;
}

int
write_bytes(Digester *to, const char *bytes, size_t size)
{
    if (make_room(to, size) < 0) {
        return -1;
    }
    memcpy(to->out + to->size, bytes, size);
    to->size += size;
    return 0;
}

/* A number in decimal, written backwards from `end`; its first digit. */
static char *
decimal(char *end, unsigned long long number)
{
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return end;
}

/* LENGTH ":" of a token of `size` bytes. */
int
write_length(Digester *to, size_t size)
{
    char digits[24];
    char *end = digits + sizeof(digits);
    end[-1] = ':';
    char *start = decimal(end - 1, size);
    return write_bytes(to, start, (size_t)(end - start));
}

/* A token: a letter, or 0 for none, and bytes. */
int
write_token(Digester *to, char letter, const char *bytes, size_t size)
{
    if (write_length(to, size + (letter != 0)) < 0 || (letter && write_bytes(to, &letter, 1) < 0)) {
        return -1;
    }
    return write_bytes(to, bytes, size);
}

/* The head of a container: a word and its size. */
int
write_head(Digester *to, const char *word, Py_ssize_t size)
{
    char label[64];
    int length = PyOS_snprintf(label, sizeof(label), "%s%zd", word, size);
    return write_bytes(to, "#", 1) < 0 || write_token(to, 0, label, (size_t)length) < 0 ? -1 : 0;
}

int
write_text(Digester *to, char letter, PyObject *text)
{
    if (PyUnicode_IS_COMPACT_ASCII(text)) {
        return write_token(to, letter, PyUnicode_DATA(text), (size_t)PyUnicode_GET_LENGTH(text));
    }
    PyObject *encoded = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
    int done = encoded == NULL ? -1
                               : write_token(to, letter, PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded));
    Py_XDECREF(encoded);
    return done;
}

int
write_int(Digester *to, long long number)
{
    char digits[32];
    char *end = digits + sizeof(digits);
    char *start = decimal(end, number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number);
    if (number < 0) {
        *--start = '-';
    }
    return write_token(to, 'i', start, (size_t)(end - start));
}

int
write_float(Digester *to, double number)
{
    char *text = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    int done = text == NULL ? -1 : write_token(to, 0, text, strlen(text));
    PyMem_Free(text);
    return done;
}

void
begin_digest(Digester *digester, Capture *capture, Budget *budget)
{
    digester->capture = capture;
    digester->budget = budget;
    digester->depth = 0;
    digester->sets = 0;
    digester->lossy = 0;
    digester->trail = NULL;
    digester->out = digester->first;
    digester->size = 0;
    digester->room = sizeof(digester->first);
}

void
drop_digest(Digester *digester)
{
    if (digester->out != digester->first) {
        PyMem_Free(digester->out);
    }
}

PyObject *
end_digest(Digester *digester, int done, size_t start)
{
    PyObject *made = NULL;
    if (done == 0) {
        static const char digits[] = "0123456789abcdef";
        unsigned char hash[4];
        blake2b(hash, sizeof(hash), (unsigned char *)digester->out + start, digester->size - start);
        made = PyUnicode_New(2 * (Py_ssize_t)sizeof(hash), 127);
        for (size_t i = 0; made != NULL && i < sizeof(hash); i++) {
            PyUnicode_1BYTE_DATA(made)[2 * i] = (Py_UCS1)digits[hash[i] >> 4];
            PyUnicode_1BYTE_DATA(made)[2 * i + 1] = (Py_UCS1)digits[hash[i] & 15];
        }
    }
    drop_digest(digester);
    return made;
}
