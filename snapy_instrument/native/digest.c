/* Digests of what a captured value does not show: the twin of capture/digest.py, which has the grammar.
 *
 * What is rare is written by the Python digester, with the same budget: texts that hold a secret or are long, large ints,
 * bytes, values that a describer of the user's knows, and whatever is nested deeper than `DEEPEST`. */
#include "digest.h"

#include "callables.h"
#include "digest_writer.h"
#include "identity.h"
#include "kinds.h"
#include "samples.h"
#include "texts.h"
#include "tokens.h"
#include "trails.h"

/* See capture/digest.py. */
enum { COST_OF_A_CONTAINER = 5, LEAST_ORDERING = 16, LONGEST_NAMES = 2000 };
static const long long LARGE = 1000000000000000000;

/* What becomes of a value: it is written, or is the same as before; only Python writes it, and the outermost set that is
 * open is Python's too; it is not what was there before. -1 with an error. */
enum { WRITTEN = 0, FOR_PYTHON = 1, DIFFERS = 2 };

/* Marks of containers in a trail. */
enum { LIST, TUPLE, DICT, REST, OBJECT, TITLE, MARK, CYCLE, END };

static int write_value(Digester *to, PyObject *obj);

/* Digester.part: what only Python writes, `obj` inside of what is open here. */
static int
write_in_python(Digester *to, PyObject *obj)
{
    if (to->sets > 0) {
        return FOR_PYTHON; /* Python has to know of the set, whose texts take nothing from the budget */
    }
    if (to->trail != NULL) {
        if (to->trail->following) {
            return DIFFERS;
        }
        to->trail->broken = 1;
    }
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

/* Whether `mark` is to be written: WRITTEN where it need not be, DIFFERS, or TO_WRITE. */
enum { TO_WRITE = 3 };

static inline int
pass(Digester *to, PyObject *mark)
{
    if (to->trail == NULL) {
        return TO_WRITE;
    }
    int met = meet(to->trail, mark);
    return met == NOTED ? TO_WRITE : met == SAME ? WRITTEN : DIFFERS;
}

/* The same of two marks. */
static int
pass_both(Digester *to, PyObject *first, PyObject *second)
{
    return pass(to, first) == DIFFERS ? DIFFERS : pass(to, second);
}

static int
follows(const Digester *to)
{
    return to->trail != NULL && to->trail->following;
}

/* -- containers ------------------------------------------------------------------------------------------- */

/* Digester.pairs: 1 if `value` is written as redacted because of its key. */
static int
is_hidden(Digester *to, PyObject *key, PyObject *value)
{
    const Trail *trail = to->trail;
    if (trail != NULL && trail->following && is_leaf(value) && trail->at < trail->count && trail->marks[trail->at] == value) {
        return 0; /* the same key and value as before, which was not hidden */
    }
    return hides_under(to->capture, key, value);
}

/* The elements from `skip` on, until the budget ends; `paired`: they are keys and values in turn. */
static int
write_elements(Digester *to, const Held *held, Py_ssize_t skip, int paired)
{
    for (Py_ssize_t i = skip; i < held->count && to->budget->nodes > 0; i++) {
        PyObject *item = held->items[i];
        if (paired && i % 2) {
            int hidden = is_hidden(to, held->items[i - 1], item);
            if (hidden < 0) {
                PyErr_Clear();
                return FOR_PYTHON;
            }
            item = hidden ? to->capture->redacted : item;
        }
        int done = write_value(to, item);
        if (done != WRITTEN) {
            return done;
        }
    }
    return WRITTEN;
}

static int
write_tail(Digester *to)
{
    to->lossy |= to->budget->nodes <= 0;
    int done = pass(to, container_mark(END, 0));
    return done == TO_WRITE ? write_bytes(to, "]", 1) : done;
}

/* A container of `size` elements, where those that are held are read from `skip` on. Steals what is held. */
static int
write_held(Digester *to, int kind, Py_ssize_t size, Held *held, Py_ssize_t skip, int paired)
{
    static const char *const words[] = {"list", "tuple", "dict", "rest"};
    int done = pass(to, container_mark(kind, size));
    done = done == TO_WRITE ? write_head(to, words[kind], size) : done;
    done = done == WRITTEN ? write_elements(to, held, skip, paired) : done;
    let_go(held);
    return done == WRITTEN ? write_tail(to) : done;
}

static int
write_dict(Digester *to, int kind, PyObject *source, Py_ssize_t skip)
{
    Held held;
    return hold_pairs(to->budget, &held, source, skip) < 0 ? -1 : write_held(to, kind, PyDict_GET_SIZE(source) - skip, &held, 0, 1);
}

static int
write_sequence(Digester *to, int kind, PyObject *source, Py_ssize_t skip)
{
    Held held;
    if (kind == TUPLE && PyTuple_GET_SIZE(source) == 2) { /* it may be a name and its value */
        if (hold(&held, 2) < 0) {
            return -1;
        }
        hold_one(&held, PyTuple_GET_ITEM(source, 0));
        hold_one(&held, PyTuple_GET_ITEM(source, 1));
        return write_held(to, kind, 2, &held, 0, 1);
    }
    if (hold_sequence(to->budget, &held, source, skip) < 0) {
        return -1;
    }
    return write_held(to, kind, PySequence_Fast_GET_SIZE(source) - skip, &held, 0, 0);
}

/* -- sets ------------------------------------------------------------------------------------------------- */

/* The elements of a set that the budget allows to read as a whole: FOR_PYTHON where one of them is. */
static int
write_set_elements(Digester *to, PyObject *obj)
{
    Py_ssize_t count = PySet_GET_SIZE(obj);
    Held held;
    Token *tokens = PyMem_Malloc((size_t)(count + 1) * sizeof(Token));
    if (tokens == NULL || hold(&held, count) < 0) {
        PyMem_Free(tokens);
        PyErr_NoMemory();
        return -1;
    }
    hold_set(&held, obj, count);
    size_t start = to->size;
    int done = WRITTEN;
    Py_ssize_t written = 0;
    to->sets++;
    while (done == WRITTEN && written < held.count && to->budget->nodes > 0) {
        size_t from = to->size;
        done = write_value(to, held.items[written]);
        if (done == WRITTEN) {
            tokens[written++] = token_from(to, from);
        }
    }
    to->sets--;
    if (done == WRITTEN && to->budget->nodes > 0) {
        done = write_sorted(to, start, tokens, written);
    }
    else {
        to->size = start; /* the first elements depend on the hash seed */
    }
    let_go(&held);
    PyMem_Free(tokens);
    return done;
}

static int
write_set(Digester *to, PyObject *obj)
{
    if (to->trail != NULL) {
        if (to->trail->following) {
            return DIFFERS;
        }
        to->trail->broken = 1;
    }
    Py_ssize_t size = PySet_GET_SIZE(obj);
    if (size > to->budget->nodes) {
        char label[32];
        to->lossy = 1;
        return write_token(to, 0, label, (size_t)PyOS_snprintf(label, sizeof(label), "set%zd", size));
    }
    Trail *trail = to->trail;
    to->trail = NULL;
    to->path[to->depth++] = obj;
    int done = write_head(to, "set", size);
    done = done < 0 ? done : write_set_elements(to, obj);
    to->depth--;
    to->trail = trail;
    return done == WRITTEN ? write_tail(to) : done;
}

/* -- objects ---------------------------------------------------------------------------------------------- */

/* "o" title and names, each after a NUL; FOR_PYTHON where they are too long or not ASCII. */
static int
write_object_head(Digester *to, PyObject *title, PyObject *names)
{
    char label[LONGEST_NAMES];
    size_t size = 0;
    label[size++] = 'o';
    for (Py_ssize_t i = -1; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = i < 0 ? title : PyTuple_GET_ITEM(names, i);
        int done = pass(to, name);
        if (done == DIFFERS) {
            return DIFFERS;
        }
        if (i >= 0) {
            label[size++] = '\0';
        }
        if (name != Py_None) {
            if (!PyUnicode_CheckExact(name) || !PyUnicode_IS_COMPACT_ASCII(name) ||
                size + (size_t)PyUnicode_GET_LENGTH(name) + 2 > sizeof(label)) {
                return FOR_PYTHON;
            }
            memcpy(label + size, PyUnicode_DATA(name), (size_t)PyUnicode_GET_LENGTH(name));
            size += (size_t)PyUnicode_GET_LENGTH(name);
        }
    }
    if (follows(to)) {
        return WRITTEN;
    }
    return write_bytes(to, "#", 1) < 0 || write_token(to, 0, label, size) < 0 ? -1 : WRITTEN;
}

/* Policy.redacted_fields; -1 with or without an error. */
static int
redact_fields(Capture *capture, PyObject *names, Held *values)
{
    for (Py_ssize_t i = 0; i < values->count; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        int hidden = name == Py_None ? 0 : hides_under(capture, name, values->items[i]);
        if (hidden < 0) {
            return -1;
        }
        if (hidden) {
            Py_SETREF(values->items[i], Py_NewRef(capture->redacted));
        }
    }
    return 0;
}

/* An object by its title, `names` and their values, which are held; steals those. */
static int
write_struct(Digester *to, PyObject *obj, PyObject *title, PyObject *names, Held *values)
{
    if (to->trail != NULL) {
        int done = pass(to, container_mark(OBJECT, PyTuple_GET_SIZE(names)));
        if (done == DIFFERS) {
            let_go(values);
            return DIFFERS;
        }
    }
    int done = write_object_head(to, title, names);
    if (done == WRITTEN) {
        to->path[to->depth++] = obj;
        done = write_elements(to, values, 0, 0);
        to->depth--;
    }
    let_go(values);
    return done == WRITTEN ? write_tail(to) : done;
}

static int
write_mark(Digester *to, PyObject *mark)
{
    PyObject *text = text_of_mark(to->capture->state, mark);
    if (text == NULL) {
        return FOR_PYTHON;
    }
    int done = pass_both(to, container_mark(MARK, 0), text);
    return done == TO_WRITE ? write_text(to, 'm', text) : done;
}

/* An object by its title alone. */
static int
write_title(Digester *to, PyObject *title)
{
    int done = pass_both(to, container_mark(TITLE, 0), title);
    return done == TO_WRITE ? write_text(to, 'r', title) : done;
}

/* What a describer of ours says: a Mark, nothing, or (title, names, values). */
static int
write_description(Digester *to, PyObject *obj, PyObject *title, PyObject *shape)
{
    if (shape == Py_None) {
        return write_title(to, title);
    }
    if (Py_TYPE(shape) == to->capture->state->mark_type) {
        return write_mark(to, shape);
    }
    if (!PyTuple_CheckExact(shape) || PyTuple_GET_SIZE(shape) != 3 || !PyTuple_CheckExact(PyTuple_GET_ITEM(shape, 1))) {
        return FOR_PYTHON;
    }
    PyObject *values = PyTuple_GET_ITEM(shape, 2);
    if (!PyTuple_CheckExact(values) && !PyList_CheckExact(values)) {
        return FOR_PYTHON;
    }
    Held held;
    Py_ssize_t size = PySequence_Fast_GET_SIZE(values);
    if (size != PyTuple_GET_SIZE(PyTuple_GET_ITEM(shape, 1))) {
        return FOR_PYTHON;
    }
    if (hold(&held, size) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        hold_one(&held, PySequence_Fast_ITEMS(values)[i]);
    }
    if (redact_fields(to->capture, PyTuple_GET_ITEM(shape, 1), &held) < 0) {
        let_go(&held);
        return FOR_PYTHON;
    }
    return write_struct(to, obj, PyTuple_GET_ITEM(shape, 0), PyTuple_GET_ITEM(shape, 1), &held);
}

/* The fields that a describer only reads: see Decision.fields. */
static int
write_fields(Digester *to, PyObject *obj, const Kind *kind, PyObject *title, PyObject *names)
{
    int harmless = kind->harmless;
    Held held;
    if (hold(&held, PyTuple_GET_SIZE(names)) < 0) {
        return -1;
    }
    short offsets[MOST_VALUES]; /* `kind` may be replaced whenever Python code runs */
    memcpy(offsets, kind->offsets, sizeof(offsets));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *value = field_of(obj, PyTuple_GET_ITEM(names, i), offsets[i]);
        if (value == NULL) {
            let_go(&held);
            PyErr_Clear();
            return FOR_PYTHON; /* not there, or the memory ended: Python sees which */
        }
        held.items[held.count++] = value;
    }
    if (!harmless && redact_fields(to->capture, names, &held) < 0) {
        let_go(&held);
        return FOR_PYTHON;
    }
    return write_struct(to, obj, title, names, &held);
}

