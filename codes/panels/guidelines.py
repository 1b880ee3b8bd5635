"""Guidelines: what editors wrote for the code and the headings above it, then the publisher's notes for both."""

import re
from typing import Any

from codes.models import Guideline, Heading
from codes.panels.subject import Subject

SLUG, TITLE = "guidelines", "Guidelines"

# Kind of note in the ICD-10-CM tabular list (element name in the XML) → how it is headed.
KINDS = {
    "inclusion_term": "Also in this code",
    "includes": "Includes",
    "excludes1": "Excludes 1: not coded here",
    "excludes2": "Excludes 2: not included here, may be coded besides",
    "code_first": "Code first",
    "use_additional_code": "Use an additional code",
    "code_also": "Code also",
    "notes": "Notes",
    "seven_chr_note": "Seventh character",
}
CHARACTER = re.compile(r"([A-Z0-9]): (.+)", re.S)


def context(subject: Subject) -> dict[str, Any]:
    """Editors' guidelines, the code's own first and then from the nearest heading up; notes of the code and of what stands above it."""
    written = [{"text": text, "place": place_of(text, subject)} for text in Guideline.objects.applying_to(subject.code, subject.above)]
    sources: list[dict[str, Any]] = []
    if own := blocks(subject.code.notes, subject.code.compact):
        sources.append({"title": subject.code.code, "blocks": own})
    for above in subject.above:
        title, name = (above.range, above.name) if isinstance(above, Heading) else (above.code, above.short)
        found = blocks({kind: lines for kind, lines in above.notes.items() if kind != "inclusion_term"}, subject.code.compact)
        if isinstance(above, Heading) and above.note:
            found.append({"heading": "On this range", "lines": [above.note]})
        if found:
            sources.append({"title": title, "name": name, "blocks": found})
    return {"written": written, "sources": sources} if written or sources else {}


def place_of(text: Guideline, subject: Subject) -> str:
    """Where an inherited guideline comes from: `22010-22899 Spine`; empty for one of the code's own."""
    headings = (above for above in subject.above if isinstance(above, Heading) and above.slug == text.heading)
    return next((f"{heading.range} {heading.name}" for heading in headings), "" if text.code == subject.code.code else text.code)


def blocks(notes: dict[str, list[str]], code: str) -> list[dict[str, Any]]:
    """The notes by heading, in the order of the tabular list; seventh characters are a list of their own."""
    found = []
    for kind, heading in KINDS.items():
        lines = notes.get(kind, [])
        signs = [match for line in lines if kind == "seven_chr_note" and (match := CHARACTER.fullmatch(line))]
        said = {match[0] for match in signs}
        characters = [{"sign": match[1], "meaning": match[2].replace("/\t", "; "), "own": match[1] == code[6:]} for match in signs]
        if lines:
            found.append({"heading": heading, "lines": [line for line in lines if line not in said], "characters": characters})
    return found
