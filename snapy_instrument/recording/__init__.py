"""Recording: what proxies and frame backends see becomes the events of a trace."""