/* Digester._open_described: FOR_PYTHON with an error of a describer, too. */
static int
write_object(Digester *to, PyObject *obj)
{
    Capture *capture = to->capture;
    if (is_view(capture, Py_TYPE(obj))) {
        return FOR_PYTHON;
    }
    Kind *kind = kind_of(capture, obj);
    if (kind == NULL) {
        PyErr_Clear();
        return FOR_PYTHON;
    }
    PyObject *decision = Py_NewRef(kind->decision);
    PyObject *title = PyTuple_GET_ITEM(decision, 0);
    PyObject *describe = PyTuple_GET_ITEM(decision, 1);
    PyObject *names = PyTuple_GET_ITEM(decision, 4);
    int done = FOR_PYTHON;
    if (describe == capture->unknown) {
        done = write_title(to, title);
    }
    else if (PyTuple_GET_ITEM(decision, 5) != Py_True) {
        /* A function of the user's: Python counts what it costs. */
    }
    else if (is_constructing(capture, obj)) {
        done = write_title(to, title);
    }
    else if (names != Py_None && PyTuple_GET_SIZE(names) > 0 && PyTuple_GET_SIZE(names) <= MOST_VALUES &&
             readable(capture, obj, names, kind)) {
        done = write_fields(to, obj, kind, title, names);
    }
    else if (!PyErr_Occurred()) {
        PyObject *shape = PyTuple_GET_ITEM(decision, 6) == Py_True ? member_by_name(capture, obj, title, describe)
                                                                  : described_by_name(capture, obj, describe);
        done = shape == NULL ? FOR_PYTHON : write_description(to, obj, title, shape);
        Py_XDECREF(shape);
    }
    if (done == FOR_PYTHON) {
        PyErr_Clear();
    }
    Py_DECREF(decision);
    return done;
}

