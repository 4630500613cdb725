/* Values: the twin of capture/walk.py for scalars, small containers and described objects. */
#include "walk.h"

#include "callables.h"
#include "identity.h"
#include "kinds.h"
#include "limits.h"
#include "python_walk.h"
#include "shared.h"
#include "support.h"
#include "texts.h"

/* Walk.value, new reference. NULL with an error, or without one where the Python walk has to take the whole value. */
static PyObject *plain(Walk *walk, PyObject *obj);

static inline PyObject *
keep(PyObject *obj)
{
    return Py_NewRef(obj);
}

/* An int of one digit, as most are. */
static inline int
is_small(PyObject *number)
{
#if PY_VERSION_HEX >= 0x030C0000
    return PyUnstable_Long_IsCompact((PyLongObject *)number);
#else
    return Py_SIZE(number) >= -1 && Py_SIZE(number) <= 1;
#endif
}

static PyObject *
plain_int(PyObject *number)
{
    int overflow;
    (void)PyLong_AsLongLongAndOverflow(number, &overflow);
    return overflow ? NULL : keep(number);
}

/* Walk._enter: 1 where the parts of `obj` are walked; else 0, with what takes its place in `instead`, which is NULL
 * with an error, or without one where this is for the Python walk. */
static int
go_in(Walk *walk, PyObject *obj, PyObject **instead)
{
    *instead = NULL;
    for (Py_ssize_t i = 0; i < walk->depth; i++) {
        if (walk->path[i] == obj) {
            *instead = Py_NewRef(walk->capture->state->cycle);
            return 0;
        }
    }
    if (walk->depth >= walk->capture->depth || walk->nodes <= 0) {
        *instead = beyond_limits(walk, obj);
        return 0;
    }
    if (walk->depth >= MOST_DEPTH) {
        return 0;
    }
    walk->path[walk->depth++] = obj;
    return 1;
}

/* The description of each of `parts`, new references; -1 where one is missing, with or without an error. */
static int
plain_parts(Walk *walk, PyObject *const *parts, Py_ssize_t size, PyObject **made)
{
    for (Py_ssize_t i = 0; i < size; i++) {
        made[i] = plain(walk, parts[i]);
        if (made[i] == NULL) {
            while (i > 0) {
                Py_DECREF(made[--i]);
            }
            return -1;
        }
    }
    return 0;
}

/* A list or tuple `obj` of few `parts`, which are held. */
static PyObject *
plain_few(Walk *walk, PyObject *obj, PyObject *const *parts, Py_ssize_t size)
{
    Capture *capture = walk->capture;
    PyTypeObject *kind = Py_TYPE(obj);
    PyObject *shown[MOST_VALUES];
    /* Scalars, all of them. */
    PyObject *found = are_free(parts, size) ? found_again(capture, obj, kind, parts, size) : NULL;
    if (found != NULL || plain_parts(walk, parts, size, shown) < 0) {
        return found;
    }
    found = found_again(capture, obj, kind, shown, size);
    PyObject *made = found != NULL ? found : kind == &PyList_Type ? PyList_New(size) : PyTuple_New(size);
    for (Py_ssize_t i = 0; i < size; i++) {
        if (found != NULL || made == NULL) {
            Py_DECREF(shown[i]);
        }
        else if (kind == &PyList_Type) {
            PyList_SET_ITEM(made, i, shown[i]);
        }
        else {
            PyTuple_SET_ITEM(made, i, shown[i]);
        }
    }
    return found != NULL || made == NULL || size == 0 ? made : share(capture, obj, dead(made));
}

