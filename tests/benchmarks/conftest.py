# Runs only when named, as in `pytest tests/benchmarks/test_overhead.py`: its figure depends on the machine.
collect_ignore = ["test_overhead.py"]
