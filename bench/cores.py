"""Which core a process runs on: the server on the first, the load generator on the second."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

SERVER, LOADER = 0, 1


@contextmanager
def on_core(place: int) -> Iterator[bool]:
    """Keep this process, and processes started meanwhile, on one core; whether that was possible.

    Not possible where there is one core only, or where the system has no affinity (macOS).
    """
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    cores = sorted(before)
    if len(cores) <= place or len(cores) == 1:
        yield False
        return
    os.sched_setaffinity(0, {cores[place]})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, before)
