"""`--snapy-verify`: records a test twice before its trace becomes a snapshot."""
