"""What a release changed, for coders: numbers, short titles and the names of what differs; wording of free systems alone."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet

from codes.models import Change, Code, CodeSystem, Release

CHANGES_A_PAGE = 200
LISTED = 60
# Columns as coders call them; what is not here is named as it is.
NAMES = {
    "short": "short title",
    "medium": "medium description",
    "long": "official description",
    "nonfac_pe_rvu": "non-facility PE RVU",
    "fac_pe_rvu": "facility PE RVU",
    "mp_rvu": "MP RVU",
    "work_rvu": "work RVU",
    "pctc": "PC/TC indicator",
    "mult_proc": "multiple procedure indicator",
    "bilat_surg": "bilateral indicator",
    "asst_surg": "assistant indicator",
    "co_surg": "co-surgeon indicator",
    "team_surg": "team indicator",
    "endo_base": "endoscopic base",
    "conv_factor": "conversion factor",
    "mai": "MUE adjudication indicator",
    "value": "MUE value",
    "nonfac_na": "non-facility NA indicator",
    "fac_na": "facility NA indicator",
    "pre_op": "preoperative share",
    "intra_op": "intraoperative share",
    "post_op": "postoperative share",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as the page shows it: with the code that it is about, where this site has it."""

    change: Change
    code: Code | None

    @property
    def title(self) -> str:
        """The short title, now or as it was."""
        return self.code.short if self.code else self.change.title

    @property
    def names(self) -> list[str]:
        """What differs, in words."""
        return [NAMES.get(column, column.replace("_", " ")) for column in self.change.columns]


def releases() -> QuerySet[Release]:
    """Releases that are or were current, the newest first."""
    return Release.objects.filter(state=Release.READY).select_related("replaced").order_by(F("effective_date").desc(nulls_last=True), "-loaded_at")


def find(slug: str) -> Release | None:
    """The release that an address names: by the number at its end."""
    number = slug.rpartition("-")[2]
    return releases().filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None


def page_of(release: Release, what: str, number: str | None, *, free: bool) -> Page[Change]:
    """A page of the changes of one sort. Wording and figures are loaded for systems that are free to read alone."""
    found = Change.objects.filter(release=release, what=what)
    return Paginator(found if free else found.defer("before", "after"), CHANGES_A_PAGE).get_page(number)


def entries(system: CodeSystem | None, changes: list[Change]) -> list[Entry]:
    """The changes with their codes: of the release's own system, or of the systems that a Medicare file names codes of."""
    systems = [system.slug] if system else ["cpt", "hcpcs"]
    numbers = {change.code.replace(".", "") for change in changes}
    codes = {code.code: code for code in Code.objects.titles().filter(system__slug__in=systems, compact__in=numbers)}
    return [Entry(change, codes.get(change.code)) for change in changes]


def summary(release: Release) -> str:
    """What a release changed, in a sentence: of each of its tables the rows added, revised and deleted."""
    return "; ".join(differences(release)) or "The first release of its kind on this site; there is nothing to compare it with."


def differences(release: Release) -> list[str]:
    """The counts of each table, then the figures that changed throughout. JSON keeps no order on PostgreSQL, so it is made here."""
    said = []
    for table, numbers in sorted(release.difference.items(), key=lambda item: ("now" in item[1], item[0])):
        if "now" in numbers:
            said.append(f"{NAMES.get(table, table)} {numbers['now']}, before {numbers['before']}")
        else:
            said.append(f"{table}: {numbers[Change.ADDED]:,} new, {numbers[Change.REVISED]:,} revised, {numbers[Change.DELETED]:,} deleted")
    return said


def shown(release: Release, what: str, number: str | None) -> dict[str, Any]:
    """The context of a release's page."""
    system = CodeSystem.objects.filter(slug=release.kind).first()
    free = system is not None and not system.metered
    numbers = release.changes_by_sort()
    what = what if what in numbers else next((one for one, count in numbers.items() if count), Change.ADDED)
    page = page_of(release, what, number, free=free)
    return {
        "release": release,
        "what": what,
        "sorts": [(one, name, numbers[one]) for one, name in Change.WHATS],
        "page": page,
        "entries": entries(system, list(page)),
        "summary": summary(release),
        "free": free,
        "link": f"what={what}&",
    }
