"""The example applications, changed in ways that the tests of their results miss."""
