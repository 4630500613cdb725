/* Values: the twin of capture/walker.py and capture/walk.py for scalars, small containers and described objects. */
#include "native.h"

/* One walk through one value. */
typedef struct {
    Capture *capture;
    PyObject *python; /* the Python walk that takes parts of the value; NULL before the first of them */
    PyObject *path[MOST_DEPTH];
    Py_ssize_t depth;
    Py_ssize_t nodes;
} Walk;

/* Walk.value, new reference. NULL with an error, or without one where the Python walk has to take the whole value. */
static PyObject *plain(Walk *walk, PyObject *obj);

/* The Python walk, borrowed, at the place where this one is. */
static PyObject *
python_walk(Walk *walk)
{
    if (walk->python == NULL) {
        walk->python = PyObject_CallMethod((PyObject *)walk->capture, "_take_walk", NULL);
        if (walk->python == NULL) {
            return NULL;
        }
    }
    PyObject *path = PyList_New(walk->depth);
    for (Py_ssize_t i = 0; path != NULL && i < walk->depth; i++) {
        PyObject *identity = PyLong_FromVoidPtr(walk->path[i]);
        if (identity == NULL) {
            Py_CLEAR(path);
            break;
        }
        PyList_SET_ITEM(path, i, identity);
    }
    PyObject *done = path == NULL ? NULL : PyObject_CallMethod(walk->python, "go_to", "On", path, walk->nodes);
    Py_XDECREF(path);
    Py_XDECREF(done);
    return done == NULL ? NULL : walk->python;
}

/* A part of the value that the Python walk takes, with what is left of the limits. */
static PyObject *
part_in_python(Walk *walk, PyObject *obj)
{
    PyObject *python = python_walk(walk);
    PyObject *found = python == NULL ? NULL : PyObject_CallMethod(python, "part", "(O)", obj);
    if (found == NULL) {
        return NULL;
    }
    PyObject *value = Py_NewRef(PyTuple_GET_ITEM(found, 0));
    walk->nodes = PyLong_AsSsize_t(PyTuple_GET_ITEM(found, 1));
    Py_DECREF(found);
    if (PyErr_Occurred()) {
        Py_CLEAR(value);
    }
    return value;
}

/* A container of which `made` is shown, which is stolen. */
static PyObject *
cut(Walk *walk, const char *how, PyObject *made, PyObject *source, Py_ssize_t size)
{
    PyObject *python = python_walk(walk);
    PyObject *found = python == NULL ? NULL : PyObject_CallMethod(python, how, "OOn", made, source, size);
    Py_DECREF(made);
    return found;
}

static inline PyObject *
keep(PyObject *obj)
{
    return Py_NewRef(obj);
}

/* A description is dead and holds no cycle: the garbage collector need not look at it, in every collection. */
static inline PyObject *
dead(PyObject *made)
{
    PyObject_GC_UnTrack(made);
    return made;
}

