"""Recording: what backends see becomes events."""
