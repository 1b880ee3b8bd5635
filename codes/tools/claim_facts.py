"""Everything that a claim is checked against, in a fixed number of queries, however many its lines.

A list that may be empty is asked for with a value that nothing has, since Django leaves out a query for an empty list.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from codes.models import AddOnEdit, Code, FeeScheduleLine, Modifier, MueEdit, PtpEdit, Release
from codes.tools.claim_coverage import Article, articles
from codes.tools.claim_found import Basis, basis_of, said
from codes.tools.claim_lines import Claim

Key = TypeVar("Key")
Value = TypeVar("Value")
# What is checked against, and how many months a release is the latest of its kind.
KINDS = {
    "ncci-ptp": ("NCCI pairs", 3),
    "mue": ("Medically unlikely units", 3),
    "add-on": ("Add-on codes", 3),
    "pfs": ("Payment indicators", 3),
    "cpt": ("CPT codes", 12),
    "hcpcs": ("HCPCS codes and modifiers", 3),
    "icd10cm": ("Diagnoses", 6),
    "mcd-articles": ("Billing articles", 3),
}
BY_SETTING = ("ncci-ptp", "mue")
# Their releases hold for a time; the others list what was in force before, with its dates.
DATED = ("mue", "pfs", "icd10cm")
LISTED = "LT"  # a modifier that every HCPCS file has: tells whether one is loaded


class AddOn(NamedTuple):
    """A relation in force of an add-on code."""

    type: int
    primary: str
    note: str


@dataclass(slots=True)
class Facts:
    """What is known, by code."""

    releases: dict[str, Release]
    remarks: dict[str, str]
    codes: dict[str, Code] = field(default_factory=dict)
    fees: dict[str, list[FeeScheduleLine]] = field(default_factory=dict)
    pairs: list[PtpEdit] = field(default_factory=list)
    units: dict[str, MueEdit] = field(default_factory=dict)
    added: dict[str, list[AddOn]] = field(default_factory=dict)
    modifiers: dict[str, list[Modifier]] = field(default_factory=dict)
    diagnoses: dict[str, Code] = field(default_factory=dict)
    below: dict[int, list[str]] = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)

    def basis(self, *kinds: str) -> tuple[Basis, ...]:
        """The releases of these kinds, with what is to be said of their dates."""
        return tuple(basis for kind in kinds for basis in basis_of(self.releases.get(kind), self.remarks.get(kind, "")))

    def nearest(self, diagnosis: str) -> Code | None:
        """A diagnosis (without its dot), or the longest start of it that is a code."""
        return next((self.diagnoses[start] for start in reversed(starts(diagnosis)) if start in self.diagnoses), None)

    def is_partial(self, kind: str) -> bool:
        """Whether no more than the demonstration's part of a kind is loaded."""
        return kind not in self.releases or self.releases[kind].version == Release.DEMONSTRATION

    def is_known(self, code: str) -> bool:
        """Whether any of the files has a code: with no more than a demonstration of CPT loaded, the fee schedule knows most."""
        return code in self.codes or code in self.fees or code in self.units or code in self.added


