"""Assertions about single calls, and the messages of those that fail."""
