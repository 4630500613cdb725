"""Tests of the causes of differences."""
