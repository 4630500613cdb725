/* Digests of what a captured value does not show: the twin of capture/digest.py, which has the grammar.
 *
 * What is rare is written by the Python digester, with the same budget: sets, texts that were not judged before, large
 * ints, values that a describer of the user's knows, and whatever is nested deeper than `DEEPEST`. */
#include "digest.h"

#include "blake2b.h"
#include "identity.h"
#include "kinds.h"

/* Containers inside one another; the C stack holds a few hundred bytes for each. */
enum { DEEPEST = 64 };
/* See capture/digest.py. */
enum { COST_OF_A_CONTAINER = 5, COST_OF_AN_OBJECT = 8, LONGEST_NAMES = 2000 };
static const long long LARGE = 1000000000000000000;

/* -- what is written -------------------------------------------------------------------------------------- */

typedef struct {
    Capture *capture;
    Budget *budget;
    PyObject *path[DEEPEST];
    int depth;
    char *out;
    size_t size, room;
    char first[1024]; /* where `out` begins; most digests need no more */
} Digester;

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

static int
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
static int
write_length(Digester *to, size_t size)
{
    char digits[24];
    char *end = digits + sizeof(digits);
    end[-1] = ':';
    char *start = decimal(end - 1, size);
    return write_bytes(to, start, (size_t)(end - start));
}

/* A token: a letter, or 0 for none, and bytes. */
static int
write_token(Digester *to, char letter, const char *bytes, size_t size)
{
    if (write_length(to, size + (letter != 0)) < 0 || (letter && write_bytes(to, &letter, 1) < 0)) {
        return -1;
    }
    return write_bytes(to, bytes, size);
}

/* The head of a container: a word and its size. */
static int
write_head(Digester *to, const char *word, Py_ssize_t size)
{
    char label[64];
    int length = PyOS_snprintf(label, sizeof(label), "%s%zd", word, size);
    return write_bytes(to, "#", 1) < 0 || write_token(to, 0, label, (size_t)length) < 0 ? -1 : 0;
}

static int
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

static int
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

static int
write_float(Digester *to, double number)
{
    char *text = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    int done = text == NULL ? -1 : write_token(to, 0, text, strlen(text));
    PyMem_Free(text);
    return done;
}

/* Digester.part: what only Python writes, `obj` inside of what is open here. */
static int
write_in_python(Digester *to, PyObject *obj)
{
    PyObject *path = PyList_New(to->depth);
    for (int i = 0; path != NULL && i < to->depth; i++) {
        PyObject *identity = PyLong_FromVoidPtr(to->path[i]);
        if (identity == NULL) {
            Py_CLEAR(path);
            break;
        }
        PyList_SET_ITEM(path, i, identity);
    }
    PyObject *written = path == NULL ? NULL
                                     : PyObject_CallMethod((PyObject *)to->capture, "_digest_part", "OOO",
                                                           (PyObject *)to->budget, path, obj);
    Py_XDECREF(path);
    int done = written == NULL ? -1 : write_bytes(to, PyBytes_AS_STRING(written), (size_t)PyBytes_GET_SIZE(written));
    Py_XDECREF(written);
    return done;
}

/* -- what is read ----------------------------------------------------------------------------------------- */

static int write_value(Digester *to, PyObject *obj);

static int
is_leaf(PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    return obj == Py_None || kind == &PyLong_Type || kind == &PyUnicode_Type || kind == &PyFloat_Type ||
           kind == &PyBool_Type || kind == &PyBytes_Type;
}

/* Digester._most: how many elements like `first`, or NULL, are read. */
static Py_ssize_t
most_like(Digester *to, PyObject *first)
{
    long long most = to->budget->nodes / (first == NULL || is_leaf(first) ? 1 : COST_OF_AN_OBJECT);
    return most < 2 ? 2 : (Py_ssize_t)most;
}

/* Elements held while they are read: what runs meanwhile may let another thread change the container. */
typedef struct {
    PyObject **items;
    Py_ssize_t count;
    PyObject *few[64];
} Held;

