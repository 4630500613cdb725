/* Tables by the addresses of objects: the twins of RefTable and Constructing in capture/identity.py. Both have open
 * addressing, and no object for an entry. */
#include "identity_tables.h"

#include "state.h"
#include "support.h"

enum { FEWEST = 16 };

/* -- RefTable: the numbers of objects ------------------------------------------------------------------------- */

/* The place of a new entry: the first free one. */
static Identity *
free_place(Identity *entries, size_t room, const void *source)
{
    size_t i = hash_of_address(source) & (room - 1);
    while (entries[i].source != NULL) {
        i = (i + 1) & (room - 1);
    }
    return &entries[i];
}

/* Room for one entry more: those of dead objects go first, and the table grows where the living fill half of what they
 * may. So its cost is spread evenly. */
static int
more_refs(RefTable *table)
{
    size_t living = 0, room = FEWEST;
    for (size_t i = 0; i < table->room; i++) {
        living += table->entries[i].source != NULL && refers_to(table->entries[i].reference, table->entries[i].source);
    }
    while (room < 4 * (living + 1)) {
        room *= 2;
    }
    Identity *entries = PyMem_Calloc(room, sizeof(Identity)), *before = table->entries;
    size_t size = table->room;
    if (entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < size; i++) {
        if (before[i].source != NULL && refers_to(before[i].reference, before[i].source)) {
            *free_place(entries, room, before[i].source) = before[i];
            before[i].source = NULL;
        }
    }
    table->entries = entries;
    table->room = room;
    table->count = living;
    /* Last: what it frees may run Python code. */
    for (size_t i = 0; i < size; i++) {
        if (before[i].source != NULL) {
            Py_DECREF(before[i].reference);
            Py_DECREF(before[i].ref);
        }
    }
    PyMem_Free(before);
    return 0;
}

PyObject *
keep_ref(RefTable *table, PyObject *obj, PyObject *ref)
{
    PyObject *reference = PyWeakref_NewRef(obj, NULL);
    if (reference == NULL) {
        return NULL;
    }
    if (Py_REFCNT(reference) == 1) {
        dead(reference); /* ours, without a callback: in no cycle */
    }
    while (2 * (table->count + 1) > table->room) {
        if (more_refs(table) < 0) {
            Py_DECREF(reference);
            return NULL;
        }
    }
    /* An allocation may collect garbage, and so let in another thread that gives the object a number: that one holds. */
    PyObject *known = known_ref(table, obj);
    if (known != NULL) {
        Py_DECREF(reference);
        return Py_NewRef(known);
    }
    *free_place(table->entries, table->room, obj) = (Identity){obj, reference, Py_NewRef(ref)};
    table->count++;
    return Py_NewRef(ref);
}

static void
forget_refs(RefTable *table)
{
    Identity *entries = table->entries;
    size_t room = table->room;
    table->entries = NULL;
    table->room = table->count = 0;
    for (size_t i = 0; i < room; i++) {
        if (entries[i].source != NULL) {
            Py_DECREF(entries[i].reference);
            Py_DECREF(entries[i].ref);
        }
    }
    PyMem_Free(entries);
}

static PyObject *
refs_get(RefTable *self, PyObject *obj)
{
    if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(obj))) {
        return PyErr_Format(PyExc_TypeError, "cannot create weak reference to '%s' object", Py_TYPE(obj)->tp_name);
    }
    PyObject *found = known_ref(self, obj);
    return Py_NewRef(found == NULL ? Py_None : found);
}

static PyObject *
refs_add(RefTable *self, PyObject *args)
{
    PyObject *obj, *ref;
    return PyArg_ParseTuple(args, "OO:add", &obj, &ref) ? keep_ref(self, obj, ref) : NULL;
}

static PyObject *
refs_clear(RefTable *self, PyObject *Py_UNUSED(ignored))
{
    forget_refs(self);
    Py_RETURN_NONE;
}

static Py_ssize_t
refs_length(RefTable *self)
{
    return (Py_ssize_t)self->count;
}

