"""Describers of requests and responses, of servers and of clients.

A message shows its method, path and query or its status; a few headers that programs decide by; and its body where
that was read already, as JSON, form data or text. `http_messages` has what they share.
"""
