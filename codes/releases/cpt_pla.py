"""Proprietary laboratory analyses (PLA codes, which end in U) as the AMA publishes them in XML.

Each `plaCode` has `cdCode`, `cdDesc`, `cdMDesc`, `cdSDesc`, `cdStatus`, `effectiveDate`, `labName`, `manufacturerName` and
`testName`, as elements or as attributes.
"""

from collections import defaultdict
from collections.abc import Iterator
from xml.parsers import expat

from codes.releases.refused import Refused
from codes.releases.source import CHUNK, Member, Source
from codes.releases.tables import clean

ELEMENT = "placode"
Analysis = dict[str, str]  # the elements' names in small letters → their texts


def files(source: Source) -> list[Member]:
    """The XML files that hold such codes."""
    return [member for member in source.matching(r"\.xml$") if mentions(member, ELEMENT.encode())]


def mentions(member: Member, word: bytes) -> bool:
    """Whether a file has the word, in capitals or not."""
    before = b""
    with member.open() as file:
        while chunk := file.read(CHUNK):
            if word in (before + chunk).lower():
                return True
            before = chunk[-len(word) :]
    return False


def analyses(member: Member) -> Iterator[tuple[int, Analysis]]:
    """Each code with the line that it begins in. XML that is cut off or wrong is refused, and so is one that declares entities."""
    reading = Elements(member)
    try:
        with member.open() as file:
            while chunk := file.read(CHUNK):
                reading.parser.Parse(chunk, False)
                yield from reading.taken()
            reading.parser.Parse(b"", True)
    except expat.ExpatError as wrong:
        raise Refused(f"whole XML was expected ({expat.ErrorString(wrong.code)})", file=member.place, line=wrong.lineno) from wrong
    except (LookupError, ValueError) as unknown:
        raise Refused(f"XML in UTF-8 was expected ({unknown})", file=member.place, line=1) from unknown
    yield from reading.taken()


class Elements:
    """Gathers the texts of each `plaCode` as the parser goes on."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.EntityDeclHandler = self.entity
        self.line = 0  # where the code that is being read begins; 0 outside of one
        self.texts: defaultdict[str, list[str]] = defaultdict(list)
        self.words: list[str] = []
        self.found: list[tuple[int, Analysis]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if local(name) == ELEMENT:
            self.line = self.parser.CurrentLineNumber
            self.texts.clear()
        self.words = []
        for attribute, value in attributes.items() if self.line else ():
            self.texts[local(attribute)].append(value)

    def text(self, words: str) -> None:
        """Text within an element."""
        self.words.append(words)

    def end(self, name: str) -> None:
        """An element ends."""
        if local(name) == ELEMENT:
            several = {name: dict.fromkeys(filter(None, map(clean, texts))) for name, texts in self.texts.items()}
            self.found.append((self.line, {name: "; ".join(texts) for name, texts in several.items()}))
            self.line = 0
        elif self.line:
            self.texts[local(name)].append("".join(self.words))
        self.words = []

    def entity(self, name: str, *rest: object) -> None:
        """An entity is declared: entities within entities can grow without end."""
        raise Refused(f"XML without entities was expected; it declares {name}", file=self.member.place, line=self.parser.CurrentLineNumber)

    def taken(self) -> list[tuple[int, Analysis]]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found


def local(name: str) -> str:
    """A name without its prefix, in small letters."""
    return name.rpartition(":")[2].lower()
