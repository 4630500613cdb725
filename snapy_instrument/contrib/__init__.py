"""Describers of the objects of libraries that people use, one module for each library.

A module names its classes by their dotted names and is written against `register_capture` alone, so what it does can
be done for any other library. No library is imported here: a class is found in the modules that the program has
imported. A describer reads what is in memory already: it never queries, reads a body, loads lazily, or calls a property
that computes.

`web` has requests and responses, `data` has tables and arrays. From outside: `known_libraries`, which registers all.
"""
