"""What is suggested while somebody types: short titles alone, and no query to the database."""

import json
from typing import Any

from codes.search import query
from codes.search.guard import guard
from codes.search.live import Open, live
from codes.search.remembered import Remembered

MOST = 8
KEPT = 4 * 1024 * 1024  # bytes
NOTHING = b"[]"
kept: Remembered[bytes] = Remembered(KEPT, lambda answer: len(answer) + 300)


def listed(text: str) -> bytes:
    """A JSON list of code, system, title and url; an empty one while there is no index."""
    opened = live.current()
    if opened is None:
        return NOTHING
    text = " ".join(text.lower().split())[: query.LONGEST]
    found = kept.get(opened, text)
    if found is None:
        made = guard.ask(lambda: asked(opened, text))
        if made is None:
            return NOTHING
        found = json.dumps(made, separators=(",", ":")).encode()
        kept.keep(opened, text, found)
    return found


def asked(opened: Open, text: str) -> list[dict[str, str]]:
    """The index's answer."""
    found = opened.engine.search(query.parse(text), opened.thesaurus, most=MOST, typing=True)
    return [{"code": hit.code, "system": hit.system, "title": hit.short, "url": hit.url} for hit in (*found.hits, *found.more)[:MOST]]


def for_browsers(text: str) -> bytes:
    """The same as browsers want it, by the OpenSearch suggestions extension: `["knee", ["M25.561 Pain in right knee"]]`."""
    found: list[dict[str, Any]] = json.loads(listed(text))
    return json.dumps([text[: query.LONGEST], [f"{hit['code']} {hit['title']}" for hit in found]]).encode()
