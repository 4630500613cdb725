"""The syrupy extensions, and the names of the files of trace snapshots.

Users reach ``extension.TracedSnapshotExtension`` by the face, and ``extension.TraceFileExtension`` by the fixture
``trace_snapshot``; the rest is private. Only public methods of syrupy's classes are overridden, and they take
``**kwargs``: its versions 5, 6 and 7 differ.
"""