/* Walk.value for str: new texts are judged in Python, once. */
static PyObject *
plain_text(Capture *capture, PyObject *text)
{
    PyObject **place = &capture->texts[((size_t)text >> 4) % SHARED];
    if (*place == text) {
        return keep(text);
    }
    int known = PySet_Contains(capture->clean, text);
    if (known < 0) {
        return NULL;
    }
    if (known) {
        /* Python drops what it knows of texts: a name of a secret has to be judged again then. */
        if (PyDict_GET_SIZE(capture->lookups) == 0 || PyDict_Contains(capture->lookups, text) == 0) {
            Py_XSETREF(*place, Py_NewRef(text));
        }
        return keep(text);
    }
    PyObject *judged = PyObject_CallMethod((PyObject *)capture, "_new_text", "O", text);
    if (judged == Py_None) {
        Py_CLEAR(judged);
    }
    return judged;
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

/* Walk._inside: 0 where the Python walk has to tell a cycle or a limit. */
static int
go_in(Walk *walk, PyObject *obj)
{
    for (Py_ssize_t i = 0; i < walk->depth; i++) {
        if (walk->path[i] == obj) {
            return 0;
        }
    }
    if (walk->depth >= walk->capture->depth || walk->depth >= MOST_DEPTH || walk->nodes <= 0) {
        return 0;
    }
    walk->path[walk->depth++] = obj;
    return 1;
}

/* -- descriptions are shared: an object that is passed on from call to call is mostly the same each time. What stands
 * in its place of the table is taken again if it holds the very parts that a new one would hold, so it does not matter
 * whether it was made of the same object. */

static inline PyObject **
place_of(Capture *capture, PyObject *obj)
{
    return &capture->shared[((size_t)obj >> 4) % SHARED];
}

/* Put into its place what was made of `obj`; gives it back. */
static PyObject *
share(Capture *capture, PyObject *obj, PyObject *made)
{
    Py_XSETREF(*place_of(capture, obj), Py_NewRef(made));
    return made;
}

/* A list or tuple of these `parts`, new reference; NULL for none. */
static PyObject *
found_again(Capture *capture, PyObject *obj, PyTypeObject *kind, PyObject *const *parts, Py_ssize_t size)
{
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != kind || Py_SIZE(found) != size ||
        memcmp(PySequence_Fast_ITEMS(found), parts, (size_t)size * sizeof(PyObject *)) != 0) {
        return NULL;
    }
    return Py_NewRef(found);
}

/* A dict of the keys and values of `obj`, the very ones, which for a value means that it is a scalar. */
static PyObject *
dict_again(Capture *capture, PyObject *obj)
{
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != &PyDict_Type || PyDict_GET_SIZE(found) != PyDict_GET_SIZE(obj)) {
        return NULL;
    }
    PyObject *key, *value, *known_key, *known_value;
    Py_ssize_t place = 0, known_place = 0;
    while (PyDict_Next(obj, &place, &key, &value) && PyDict_Next(found, &known_place, &known_key, &known_value)) {
        if (key != known_key || value != known_value) {
            return NULL;
        }
    }
    return Py_NewRef(found);
}

static void
forget_shared(Capture *capture)
{
    for (int i = 0; i < SHARED; i++) {
        Py_CLEAR(capture->shared[i]);
        Py_CLEAR(capture->known[i].reference);
        Py_CLEAR(capture->known[i].ref);
        Py_CLEAR(capture->texts[i]);
    }
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
    PyObject *found = found_again(capture, obj, kind, parts, size); /* scalars, all of them */
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
    if (!go_in(walk, obj)) {
        return NULL;
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
    /* A copy: what runs below may let another thread change the list. */
    PyObject *made = PyList_GetSlice(obj, 0, walk->capture->items);
    if (made == NULL) {
        return NULL;
    }
    Py_ssize_t size = PyList_GET_SIZE(made);
    walk->nodes -= size;
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *item = plain(walk, PyList_GET_ITEM(made, i));
        if (item == NULL) {
            Py_DECREF(made);
            return NULL;
        }
        PyList_SetItem(made, i, item);
    }
    dead(made);
    if (whole > walk->capture->items) {
        made = cut(walk, "cut", made, obj, whole);
    }
    walk->depth--;
    return made;
}

/* The weak `reference`, or NULL, is to `obj`, which lives. */
static inline int
refers_to(PyObject *reference, PyObject *obj)
{
    return reference != NULL && ((PyWeakReference *)reference)->wr_object == obj;
}

/* The entry of `obj` in a WeakTable (capture/identity.py), borrowed; NULL with or without an error. */
static PyObject *
weak_entry(PyObject *entries, PyObject *obj)
{
    PyObject *reference = PyWeakref_NewRef(obj, NULL);
    PyObject *key = reference == NULL ? NULL : PyLong_FromVoidPtr(reference);
    PyObject *entry = key == NULL ? NULL : PyDict_GetItemWithError(entries, key);
    Py_XDECREF(key);
    Py_XDECREF(reference);
    return entry == NULL ? NULL : PyTuple_GET_ITEM(entry, 1);
}

static void
forget_kinds(Capture *capture)
{
    for (int i = 0; i < KINDS; i++) {
        Kind kind = capture->kinds[i];
        memset(&capture->kinds[i], 0, sizeof(Kind));
        Py_XDECREF(kind.reference);
        Py_XDECREF(kind.decision);
    }
}

