"""The backends: ways to see calls."""
