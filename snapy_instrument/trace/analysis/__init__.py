"""Metrics, call graph, recursion, validation: what can be computed from a trace."""