/* describe.decide, by a place in a table; NULL with or without an error. Its decision may be replaced whenever Python
 * code runs: hold it. */
static Kind *
kind_of(Capture *capture, PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    PyObject *change = PyList_GET_SIZE(capture->changes) ? PyList_GET_ITEM(capture->changes, 0) : Py_None;
    if (change != capture->change) {
        forget_kinds(capture);
        Py_XSETREF(capture->change, Py_NewRef(change));
    }
    Kind *kind = &capture->kinds[((size_t)type >> 4) % KINDS];
    if (refers_to(kind->reference, (PyObject *)type)) {
        return kind;
    }
    PyObject *reference = PyWeakref_NewRef((PyObject *)type, NULL);
    if (reference == NULL) {
        return NULL;
    }
    PyObject *decision = Py_XNewRef(weak_entry(capture->decisions, (PyObject *)type));
    if (decision == NULL && !PyErr_Occurred()) {
        decision = PyObject_CallMethod((PyObject *)capture, "_decide", "O", (PyObject *)type);
    }
    if (decision == NULL) {
        Py_DECREF(reference);
        return NULL;
    }
    PyObject *old_reference = kind->reference, *old_decision = kind->decision;
    *kind = (Kind){reference, decision, 0, 0};
    Py_XDECREF(old_reference);
    Py_XDECREF(old_decision);
    return kind;
}

/* Rules.hides_under(key, ...) is false for certain; 0 where Python has to say. */
static int
hides_nothing(Capture *capture, PyObject *key)
{
    PyTypeObject *kind = Py_TYPE(key);
    if (kind == &PyUnicode_Type) {
        return PyDict_GetItemWithError(capture->secrecies, key) == capture->never;
    }
    return kind == &PyLong_Type || kind == &PyFloat_Type || key == Py_None || kind == &PyBool_Type ||
           kind == &PyTuple_Type || kind == &PyList_Type || kind == &PyDict_Type;
}

/* `hides_nothing`, asking Python about a name that was not met before. */
static int
judge_name(Capture *capture, PyObject *key)
{
    if (hides_nothing(capture, key)) {
        return 1;
    }
    if (PyErr_Occurred() || Py_TYPE(key) == &PyBytes_Type) {
        return 0;
    }
    if (Py_TYPE(key) != &PyUnicode_Type) {
        Kind *kind = kind_of(capture, key);
        return kind != NULL && PyTuple_GET_ITEM(kind->decision, 2) == Py_False;
    }
    if (PyDict_Contains(capture->secrecies, key)) {
        return 0;
    }
    PyObject *judged = PyObject_CallMethod((PyObject *)capture, "secrecy", "O", key);
    Py_XDECREF(judged);
    return judged != NULL && judged == capture->never;
}