static PyObject *
plain_list(Walk *walk, PyObject *obj)
{
    Py_ssize_t whole = PyList_GET_SIZE(obj);
    PyObject *instead;
    if (!go_in(walk, obj, &instead)) {
        return instead;
    }
    if (whole <= MOST_VALUES && whole <= walk->capture->items) {
        /* Held: what runs below may let another thread change the list. */
        PyObject *parts[MOST_VALUES];
        for (Py_ssize_t i = 0; i < MOST_VALUES; i++) {
            parts[i] = i < whole ? Py_NewRef(PyList_GET_ITEM(obj, i)) : NULL;
        }
        walk->nodes -= whole;
        PyObject *few = plain_few(walk, obj, parts, whole);
        for (Py_ssize_t i = 0; i < whole; i++) {
            Py_DECREF(parts[i]);
        }
        walk->depth -= few != NULL;
        return few;
    }
    Py_ssize_t size = whole < walk->capture->items ? whole : walk->capture->items;
    PyObject *made = wide_again(walk->capture, obj, size);
    walk->nodes -= size;
    if (made == NULL) {
        /* A copy: what runs below may let another thread change the list. */
        made = PyList_GetSlice(obj, 0, size);
        for (Py_ssize_t i = 0; made != NULL && i < PyList_GET_SIZE(made); i++) {
            PyObject *item = plain(walk, PyList_GET_ITEM(made, i));
            if (item == NULL) {
                Py_CLEAR(made);
                break;
            }
            PyList_SetItem(made, i, item);
        }
        if (made == NULL) {
            return NULL;
        }
        dead(made);
    }
    if (whole > walk->capture->items) {
        made = cut(walk, made, obj, whole);
    }
    else {
        share(walk->capture, obj, made);
    }
    walk->depth--;
    return made;
}

static PyObject *
plain_tuple(Walk *walk, PyObject *obj)
{
    Py_ssize_t whole = PyTuple_GET_SIZE(obj);
    Py_ssize_t size = whole > walk->capture->items ? walk->capture->items : whole;
    PyObject *instead;
    if (!go_in(walk, obj, &instead)) {
        return instead;
    }
    if (whole == 2 && !judge_name(walk->capture, PyTuple_GET_ITEM(obj, 0))) {
        return NULL;
    }
    walk->nodes -= size;
    if (whole <= MOST_VALUES && whole == size) {
        PyObject *few = plain_few(walk, obj, PySequence_Fast_ITEMS(obj), size);
        walk->depth -= few != NULL;
        return few;
    }
    PyObject *made = PyTuple_New(size);
    if (made == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *item = plain(walk, PyTuple_GET_ITEM(obj, i));
        if (item == NULL) {
            Py_DECREF(made);
            return NULL;
        }
        PyTuple_SET_ITEM(made, i, item);
    }
    dead(made);
    if (whole > size) {
        made = cut(walk, made, obj, whole);
    }
    walk->depth--;
    return made;
}

/* Keys whose hash and equality are C code, and which are captured as themselves. */
static int
plain_key(Capture *capture, PyObject *key)
{
    PyTypeObject *kind = Py_TYPE(key);
    if (kind == &PyUnicode_Type) {
        if (!judge_name(capture, key)) {
            return 0;
        }
        PyObject *text = plain_text(capture, key);
        Py_XDECREF(text);
        return text == key;
    }
    if (kind == &PyLong_Type) {
        PyObject *number = plain_int(key);
        Py_XDECREF(number);
        return number != NULL;
    }
    return kind == &PyFloat_Type || key == Py_None || kind == &PyBool_Type;
}

/* The first `most` pairs. No code of the program's runs, which might change it meanwhile. */
static PyObject *
first_pairs(PyObject *obj, Py_ssize_t most)
{
    PyObject *made = PyDict_New();
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (made != NULL && PyDict_GET_SIZE(made) < most && PyDict_Next(obj, &position, &key, &value)) {
        PyTypeObject *kind = Py_TYPE(key);
        int hashes = kind == &PyUnicode_Type || kind == &PyLong_Type || kind == &PyFloat_Type || key == Py_None ||
                     kind == &PyBool_Type;
        if (!hashes || PyDict_SetItem(made, key, value) < 0) {
            Py_CLEAR(made);
        }
    }
    return made;
}

