"""A small shop that knows nothing of tracing."""