/* -- values ----------------------------------------------------------------------------------------------- */

static int
write_small(Digester *to, PyObject *obj)
{
    to->budget->nodes--;
    int done = pass(to, obj);
    if (done != TO_WRITE) {
        return done;
    }
    return obj == Py_None ? write_token(to, 0, "None", 4)
                          : obj == Py_True ? write_token(to, 0, "True", 4) : write_token(to, 0, "False", 5);
}

/* A container or an object, which takes COST_OF_A_CONTAINER. */
static int
write_parts(Digester *to, PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    if (kind == &PySet_Type || kind == &PyFrozenSet_Type) {
        return write_set(to, obj);
    }
    if (kind != &PyDict_Type && kind != &PyList_Type && kind != &PyTuple_Type) {
        return write_object(to, obj);
    }
    to->path[to->depth++] = obj;
    int done = kind == &PyDict_Type ? write_dict(to, DICT, obj, 0)
                                    : write_sequence(to, kind == &PyList_Type ? LIST : TUPLE, obj, 0);
    to->depth--;
    return done;
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
        long long size = to->sets ? 0 : PyUnicode_GET_LENGTH(obj);
        budget->nodes--;
        budget->chars -= size < budget->chars ? size : budget->chars;
        int done = pass(to, obj);
        return done == TO_WRITE ? write_text(to, 's', obj) : done;
    }
    if (kind == &PyLong_Type) {
        int overflow;
        long long number = PyLong_AsLongLongAndOverflow(obj, &overflow);
        if (overflow || number <= -LARGE || number >= LARGE) {
            return write_in_python(to, obj);
        }
        budget->nodes--;
        int done = pass(to, obj);
        return done == TO_WRITE ? write_int(to, number) : done;
    }
    if (obj == Py_None || kind == &PyBool_Type) {
        return write_small(to, obj);
    }
    if (kind == &PyFloat_Type) {
        budget->nodes--;
        int done = pass(to, obj);
        return done == TO_WRITE ? write_float(to, PyFloat_AS_DOUBLE(obj)) : done;
    }
    if (kind == capture->state->mark_type) {
        budget->nodes--;
        int done = write_mark(to, obj);
        budget->nodes += done == FOR_PYTHON;
        return done == FOR_PYTHON ? write_in_python(to, obj) : done;
    }
    if (kind == &PyBytes_Type || kind == &PyComplex_Type || obj == capture->builtins || to->depth >= DEEPEST - 1) {
        return write_in_python(to, obj);
    }
    for (int i = 0; i < to->depth; i++) {
        if (to->path[i] == obj) {
            budget->nodes--;
            int done = pass(to, container_mark(CYCLE, 0));
            return done == TO_WRITE ? write_token(to, 0, "cycle", 5) : done;
        }
    }
    long long nodes = budget->nodes, chars = budget->chars;
    size_t size = to->size;
    budget->nodes -= COST_OF_A_CONTAINER;
    int done = write_parts(to, obj);
    if (done == FOR_PYTHON) {
        budget->nodes = nodes;
        budget->chars = chars;
        to->size = size;
        return write_in_python(to, obj);
    }
    return done;
}

