"""Two releases of sqlparse, 60 statements: thousands of changes that come down to a few causes.

``python -m tests.benchmarks.releases`` installs both releases into a temporary folder, which needs a package index,
records how each formats the statements of ``sql_statements``, and prints the causes. With ``--write`` it writes the
recordings of a few statements to ``RECORDED``, which the tests of `group_causes` read.
"""
