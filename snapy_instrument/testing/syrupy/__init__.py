"""The syrupy extensions, and the names of the files of trace snapshots."""
