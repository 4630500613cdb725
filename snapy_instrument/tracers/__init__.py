"""Tracers: what a test enters to record the calls made in a block."""