/* -- digests ---------------------------------------------------------------------------------------------- */

/* What is read of `source`: after the first `skip` elements, or, where that is -1, all of it as a value. */
static int
read_source(Digester *to, PyObject *source, Py_ssize_t skip)
{
    return skip < 0                     ? write_value(to, source)
           : PyDict_Check(source)       ? write_dict(to, REST, source, skip)
                                        : write_sequence(to, REST, source, skip);
}

/* The digest of what was read before, if it is the same, new reference; NULL if it is not. */
static PyObject *
digest_again(Capture *capture, Budget *budget, PyObject *source, Py_ssize_t skip, Trail *trail)
{
    long long nodes = budget->nodes, chars = budget->chars;
    Digester digester;
    begin_digest(&digester, capture, budget);
    digester.trail = trail;
    int done = read_source(&digester, source, skip);
    drop_digest(&digester);
    PyObject *found = done == WRITTEN && trail->at == trail->count ? Py_NewRef(trail->digest) : NULL;
    end_trail(trail, NULL);
    if (found == NULL) {
        PyErr_Clear();
        budget->nodes = nodes;
        budget->chars = chars;
    }
    return found;
}

static PyObject *
digest_of(Capture *capture, Budget *budget, PyObject *source, Py_ssize_t skip)
{
    Trail *trail;
    if (find_trail(capture, source, &trail)) {
        PyObject *again = digest_again(capture, budget, source, skip, trail);
        if (again != NULL) {
            return again;
        }
    }
    Digester digester;
    begin_digest(&digester, capture, budget);
    digester.trail = trail;
    if (trail != NULL) {
        begin_trail(trail, source);
    }
    int done = read_source(&digester, source, skip);
    /* A value alone is written without the length of its token. */
    size_t start = done == WRITTEN && skip < 0 ? token_from(&digester, 0).start : 0;
    PyObject *made = end_digest(&digester, done, start);
    if (trail != NULL) {
        end_trail(trail, made);
    }
    return made;
}