static PyObject *
plain_tuple(Walk *walk, PyObject *obj)
{
    Py_ssize_t whole = PyTuple_GET_SIZE(obj);
    Py_ssize_t size = whole > walk->capture->items ? walk->capture->items : whole;
    if (!go_in(walk, obj)) {
        return NULL;
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
        made = cut(walk, "cut", made, obj, whole);
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
    if (obj == capture->builtins || !go_in(walk, obj)) {
        return NULL;
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
        made = cut(walk, "cut_dict", made, obj, whole);
    }
    else if (whole > 0) {
        share(capture, obj, made);
    }
    walk->depth--;
    return made;
}

/* A Ref. Steals `serial`, which may be NULL with an error. */
static PyObject *
make_ref(State *state, PyObject *title, PyObject *serial)
{
    PyObject *made = serial == NULL ? NULL : state->ref_type->tp_alloc(state->ref_type, 0);
    if (made == NULL) {
        Py_XDECREF(serial);
        return NULL;
    }
    *(PyObject **)((char *)made + state->ref_title) = Py_NewRef(title);
    *(PyObject **)((char *)made + state->ref_serial) = serial;
    return dead(made);
}

/* WeakTable.add of a new Ref; NULL with or without an error. */
static PyObject *
number_object(Capture *capture, PyObject *obj, PyObject *title)
{
    PyObject *made = make_ref(capture->state, title, PyIter_Next(capture->numbers));
    if (made == NULL) {
        return NULL;
    }
    PyObject *reference = PyWeakref_NewRef(obj, NULL);
    if (reference != NULL && Py_REFCNT(reference) == 1) {
        dead(reference); /* ours, without a callback: in no cycle */
    }
    PyObject *key = reference == NULL ? NULL : PyLong_FromVoidPtr(reference);
    PyObject *entry = key == NULL ? NULL : PyTuple_Pack(2, reference, made);
    int failed = entry == NULL || PyDict_SetItem(capture->serials, key, dead(entry)) < 0;
    Py_XDECREF(entry);
    Py_XDECREF(key);
    Py_XDECREF(reference);
    if (failed) {
        Py_CLEAR(made);
    }
    return made;
}

/* Identities.ref */
static PyObject *
by_identity(Capture *capture, PyObject *obj, PyObject *title)
{
    if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(obj))) {
        return make_ref(capture->state, title, Py_NewRef(Py_None));
    }
    Known *known = &capture->known[((size_t)obj >> 4) % SHARED];
    if (refers_to(known->reference, obj)) {
        return Py_NewRef(known->ref);
    }
    PyObject *ref = Py_XNewRef(weak_entry(capture->serials, obj));
    if (ref == NULL && !PyErr_Occurred()) {
        /* Python now and then drops those of dead objects. */
        ref = PyDict_GET_SIZE(capture->serials) % 256 != 255
                  ? number_object(capture, obj, title)
                  : PyObject_CallMethod((PyObject *)capture, "_by_identity", "OO", obj, title);
    }
    PyObject *reference = ref == NULL ? NULL : PyWeakref_NewRef(obj, NULL);
    if (reference == NULL) {
        Py_CLEAR(ref);
        return NULL;
    }
    Py_XSETREF(known->reference, reference);
    Py_XSETREF(known->ref, Py_NewRef(ref));
    return ref;
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

/* A Struct of that title, of these names with these values, new reference; NULL for none. */
static PyObject *
struct_again(Capture *capture, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values)
{
    State *state = capture->state;
    PyObject *found = *place_of(capture, obj);
    if (found == NULL || Py_TYPE(found) != state->struct_type ||
        *(PyObject **)((char *)found + state->struct_title) != title) {
        return NULL;
    }
    PyObject *fields = *(PyObject **)((char *)found + state->struct_fields);
    if (PyTuple_GET_SIZE(fields) != PyTuple_GET_SIZE(names)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *pair = PyTuple_GET_ITEM(fields, i);
        if (PyTuple_GET_ITEM(pair, 1) != values[i] || PyTuple_GET_ITEM(pair, 0) != PyTuple_GET_ITEM(names, i)) {
            return NULL;
        }
    }
    return Py_NewRef(found);
}

/* Walk._struct of `obj`: `values` are those of `names`, at most MOST_VALUES, whose names hold no secret. Does not steal. */
static PyObject *
plain_struct(Walk *walk, PyObject *obj, PyObject *title, PyObject *names, PyObject *const *values)
{
    Capture *capture = walk->capture;
    Py_ssize_t size = PyTuple_GET_SIZE(names);
    walk->nodes -= size;
    PyObject *shown[MOST_VALUES];
    PyObject *found = struct_again(capture, obj, title, names, values); /* scalars, all of them */
    if (found != NULL || plain_parts(walk, values, size, shown) < 0) {
        return found;
    }
    found = struct_again(capture, obj, title, names, shown);
    PyObject *fields = found != NULL ? NULL : PyTuple_New(size);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *pair = fields == NULL ? NULL : PyTuple_Pack(2, PyTuple_GET_ITEM(names, i), shown[i]);
        Py_DECREF(shown[i]);
        if (pair != NULL) {
            PyTuple_SET_ITEM(fields, i, dead(pair));
        }
        else {
            Py_CLEAR(fields);
        }
    }
    if (fields == NULL) {
        return found;
    }
    PyObject *made = make_struct(capture->state, title, fields);
    return made == NULL ? NULL : share(capture, obj, made);
}

