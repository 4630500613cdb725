"""The causes of differences: what changed by itself, and what follows from it.

`flow` gives each change of one diff to one cause, along the ways that values take between calls. `grouping` puts the
causes of many diffs together. Outside of this folder use ``cause`` (`Cause`), ``grouping`` (`CauseGroup`,
`group_causes`) and the attributes of a `TraceDiff`; ``../README.md`` describes the algorithm.
"""