/* Walk._dict. All keys are judged before the first value is taken: what was taken from the limits stays taken. */
static PyObject *
plain_dict(Walk *walk, PyObject *obj)
{
    Capture *capture = walk->capture;
    Py_ssize_t whole = PyDict_GET_SIZE(obj);
    if (obj == capture->builtins) {
        return NULL;
    }
    PyObject *instead;
    if (!go_in(walk, obj, &instead)) {
        return instead;
    }
    PyObject *made = dict_again(capture, obj);
    if (made != NULL) {
        walk->nodes -= 2 * whole;
        walk->depth--;
        return made;
    }
    made = whole > capture->items ? first_pairs(obj, capture->items) : PyDict_Copy(obj);
    if (made == NULL) {
        return NULL;
    }
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(made, &position, &key, &value)) {
        if (!plain_key(capture, key)) {
            Py_DECREF(made);
            return NULL;
        }
    }
    walk->nodes -= 2 * PyDict_GET_SIZE(made);
    position = 0;
    while (PyDict_Next(made, &position, &key, &value)) {
        PyObject *shown = plain(walk, value);
        /* The key is there, so its place stays and the iteration goes on. */
        if (shown == NULL || (shown != value && PyDict_SetItem(made, key, shown) < 0)) {
            Py_XDECREF(shown);
            Py_DECREF(made);
            return NULL;
        }
        Py_DECREF(shown);
    }
    dead(made);
    if (whole > capture->items) {
        made = cut(walk, made, obj, whole);
    }
    else if (whole > 0) {
        share(capture, obj, made);
    }
    walk->depth--;
    return made;
}

static PyObject *
make_struct(State *state, PyObject *title, PyObject *fields)
{
    PyObject *made = state->struct_type->tp_alloc(state->struct_type, 0);
    if (made == NULL) {
        Py_DECREF(fields);
        return NULL;
    }
    *(PyObject **)((char *)made + state->struct_title) = Py_NewRef(title);
    *(PyObject **)((char *)made + state->struct_fields) = dead(fields);
    return dead(made);
}

/* A name and a value, new reference: those of place `i` in `before`, which may be NULL, where they are the same. */
static inline PyObject *
field_pair(PyObject *before, Py_ssize_t i, PyObject *name, PyObject *value)
{
    PyObject *pair = before == NULL ? NULL : PyTuple_GET_ITEM(before, i);
    if (pair != NULL && PyTuple_GET_ITEM(pair, 0) == name && PyTuple_GET_ITEM(pair, 1) == value) {
        return Py_NewRef(pair);
    }
    return PyTuple_Pack(2, name, value);
}

/* Walk._struct of `obj`: `values` are those of `names`, at most MOST_VALUES, whose names hold no secret. Does not steal. */
static PyObject *
plain_struct(Walk *walk, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values)
{
    Capture *capture = walk->capture;
    Py_ssize_t size = PyTuple_GET_SIZE(names);
    walk->nodes -= size;
    PyObject *shown[MOST_VALUES];
    shown[0] = NULL; /* there may be no names */
    PyObject *found = are_free(values, size) ? struct_again(capture, obj, title, names, values) : NULL;
    if (found != NULL || plain_parts(walk, values, size, shown) < 0) {
        return found;
    }
    found = struct_again(capture, obj, title, names, shown);
    PyObject *fields = found != NULL ? NULL : PyTuple_New(size);
    PyObject *before = fields == NULL ? NULL : fields_before(capture, obj, size);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *pair = fields == NULL ? NULL : field_pair(before, i, PyTuple_GET_ITEM(names, i), shown[i]);
        Py_DECREF(shown[i]);
        if (pair != NULL) {
            PyTuple_SET_ITEM(fields, i, dead(pair));
        }
        else {
            Py_CLEAR(fields);
        }
    }
    Py_XDECREF(before);
    if (fields == NULL) {
        return found;
    }
    PyObject *made = make_struct(capture->state, title, fields);
    return made == NULL ? NULL : share(capture, obj, made);
}

/* An instance described by attributes that are read without running code (Decision.fields). */
static PyObject *
plain_fields(Walk *walk, PyObject *obj, PyObject *title, PyObject *names, const short *offsets)
{
    Py_ssize_t size = PyTuple_GET_SIZE(names);
    PyObject *values[MOST_VALUES];
    Py_ssize_t count = 0;
    PyObject *made = NULL;
    while (count < size) {
        PyObject *value = field_of(obj, PyTuple_GET_ITEM(names, count), offsets[count]);
        if (value == NULL) {
            if (PyErr_Occurred()) {
                goto done;
            }
            value = Py_NewRef(walk->capture->state->unset);
        }
        values[count++] = value;
    }
    if (go_in(walk, obj, &made)) {
        made = plain_struct(walk, obj, title, names, values);
        walk->depth--;
    }
done:
    while (count > 0) {
        Py_DECREF(values[--count]);
    }
    return made;
}