/* The version of a class, 0 where it has none; it changes with the class and its bases. */
static unsigned int
version_of(PyTypeObject *kind)
{
#if PY_VERSION_HEX < 0x030D0000
    if (!PyType_HasFeature(kind, Py_TPFLAGS_VALID_VERSION_TAG)) {
        return 0;
    }
#endif
    return kind->tp_version_tag;
}

/* Rules.redacted_fields: none of the names is a secret's. */
static int
harmless_names(Capture *capture, PyObject *names)
{
    int known = PySet_Contains(capture->harmless, names);
    if (known == 0) {
        PyObject *answer = PyObject_CallMethod((PyObject *)capture, "_harmless_names", "(O)", names);
        known = answer == NULL ? -1 : answer == Py_True;
        Py_XDECREF(answer);
    }
    return known == 1;
}

/* Reading `names` from `obj` runs nothing of the user's: no property took the place of a field. Asked again whenever
 * the class has changed; so is whether a name is a secret's, once. */
static int
readable(Capture *capture, PyObject *obj, PyObject *names, Kind *kind)
{
    PyTypeObject *type = Py_TYPE(obj);
    unsigned int version = version_of(type);
    if (version && kind->version == version) {
        return kind->harmless;
    }
    int harmless = harmless_names(capture, names);
    if (PyErr_Occurred()) {
        return 0;
    }
    PyObject *answer = PyObject_CallMethod((PyObject *)capture, "_readable", "OO", (PyObject *)type, names);
    int found = answer == Py_True;
    Py_XDECREF(answer);
    if (answer == NULL) {
        return 0;
    }
    if (found) {
        /* A lookup gives the class its version. */
        PyObject *value = PyObject_GenericGetAttr(obj, PyTuple_GET_ITEM(names, 0));
        Py_XDECREF(value);
        PyErr_Clear();
        if (refers_to(kind->reference, (PyObject *)type)) {
            kind->version = version_of(type);
            kind->harmless = (char)harmless;
        }
    }
    return found && harmless;
}

/* An instance told by attributes that are read as they are (Decision.fields). */
static PyObject *
plain_fields(Walk *walk, PyObject *obj, PyObject *title, PyObject *names)
{
    Py_ssize_t size = PyTuple_GET_SIZE(names);
    PyObject *values[MOST_VALUES];
    Py_ssize_t count = 0;
    PyObject *made = NULL;
    while (count < size) {
        PyObject *value = PyObject_GenericGetAttr(obj, PyTuple_GET_ITEM(names, count));
        if (value == NULL) {
            if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
                goto done;
            }
            PyErr_Clear();
            value = Py_NewRef(walk->capture->state->unset);
        }
        values[count++] = value;
    }
    if (go_in(walk, obj)) {
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
        int listed = PyList_CheckExact(values) || PyTuple_CheckExact(values);
        if (listed && PyTuple_CheckExact(names) && PySequence_Fast_GET_SIZE(values) == PyTuple_GET_SIZE(names) &&
            PyTuple_GET_SIZE(names) <= walk->capture->items && PyTuple_GET_SIZE(names) <= MOST_VALUES &&
            harmless_names(walk->capture, names) && go_in(walk, obj)) {
            made = plain_struct(walk, obj, PyTuple_GET_ITEM(shape, 0), names, PySequence_Fast_ITEMS(values));
            walk->depth--;
        }
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
        made = plain_fields(walk, obj, title, names);
    }
    else if (!PyErr_Occurred() && PyTuple_GET_ITEM(decision, 5) == Py_True) {
        /* Not where the describer is a function of the user's: the Python walk runs that once. */
        PyObject *shape = PyObject_CallOneArg(describe, obj);
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
        return plain_text(walk->capture, obj);
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
    PyObject *made = plain_here(walk, obj);
    if (made != NULL || depth == 0 || PyErr_Occurred()) {
        return made;
    }
    walk->depth = depth;
    walk->nodes = nodes;
    return part_in_python(walk, obj);
}

