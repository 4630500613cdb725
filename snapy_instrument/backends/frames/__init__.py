"""Frame backends: `sys.settrace` and `sys.monitoring`, for calls that no proxy covers and for steps of generators.

From outside, use `settrace.settrace_backend` and `monitoring.tool.monitoring_backend`, one instance each for the
process. `followers` and `delegation` are what settrace needs for each frame; `local_changes` is shared by both.
"""
