"""Tracers: the objects that a program enters to record the calls made in a block, and the decorator `traced`.

A tracer has three parts: its options (`tracer_options`), its lifecycle (`tracer`) and the methods that read what it
recorded (`readers`). `asynchronous` and `streaming` are tracers for special needs. Other folders use the classes that
these modules export and none of their private attributes; users import them from `snapy_instrument`.
"""
