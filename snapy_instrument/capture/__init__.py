"""Capture: a live value becomes a bounded, redacted, plain one. The only place where code of the user's may run."""