/* What a describer made: a Mark, nothing, or (title, names, values). Steals `shape`. */
static PyObject *
plain_shape(Walk *walk, PyObject *obj, PyObject *title, PyObject *shape)
{
    PyObject *made = NULL;
    if (shape == Py_None) {
        made = by_identity(walk->capture, obj, title);
    }
    else if (Py_TYPE(shape) == walk->capture->state->mark_type) {
        return shape;
    }
    else if (PyTuple_CheckExact(shape) && PyTuple_GET_SIZE(shape) == 3) {
        PyObject *names = PyTuple_GET_ITEM(shape, 1);
        PyObject *values = PyTuple_GET_ITEM(shape, 2);
        /* A list may be the program's own, which another thread may change: a copy holds what is in it. */
        values = PyList_CheckExact(values) ? PyList_AsTuple(values) : PyTuple_CheckExact(values) ? Py_NewRef(values) : NULL;
        if (values != NULL && PyTuple_CheckExact(names) && PyTuple_GET_SIZE(values) == PyTuple_GET_SIZE(names) &&
            PyTuple_GET_SIZE(names) <= walk->capture->items && PyTuple_GET_SIZE(names) <= MOST_VALUES &&
            harmless_names(walk->capture, names) && go_in(walk, obj, &made)) {
            made = plain_struct(walk, obj, PyTuple_GET_ITEM(shape, 0), names, PySequence_Fast_ITEMS(values));
            walk->depth--;
        }
        Py_XDECREF(values);
    }
    Py_DECREF(shape);
    return made;
}

/* Walk._described */
static PyObject *
plain_object(Walk *walk, PyObject *obj)
{
    Capture *capture = walk->capture;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(capture->views); i++) {
        if (PyTuple_GET_ITEM(capture->views, i) == (PyObject *)Py_TYPE(obj)) {
            return NULL;
        }
    }
    for (Py_ssize_t i = 0; i < walk->depth; i++) {
        if (walk->path[i] == obj) {
            return NULL;
        }
    }
    Kind *kind = kind_of(capture, obj);
    if (kind == NULL) {
        return NULL;
    }
    PyObject *decision = Py_NewRef(kind->decision);
    PyObject *title = PyTuple_GET_ITEM(decision, 0);
    PyObject *describe = PyTuple_GET_ITEM(decision, 1);
    PyObject *names = PyTuple_GET_ITEM(decision, 4);
    PyObject *made = NULL;
    int constructing = 0;
    if (PyDict_GET_SIZE(capture->constructing) > 0) {
        PyObject *identity = PyLong_FromVoidPtr(obj);
        constructing = identity == NULL ? -1 : PyDict_Contains(capture->constructing, identity);
        Py_XDECREF(identity);
    }
    if (constructing < 0) {
    }
    else if (constructing || describe == capture->unknown) {
        made = by_identity(capture, obj, title);
    }
    else if (names != Py_None && PyTuple_GET_SIZE(names) <= MOST_VALUES && PyTuple_GET_SIZE(names) <= capture->items &&
             PyTuple_GET_SIZE(names) > 0 && readable(capture, obj, names, kind)) {
        short offsets[MOST_VALUES]; /* `kind` may be replaced whenever Python code runs */
        memcpy(offsets, kind->offsets, sizeof(offsets));
        made = plain_fields(walk, obj, title, names, offsets);
    }
    else if (!PyErr_Occurred() && PyTuple_GET_ITEM(decision, 5) == Py_True) {
        /* Not where the describer is a function of the user's: the Python walk runs that once. */
        PyObject *shape = described_by_name(capture, obj, describe);
        made = shape == NULL ? NULL : plain_shape(walk, obj, title, shape);
    }
    Py_DECREF(decision);
    return made;
}

