/* Lists, tuples, dicts, sets and their views: the twin of the steps of capture/walk.py for them.
 *
 * What was made lately of the object, or of another one at its address, is kept (see shared.c). Parts are compared with
 * its parts as they are walked: an unchanged container is recognised without an allocation. */
#include "containers.h"

#include "digest.h"
#include "held.h"
#include "identity.h"
#include "kinds.h"
#include "limits.h"
#include "shared.h"
#include "support.h"
#include "texts.h"

/* See capture/walk.py. */
enum { MOST_ORDERED = 1000 };

int
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

int
plain_parts(Walk *walk, PyObject *const *parts, Py_ssize_t size, PyObject **made)
{
    for (Py_ssize_t i = 0; i < size; i++) {
        made[i] = walk->plain(walk, parts[i]);
        if (made[i] == NULL) {
            while (i > 0) {
                Py_DECREF(made[--i]);
            }
            return -1;
        }
    }
    return 0;
}

/* -- lists and tuples -------------------------------------------------------------------------------------- */

/* A list or tuple of `parts`, whose references it steals. */
static PyObject *
sequence_of(PyTypeObject *kind, Held *parts)
{
    PyObject *made = kind == &PyList_Type ? PyList_New(parts->count) : PyTuple_New(parts->count);
    if (made == NULL) {
        return NULL;
    }
    /* The items of both are where PySequence_Fast_ITEMS says, and there are none yet. */
    if (parts->count > 0) {
        memcpy(PySequence_Fast_ITEMS(made), parts->items, (size_t)parts->count * sizeof(PyObject *));
    }
    parts->count = 0;
    return dead(made);
}

/* A list or tuple, by `kind`, of what is made of `parts`, or what was made of `obj` before if it is the same. */
static PyObject *
plain_each(Walk *walk, PyObject *obj, PyTypeObject *kind, const Held *parts)
{
    Py_ssize_t size = parts->count;
    PyObject *before = shown_before(walk->capture, key_of(walk, obj), kind, size);
    Held shown;
    if (hold(&shown, size) < 0) {
        Py_XDECREF(before);
        return NULL;
    }
    while (shown.count < size) {
        PyObject *made = walk->plain(walk, parts->items[shown.count]);
        if (made == NULL) {
            break;
        }
        shown.items[shown.count++] = made;
    }
    PyObject *found = NULL;
    if (shown.count == size) {
        int same = before != NULL && (size == 0 || memcmp(PySequence_Fast_ITEMS(before), shown.items, (size_t)size * sizeof(PyObject *)) == 0);
        found = same
                    ? Py_NewRef(before)
                    : sequence_of(kind, &shown);
    }
    let_go(&shown);
    Py_XDECREF(before);
    return found;
}

/* What `made` of the first items of `source` becomes where these are not all; steals `made`. */
static PyObject *
whole_or_cut(Walk *walk, PyObject *made, PyObject *source, Py_ssize_t whole)
{
    if (made == NULL) {
        return NULL;
    }
    if (whole > walk->capture->items) {
        return cut(walk, made, source, whole);
    }
    return share(walk->capture, key_of(walk, source), made);
}

/* The first items of a list or tuple, which is not in it yet. */
static PyObject *
plain_first(Walk *walk, PyObject *obj)
{
    Capture *capture = walk->capture;
    Py_ssize_t whole = PySequence_Fast_GET_SIZE(obj);
    Py_ssize_t size = whole < capture->items ? whole : capture->items;
    walk->nodes -= size;
    /* Scalars, all of them, and the same. */
    PyObject *made = same_scalars(walk, obj, size);
    if (made == NULL) {
        Held parts;
        if (hold(&parts, size) < 0) {
            return NULL;
        }
        for (Py_ssize_t i = 0; i < size; i++) {
            hold_one(&parts, PySequence_Fast_ITEMS(obj)[i]);
        }
        made = plain_each(walk, obj, Py_TYPE(obj), &parts);
        let_go(&parts);
    }
    return whole_or_cut(walk, made, obj, whole);
}

