"""The text of a trace: which calls and values it shows, and how each is written."""
