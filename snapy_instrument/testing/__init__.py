"""The edges to pytest and syrupy, the only folder that imports them.

Users reach it by the fixtures and options of the plugin, and by `TracedSnapshot` and `TracedSnapshotExtension` in the
face. pytest loads ``plugin.pytest_plugin`` by its entry point; everything else is private. Trace snapshots pass through
``pending_updates`` on their way to a file, so that a run can refuse them.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""
