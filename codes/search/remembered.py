"""What an open index has answered already. Another index begins with nothing, so nothing here is ever out of date."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

from codes.search.live import Open

T = TypeVar("T")


class Remembered(Generic[T]):
    """The answers that were asked for last, up to so many bytes; in memory alone."""

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self.lock = Lock()
        self.opened: Open | None = None
        self.answers: LRUCache[Hashable, T] = LRUCache(most, getsizeof=size)

    def get(self, opened: Open, key: Hashable) -> T | None:
        """What this index answered."""
        with self.lock:
            if self.opened is not opened:
                self.opened = opened
                self.answers.clear()
            return self.answers.get(key)

    def keep(self, opened: Open, key: Hashable, answer: T) -> None:
        """Keep it, unless another index was opened meanwhile or it is larger than all that may be kept."""
        with self.lock:
            if self.opened is opened and self.answers.getsizeof(answer) <= self.answers.maxsize:
                self.answers[key] = answer
