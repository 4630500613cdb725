"""The pytest plugin ``snapy``: settings, fixtures, and the reports of a run.

``pytest_plugin`` holds the hooks that pytest calls, and registers the other modules as plugins of their own where a
setting asks for them. At the top its modules import only the standard library, pytest and ``errors``: a run that traces
nothing pays for no more. From outside, only the fixtures may be touched.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""
