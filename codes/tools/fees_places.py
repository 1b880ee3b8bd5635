"""Medicare localities as coders name them: by state, county, city area or number.

CMS's files do not say which city lies where, and some counties belong to the locality of a neighbor ("… IN VIRGINIA").
What is named nowhere is not guessed: the localities of the state are offered instead.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codes.models import Gpci, Locality, Release
from codes.payment import Index, index_of

Words = tuple[str, ...]
COUNTY = {"COUNTY", "COUNTIES", "CNTY", "CNTYS", "PARISH", "BOROUGH"}
NOISE = {*COUNTY, "THE", "AND", "OF"}
NUMBER = re.compile(r"(\d{4,5})\s*[- ]\s*(\d{1,2})")
KEPT = {"NYC", "DC", "MD", "VA", "NJ", "N"}
SPELLED = {"OF": "of", "AND": "and", "CNTY": "County", "CNTYS": "Counties"}


@dataclass(frozen=True, slots=True)
class Place:
    """A locality: its number (`13202-01`), its names, its indices, and what may be typed for it, each with the state that it lies in."""

    key: str
    state: str
    state_name: str
    name: str
    counties: str
    index: Index
    typed: tuple[tuple[str, Words], ...]

    def __str__(self) -> str:
        return self.name if self.state_name.split("/")[0] in self.name else f"{self.name}, {self.state}"

    def lies_in(self, state: str) -> bool:
        """Whether it has counties of a state; every one where none is asked for."""
        return not state or state == self.state or any(where == state for where, _ in self.typed)

    def is_called(self, name: Words, state: str) -> bool:
        """Whether this is one of its names."""
        return any(name == other and state in ("", where) for where, other in self.typed)

    def has_words(self, name: Words, state: str) -> bool:
        """Whether all of these words are in its names."""
        return set(name) <= {word for where, other in self.typed if state in ("", where) for word in other}


def places(indices: Release | None, counties: Release | None) -> list[Place]:
    """The localities of a release of indices with the counties of another, by state; two queries at most."""
    rows = list(Gpci.objects.filter(release=indices)) if indices else []
    known = {(row.mac, row.locality): row for row in Locality.objects.filter(release=counties)} if counties else {}
    pairs = [(row, known.get((row.mac, row.locality))) for row in rows]
    states = {words(found.state): row.state for row, found in pairs if found}
    entries = [place(row, found, states) for row, found in pairs]
    return sorted(entries, key=lambda entry: (entry.state_name, entry.name.startswith("Rest of"), entry.name))


def place(row: Gpci, found: Locality | None, states: dict[Words, str]) -> Place:
    """One locality; the counties' file may lack it."""
    names = [row.name, *re.findall(r"\((.*?)\)", row.name)]
    typed = [(row.state, words(part)) for name in names for part in (name, *name.split("/"))]
    if found:
        typed += [(row.state, words(found.area)), *counties_of(found.counties, row.state, states)]
        typed += [(row.state, words(part)) for part in (found.state, *found.state.split("/"))]
    name, state_name = titled(row.name), titled(found.state) if found else row.state
    counties = titled(found.counties) if found else ""
    return Place(f"{row.mac}-{row.locality}", row.state, state_name, name, counties, index_of(row), tuple(typed))


def counties_of(text: str, state: str, states: dict[Words, str]) -> Iterator[tuple[str, Words]]:
    """The counties that are named, each with its state. "All counties", "all other counties" and their exceptions name none."""
    for part in text.upper().split(";"):
        elsewhere = re.fullmatch(r"(.*) IN ([A-Z ]+)", part.strip())
        where = states.get(words(elsewhere[2]), state) if elsewhere else state
        if not part.strip().startswith("ALL "):
            for name in re.split(r"[,/]|\bAND\b", elsewhere[1] if elsewhere else part):
                yield where, words(name)


def find(text: str, among: Sequence[Place]) -> list[Place]:
    """The localities that a text means: one where it is clear, several to choose from, or none. A state alone means all of its own."""
    if number := NUMBER.fullmatch(text.strip()):
        key = f"{number[1]:0>5}-{number[2]:0>2}"
        return [entry for entry in among if entry.key == key]
    state, name = parted(text, among)
    near = [entry for entry in among if entry.lies_in(state)]
    own = [entry for entry in near if state and entry.state == state]
    if not name:
        return own
    hits = [entry for entry in near if entry.has_words(name, state)]
    called = [entry for entry in hits if entry.is_called(name, state)]
    if len(called) == 1 and len({entry.state for entry in hits}) == 1:
        return called
    return hits or own


def parted(text: str, among: Sequence[Place]) -> tuple[str, Words]:
    """The state at the end of what is typed (empty where there is none), and the rest. `Washington County` is no state."""
    typed = words(text)
    states = {words(part): entry.state for entry in among for part in (entry.state, entry.state_name, *entry.state_name.split("/"))}
    least = 1 if COUNTY & set(letters(text)) else 0
    for length in (3, 2, 1):
        if len(typed) - length >= least and typed[-length:] in states:
            return states[typed[-length:]], typed[:-length]
    return "", typed


def letters(text: str) -> list[str]:
    """The words of a text in capitals; points and apostrophes part none."""
    return re.findall(r"[A-Z0-9]+", re.sub(r"[.'’]", "", text.upper()))


def words(text: str) -> Words:
    """The words that tell a name."""
    return tuple("ST" if word == "SAINT" else word for word in letters(text) if word not in NOISE)


def titled(text: str) -> str:
    """A name as it is read: `Rest of New York`."""
    return re.sub(r"[A-Za-z']+", lambda word: word[0] if word[0] in KEPT else SPELLED.get(word[0], word[0].capitalize()), text)
