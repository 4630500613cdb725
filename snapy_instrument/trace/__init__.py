"""READ: a trace as a value. Nothing in here imports what records, so a saved trace opens without instrumentation."""