PyObject *
plain_list(Walk *walk, PyObject *obj)
{
    PyObject *made;
    if (!go_in(walk, obj, &made)) {
        return made;
    }
    made = plain_first(walk, obj);
    walk->depth--;
    return made;
}

/* A pair whose first part is the name of a secret, which the second one is: new reference, NULL with an error. */
static PyObject *
secret_pair(Walk *walk, PyObject *obj)
{
    PyObject *name = walk->plain(walk, PyTuple_GET_ITEM(obj, 0));
    PyObject *made = name == NULL ? NULL : PyTuple_Pack(2, name, walk->capture->redacted);
    Py_XDECREF(name);
    return made == NULL ? NULL : dead(made);
}

PyObject *
plain_tuple(Walk *walk, PyObject *obj)
{
    PyObject *made;
    if (!go_in(walk, obj, &made)) {
        return made;
    }
    int hidden = PyTuple_GET_SIZE(obj) != 2 ? 0 : hides_under(walk->capture, PyTuple_GET_ITEM(obj, 0), PyTuple_GET_ITEM(obj, 1));
    made = hidden < 0 ? NULL : hidden ? secret_pair(walk, obj) : plain_first(walk, obj);
    walk->depth--;
    return made;
}

/* -- dicts ------------------------------------------------------------------------------------------------- */

/* What the key and the value at place `i` of `pairs` become, put at the same place of `shown`; -1 where one is missing. */
static int
plain_pair(Walk *walk, const Held *pairs, Py_ssize_t i, Held *shown)
{
    PyObject *key = pairs->items[i], *value = pairs->items[i + 1];
    int hidden = hides_under(walk->capture, key, value);
    key = hidden < 0 ? NULL : walk->plain(walk, key);
    if (key == NULL) {
        return -1;
    }
    shown->items[shown->count++] = key;
    value = hidden ? Py_NewRef(walk->capture->redacted) : walk->plain(walk, value);
    if (value == NULL) {
        return -1;
    }
    shown->items[shown->count++] = value;
    return 0;
}

/* A copy of `source` if its keys are those of `shown`, in their order; NULL for none, with or without an error. */
static PyObject *
dict_like(PyObject *source, const Held *shown)
{
    PyObject *made = source != NULL && PyDict_GET_SIZE(source) == shown->count / 2 ? PyDict_Copy(source) : NULL;
    if (made != NULL) {
        /* A copy is made in one step, and refers to what was there: the very keys, or it is none. */
        PyObject *key, *value;
        Py_ssize_t place = 0, i = 0;
        while (PyDict_Next(made, &place, &key, &value) && shown->items[i] == key) {
            i += 2;
        }
        if (i < shown->count) {
            Py_CLEAR(made);
        }
    }
    return made;
}

/* Struct("dict", ...): keys that differ alive may have equal descriptions, and a key that is hashable alive may be none
 * as a description. */
static PyObject *
pairs_struct(State *state, const Held *shown)
{
    PyObject *fields = PyTuple_New(shown->count / 2);
    for (Py_ssize_t i = 0; fields != NULL && i < shown->count; i += 2) {
        PyObject *pair = PyTuple_Pack(2, shown->items[i], shown->items[i + 1]);
        PyObject *field = pair == NULL ? NULL : PyTuple_Pack(2, Py_None, dead(pair));
        Py_XDECREF(pair);
        if (field == NULL) {
            Py_CLEAR(fields);
            break;
        }
        PyTuple_SET_ITEM(fields, i / 2, dead(field));
    }
    PyObject *title = fields == NULL ? NULL : PyUnicode_InternFromString("dict");
    PyObject *made = title == NULL ? NULL : make_struct(state, title, dead(fields));
    if (title == NULL) {
        Py_XDECREF(fields);
    }
    Py_XDECREF(title);
    return made;
}

