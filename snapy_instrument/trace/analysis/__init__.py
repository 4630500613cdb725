"""What can be computed from a trace: metrics, times, call graph, recursion, validation; and batches of events.

Each module stands alone, takes events, a `Trace` or a call tree, and returns plain values. What was measured (times,
memory) is a `Volatile`, which a snapshot shows as ``<volatile>``. All modules may be imported from outside.
"""