/* What is no `scalar`. NULL with an error, or without one where this is for the Python walk. */
static PyObject *
plain_here(Walk *walk, PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    if (kind == &PyUnicode_Type) {
        PyObject *text = plain_text(walk->capture, obj);
        return text != NULL || PyErr_Occurred() ? text : long_text(walk, obj);
    }
    if (kind == &PyLong_Type) {
        return plain_int(obj);
    }
    if (kind == &PyComplex_Type) {
        return keep(obj);
    }
    if (kind == &PyDict_Type) {
        return plain_dict(walk, obj);
    }
    if (kind == &PyList_Type) {
        return plain_list(walk, obj);
    }
    if (kind == &PyTuple_Type) {
        return plain_tuple(walk, obj);
    }
    if (kind == &PyBytes_Type) {
        return PySet_Contains(walk->capture->clean_data, obj) == 1 ? keep(obj) : NULL;
    }
    if (kind == &PySet_Type || kind == &PyFrozenSet_Type) {
        return NULL;
    }
    return plain_object(walk, obj);
}

/* A scalar that is shown as it is, new reference; NULL without an error for any other value. */
static inline PyObject *
scalar(Capture *capture, PyObject *obj)
{
    PyTypeObject *kind = Py_TYPE(obj);
    if (kind == &PyUnicode_Type) {
        return capture->texts[((size_t)obj >> 4) % SHARED] == obj ? keep(obj) : NULL;
    }
    if (kind == &PyLong_Type) {
        return is_small(obj) ? keep(obj) : NULL;
    }
    return kind == &PyFloat_Type || obj == Py_None || kind == &PyBool_Type ? keep(obj) : NULL;
}

static PyObject *
plain(Walk *walk, PyObject *obj)
{
    PyObject *same = scalar(walk->capture, obj);
    if (same != NULL) {
        return same;
    }
    Py_ssize_t depth = walk->depth;
    Py_ssize_t nodes = walk->nodes;
    Budget *before = walk->budget;
    long long digest_nodes = before == NULL ? 0 : before->nodes;
    long long digest_chars = before == NULL ? 0 : before->chars;
    long long shown = before == NULL ? 0 : before->shown;
    PyObject *made = plain_here(walk, obj);
    if (made != NULL || depth == 0 || PyErr_Occurred()) {
        return made;
    }
    walk->depth = depth;
    walk->nodes = nodes;
    if (before != NULL) {
        before->nodes = digest_nodes;
        before->chars = digest_chars;
        before->shown = shown;
    }
    else {
        Py_CLEAR(walk->budget);
    }
    return part_in_python(walk, obj);
}

PyObject *
capture_value(Capture *capture, PyObject *obj, PyObject *secrecy)
{
    int hidden = hides(capture, obj, secrecy);
    if (hidden == 1) {
        return Py_NewRef(capture->redacted);
    }
    if (hidden == 0) {
        PyObject *same = scalar(capture, obj);
        if (same != NULL) {
            return same;
        }
        Walk walk;
        walk.capture = capture;
        walk.python = NULL;
        walk.depth = 0;
        walk.nodes = capture->nodes;
        walk.budget = NULL;
        PyObject *made = plain_here(&walk, obj);
        if (made != NULL && walk.python != NULL) {
            PyObject *done = PyObject_CallMethod((PyObject *)capture, "_give_walk", "O", walk.python);
            if (done == NULL) {
                Py_CLEAR(made);
            }
            Py_XDECREF(done);
        }
        Py_XDECREF(walk.python);
        Py_XDECREF(walk.budget);
        if (made != NULL) {
            return made;
        }
    }
    if (PyErr_Occurred()) {
        /* Ours is met again below, where Python says what to show; what a signal handler raised goes on. */
        PyObject *problem = take_raised();
        PyObject *programs = PyObject_CallMethod((PyObject *)capture, "_is_programs", "(O)", problem);
        if (programs != Py_False) {
            if (programs != NULL) {
                raise_again(problem);
                Py_DECREF(programs);
            }
            else {
                Py_DECREF(problem);
            }
            return NULL;
        }
        Py_DECREF(programs);
        Py_DECREF(problem);
    }
    return PyObject_CallMethod((PyObject *)capture, "_value", "OO", obj, secrecy == NULL ? capture->never : secrecy);
}
