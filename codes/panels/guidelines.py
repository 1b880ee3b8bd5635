"""Guidelines: the publisher's notes for the code, and those of the headings and codes above it."""

from collections.abc import Sequence
from typing import Any

from codes.models import Code, FeeScheduleLine

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


def context(code: Code, fees: Sequence[FeeScheduleLine]) -> dict[str, Any]:
    """Notes of this code and of what stands above it."""
    sources = []
    if own := blocks(code.notes):
        sources.append({"title": code.code, "blocks": own})
    for above in getattr(code, "lineage", []):
        if inherited := blocks({kind: lines for kind, lines in above.notes.items() if kind != "inclusion_term"}):
            sources.append({"title": str(getattr(above, "code", None) or above.range), "name": getattr(above, "short", "") or above.name, "blocks": inherited})
        if note := getattr(above, "note", ""):
            sources.append({"title": above.range, "name": above.name, "blocks": [("On this range", [note])]})
    return {"sources": sources} if sources else {}
