"""The store: a recording as tables of numbers and of what the numbers refer to.

Recorders fill it, traces and trace files are made of it, so it lies below both and imports neither. From outside use
``event_tables`` (`EventTables`) and ``rows`` (`Rows`, `SiteRow`, `LaneRow`). Nothing in a table is changed or removed;
entries and rows are only added.
"""
