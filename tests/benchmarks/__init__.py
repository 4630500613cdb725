"""Measurements, run when they are named on the command line."""
