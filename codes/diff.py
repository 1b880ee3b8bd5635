"""What changed between two texts, word by word, for editors."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

PIECES = re.compile(r"\S+\s*|\s+")


def words(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Runs of text as `("same" | "removed" | "added", text)`, in reading order. Blanks and line breaks do not count."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    matcher = SequenceMatcher(a=[piece.strip() for piece in old], b=[piece.strip() for piece in new], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield "same", "".join(max(pair, key=len) for pair in zip(old[i1:i2], new[j1:j2], strict=True))
            continue
        if i2 > i1:
            yield "removed", "".join(old[i1:i2])
        if j2 > j1:
            yield "added", "".join(new[j1:j2])
