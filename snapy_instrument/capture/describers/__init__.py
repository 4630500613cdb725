"""Describers: what makes plain data of the objects of one type.

A describer takes an object and returns a `Mark`, a `Description` of its parts, or None for "by type and identity".
`decide` chooses the describer of a type, once; `registry` keeps the functions of users, which come before ours; each
other module describes the types of one kind. A describer reads through `_raw`, so no code of the program runs.

From outside: `register_capture` and `unregister_capture`.
"""
