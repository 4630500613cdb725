"""The pytest plugin `snapy`: settings, fixtures, and the reports of a run."""