/* A dict of what is `shown`; `source`, which may be NULL, is a dict that may have the same keys. */
static PyObject *
dict_of(State *state, PyObject *source, const Held *shown)
{
    PyObject *made = dict_like(source, shown);
    if (made != NULL) {
        /* Most values are what they were: nothing is hashed for them. */
        PyObject *key, *value;
        Py_ssize_t place = 0;
        for (Py_ssize_t i = 1; PyDict_Next(made, &place, &key, &value); i += 2) {
            if (value != shown->items[i] && PyDict_SetItem(made, key, shown->items[i]) < 0) {
                Py_DECREF(made);
                return NULL;
            }
        }
        return dead(made);
    }
    made = PyErr_Occurred() ? NULL : PyDict_New();
    if (made == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < shown->count; i += 2) {
        PyObject *key = shown->items[i];
        /* Hashed and compared by C code or by our descriptions. */
        if (PyDict_SetItem(made, key, shown->items[i + 1]) < 0) {
            Py_DECREF(made);
            if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
                return NULL;
            }
            PyErr_Clear();
            return pairs_struct(state, shown);
        }
    }
    if (PyDict_GET_SIZE(made) < shown->count / 2) {
        Py_DECREF(made);
        return pairs_struct(state, shown);
    }
    return dead(made);
}

/* 1 if `before` is a dict of these pairs, in that order. */
static int
is_dict_of(PyObject *before, const Held *shown)
{
    if (!PyDict_CheckExact(before) || PyDict_GET_SIZE(before) != shown->count / 2) {
        return 0;
    }
    PyObject *key, *value;
    Py_ssize_t place = 0, i = 0;
    while (PyDict_Next(before, &place, &key, &value)) {
        if (shown->items[i] != key || shown->items[i + 1] != value) {
            return 0;
        }
        i += 2;
    }
    return 1;
}

/* 1 if `before` is a Struct of these pairs: see `pairs_struct`. */
static int
is_struct_of(State *state, PyObject *before, const Held *shown)
{
    if (Py_TYPE(before) != state->struct_type) {
        return 0;
    }
    PyObject *fields = *(PyObject **)((char *)before + state->struct_fields);
    if (PyTuple_GET_SIZE(fields) != shown->count / 2) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < shown->count; i += 2) {
        PyObject *pair = PyTuple_GET_ITEM(PyTuple_GET_ITEM(fields, i / 2), 1);
        if (PyTuple_GET_ITEM(pair, 0) != shown->items[i] || PyTuple_GET_ITEM(pair, 1) != shown->items[i + 1]) {
            return 0;
        }
    }
    return 1;
}

/* Walk._pairs of the first `pairs`, keys and values in turn, of `source`, a dict. */
static PyObject *
plain_pairs(Walk *walk, PyObject *source, const Held *pairs)
{
    Capture *capture = walk->capture;
    walk->nodes -= pairs->count;
    Held shown;
    if (hold(&shown, pairs->count) < 0) {
        return NULL;
    }
    PyObject *made = NULL;
    PyObject *before = shown_before(capture, key_of(walk, source), NULL, 0);
    Py_ssize_t i = 0;
    while (i < pairs->count && plain_pair(walk, pairs, i, &shown) == 0) {
        i += 2;
    }
    if (i == pairs->count) {
        if (before != NULL && (is_dict_of(before, &shown) || is_struct_of(capture->state, before, &shown))) {
            made = Py_NewRef(before);
        }
        else {
            PyObject *like = before != NULL && PyDict_CheckExact(before) ? before : PyDict_CheckExact(source) ? source : NULL;
            made = dict_of(capture->state, like, &shown);
        }
    }
    Py_XDECREF(before);
    let_go(&shown);
    return made;
}

