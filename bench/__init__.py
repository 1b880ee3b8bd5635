"""The measures: `python -m bench`, or `make bench`."""
