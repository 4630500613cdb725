"""The differences between two traces: causes first, what follows from them last.

`diff_traces` parses the texts of two traces (a snapshot is a text), aligns the children of each call, compares what was
paired, and reports what has no partner as added, removed, moved or repeated. Outside of this folder use ``diff``
(`diff_traces`, `TraceDiff`), ``change`` (`Change`, `ValueChange`) and ``parse``; the other modules are steps of the
algorithm and change together.
"""
