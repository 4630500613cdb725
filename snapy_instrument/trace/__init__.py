"""READ: a trace as a value: its events, its calls as a tree, its text, and what can be computed from them.

Nothing in here imports what records, so a saved trace opens without instrumentation. Other folders use ``trace``
(`Trace`), ``tree`` and ``nodes`` (calls as a tree), ``selection`` (calls chosen by patterns), ``execution`` and the
sub-folders ``text``, ``diff``, ``assertions``, ``analysis`` and ``storage``. A trace never changes; a view of it is a
new value.
"""
