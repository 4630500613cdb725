"""The edges: snapshots, syrupy, pytest."""
