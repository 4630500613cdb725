"""Tracers that start and stop while other threads run, at the shortest switch interval that Python takes.

`python -m tests.stress --seconds 60` runs it for long, and prints what went wrong; `test_stress` runs each backend for
a few seconds in a process of its own, because what is looked for is a crash.
"""