/* The first pairs of a dict, or of an instance of a subclass that keeps its order: the part of the walk inside of it. */
static PyObject *
first_pairs(Walk *walk, PyObject *source)
{
    Capture *capture = walk->capture;
    Py_ssize_t whole = PyDict_GET_SIZE(source);
    Py_ssize_t size = whole < capture->items ? whole : capture->items;
    PyObject *made = whole == size ? same_pairs(walk, source) : NULL;
    if (made != NULL) {
        walk->nodes -= 2 * size;
        return made;
    }
    Held pairs;
    if (hold(&pairs, 2 * size) < 0) {
        return NULL;
    }
    PyObject *key, *value;
    Py_ssize_t place = 0;
    while (pairs.count < 2 * size && PyDict_Next(source, &place, &key, &value)) {
        hold_one(&pairs, key);
        hold_one(&pairs, value);
    }
    made = plain_pairs(walk, source, &pairs);
    let_go(&pairs);
    return whole_or_cut(walk, made, source, whole);
}

PyObject *
plain_dict(Walk *walk, PyObject *obj)
{
    if (obj == walk->capture->builtins) {
        return NULL;
    }
    PyObject *made;
    if (!go_in(walk, obj, &made)) {
        return made;
    }
    made = first_pairs(walk, obj);
    walk->depth--;
    return made;
}

/* -- views -------------------------------------------------------------------------------------------------- */

/* A view of a dict, as dictobject.c lays it out in all versions. */
typedef struct {
    PyObject_HEAD
    PyObject *source;
} View;

/* A slot of one of the classes in capture/views.py, new reference. */
static PyObject *
slot_of(PyObject *view, const char *name)
{
    PyObject *key = PyUnicode_InternFromString(name);
    PyObject *found = key == NULL ? NULL : PyObject_GenericGetAttr(view, key);
    Py_XDECREF(key);
    return found;
}

PyObject *
plain_dict_view(Walk *walk, PyObject *view)
{
    PyObject *pairs = slot_of(view, "pairs");
    if (pairs == NULL) {
        return NULL;
    }
    PyObject *made = NULL;
    if (Py_TYPE(pairs) == &PyDictItems_Type) {
        PyObject *source = Py_NewRef(((View *)pairs)->source);
        made = first_pairs(walk, source);
        Py_DECREF(source);
    }
    else if (Py_TYPE(pairs) == &PyODictItems_Type) {
        /* In the order of the OrderedDict, which only its iterator knows. */
        PyObject *source = ((View *)pairs)->source;
        Py_ssize_t size = PyDict_GET_SIZE(source);
        PyObject *items = size > walk->capture->items ? NULL : PySequence_Tuple(pairs);
        Held held;
        if (items != NULL && hold(&held, 2 * PyTuple_GET_SIZE(items)) == 0) {
            for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items); i++) {
                hold_one(&held, PyTuple_GET_ITEM(PyTuple_GET_ITEM(items, i), 0));
                hold_one(&held, PyTuple_GET_ITEM(PyTuple_GET_ITEM(items, i), 1));
            }
            made = plain_pairs(walk, source, &held);
            let_go(&held);
            made = made == NULL ? NULL : share(walk->capture, key_of(walk, source), made);
        }
        Py_XDECREF(items);
    }
    Py_DECREF(pairs);
    return made;
}

PyObject *
plain_list_view(Walk *walk, PyObject *view)
{
    PyObject *source = slot_of(view, "source");
    Py_ssize_t size = source == NULL ? -1 : PyObject_Size(source);
    PyObject *items = size < 0 || size > walk->capture->items ? NULL : PySequence_List(source);
    PyObject *made = NULL;
    Held parts;
    if (items != NULL && hold(&parts, PyList_GET_SIZE(items)) == 0) {
        walk->nodes -= PyList_GET_SIZE(items);
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items); i++) {
            hold_one(&parts, PyList_GET_ITEM(items, i));
        }
        made = plain_each(walk, source, &PyList_Type, &parts);
        let_go(&parts);
        made = made == NULL ? NULL : share(walk->capture, key_of(walk, source), made);
    }
    Py_XDECREF(items);
    Py_XDECREF(source);
    return made;
}

