"""The XML of ICD-10-CM's tabular list, taken apart: chapters with what is below them, one after the other.

An entry is a chapter, a section[@id] (a block) or a diag (a category or a code), each with name, desc, notes by kind and
the 7th characters that it defines (NCHS, `icd10cm-tabular-YYYY.xml`). Every DOCTYPE is refused, so that no entity is ever
expanded and no other file opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from codes.releases.refused import Refused
from codes.releases.source import Member

PIECE = 64 * 1024
ROOT = "ICD10CM.tabular"
ENTRIES = ("chapter", "section", "diag")
NOTES = {
    "inclusionTerm": "inclusion_term",
    "includes": "includes",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional_code",
    "codeAlso": "code_also",
    "notes": "notes",
    "sevenChrNote": "seven_chr_note",
}


@dataclass(slots=True)
class Entry:
    """A chapter, block, category or code as the list has it. `characters` are the 7th characters that it defines, each with its meaning."""

    tag: str
    line: int
    name: str
    text: str = ""
    notes: dict[str, list[str]] = field(default_factory=dict)
    characters: dict[str, str] = field(default_factory=dict)
    below: list["Entry"] = field(default_factory=list)

    def said(self) -> dict[str, list[str]]:
        """Its own notes by kind, always in the same order; the 7th characters follow the note on them."""
        notes = {kind: self.notes[kind] for kind in NOTES.values() if kind in self.notes}
        if self.characters:
            notes["seven_chr_note"] = notes.get("seven_chr_note", []) + [f"{sign}: {meaning}" for sign, meaning in self.characters.items()]
        return notes


def version_of(member: Member) -> str:
    """The version that the file says it is (`<version>2026</version>`), by its first piece; Refused where that is no tabular list."""
    parser = Parser(member.place)
    with member.open() as file:
        piece = file.read(PIECE)
        if not piece.strip():
            raise Refused("the file is empty", file=member.place)
        parser.feed(piece)
    return parser.version


def chapters(member: Member) -> Iterator[Entry]:
    """The chapters, each whole; the next is read when it is asked for."""
    parser = Parser(member.place)
    with member.open() as file:
        while piece := file.read(PIECE):
            yield from parser.feed(piece)
    yield from parser.feed(b"", last=True)


class Parser:
    """Takes the XML in pieces and gives the chapters that have ended."""

    def __init__(self, place: str) -> None:
        self.place, self.version = place, ""
        self.done: list[Entry] = []
        self.open: list[Entry] = []
        self.tags: list[str] = []
        self.text = self.character = ""
        self.expat = expat.ParserCreate()
        self.expat.buffer_text = True
        self.expat.StartDoctypeDeclHandler = self.doctype
        self.expat.StartElementHandler, self.expat.EndElementHandler, self.expat.CharacterDataHandler = self.start, self.end, self.more

    def feed(self, piece: bytes, last: bool = False) -> list[Entry]:
        """The chapters that end in this piece."""
        try:
            self.expat.Parse(piece, last)
        except expat.ExpatError as wrong:
            raise Refused(f"well-formed XML to its end was expected ({expat.ErrorString(wrong.code)})", file=self.place, line=wrong.lineno) from wrong
        done, self.done = self.done, []
        return done

    def refused(self, expected: str, line: int = 0, value: str | None = None) -> Refused:
        """The refusal of this file at a line: where the parser stands, unless another is named."""
        return Refused(expected, file=self.place, line=line or self.expat.CurrentLineNumber, value=value)

    def doctype(self, *declared: object) -> None:
        """A tabular list has none."""
        raise self.refused("a tabular list without a DOCTYPE was expected")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if not self.tags and tag != ROOT:
            raise self.refused(f"the tabular list ({ROOT}) was expected", value=tag)
        self.tags.append(tag)
        self.text = ""
        if tag in ENTRIES:
            entry = Entry(tag, self.expat.CurrentLineNumber, attributes.get("id", "").strip())
            if self.open:
                self.open[-1].below.append(entry)
            elif tag != "chapter":
                raise self.refused("a chapter was expected", value=tag)
            self.open.append(entry)
        elif tag == "sevenChrDef":
            self.character = ""
        elif tag == "extension" and self.open and (character := attributes.get("char", "").strip()):
            self.character = character
            self.open[-1].characters[character] = ""

    def more(self, text: str) -> None:
        """Some of an element's text."""
        self.text += text

    def end(self, tag: str) -> None:
        """An element ends."""
        self.tags.pop()
        if tag in ENTRIES:
            entry = self.open.pop()
            if not entry.name or not entry.text:
                raise self.refused(f"a {'name' if not entry.name else 'description'} of the {tag} {entry.name}".rstrip() + " was expected", entry.line)
            if not self.open:
                self.done.append(entry)
        elif self.open and self.text.strip():
            self.take(self.open[-1], tag, self.tags[-1])
        elif tag == "version":
            self.version = self.text.strip()
        self.text = ""

    def take(self, entry: Entry, tag: str, above: str) -> None:
        """A text of an entry. The index of a chapter's sections and the table of visual impairment are none."""
        if above in ENTRIES:
            if tag == "name":
                entry.name = self.text.strip()
            elif tag == "desc":
                entry.text = self.text.strip()
        elif above in NOTES:
            entry.notes.setdefault(NOTES[above], []).append(self.text)
        elif above == "sevenChrDef" and tag == "extension":
            entry.characters[self.character] = self.text
        elif above == "sevenChrDef" and self.character:
            entry.characters[self.character] += f"/{self.text}"
