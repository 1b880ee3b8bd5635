"""`Modifiers.txt` of the AMA's CPT data files: a notice, captions, and a modifier a row, by level and section of the code set."""

import json
import re
from collections.abc import Iterator
from typing import Any

from codes.models import Modifier
from codes.releases.cpt_files import Names, Tabbed, descriptor_date
from codes.releases.licensed import LONGEST_TITLE, cut
from codes.releases.reading import Table
from codes.releases.source import Member
from codes.releases.tally import Tally

MODIFIERS = Table(Modifier, "modifiers", ("code", "short", "long", "level", "details"), key=("code", "level"))
CODE = "[0-9A-Z]{2}"
NAMES: Names = {
    "code": ("Modifier Code", "Modifier", "Code"),
    "level": ("Level I/II", "Level", "Modifier Level"),
    "descriptor_effective": ("Modifier Descriptor Effective", "Descriptor Effective Date", "Effective Date"),
    "short": ("Modifier Name", "Name", "Title"),
    "long": ("Modifier Description", "Description", "Modifier Descriptor", "Descriptor"),
    "section": ("Section (Main Section)", "Section"),
}
ORDER = ("Concept Id", "Modifier Code", "Level I/II", "Modifier Descriptor Effective", "Modifier Name", "Modifier Description", "Section")


def modifiers(member: Member, tally: Tally) -> Iterator[tuple[Table, tuple[Any, ...]]]:
    """The rows of the file. Of a modifier that stands there several times the other sections and wordings are kept beside the first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in Tabbed(member, NAMES, ("code", "long"), ORDER, code=CODE).rows(tally):
        code = row.text("code").lstrip("-").upper()
        if not re.fullmatch(CODE, code):
            raise row.refused("code", code, "a modifier of two characters was expected")
        wording = {"short": row.text("short") or cut(row.text("long")), "long": row.text("long") or row.text("short")}
        if not wording["long"]:
            raise row.refused("long", "", "a description was expected")
        changed = descriptor_date(row)
        more = {"section": row.text("section"), "descriptor_effective": changed.isoformat() if changed else ""}
        entry = {**wording, **{name: value for name, value in more.items() if value}}
        tally.read += 1
        first = found.setdefault((code, cut(row.text("level"))), entry)
        if first is entry:
            tally.stored["modifiers"] += 1
        else:
            first.setdefault("further", []).append(entry)
            tally.joined += 1
    for (code, level), entry in found.items():
        short, long = entry.pop("short"), entry.pop("long")
        yield MODIFIERS, (code, cut(short, LONGEST_TITLE), long, level, json.dumps(entry))