PyObject *
digest_of_rest(Capture *capture, Budget *budget, PyObject *source, Py_ssize_t skip)
{
    return digest_of(capture, budget, source, skip);
}

PyObject *
digest_of_value(Capture *capture, Budget *budget, PyObject *obj)
{
    return digest_of(capture, budget, obj, -1);
}

PyObject *
digest_of_elements(Capture *capture, Budget *budget, const Held *elements, Py_ssize_t skip)
{
    Digester digester;
    begin_digest(&digester, capture, budget);
    int done = write_head(&digester, "rest", elements->count - skip);
    done = done < 0 ? done : write_elements(&digester, elements, skip, 0);
    done = done == WRITTEN ? write_tail(&digester) : done;
    return end_digest(&digester, done, 0);
}

/* The tokens of the elements of a set, each read with a budget of its own; FOR_PYTHON where one of them is. */
static int
read_tokens(Digester *to, Budget *budget, const Held *elements, Token *tokens)
{
    long long each = budget->nodes / (4 * (long long)elements->count);
    each = each < LEAST_ORDERING ? LEAST_ORDERING : each;
    long long taken = 0;
    int done = WRITTEN;
    to->sets = 1; /* what only Python can write has to be put in order there, too */
    for (Py_ssize_t i = 0; done == WRITTEN && i < elements->count; i++) {
        to->budget->nodes = each;
        to->budget->chars = 0;
        size_t from = to->size;
        done = write_value(to, elements->items[i]);
        if (done == WRITTEN) {
            tokens[i] = token_from(to, from);
            tokens[i].place = i;
            taken += each - (to->budget->nodes > 0 ? to->budget->nodes : 0);
        }
    }
    if (done == WRITTEN) {
        budget->nodes -= taken;
    }
    return done;
}

int
order_elements(Capture *capture, Budget *budget, Held *elements)
{
    Py_ssize_t count = elements->count;
    Token *tokens = PyMem_Malloc(2 * (size_t)count * sizeof(Token));
    PyObject **items = PyMem_Malloc((size_t)count * sizeof(PyObject *));
    Budget own = {.nodes = 0};
    Digester digester;
    begin_digest(&digester, capture, &own);
    int done = tokens == NULL || items == NULL ? -1 : read_tokens(&digester, budget, elements, tokens);
    if (done == WRITTEN) {
        sort_tokens(digester.out, tokens, tokens + count, count);
        for (Py_ssize_t i = 0; i < count; i++) {
            items[i] = elements->items[tokens[i].place];
            if (i > 0 && digester.lossy && compare_tokens(digester.out, &tokens[i - 1], &tokens[i]) == 0) {
                done = FOR_PYTHON;
            }
        }
    }
    if (done == WRITTEN) {
        memcpy(elements->items, items, (size_t)count * sizeof(PyObject *));
    }
    else if (done < 0 && !PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    drop_digest(&digester);
    PyMem_Free(tokens);
    PyMem_Free(items);
    return done == WRITTEN ? 1 : done < 0 ? -1 : 0;
}
