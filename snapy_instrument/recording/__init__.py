"""Recording: what proxies and frame backends see becomes the events of a trace.

`recorder` records the calls of one tracer, in three parts: `hot_path` has what happens at each call, `lifecycle` the
beginning and the end, `recorder` itself the rest. `sink` is what backends report to: one recorder or several. `sites`
decides once for each function; `lanes` are the stacks of open calls; `spawns` and `start_hooks` find the call that
started a thread, task or job. `records` are what is kept of a call until somebody reads it as an event.

From outside: `sink.proxied`, the methods of `sink.Sink`, `Recorder` and `Site`. The fields of a record are read by the
names in `records`, and its tables change in the recorder alone.
"""
