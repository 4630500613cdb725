"""The frame backend on `sys.monitoring` (Python 3.12 and later).

It also records the steps of hooked generators, coroutines and async generators, by local events of their code objects.
From outside, use `tool.monitoring_backend`; `callbacks` is what happens at an event, `suspensions` what is known of
frames that can be suspended. Nothing else here may be touched: the native twin shares its tables.
"""
