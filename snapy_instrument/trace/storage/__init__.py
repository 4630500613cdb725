"""Traces in files: events as JSON, one a line, and back without loss.

From outside use ``trace_file`` (`read_events`, `write_events`, `append_events`), which knows what a file is;
``event_json`` knows one line of it. Whatever is wrong with a file is a `TraceError` that names file, line and cause.
"""
