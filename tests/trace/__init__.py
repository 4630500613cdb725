"""Tests of snapy_instrument.trace."""
