"""Redaction: which names and which texts hold secrets, and what is stored in their place."""
