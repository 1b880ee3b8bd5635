"""Kept pages: the rendered body of a code page, shared by all holders with the same access.

The key names everything the body depends on (code, its page version, the catalogue's edition, the
access, the audience), so a kept page is never out of date and never wider than the access. Nothing
personal is in a body: the banner is put in later, by the metering middleware.
"""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache

BYTES_A_PROCESS = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """A rendered page and the digest of it that its ETag starts with."""

    content: bytes
    digest: str


def size(body: Body) -> int:
    """Bytes that a body takes, roughly."""
    return len(body.content) + 200


pages: LRUCache[Hashable, Body] = LRUCache(BYTES_A_PROCESS, getsizeof=size)
lock = Lock()


def body(key: Hashable, render: Callable[[], str]) -> Body:
    """The body kept under the key, rendered where there is none yet."""
    with lock:
        kept = pages.get(key)
    if kept is None:
        content = render().encode()
        kept = Body(content, hashlib.blake2b(content, digest_size=9).hexdigest())
        with lock:
            pages[key] = kept
    return kept
