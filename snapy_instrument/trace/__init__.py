"""Reading traces: structure, text, metrics, files."""
