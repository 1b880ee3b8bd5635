"""Modifiers that fit the code, each with the rule that decides (`codes.modifier_rules`)."""

from typing import Any

from django.db.models import Q

from codes import surroundings
from codes.models import Code, PtpEdit
from codes.modifier_rules import Facts, fits
from codes.panels.subject import Subject

SLUG, TITLE = "modifiers", "Modifiers"
SYSTEMS = ("cpt", "hcpcs")


def context(subject: Subject) -> dict[str, Any]:
    """Modifiers that fit, those that have values of their own in the fee schedule, and the releases that they follow from."""
    code = subject.code
    if code.system.slug not in SYSTEMS:
        return {}
    edits = surroundings.current_release("ncci-ptp", subject.edition, "practitioner")
    parted = edits is not None and is_parted(code, edits.pk)
    found = fits(Facts(code.code, subject.fees, f"{code.short} {code.long}", parted))
    line = subject.main_line
    if not found and line is None:
        return {}
    releases = [line.release] if line else []
    return {"fits": found, "priced": [fee.modifier for fee in subject.fees if fee.modifier], "releases": releases + ([edits] if edits and parted else [])}


def is_parted(code: Code, release: int) -> bool:
    """Whether a pair in force that a modifier may part has this code in either column."""
    either = Q(release=release, column1=code.compact) | Q(release=release, column2=code.compact)
    return PtpEdit.objects.filter(either, modifier=1, deletion_date=None).order_by().exists()
