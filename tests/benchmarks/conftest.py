# Run only when named, as in `pytest tests/benchmarks/test_overhead.py`: their figures depend on the machine.
collect_ignore = ["test_overhead.py", "test_unmatched.py"]
