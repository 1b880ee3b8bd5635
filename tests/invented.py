"""Listings of an invented code system, loaded release by release."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256

from codes.models import Change, Code, CommonDescription, Release
from codes.releases import loading
from codes.releases.reading import Listed, Node
from codes.releases.source import Source
from tests.listings import Listings

SYSTEM = "icd10pcs"
SPRING, AUTUMN, NEXT_SPRING, NEXT_AUTUMN = date(2024, 4, 1), date(2024, 10, 1), date(2025, 4, 1), date(2025, 10, 1)
TREE = (
    Node("01", "Instruments", "A00", "B99", "instruments"),
    Node("01/01", "Strings", "A00", "A99", "strings"),
    Node("01/02", "Winds", "B00", "B99", "winds"),
)


def code(number: str, title: str, **more: object) -> Listed:
    """A code under the heading of its letter."""
    heading = {"A": "01/01", "B": "01/02"}[number[0]]
    return Listed(number, title, f"{title}, in full", heading=heading, **more)  # type: ignore[arg-type]


VIOLIN, VIOLA, CELLO, OBOE = code("A00", "Violin"), code("A00.1", "Viola", parent="A00"), code("A00.2", "Cello", parent="A00"), code("B00", "Oboe")
BASS, FLUTE = code("A00.15", "Double bass", parent="A00"), code("B01", "Flute")
FIRST = (VIOLIN, VIOLA, CELLO, OBOE)


def load(name: str, effective: date | None, codes: Iterable[Listed], tree: Sequence[Node] = TREE) -> Release:
    """Load a listing as a release of this name."""
    outcome = loading.load(Listings((*tree, *codes), effective, SYSTEM), Source(name, (), sha256(name.encode()).hexdigest()))
    assert outcome.what == loading.LOADED
    return outcome.release


def now(number: str) -> Code:
    """The code as readers see it."""
    return Code.objects.current().get(system__slug=SYSTEM, code=number)


def numbers() -> list[str]:
    return list(Code.objects.current().filter(system__slug=SYSTEM).order_by("position", "pk").values_list("code", flat=True))


def changes(release: Release) -> list[tuple[str, str]]:
    return [(change.code, change.what) for change in Change.objects.filter(release=release).order_by("code")]


def describe(number: str) -> CommonDescription:
    return CommonDescription.objects.create(code=now(number), text="Words of ours.")