static void
refs_dealloc(RefTable *self)
{
    PyTypeObject *type = Py_TYPE(self);
    forget_refs(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef refs_methods[] = {
    {"get", (PyCFunction)refs_get, METH_O, "get(obj)\n\nReturn the `Ref` of ``obj``, or None."},
    {"add", (PyCFunction)refs_add, METH_VARARGS, "add(obj, ref)\n\nAdd it, and return it or the one that was added first."},
    {"clear", (PyCFunction)refs_clear, METH_NOARGS, "clear()\n\nForget every object."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot refs_slots[] = {
    {Py_tp_dealloc, refs_dealloc},
    {Py_tp_methods, refs_methods},
    {Py_sq_length, refs_length},
    {0, NULL},
};

PyType_Spec ref_table_spec = {
    .name = "snapy_instrument._native.RefTable",
    .basicsize = sizeof(RefTable),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = refs_slots,
};

/* -- Constructing: the objects inside their __init__ ---------------------------------------------------------- */

static size_t
place_of_init(const Constructing *self, const void *source)
{
    size_t i = hash_of_address(source) & (self->room - 1);
    while (self->entries[i].source != NULL && self->entries[i].source != source) {
        i = (i + 1) & (self->room - 1);
    }
    return i;
}

static int
more_inits(Constructing *self)
{
    Constructing before = *self;
    size_t room = self->room == 0 ? FEWEST : 2 * self->room;
    Initialized *entries = PyMem_Calloc(room, sizeof(Initialized));
    if (entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->entries = entries;
    self->room = room;
    for (size_t i = 0; i < before.room; i++) {
        if (before.entries[i].source != NULL) {
            entries[place_of_init(self, before.entries[i].source)] = before.entries[i];
        }
    }
    PyMem_Free(before.entries);
    return 0;
}

int
begin_init(Constructing *self, void *source)
{
    if (2 * (self->count + 1) > self->room && more_inits(self) < 0) {
        return -1;
    }
    Initialized *entry = &self->entries[place_of_init(self, source)];
    self->count += entry->source == NULL;
    entry->source = source;
    entry->times++;
    return 0;
}

void
end_init(Constructing *self, void *source)
{
    size_t mask = self->room - 1;
    size_t hole = self->count == 0 ? 0 : place_of_init(self, source);
    if (self->count == 0 || self->entries[hole].source == NULL || --self->entries[hole].times > 0) {
        return;
    }
    self->entries[hole].source = NULL;
    self->count--;
    /* The entries behind it move up, unless they are at their place or behind it already. */
    for (size_t i = (hole + 1) & mask; self->entries[i].source != NULL; i = (i + 1) & mask) {
        size_t home = hash_of_address(self->entries[i].source) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            self->entries[hole] = self->entries[i];
            self->entries[i] = (Initialized){NULL, 0};
            hole = i;
        }
    }
}

static PyObject *
inits_add(Constructing *self, PyObject *identity)
{
    void *source = PyLong_AsVoidPtr(identity);
    if (PyErr_Occurred() || begin_init(self, source) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
inits_discard(Constructing *self, PyObject *identity)
{
    void *source = PyLong_AsVoidPtr(identity);
    if (PyErr_Occurred()) {
        return NULL;
    }
    end_init(self, source);
    Py_RETURN_NONE;
}

static PyObject *
inits_clear(Constructing *self, PyObject *Py_UNUSED(ignored))
{
    if (self->room > 0) {
        memset(self->entries, 0, self->room * sizeof(Initialized));
    }
    self->count = 0;
    Py_RETURN_NONE;
}

static int
inits_contains(Constructing *self, PyObject *identity)
{
    void *source = PyLong_AsVoidPtr(identity);
    return PyErr_Occurred() ? -1 : is_inside_init(self, source);
}

static Py_ssize_t
inits_length(Constructing *self)
{
    return (Py_ssize_t)self->count;
}

static void
inits_dealloc(Constructing *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(self->entries);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef inits_methods[] = {
    {"add", (PyCFunction)inits_add, METH_O, "add(identity)\n\nNote that an ``__init__`` of the object begins."},
    {"discard", (PyCFunction)inits_discard, METH_O, "discard(identity)\n\nNote that an ``__init__`` of the object ends."},
    {"clear", (PyCFunction)inits_clear, METH_NOARGS, "clear()\n\nForget all of them."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot inits_slots[] = {
    {Py_tp_dealloc, inits_dealloc},
    {Py_tp_methods, inits_methods},
    {Py_sq_contains, inits_contains},
    {Py_sq_length, inits_length},
    {0, NULL},
};

PyType_Spec constructing_spec = {
    .name = "snapy_instrument._native.Constructing",
    .basicsize = sizeof(Constructing),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = inits_slots,
};