static int
hold(Held *held, Py_ssize_t most)
{
    held->count = 0;
    held->items = most <= 64 ? held->few : PyMem_Malloc((size_t)most * sizeof(PyObject *));
    if (held->items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static inline void
hold_one(Held *held, PyObject *item)
{
    held->items[held->count++] = Py_NewRef(item);
}

static void
let_go(Held *held)
{
    while (held->count > 0) {
        Py_DECREF(held->items[--held->count]);
    }
    if (held->items != held->few) {
        PyMem_Free(held->items);
    }
}

/* Elements, until the budget ends. */
static int
write_elements(Digester *to, Held *held)
{
    for (Py_ssize_t i = 0; i < held->count && to->budget->nodes > 0; i++) {
        if (write_value(to, held->items[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Digester.elements of a list or tuple: see sequence_of in capture/views.py. */
static int
hold_sequence(Digester *to, Held *held, PyObject *source, Py_ssize_t skip)
{
    PyObject **items = PySequence_Fast_ITEMS(source);
    Py_ssize_t size = PySequence_Fast_GET_SIZE(source);
    Py_ssize_t left = size > skip ? size - skip : 0;
    Py_ssize_t most = most_like(to, left ? items[skip] : NULL);
    if (hold(held, left < most + 2 ? left : most + 2) < 0) {
        return -1;
    }
    if (left <= most) {
        for (Py_ssize_t i = skip; i < size; i++) {
            hold_one(held, items[i]);
        }
        return 0;
    }
    Py_ssize_t half = skip + most / 2;
    Py_ssize_t rest = most - most / 2 - 1;
    Py_ssize_t step = (size - half) / (rest > 1 ? rest : 1) + 1;
    for (Py_ssize_t i = skip; i < half; i++) {
        hold_one(held, items[i]);
    }
    for (Py_ssize_t i = half; i < size - 1; i += step) {
        hold_one(held, items[i]);
    }
    hold_one(held, items[size - 1]);
    return 0;
}

static int
write_sequence(Digester *to, const char *word, PyObject *source, Py_ssize_t skip)
{
    Held held;
    if (hold_sequence(to, &held, source, skip) < 0) {
        return -1;
    }
    int done = write_head(to, word, PySequence_Fast_GET_SIZE(source) - skip);
    done = done < 0 ? done : write_elements(to, &held);
    let_go(&held);
    return done < 0 ? done : write_bytes(to, "]", 1);
}

/* Digester.pairs of keys and values in turn: values under the name of a secret are written as redacted. */
static int
write_pairs(Digester *to, Held *held)
{
    for (Py_ssize_t i = 0; i < held->count && to->budget->nodes > 0; i++) {
        PyObject *item = held->items[i];
        PyObject *hidden = NULL;
        if (i % 2 && !judge_name(to->capture, held->items[i - 1])) {
            PyErr_Clear();
            hidden = PyObject_CallMethod((PyObject *)to->capture, "_hidden_under", "OO", held->items[i - 1], item);
            if (hidden == NULL) {
                return -1;
            }
            item = hidden;
        }
        int done = write_value(to, item);
        Py_XDECREF(hidden);
        if (done < 0) {
            return -1;
        }
    }
    return 0;
}

/* Digester.pairs of a dict: see pairs_of in capture/views.py. */
static int
hold_pairs(Digester *to, Held *held, PyObject *source, Py_ssize_t skip)
{
    PyObject *key, *value;
    Py_ssize_t place = 0, index = 0;
    Py_ssize_t size = PyDict_GET_SIZE(source);
    PyObject *first = NULL;
    while (index <= skip && PyDict_Next(source, &place, &key, &value)) {
        first = index++ == skip ? value : NULL;
    }
    Py_ssize_t most = most_like(to, first) / 2;
    Py_ssize_t left = size - skip;
    Py_ssize_t half = left <= most ? left : most / 2 > 1 ? most / 2 : 1;
    Py_ssize_t tail = left <= most ? size : size - half;
    if (hold(held, 2 * (left <= most ? left : 2 * half)) < 0) {
        return -1;
    }
    place = 0;
    for (index = 0; PyDict_Next(source, &place, &key, &value); index++) {
        if ((index >= skip && index < skip + half) || index >= tail) {
            hold_one(held, key);
            hold_one(held, value);
        }
    }
    if (left > most) { /* the last ones come backwards */
        PyObject **from = held->items + 2 * half, **to_end = held->items + held->count - 2;
        for (; from < to_end; from += 2, to_end -= 2) {
            PyObject *pair[2] = {from[0], from[1]};
            from[0] = to_end[0], from[1] = to_end[1];
            to_end[0] = pair[0], to_end[1] = pair[1];
        }
    }
    return 0;
}

static int
write_dict(Digester *to, const char *word, PyObject *source, Py_ssize_t skip)
{
    Held held;
    if (hold_pairs(to, &held, source, skip) < 0) {
        return -1;
    }
    int done = write_head(to, word, PyDict_GET_SIZE(source) - skip);
    done = done < 0 ? done : write_pairs(to, &held);
    let_go(&held);
    return done < 0 ? done : write_bytes(to, "]", 1);
}

/* A tuple of two, which may be the pair of a name and its value. */
static int
write_pair(Digester *to, PyObject *pair)
{
    Held held;
    if (hold(&held, 2) < 0) {
        return -1;
    }
    hold_one(&held, PyTuple_GET_ITEM(pair, 0));
    hold_one(&held, PyTuple_GET_ITEM(pair, 1));
    int done = write_head(to, "tuple", 2);
    done = done < 0 ? done : write_pairs(to, &held);
    let_go(&held);
    return done < 0 ? done : write_bytes(to, "]", 1);
}

/* "o" title and names, each after a NUL; -1 with an error, 1 where they are too long or not ASCII. */
static int
write_object_head(Digester *to, PyObject *title, PyObject *names)
{
    char label[LONGEST_NAMES];
    size_t size = 0;
    label[size++] = 'o';
    for (Py_ssize_t i = -1; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = i < 0 ? title : PyTuple_GET_ITEM(names, i);
        if (i >= 0) {
            label[size++] = '\0';
        }
        if (name == Py_None) {
            continue;
        }
        if (!PyUnicode_CheckExact(name) || !PyUnicode_IS_COMPACT_ASCII(name) ||
            size + (size_t)PyUnicode_GET_LENGTH(name) + 2 > sizeof(label)) {
            return 1;
        }
        memcpy(label + size, PyUnicode_DATA(name), (size_t)PyUnicode_GET_LENGTH(name));
        size += (size_t)PyUnicode_GET_LENGTH(name);
    }
    return write_bytes(to, "#", 1) < 0 || write_token(to, 0, label, size) < 0 ? -1 : 0;
}

/* Digester._open_described, of objects that are described by their attributes or by identity: 0 if it is written, 1 if
 * Python has to. Only what was taken from the budget by then is given back by the caller. */
static int
write_object(Digester *to, PyObject *obj)
{
    Capture *capture = to->capture;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(capture->views); i++) {
        if (PyTuple_GET_ITEM(capture->views, i) == (PyObject *)Py_TYPE(obj)) {
            return 1;
        }
    }
    Kind *kind = PyDict_GET_SIZE(capture->constructing) > 0 ? NULL : kind_of(capture, obj);
    if (kind == NULL) {
        PyErr_Clear();
        return 1;
    }
    PyObject *decision = Py_NewRef(kind->decision);
    PyObject *names = PyTuple_GET_ITEM(decision, 4);
    int done = 1;
    if (PyTuple_GET_ITEM(decision, 1) == capture->unknown) {
        done = write_text(to, 'r', PyTuple_GET_ITEM(decision, 0));
    }
    else if (names != Py_None && PyTuple_GET_SIZE(names) > 0 && PyTuple_GET_SIZE(names) <= MOST_VALUES &&
             readable(capture, obj, names, kind)) {
        Held held;
        done = hold(&held, PyTuple_GET_SIZE(names)) < 0 ? -1 : 0;
        short offsets[MOST_VALUES];
        memcpy(offsets, kind->offsets, sizeof(offsets));
        for (Py_ssize_t i = 0; done == 0 && i < PyTuple_GET_SIZE(names); i++) {
            PyObject *value = field_of(obj, PyTuple_GET_ITEM(names, i), offsets[i]);
            if (value == NULL) {
                done = 1; /* not there, or the memory ended: Python sees which */
                break;
            }
            held.items[held.count++] = value;
        }
        PyErr_Clear();
        done = done != 0 ? done : write_object_head(to, PyTuple_GET_ITEM(decision, 0), names);
        if (done == 0) {
            to->path[to->depth++] = obj;
            done = write_elements(to, &held) < 0 || write_bytes(to, "]", 1) < 0 ? -1 : 0;
            to->depth--;
        }
        let_go(&held);
    }
    Py_DECREF(decision);
    return done;
}

/* A list, tuple or dict, which is put on the path. */
static int
write_container(Digester *to, PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    int done;
    to->path[to->depth++] = obj;
    if (kind == &PyDict_Type) {
        done = write_dict(to, "dict", obj, 0);
    }
    else if (kind == &PyList_Type) {
        done = write_sequence(to, "list", obj, 0);
    }
    else {
        done = PyTuple_GET_SIZE(obj) == 2 ? write_pair(to, obj) : write_sequence(to, "tuple", obj, 0);
    }
    to->depth--;
    return done;
}

/* A text that is known to hold no secret, which takes from the characters as well. */
static int
is_clean(Capture *capture, PyObject *text)
{
    return capture->texts[((size_t)text >> 4) % SHARED] == text ? 1 : PySet_Contains(capture->clean, text);
}

/* Digester._advance and _open, for one value. */
static int
write_value(Digester *to, PyObject *obj)
{
    Capture *capture = to->capture;
    Budget *budget = to->budget;
    PyTypeObject *kind = Py_TYPE(obj);
    if (kind == &PyUnicode_Type) {
        int clean = is_clean(capture, obj);
        if (clean <= 0) {
            return clean < 0 ? -1 : write_in_python(to, obj);
        }
        long long size = PyUnicode_GET_LENGTH(obj);
        budget->nodes--;
        budget->chars -= size < budget->chars ? size : budget->chars;
        return write_text(to, 's', obj);
    }
    if (kind == &PyLong_Type) {
        int overflow;
        long long number = PyLong_AsLongLongAndOverflow(obj, &overflow);
        if (overflow || number <= -LARGE || number >= LARGE) {
            return write_in_python(to, obj);
        }
        budget->nodes--;
        return write_int(to, number);
    }
    if (obj == Py_None || kind == &PyBool_Type) {
        budget->nodes--;
        return obj == Py_None ? write_token(to, 0, "None", 4)
                              : obj == Py_True ? write_token(to, 0, "True", 4) : write_token(to, 0, "False", 5);
    }
    if (kind == &PyFloat_Type) {
        budget->nodes--;
        return write_float(to, PyFloat_AS_DOUBLE(obj));
    }
    if (kind == &PyBytes_Type || kind == &PyComplex_Type || kind == &PySet_Type || kind == &PyFrozenSet_Type ||
        obj == capture->builtins || to->depth >= DEEPEST - 1) {
        return write_in_python(to, obj);
    }
    for (int i = 0; i < to->depth; i++) {
        if (to->path[i] == obj) {
            return write_in_python(to, obj);
        }
    }
    long long nodes = budget->nodes, chars = budget->chars;
    size_t size = to->size;
    budget->nodes -= COST_OF_A_CONTAINER;
    if (kind == &PyDict_Type || kind == &PyList_Type || kind == &PyTuple_Type) {
        return write_container(to, obj);
    }
    int done = write_object(to, obj);
    if (done == 1) {
        budget->nodes = nodes;
        budget->chars = chars;
        to->size = size;
        return write_in_python(to, obj);
    }
    return done;
}

/* -- digests ---------------------------------------------------------------------------------------------- */

static void
begin(Digester *digester, Capture *capture, Budget *budget)
{
    digester->capture = capture;
    digester->budget = budget;
    digester->depth = 0;
    digester->out = digester->first;
    digester->size = 0;
    digester->room = sizeof(digester->first);
}

/* Eight hexadecimal digits of what was written from byte `start` on, unless it is not `done`. */
static PyObject *
end(Digester *digester, int done, size_t start)
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
    if (digester->out != digester->first) {
        PyMem_Free(digester->out);
    }
    return made;
}

/* -- elements that are the same ones as before are not read again ----------------------------------------- */

static void
forget_rest(Rest *rest)
{
    Rest old = *rest;
    memset(rest, 0, sizeof(Rest));
    while (old.count > 0) {
        Py_DECREF(old.items[--old.count]);
    }
    PyMem_Free(old.items);
    Py_XDECREF(old.digest);
}

void
forget_rests(Capture *capture)
{
    for (int i = 0; i < RESTS; i++) {
        forget_rest(&capture->rests[i]);
    }
}

/* The digest of these elements if they are what was read of `source` before, new reference; NULL for none. */
static PyObject *
rest_again(Rest *rest, Budget *budget, PyObject *source, const Held *held)
{
    if (rest->source != source || rest->count != held->count || rest->size != PySequence_Fast_GET_SIZE(source) ||
        (rest->nodes != budget->nodes && !(rest->nodes == rest->count && budget->nodes >= rest->count)) ||
        memcmp(rest->items, held->items, (size_t)held->count * sizeof(PyObject *)) != 0) {
        return NULL;
    }
    budget->nodes -= held->count;
    budget->chars -= rest->chars < budget->chars ? rest->chars : budget->chars;
    return Py_NewRef(rest->digest);
}

/* The characters of these elements if all of them are scalars, which stay what they are; else -1. */
static long long
chars_of_scalars(Capture *capture, const Held *held)
{
    long long chars = 0;
    for (Py_ssize_t i = 0; i < held->count; i++) {
        PyObject *item = held->items[i];
        if (PyUnicode_CheckExact(item)) {
            if (PyUnicode_GET_LENGTH(item) > SHORT_TEXT || is_clean(capture, item) != 1) {
                return -1;
            }
            chars += PyUnicode_GET_LENGTH(item);
        }
        else if (!PyLong_CheckExact(item) && !PyFloat_CheckExact(item) && item != Py_None && !PyBool_Check(item)) {
            return -1;
        }
    }
    return chars;
}

/* Keep what was read, so that it is known again. The elements stay held. */
static void
remember_rest(Rest *rest, PyObject *source, Held *held, long long nodes, long long chars, PyObject *digest)
{
    PyObject **items = PyMem_Malloc((size_t)held->count * sizeof(PyObject *));
    if (items == NULL) {
        return;
    }
    forget_rest(rest);
    memcpy(items, held->items, (size_t)held->count * sizeof(PyObject *));
    for (Py_ssize_t i = 0; i < held->count; i++) {
        Py_INCREF(items[i]);
    }
    *rest = (Rest){source, items, held->count, PySequence_Fast_GET_SIZE(source), nodes, chars, Py_NewRef(digest)};
}

static PyObject *
digest_of_sequence_rest(Digester *digester, PyObject *source, Py_ssize_t skip)
{
    Budget *budget = digester->budget;
    Rest *rest = &digester->capture->rests[((size_t)source >> 4) % RESTS];
    long long nodes = budget->nodes;
    Py_ssize_t size = PySequence_Fast_GET_SIZE(source);
    Held held;
    if (hold_sequence(digester, &held, source, skip) < 0) {
        return NULL;
    }
    PyObject *made = rest_again(rest, budget, source, &held);
    if (made == NULL) {
        int done = write_head(digester, "rest", size - skip);
        done = done < 0 ? done : write_elements(digester, &held);
        done = done < 0 ? done : write_bytes(digester, "]", 1);
        made = end(digester, done, 0);
        long long chars = made == NULL || held.count > nodes ? -1 : chars_of_scalars(digester->capture, &held);
        /* Where all is read, it is read whatever the budget is; a sample depends on the budget. */
        if (chars >= 0 && PySequence_Fast_GET_SIZE(source) == size) {
            remember_rest(rest, source, &held, held.count == size - skip ? held.count : nodes, chars, made);
        }
    }
    let_go(&held);
    return made;
}

PyObject *
digest_of_rest(Capture *capture, Budget *budget, PyObject *source, Py_ssize_t skip)
{
    Digester digester;
    begin(&digester, capture, budget);
    return PyDict_CheckExact(source) ? end(&digester, write_dict(&digester, "rest", source, skip), 0)
                                     : digest_of_sequence_rest(&digester, source, skip);
}

PyObject *
digest_of_value(Capture *capture, Budget *budget, PyObject *obj)
{
    Digester digester;
    begin(&digester, capture, budget);
    int done = write_value(&digester, obj);
    /* A value alone is written without the length of its token. */
    size_t start = 0;
    if (done == 0 && digester.out[0] != '#') {
        while (digester.out[start++] != ':') {
        }
    }
    return end(&digester, done, start);
}
