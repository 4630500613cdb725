"""Describers of data frames, tables and arrays.

Each shows its size, its columns with their types, and a digest of the values of each column, which is the same
whichever way the values lie in memory. `columns` has what they share.
"""