/* -- sets --------------------------------------------------------------------------------------------------- */

/* Walk._is_short of all of them. */
static int
are_short(Capture *capture, const Held *items)
{
    for (Py_ssize_t i = 0; i < items->count; i++) {
        PyObject *item = items->items[i];
        if (!PyLong_CheckExact(item) && item != Py_None && !(PyUnicode_CheckExact(item) && is_clean(capture, item) == 1)) {
            return 0;
        }
    }
    return 1;
}

/* A set or frozenset of what is shown of the first elements; NULL with an error, or without one for Python. */
static PyObject *
plain_first_elements(Walk *walk, PyObject *obj, const Held *items)
{
    Capture *capture = walk->capture;
    Py_ssize_t whole = items->count;
    Py_ssize_t size = whole < capture->items ? whole : capture->items;
    walk->nodes -= size;
    PyObject *shown[FEW_HELD];
    if (size > FEW_HELD || plain_parts(walk, items->items, size, shown) < 0) {
        return NULL;
    }
    PyObject *made = Py_IS_TYPE(obj, &PySet_Type) ? PySet_New(NULL) : PyFrozenSet_New(NULL);
    int failed = made == NULL;
    for (Py_ssize_t i = 0; i < size; i++) {
        failed = failed || PySet_Add(made, shown[i]) < 0;
        Py_DECREF(shown[i]);
    }
    if (failed || PySet_GET_SIZE(made) < size) { /* unhashable or equal as descriptions: rare */
        PyErr_Clear();
        Py_XDECREF(made);
        return NULL;
    }
    dead(made);
    if (whole == size) {
        return made;
    }
    Budget *budget = reading(walk);
    PyObject *digest = budget == NULL ? NULL : digest_of_elements(capture, budget, items, size);
    PyObject *found = digest == NULL ? NULL : make_cut(capture->state, made, whole - size, digest);
    Py_DECREF(made);
    Py_XDECREF(digest);
    return found;
}

/* The same of all elements, which are in the order of the table. */
static PyObject *
plain_elements(Walk *walk, PyObject *obj, const Held *items)
{
    Capture *capture = walk->capture;
    if (items->count <= 1 || (items->count <= capture->items && are_short(capture, items))) {
        return plain_first_elements(walk, obj, items);
    }
    Held ordered;
    Budget *budget = reading(walk);
    if (budget == NULL || hold(&ordered, items->count) < 0) {
        return NULL;
    }
    while (ordered.count < items->count) {
        hold_one(&ordered, items->items[ordered.count]);
    }
    PyObject *made = order_elements(capture, budget, &ordered) == 1 ? plain_first_elements(walk, obj, &ordered) : NULL;
    let_go(&ordered);
    return made;
}

PyObject *
plain_set(Walk *walk, PyObject *obj)
{
    PyObject *made;
    if (!go_in(walk, obj, &made)) {
        return made;
    }
    Capture *capture = walk->capture;
    Py_ssize_t size = PySet_GET_SIZE(obj);
    Held items;
    if (size > (capture->items > MOST_ORDERED ? capture->items : MOST_ORDERED) || hold(&items, size) < 0) {
        walk->depth--;
        return NULL;
    }
    hold_set(&items, obj, size);
    made = known_set(walk, obj, &items);
    if (made == NULL) {
        Budget before = {.nodes = capture->digest_nodes, .chars = capture->digest_chars};
        before = walk->budget == NULL ? before : *walk->budget;
        made = plain_elements(walk, obj, &items);
        if (made != NULL) {
            keep_set(walk, obj, &items, &before, made);
        }
    }
    let_go(&items);
    walk->depth--;
    return made;
}
