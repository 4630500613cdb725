"""Live value to bounded, safe, redacted plain value; the only place where code of the user's may run."""
