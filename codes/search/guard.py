"""Asking an index that may fail: then it is thrown away and built anew, and whoever asked gets an answer without it."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from codes.search.live import live

T = TypeVar("T")
# Seconds in which an index is thrown away once. What fails so soon again is the query, not the index: were each such
# query to have it built anew, whoever knows one could keep the search from everybody.
PAUSE = 600.0
log = logging.getLogger(__name__)


class Guard:
    """Remembers when it last threw an index away."""

    def __init__(self) -> None:
        self.broke = float("-inf")

    def ask(self, question: Callable[[], T]) -> T | None:
        """The answer; None where the index failed."""
        try:
            return question()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the engine is no Exception
            self.failed(error)
            return None

    def failed(self, error: BaseException) -> None:
        """Say so, without what was typed, which may be in the error's words; and throw the index away."""
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_qualname}, line {place.tb_lineno}" if place is not None else "an unknown place"
        log.error("the search failed: %s in %s", type(error).__name__, where)
        if time.monotonic() - self.broke >= PAUSE:
            self.broke = time.monotonic()
            live.broken()


guard = Guard()
