"""What an index was made from, what of it has changed since, and so what of it is made anew.

An index keeps a record of what it was made from, the file MADE. Compared with the database it says which releases are
gone or new, and which single codes have another description, or are opened more or less often than they were. All else
stays as it is: an index's segments are files that never change, and the next index has them by hard links.

The documents of a release lie in segments of their own, and all single codes that were made anew since in one more,
which is always written whole. So what is made anew leaves empty segments behind, and the engine drops these: how many
codes have a term stays right, but for the codes of that last segment, which count twice. Were they many, the index is
built whole.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db.models import Count, Max

from codes.models import Code
from codes.search import popularity, rows

MADE = "made.json"
PART = 50  # of so many codes one at most is made anew by itself


@dataclass(slots=True)
class Share:
    """What a release has in an index."""

    stamp: list[Any]  # by which it is seen to be the same still
    words: dict[str, int] = field(default_factory=dict)  # how many of its codes have a word in their titles
    described: dict[str, list[str]] = field(default_factory=dict)  # by a code's key: its description's digest, and the words that its titles lack
    alone: list[int] = field(default_factory=list)  # keys of codes that were made anew by themselves

    def describe(self, code: int, html: str, further: Iterable[str]) -> None:
        """Note a code's description, with the words that its titles lack."""
        self.described[str(code)] = [digest(html), " ".join(sorted(further))]

    def differing(self, published: Mapping[int, str]) -> set[int]:
        """The keys of the codes whose description is another now, or is no longer there, or is new."""
        before = {int(key): found for key, (found, _) in self.described.items()}
        return (before.keys() - published.keys()) | {key for key, html in published.items() if before.get(key) != digest(html)}


SHARE = tuple(column.name for column in fields(Share))


@dataclass(slots=True)
class Made:
    """What an index was made from: by the keys of releases, and how much codes weigh that are opened often, as `system code`."""

    shares: dict[str, Share]
    weights: dict[str, int]

    @classmethod
    def read(cls, folder: Path) -> "Made":
        """The record of an index."""
        kept = json.loads((folder / MADE).read_text())
        return cls({key: Share(**share) for key, share in kept["shares"].items()}, kept["weights"])

    def save(self, folder: Path) -> None:
        """Keep it beside the index."""
        shares = {key: {name: getattr(share, name) for name in SHARE} for key, share in self.shares.items()}
        (folder / MADE).write_text(json.dumps({"shares": shares, "weights": self.weights}, separators=(",", ":")))

    @property
    def size(self) -> int:
        """How many codes there are."""
        return sum(share.stamp[-2] for share in self.shares.values())

    def vocabulary(self) -> Counter[str]:
        """How many codes have each word, in their titles or in their descriptions."""
        found: Counter[str] = Counter()
        for share in self.shares.values():
            found.update(share.words)
            for _, further in share.described.values():
                found.update(further.split())
        return found


@dataclass(slots=True)
class Work:
    """What there is to do: to the index `base`, or without one. `made` becomes the record of the index."""

    made: Made
    published: dict[int, dict[int, str]]
    base: Path | None = None
    gone: list[str] = field(default_factory=list)  # releases
    new: list[str] = field(default_factory=list)
    alone: set[int] = field(default_factory=set)  # codes of other releases


def work(base: Path | None) -> Work:
    """What there is to do so that the index `base` becomes that of the catalogue as it is now; without one, all."""
    made = Made(stamps(), {f"{system} {code}": weight for (system, code), weight in popularity.by_code().items()})
    found = Work(made, rows.published(), new=list(made.shares))
    if base is None:
        return found
    compared = compare(base, found)
    return compared if len(compared.alone) * PART <= made.size else found


def compare(base: Path, whole: Work) -> Work:
    """The same work, less what the index `base` has already."""
    before, now = Made.read(base), whole.made
    same = {key: share for key, share in before.shares.items() if key in now.shares and now.shares[key].stamp == share.stamp}
    moved = weighing(dict(before.weights.items() ^ now.weights.items()))
    for key, share in same.items():
        share.alone = sorted(share.differing(whole.published.get(int(key), {})).union(share.alone, moved.get(key, ())))
    return Work(
        made=Made(now.shares | same, now.weights),
        published=whole.published,
        base=base,
        gone=[key for key in before.shares if key not in same],
        new=[key for key in now.shares if key not in same],
        alone={code for share in same.values() for code in share.alone},
    )


def stamps() -> dict[str, Share]:
    """The current releases that have codes: the order of their systems, when each was loaded, how many codes it has, and the last one's key."""
    counted = Code.objects.current().order_by().values("release").annotate(count=Count("pk"), last=Max("pk"))
    last = dict(counted.values_list("last", "count"))  # alone, since it is read from an index
    found = Code.objects.filter(pk__in=last).order_by("system__order", "pk").values_list("release", "system__order", "release__loaded_at", "pk")
    return {str(release): Share([order, loaded.isoformat(), last[key], key]) for release, order, loaded, key in found}


def weighing(names: Mapping[str, int]) -> dict[str, list[int]]:
    """The keys of codes that are named as weights name them, by release."""
    found: dict[str, list[int]] = {}
    if names:
        codes = Code.objects.current().filter(code__in={name.partition(" ")[2] for name in names})
        for release, key, system, code in codes.values_list("release", "pk", "system__slug", "code"):
            if f"{system} {code}" in names:
                found.setdefault(str(release), []).append(key)
    return found


def digest(html: str) -> str:
    """A description in short, to see whether it is another one."""
    return blake2b(html.encode(), digest_size=8).hexdigest()


def take_over(base: Path, making: Path) -> None:
    """Begin with the files of another index. Those that it writes anew are copied; the others, which never change, are linked."""
    for file in base.iterdir():
        if file.suffix == ".json":
            shutil.copy(file, making)
        elif file.suffix != ".lock":
            os.link(file, making / file.name)
