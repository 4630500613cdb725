"""``--snapy-verify``: runs a test twice before its trace becomes a snapshot, and explains a difference.

``rerun`` is the pytest plugin, ``other_environment`` changes what surrounds the second run, ``instability`` compares
both traces and tries which scrubber makes them equal. Failure messages take their advice from ``advice``; the rest is
private.
"""