def facts_of(claim: Claim) -> Facts:
    """All of it."""
    releases = releases_on(claim.day, claim.setting)
    facts = Facts(releases, {kind: remark(kind, release, claim.day) for kind, release in releases.items()})
    codes, diagnoses = sorted({line.code for line in claim.lines}), sorted({code.replace(".", "") for code in claim.all_diagnoses})
    facts.codes = known(codes, [release.pk for kind in ("cpt", "hcpcs") if (release := releases.get(kind))])
    if release := releases.get("pfs"):
        facts.fees = grouped((line.code, line) for line in FeeScheduleLine.objects.filter(release=release, code__in=codes).defer("description"))
    if release := releases.get("ncci-ptp"):
        facts.pairs = list(PtpEdit.objects.filter(release=release).among(codes).in_force(claim.day).order_by("column1", "column2"))
    if release := releases.get("mue"):
        facts.units = {edit.code: edit for edit in MueEdit.objects.filter(release=release, code__in=codes)}
    if release := releases.get("add-on"):
        found = AddOnEdit.objects.filter(release=release, add_on__in=codes).in_force(claim.day).order_by("add_on", "primary")
        facts.added = grouped((add_on, AddOn(kind, primary, note)) for add_on, kind, primary, note in found.values_list("add_on", "type", "primary", "note"))
    used = {LISTED, *(modifier for line in claim.lines for modifier in line.modifiers)}
    facts.modifiers = grouped((found.code, found) for found in Modifier.objects.filter(release__current=True, code__in=used).defer("long", "details"))
    if release := releases.get("icd10cm"):
        facts.diagnoses = known(["", *diagnoses], [release.pk])
        strange = {start for code in diagnoses if code not in facts.diagnoses for start in starts(code)}
        facts.diagnoses |= known(["", *sorted(strange)], [release.pk])
        facts.below = below(nearest for code in diagnoses if (nearest := facts.nearest(code)) and not nearest.billable)
    if release := releases.get("mcd-articles"):
        facts.articles = articles(release, codes, claim.all_diagnoses, claim.day, claim.contractor)
    return facts


def known(codes: Collection[str], releases: Collection[int]) -> dict[str, Code]:
    """The codes of these releases, by number without a dot; no description is loaded."""
    columns = ("code", "compact", "short", "status", "billable", "effective_date", "end_date", "details", "system__slug", "system__name")
    found = Code.objects.filter(release__in=releases, compact__in=codes).select_related("system").only(*columns).order_by()
    return {code.compact: code for code in found}


def below(headers: Iterable[Code]) -> dict[int, list[str]]:
    """The codes right below headers, in their order, which is that of the list: to order them here is faster than by the index on places."""
    found = Code.objects.filter(parent__in=[0, *{header.pk for header in headers}]).order_by().values_list("parent", "position", "code")
    return grouped((parent, code) for parent, _, code in sorted(found) if parent)


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Values by their key."""
    found: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)


def starts(code: str) -> list[str]:
    """A diagnosis and what it begins with, from its category on: how far one that is not there is known tells what is wrong with it."""
    return [code[:length] for length in range(3, len(code) + 1)]


def releases_on(day: date, setting: str) -> dict[str, Release]:
    """The releases to check against, by kind: what is current, or of what is dated the release of the day where it is still here."""
    ready = Release.objects.filter(kind__in=KINDS, part__in=["", setting], state=Release.READY).defer("counts", "difference")
    found = grouped((release.kind, release) for release in ready if (release.part == setting) == (release.kind in BY_SETTING))
    return {kind: release for kind, releases in found.items() if (release := release_on(day, releases))}


def release_on(day: date, releases: Collection[Release]) -> Release | None:
    """Of the releases of a kind that of a day: of fee schedules the latest of its year that had taken effect, else the year's first."""
    now = next((release for release in releases if release.current), None)
    if now is None or now.kind not in DATED or now.effective_date is None:
        return now
    there = [release for release in releases if release.current or release.version != Release.DEMONSTRATION]
    dated = [(release.effective_date, release.current, release.pk, release) for release in there if release.effective_date]
    until_now = [entry for entry in dated if entry[0] <= now.effective_date and (now.kind != "pfs" or entry[0].year == day.year)]
    begun = [entry for entry in until_now if entry[0] <= day]
    if begun:
        return max(begun)[-1]
    return min(until_now)[-1] if until_now and now.kind == "pfs" else now


def remark(kind: str, release: Release, day: date) -> str:
    """What is to be said of a release's dates against the date of service; empty where it was the latest on that day."""
    since = release.effective_date
    if release.version == Release.DEMONSTRATION:
        return "It holds the demonstration's codes alone: much else is in the whole file."
    if since is None or (day < since and kind not in DATED):
        return ""
    end = since.year * 12 + since.month - 1 + KINDS[kind][1]
    if since <= day < date(end // 12, end % 12 + 1, 1):
        return ""
    if kind == "mue":
        return f"Its quarter, which began on {said(since)}, does not hold the date of service."
    return f"It took effect after the date of service, on {said(since)}." if day < since else "It is older than the date of service."
