/* The state of the module. */
#include "state.h"

PyModuleDef *native_definition;

State *
state_of(PyObject *module)
{
    return (State *)PyModule_GetState(module);
}

State *
state_by_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModuleByDef(type, native_definition);
    return module == NULL ? NULL : state_of(module);
}
