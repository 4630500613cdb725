"""What a reader sees of a diff: a headline, a line for each change, and old and new lines in full.

`phrases` makes the headline and the overview, whose lines come from `inline_diff`; `hunks` shows changes with the calls
around them. `TraceDiff` is the way in from outside.
"""
