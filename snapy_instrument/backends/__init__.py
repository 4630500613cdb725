"""The three ways to see calls: proxies, the import hook that puts them in place, and frame backends.

Tracers start and stop them through `session`, choose one by `choose` and read what each can do in `base`; the hook's
public face is `hook.hook.install_hook`. All else is private to this folder. A backend reports calls to the sink of
`recording` and knows no tracer, no trace and no test.
"""
