"""Guidelines: the publisher's notes for the code, and those of the headings and codes above it."""

from typing import Any

from codes.models import Heading
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


def blocks(notes: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """The notes by heading, in the order of the tabular list."""
    return [(heading, notes[kind]) for kind, heading in KINDS.items() if notes.get(kind)]


def context(subject: Subject) -> dict[str, Any]:
    """Notes of this code and of what stands above it."""
    sources: list[dict[str, Any]] = []
    if own := blocks(subject.code.notes):
        sources.append({"title": subject.code.code, "blocks": own})
    for above in subject.above:
        title, name = (above.range, above.name) if isinstance(above, Heading) else (above.code, above.short)
        found = blocks({kind: lines for kind, lines in above.notes.items() if kind != "inclusion_term"})
        if isinstance(above, Heading) and above.note:
            found.append(("On this range", [above.note]))
        if found:
            sources.append({"title": title, "name": name, "blocks": found})
    return {"sources": sources} if sources else {}
