"""The measures of docs/performance: `python -m bench`, or `make bench`."""
