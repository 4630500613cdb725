"""Other projects' test suites, run as they are and run again under the hook: nothing may change.

``python -m tests.transparency click jinja2 --python python3.12 --backend proxy``; see `__main__`.
"""
