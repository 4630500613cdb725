"""The import hook: finds, loads and wraps the modules whose functions get proxies."""
