"""Medicare coverage: status, relative values, what is paid here and there, and the determinations and articles that list the code.

Payment: `codes.payment`. Documents: CMS, Medicare Coverage Database, as loaded; its files list the codes of local
documents alone, so that a national determination is shown where a local document of the code refers to it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from codes import indicators, payment, surroundings
from codes.models import CoverageCode, CoverageContractor, CoverageDocument, FeeScheduleLine, Gpci, Release
from codes.panels.subject import Subject

SLUG, TITLE = "coverage", "Medicare Coverage"
SYSTEMS = ("cpt", "hcpcs")
LOCAL, NATIONAL = ("mcd-lcd", "mcd-articles"), "ncd"
SHOWN, A_PAGE, PLACES = 6, 50, 5
STATUS = {CoverageDocument.ACTIVE: "In force", CoverageDocument.RETIRED: "Retired", CoverageDocument.PROPOSED: "Proposed"}
ORDER = {CoverageDocument.ACTIVE: 0, CoverageDocument.PROPOSED: 1}
COLUMNS = ("release_id", "kind", "number", "version", "display_id", "title", "type", "status", "effective_date", "end_date", "related")
Key = tuple[int, int, int]  # release, number and version, which a document's rows are joined on
Served = dict[Key, dict[str, list[str]]]


def context(subject: Subject) -> dict[str, Any]:
    """The fee schedule's lines with their national payment, payment in a few localities, and the first documents."""
    if subject.code.system.slug not in SYSTEMS:
        return {}
    documents = local(subject)
    fees = paid(subject)
    if not fees and not documents:
        return {}
    shown = [*national(subject, documents), *documents][:SHOWN]
    return {
        **fees,
        "documents": rows(shown, contractors(shown)),
        "more": len(documents) > SHOWN,
        "count": len(documents),
        "sources": loaded((*LOCAL, NATIONAL), subject.edition),
    }


def paid(subject: Subject) -> dict[str, Any]:
    """A row a line of the fee schedule (the code itself, 26, TC, 53), and the whole service in a few localities."""
    line = subject.main_line
    if line is None:
        return {}
    priced = [fee for fee in subject.fees if fee.nonfac_total]
    return {
        "lines": [{"line": fee, "nonfac_pay": payment.fee(fee).amount, "fac_pay": payment.fee(fee, facility=True).amount} for fee in priced],
        "status": line.status,
        "meaning": indicators.STATUS.get(line.status, indicators.UNKNOWN),
        "factor": line.conv_factor,
        "release": line.release,
        "places": elsewhere(line, subject.edition) if priced and line.status in payment.PAID else None,
    }


def elsewhere(line: FeeScheduleLine, edition: int) -> dict[str, Any] | None:
    """The payment in a few localities, from cheap to dear; none where the indices are of another year than the fee schedule."""
    release = surroundings.current_release("gpci", edition)
    if release is None or year_of(release) != year_of(line.release):
        return None
    found = []
    for gpci in some(surroundings.indices_of(release.pk, edition)):
        index = payment.index_of(gpci)
        found.append({"gpci": gpci, "nonfac": payment.fee(line, index).amount, "fac": payment.fee(line, index, facility=True).amount})
    return {"rows": found, "release": release}


def year_of(release: Release) -> int | None:
    """The year that a release holds for."""
    return release.effective_date.year if release.effective_date else None


def some(gpcis: Sequence[Gpci]) -> list[Gpci]:
    """The cheapest locality, the dearest and some between, by the sum of their indices of work and practice expense."""
    return payment.evenly(sorted(gpcis, key=lambda gpci: (gpci.work + gpci.pe, gpci.mac, gpci.locality)), PLACES)


# Documents


def loaded(kinds: Iterable[str], edition: int) -> list[Release]:
    """The current releases of some kinds."""
    return [release for kind in kinds if (release := surroundings.current_release(kind, edition))]


def local(subject: Subject) -> list[CoverageDocument]:
    """Local determinations and articles that list the code, those in force first; without their texts. One query."""
    releases = loaded(LOCAL, subject.edition)
    if not releases:
        return []
    listing = CoverageCode.objects.filter(release__in=releases, code=subject.code.compact)
    named = listing.filter(release=OuterRef("release"), number=OuterRef("number"), version=OuterRef("version"))
    found = CoverageDocument.objects.filter(Exists(named), release__in=releases, number__in=listing.values("number")).only(*COLUMNS).order_by()
    return sorted(found, key=lambda document: (ORDER.get(document.status, 2), document.kind != CoverageDocument.LCD, document.number, -document.version))


def national(subject: Subject, documents: Iterable[CoverageDocument]) -> list[CoverageDocument]:
    """National determinations that the documents refer to, the latest version of each. One query."""
    release = surroundings.current_release(NATIONAL, subject.edition)
    numbers = {related[1] for document in documents for related in document.related if related[0] == CoverageDocument.NCD}
    if release is None or not numbers:
        return []
    found = CoverageDocument.objects.filter(release=release, kind=CoverageDocument.NCD, number__in=numbers).only(*COLUMNS).order_by("number", "version")
    return list({document.number: document for document in found}.values())


def rows(documents: Sequence[CoverageDocument], served: Served) -> list[dict[str, Any]]:
    """Documents as they are shown, each with its contractors and their states."""
    return [
        {"document": document, "status": STATUS.get(document.status, document.status), "contractors": served.get(key(document), {})} for document in documents
    ]


def contractors(documents: Sequence[CoverageDocument]) -> Served:
    """The contractors of each document by name, with the states that they serve: parts A and B of one contractor count once. One query."""
    found: Served = {}
    wanted = {key(document) for document in documents if document.kind != CoverageDocument.NCD}
    releases, numbers = {release for release, *_ in wanted}, {number for _, number, _ in wanted}
    if wanted:
        listed = CoverageContractor.objects.filter(release__in=releases, number__in=numbers).order_by("contractor")
        for release, number, version, name, states in listed.values_list("release", "number", "version", "contractor", "states"):
            served = found.setdefault((release, number, version), {})
            served[name] = sorted({*served.get(name, []), *states})
    return found


def key(document: CoverageDocument) -> Key:
    """What its rows are joined on."""
    return document.release_id, document.number, document.version


# The page of all documents


def listed(subject: Subject, asked: QueryDict) -> dict[str, Any]:
    """All documents that list the code, of one state or of all; national ones hold everywhere."""
    documents = local(subject)
    served = contractors(documents)
    states = {key(document): {state for names in served.get(key(document), {}).values() for state in names} for document in documents}
    choices = sorted(set().union(*states.values()))
    state = asked.get("state", "") if asked.get("state") in choices else ""
    chosen = [document for document in documents if not state or state in states[key(document)]]
    page = Paginator([*national(subject, chosen), *chosen], A_PAGE).get_page(asked.get("page"))
    return {"rows": rows(list(page), served), "page": page, "states": choices, "state": state, "sources": loaded((*LOCAL, NATIONAL), subject.edition)}
