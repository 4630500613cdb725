"""Tests of snapy_instrument.store."""
