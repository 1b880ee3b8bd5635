"""What changed between two texts, word by word, for editors."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

PIECES = re.compile(r"\s+|[^\s]+")


def words(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Runs of text as `("same" | "removed" | "added", text)`, in reading order."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[i1:i2])
            continue
        if i2 > i1:
            yield "removed", "".join(old[i1:i2])
        if j2 > j1:
            yield "added", "".join(new[j1:j2])
