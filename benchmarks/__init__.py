"""Measures the house beside its peers: `make bench`, or `python -m benchmarks --help`."""
