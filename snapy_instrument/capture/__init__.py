"""Capture: a live value becomes plain data that is bounded, redacted and dead.

The trip of one value: `capture.Capture.value` takes scalars; `walk.Walks` takes a list of scalars, or lends a `Walk`,
which goes through containers and asks `describers` for a description of anything else; `strings` redacts and cuts
texts, `digest` reads what is not shown. `policy.Policy` holds what all walks of one recording share, and `tables` what
the native twin (``native/walk.c``) looks into.

From outside: `Capture`, `Limits`, `Redactor`, `Secrecy`, `register_capture` and its opposite; backends also register
their wrappers. Everything else is private. Code of the traced program runs here in registered functions alone.
"""
