"""Proxies: what a hooked function is replaced with, and how its calls are recorded.

From outside, use `proxy.make_proxy` and `proxy.is_proxy`, and `suspendable.suspendable_code`, which knows the code
objects whose steps a frame backend records. `wrapt_face` hides what wrapt adds to a function, `binding` sorts its
arguments; both are for the proxies alone.
"""
