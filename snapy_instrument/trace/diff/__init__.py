"""The differences between two traces, and how they are reported."""