/* rules.hides is false. */
static int
may_be_shown(Capture *capture, PyObject *obj, PyObject *secrecy)
{
    if (secrecy == NULL || secrecy == capture->never) {
        return 1;
    }
    PyObject *hidden = PyObject_CallMethod((PyObject *)capture, "_hides", "OO", secrecy, obj);
    Py_XDECREF(hidden);
    return hidden == Py_False;
}

PyObject *
capture_value(Capture *capture, PyObject *obj, PyObject *secrecy)
{
    if (may_be_shown(capture, obj, secrecy)) {
        PyObject *same = scalar(capture, obj);
        if (same != NULL) {
            return same;
        }
        Walk walk;
        walk.capture = capture;
        walk.python = NULL;
        walk.depth = 0;
        walk.nodes = capture->nodes;
        PyObject *made = plain_here(&walk, obj);
        if (made != NULL && walk.python != NULL) {
            PyObject *done = PyObject_CallMethod((PyObject *)capture, "_give_walk", "O", walk.python);
            if (done == NULL) {
                Py_CLEAR(made);
            }
            Py_XDECREF(done);
        }
        Py_XDECREF(walk.python);
        if (made != NULL) {
            return made;
        }
    }
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_Exception)) {
            return NULL;
        }
        PyErr_Clear();
    }
    return PyObject_CallMethod((PyObject *)capture, "_value", "OO", obj, secrecy == NULL ? capture->never : secrecy);
}

int
constructing_begins(Capture *capture, PyObject *obj)
{
    PyObject *identity = PyLong_FromVoidPtr(obj);
    if (identity == NULL) {
        return -1;
    }
    PyObject *known = PyDict_GetItemWithError(capture->constructing, identity);
    long times = known == NULL ? 0 : PyLong_AsLong(known);
    PyObject *more = PyErr_Occurred() ? NULL : PyLong_FromLong(times + 1);
    int failed = more == NULL || PyDict_SetItem(capture->constructing, identity, more) < 0;
    Py_XDECREF(more);
    Py_DECREF(identity);
    return failed ? -1 : 0;
}

int
constructing_ends(Capture *capture, PyObject *identity)
{
    PyObject *known = PyDict_GetItemWithError(capture->constructing, identity);
    if (known == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    long times = PyLong_AsLong(known);
    if (times <= 1) {
        return PyDict_DelItem(capture->constructing, identity);
    }
    PyObject *less = PyLong_FromLong(times - 1);
    int failed = less == NULL || PyDict_SetItem(capture->constructing, identity, less) < 0;
    Py_XDECREF(less);
    return failed ? -1 : 0;
}

static PyObject *
capture_value_method(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count < 1 || count > 2) {
        return PyErr_Format(PyExc_TypeError, "value() takes 1 or 2 arguments, not %zd", count);
    }
    return capture_value((Capture *)self, args[0], count == 2 ? args[1] : NULL);
}

static PyObject *
capture_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    Capture *self = (Capture *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->state = state_by_type(type);
        if (self->state == NULL) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

static int
capture_traverse(Capture *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->clean);
    Py_VISIT(self->clean_data);
    Py_VISIT(self->lookups);
    Py_VISIT(self->secrecies);
    Py_VISIT(self->harmless);
    Py_VISIT(self->constructing);
    Py_VISIT(self->serials);
    Py_VISIT(self->decisions);
    Py_VISIT(self->views);
    Py_VISIT(self->unknown);
    Py_VISIT(self->never);
    Py_VISIT(self->builtins);
    Py_VISIT(self->numbers);
    Py_VISIT(self->changes);
    for (int i = 0; i < KINDS; i++) {
        Py_VISIT(self->kinds[i].reference);
        Py_VISIT(self->kinds[i].decision);
    }
    for (int i = 0; i < SHARED; i++) {
        Py_VISIT(self->shared[i]);
        Py_VISIT(self->known[i].reference);
        Py_VISIT(self->known[i].ref);
    }
    return 0;
}

