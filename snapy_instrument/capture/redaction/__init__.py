"""Redaction: which values are secrets, by their names and by what is in them.

`names` judges names (``api_key``), `patterns` holds the regular expressions for texts, `redactor` applies both, and
`lookups` knows calls that look a secret up, such as ``get("API_KEY")``.

From outside: `Redactor`, `Secrecy`, `SecretPattern`, `DEFAULT_SECRET_NAMES` and `DEFAULT_SECRET_PATTERNS`.
"""
