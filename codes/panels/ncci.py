"""NCCI edits: procedure-to-procedure pairs, medically unlikely edits, add-on codes.

Sources: CMS, NCCI PTP edit files, MUE tables, add-on code file; NCCI Policy Manual, chapter I.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone

from codes import surroundings
from codes.models import AddOnEdit, Code, MueEdit, PtpEdit, Release
from codes.panels.subject import Subject
from codes.search import popularity

SLUG, TITLE = "ncci", "NCCI Edits"
SHOWN, PAIRS_A_PAGE, RELATIONS = 8, 100, 60
MOST_TYPED = 60
SETTINGS = {"practitioner": "Practitioner", "outpatient": "Outpatient hospital", "dme": "Supplier of equipment"}
COLUMNS = {"1": ("column1", "column2"), "2": ("column2", "column1")}
INDICATORS = {
    0: "Not allowed: no modifier parts the two.",
    1: "Allowed: with a modifier that fits the record both are paid.",
    9: "Not in force: it was deleted on the day it took effect.",
}
MAI = {
    1: "By claim line: units above it on one line are denied.",
    2: "By day, set by policy: units above it are denied, and no appeal pays them.",
    3: "By day, from clinical practice: units above it are denied, and an appeal with records may pay them.",
}


def context(subject: Subject) -> dict[str, Any]:
    """The first pairs of each column, the unlikely number of units, and the add-on relations. The number of rows read is bounded."""
    code, edition = subject.code.compact, subject.edition
    if subject.code.system.slug not in ("cpt", "hcpcs"):
        return {}
    edits = surroundings.current_release("ncci-ptp", edition, "practitioner") or surroundings.current_release("ncci-ptp", edition, "outpatient")
    pairs = [first_pairs(edits, code, column) for column in COLUMNS] if edits else []
    line = subject.main_line
    found = {
        "pairs": pairs,
        "edits": edits,
        "units": units(code, edition),
        "relations": relations(code, surroundings.current_release("add-on", edition)),
        "endo_base": line.endo_base if line else "",
        "fees": line.release if line else None,
    }
    name(found)
    return found if any(pair["rows"] for pair in pairs) or found["units"] or found["relations"] or found["endo_base"] else {}


def first_pairs(edits: Release, code: str, column: str) -> dict[str, Any]:
    """The first pairs in force in which the code stands in a column; one more than is shown tells that there are more."""
    own, other = COLUMNS[column]
    found = list(PtpEdit.objects.filter(release=edits, deletion_date=None, **{own: code}).order_by(other)[: SHOWN + 1])
    return {"column": column, "rows": [row(pair, other, edits) for pair in found[:SHOWN]], "more": len(found) > SHOWN}


def row(pair: PtpEdit, other: str, edits: Release) -> dict[str, Any]:
    """A pair as it is shown: the other code, whether a modifier is allowed, since when, and why."""
    return {
        "code": getattr(pair, other),
        "indicator": pair.modifier,
        "meaning": INDICATORS[pair.modifier].partition(":")[0],
        "from": pair.effective_date,
        "to": pair.deletion_date,
        "rationale": edits.legend[pair.rationale] if pair.rationale < len(edits.legend) else "",
    }


def units(code: str, edition: int) -> list[dict[str, Any]]:
    """The MUE of each setting that is loaded."""
    releases = {release.pk: release for part in SETTINGS if (release := surroundings.current_release("mue", edition, part))}
    found = {edit.release_id: edit for edit in MueEdit.objects.filter(release__in=list(releases), code=code)} if releases else {}
    return [
        {"setting": SETTINGS[release.part], "edit": found[pk], "meaning": MAI[found[pk].mai], "release": release}
        for pk, release in releases.items()
        if pk in found
    ]


def relations(code: str, release: Release | None) -> dict[str, Any]:
    """What this code is added to, and what may be added to it; today's alone."""
    if release is None:
        return {}
    either = Q(release=release, add_on=code) | Q(release=release, primary=code)
    today = timezone.localdate()
    rows = [edit for edit in AddOnEdit.objects.filter(either).order_by("add_on", "primary") if in_force(edit, today)]
    needs = [edit for edit in rows if edit.add_on == code]
    added = sorted({edit.add_on for edit in rows if edit.primary == code})
    if not rows:
        return {}
    return {
        "type": needs[0].type if needs else None,
        "needs": listed_codes(edit.primary for edit in needs if edit.primary != "CCCCC"),
        "needs_more": max(0, len(needs) - RELATIONS),
        "note": next((edit.note for edit in needs if edit.note), ""),
        "added": listed_codes(added),
        "added_more": max(0, len(added) - RELATIONS),
        "release": release,
    }