static int
capture_clear(Capture *self)
{
    Py_CLEAR(self->clean);
    Py_CLEAR(self->clean_data);
    Py_CLEAR(self->lookups);
    Py_CLEAR(self->secrecies);
    Py_CLEAR(self->harmless);
    Py_CLEAR(self->constructing);
    Py_CLEAR(self->serials);
    Py_CLEAR(self->decisions);
    Py_CLEAR(self->views);
    Py_CLEAR(self->unknown);
    Py_CLEAR(self->never);
    Py_CLEAR(self->builtins);
    Py_CLEAR(self->numbers);
    forget_kinds(self);
    forget_shared(self);
    Py_CLEAR(self->changes);
    Py_CLEAR(self->change);
    return 0;
}

static void
capture_dealloc(Capture *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    capture_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* The tables, which the Python half shares and only ever clears: Capture._use(...). */
static PyObject *
capture_use(Capture *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"clean", "clean_data", "lookups", "secrecies", "harmless", "constructing", "serials", "decisions",
                            "changes", "views", "unknown", "never", "builtins", "numbers", "depth", "items", "nodes", NULL};
    PyObject *clean, *clean_data, *lookups, *secrecies, *harmless, *constructing, *serials, *decisions, *changes,
        *views, *unknown, *never, *builtins, *numbers;
    Py_ssize_t depth, items, nodes;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "$O!O!O!O!O!O!O!O!O!O!OOO!Onnn:_use", names, &PySet_Type, &clean,
                                     &PySet_Type, &clean_data, &PyDict_Type, &lookups, &PyDict_Type, &secrecies,
                                     &PySet_Type, &harmless,
                                     &PyDict_Type, &constructing, &PyDict_Type, &serials, &PyDict_Type, &decisions,
                                     &PyList_Type, &changes, &PyTuple_Type, &views, &unknown, &never, &PyDict_Type, &builtins, &numbers, &depth,
                                     &items, &nodes)) {
        return NULL;
    }
    Py_XSETREF(self->clean, Py_NewRef(clean));
    Py_XSETREF(self->clean_data, Py_NewRef(clean_data));
    Py_XSETREF(self->lookups, Py_NewRef(lookups));
    Py_XSETREF(self->secrecies, Py_NewRef(secrecies));
    Py_XSETREF(self->harmless, Py_NewRef(harmless));
    Py_XSETREF(self->constructing, Py_NewRef(constructing));
    Py_XSETREF(self->serials, Py_NewRef(serials));
    Py_XSETREF(self->decisions, Py_NewRef(decisions));
    Py_XSETREF(self->changes, Py_NewRef(changes));
    Py_XSETREF(self->views, Py_NewRef(views));
    Py_XSETREF(self->unknown, Py_NewRef(unknown));
    Py_XSETREF(self->never, Py_NewRef(never));
    Py_XSETREF(self->builtins, Py_NewRef(builtins));
    Py_XSETREF(self->numbers, Py_NewRef(numbers));
    self->depth = depth;
    self->items = items;
    self->nodes = nodes;
    Py_RETURN_NONE;
}

/* Capture._forget_shared */
static PyObject *
capture_forget_shared(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    forget_shared((Capture *)self);
    Py_RETURN_NONE;
}

static PyMethodDef capture_methods[] = {
    {"value", (PyCFunction)(void (*)(void))capture_value_method, METH_FASTCALL,
     "value(obj, secrecy=Secrecy.NEVER)\n\n``obj`` as a plain value; ``secrecy`` is that of its name."},
    {"_use", (PyCFunction)(void (*)(void))capture_use, METH_VARARGS | METH_KEYWORDS, "Share the tables of the rules."},
    {"_forget_shared", capture_forget_shared, METH_NOARGS, "Drop descriptions that are kept to be given again."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot capture_slots[] = {
    {Py_tp_new, capture_new},
    {Py_tp_dealloc, capture_dealloc},
    {Py_tp_traverse, capture_traverse},
    {Py_tp_clear, capture_clear},
    {Py_tp_methods, capture_methods},
    {0, NULL},
};

PyType_Spec capture_spec = {
    .name = "snapy_instrument._native.Capture",
    .basicsize = sizeof(Capture),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = capture_slots,
};
