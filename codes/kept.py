"""Kept pages: the rendered body of a code page, shared by all holders with the same access.

The key names everything the body depends on (code, its page version, the catalogue's edition, the
access, the audience), so a kept page is never out of date and never wider than the access. Nothing
personal is in a body: the banner is put in later, by the metering middleware.

Two shelves: what is asked for most lies ready, and a much larger number of pages lies packed, since
unpacking one takes a fiftieth of rendering it.
"""

import hashlib
import zlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache

READY_BYTES, PACKED_BYTES = 32 * 1024 * 1024, 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """A rendered page (or a packed one) and the digest of it that its ETag starts with."""

    content: bytes
    digest: str


def size(body: Body) -> int:
    """Bytes that a body takes, roughly."""
    return len(body.content) + 250


ready: LRUCache[Hashable, Body] = LRUCache(READY_BYTES, getsizeof=size)
packed: LRUCache[Hashable, Body] = LRUCache(PACKED_BYTES, getsizeof=size)
lock = Lock()


def body(key: Hashable, render: Callable[[], str]) -> Body:
    """The body kept under the key, rendered where there is none yet."""
    with lock:
        found = ready.get(key)
        if found is not None:
            return found
        away = packed.get(key)
    if away is not None:
        found = Body(zlib.decompress(away.content), away.digest)
    else:
        content = render().encode()
        found = Body(content, hashlib.blake2b(content, digest_size=9).hexdigest())
        away = Body(zlib.compress(content, 1), found.digest)
    with lock:
        ready[key], packed[key] = found, away
    return found


def forget() -> None:
    """Empty both shelves."""
    with lock:
        ready.clear()
        packed.clear()
