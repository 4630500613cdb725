"""Frame backends: `sys.settrace` and `sys.monitoring`, for calls that no proxy covers."""
