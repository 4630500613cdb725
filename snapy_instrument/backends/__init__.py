"""The three ways to see calls: proxies, the import hook that puts them in place, and frame backends."""