def in_force(edit: AddOnEdit, day: date) -> bool:
    """Whether a relation holds on a day."""
    ends = (edit.deletion_date, edit.add_on_deletion_date, edit.primary_deletion_date)
    return not any(end and end < day for end in ends) and not (edit.effective_date and edit.effective_date > day)


def listed_codes(numbers: Iterable[str]) -> list[dict[str, Any]]:
    """The first of the codes, to be named."""
    return [{"code": number} for number in sorted(set(numbers))[:RELATIONS]]


def name(found: dict[str, Any]) -> None:
    """Give every other code its system and short title; one query."""
    rows = [entry for pair in found["pairs"] for entry in pair["rows"]]
    rows += found["relations"].get("needs", []) + found["relations"].get("added", [])
    title(rows)


def title(rows: list[dict[str, Any]]) -> None:
    """Add the system and the short title to rows with a code; a code that is not loaded has none."""
    known = Code.objects.procedures(entry["code"] for entry in rows)
    for entry in rows:
        entry["known"] = known.get(entry["code"])


# The page of all pairs


def listed(subject: Subject, asked: QueryDict) -> dict[str, Any]:
    """All pairs of one column: those in force, or deleted ones too; found by what is typed; in the order that is asked for."""
    edition, setting = subject.edition, asked.get("setting", "practitioner")
    settings = [(part, SETTINGS[part]) for part in ("practitioner", "outpatient") if surroundings.current_release("ncci-ptp", edition, part)]
    edits = surroundings.current_release("ncci-ptp", edition, setting if setting in dict(settings) else next(iter(dict(settings)), ""))
    column = asked.get("column") if asked.get("column") in COLUMNS else "1"
    typed, order, deleted = asked.get("q", "")[:MOST_TYPED].strip(), asked.get("order", "code"), bool(asked.get("deleted"))
    own, other = COLUMNS[str(column)]
    chosen = {"column": column, "q": typed, "order": order, "deleted": deleted, "setting": edits.part if edits else ""}
    if edits is None:
        return {"chosen": chosen, "rows": [], "page": Paginator([], 1).get_page(1), "edits": None, "settings": settings}
    pairs = PtpEdit.objects.filter(release=edits, **{own: subject.code.compact})
    if not deleted:
        pairs = pairs.filter(deletion_date=None)
    page = Paginator(in_order(matching(pairs, other, typed), other, order), PAIRS_A_PAGE).get_page(asked.get("page"))
    rows = [row(pair, other, edits) for pair in page]
    title(rows)
    return {"chosen": chosen, "rows": rows, "page": page, "edits": edits, "settings": settings, "indicators": INDICATORS}


def matching(pairs: QuerySet[PtpEdit], other: str, typed: str) -> QuerySet[PtpEdit]:
    """Pairs whose other code starts with what is typed, or has these words in its short title."""
    if not typed:
        return pairs
    start = Q(**{f"{other}__startswith": typed.upper()})
    if typed[:1].isdigit() or (len(typed) > 1 and typed[1:].isdigit()):
        return pairs.filter(start)
    titled = Code.objects.current().filter(system__slug__in=["cpt", "hcpcs"])
    for word in typed.split():
        titled = titled.filter(short__icontains=word)
    return pairs.filter(start | Q(**{f"{other}__in": titled.order_by().values("compact")}))


def in_order(pairs: QuerySet[PtpEdit], other: str, order: str) -> QuerySet[PtpEdit]:
    """By code; or, with `opened`, those first that coders open most here, since no file says what is performed together."""
    weights: dict[int, list[str]] = {}
    for (_, code), weight in popularity.by_code().items() if order == "opened" else ():
        weights.setdefault(weight, []).append(code.replace(".", ""))
    steps = [When(**{f"{other}__in": codes}, then=Value(-weight)) for weight, codes in weights.items()]
    if not steps:
        return pairs.order_by(other, "effective_date")
    return pairs.order_by(Case(*steps, default=Value(0), output_field=IntegerField()), other, "effective_date")
