"""Proxies: what a hooked function is replaced with, and how its calls are reported."""
