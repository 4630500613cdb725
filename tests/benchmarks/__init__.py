"""Measurements; see the module of each for whether the suite runs it."""
