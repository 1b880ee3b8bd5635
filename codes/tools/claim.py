"""The claim checker: a form or a link comes in, a page or a CSV file goes out. Nothing is stored."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from codes.models import Release
from codes.tools.access import registered
from codes.tools.claim_coverage import contractors
from codes.tools.claim_facts import KINDS, Facts, facts_of
from codes.tools.claim_form import SETTINGS, Asked, asked, link
from codes.tools.claim_found import SEVERITIES, Finding
from codes.tools.claim_rules import Report, check

TITLE = "Claim checker"
ABOUT = (
    "Up to 50 lines of a claim against the edits in force on the date of service: bundled pairs, unlikely units, add-on codes, modifiers, "
    "ended codes, duplicates, diagnoses. Every finding names its rule and its release."
)
CAPTIONS = ("Severity", "Lines", "Codes", "Finding", "What to do", "Rule", "Release", "Release in effect from", "Dates", "In force from", "In force to")
TYPED_ROWS = 6


@require_http_methods(["GET", "HEAD", "POST"])
@registered(TITLE, ABOUT)
def claim(request: HttpRequest) -> HttpResponseBase:
    """The form, and below a claim that was given what was found. A form that could be read whole goes on to the link of its claim."""
    data = request.POST if request.method == "POST" else request.GET
    given = asked(data)
    address, as_csv = link(given.claim), data.get("format") == "csv"
    if request.method == "POST" and given.claim.lines and not given.problems and address and not as_csv:
        return redirect(address)
    if not given.claim.lines:
        return render(request, "tools/claim.html", form(given, request))
    facts = facts_of(given.claim)
    report = check(given.claim, facts)
    if as_csv:
        return table(report, given)
    return render(
        request, "tools/claim.html", {**form(given, request), **result(given, facts, report), "link": address, "url": request.build_absolute_uri(address)}
    )


def form(given: Asked, request: HttpRequest) -> dict[str, Any]:
    """What the form is filled with. Settings and contractors are offered where there is a choice."""
    loaded = {(release.kind, release.part): release for release in Release.objects.filter(current=True, kind__in=["ncci-ptp", "mcd-articles"])}
    return {
        "given": given,
        "claim": given.claim,
        "text": given.to_edit(posted=request.method == "POST"),
        "settings": [(part, label) for part, label in SETTINGS.items() if ("ncci-ptp", part) in loaded],
        "contractors": contractors(loaded.get(("mcd-articles", ""))),
        "rows": range(1, TYPED_ROWS + 1),
        "about": ABOUT,
    }


def result(given: Asked, facts: Facts, report: Report) -> dict[str, Any]:
    """What the page shows: counts, findings with their numbers, lines with theirs, pairs, releases."""
    found = list(enumerate(report.findings, 1))
    return {
        "findings": found,
        "counts": [(label, sum(finding.severity == severity for finding in report.findings)) for severity, label in SEVERITIES.items()],
        "lines": [
            (line, facts.codes.get(line.code), given.claim.of(line), [number for number, finding in found if line.number in finding.lines])
            for line in given.claim.lines
        ],
        "pairs": report.pairs,
        "setting": SETTINGS[given.claim.setting],
        "files": [(label, facts.releases.get(kind), facts.remarks.get(kind, "")) for kind, (label, _) in KINDS.items()],
    }


def table(report: Report, given: Asked) -> HttpResponse:
    """The findings as CSV."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="claim-{given.claim.day}.csv"'})
    writer = csv.writer(answer)
    writer.writerow(CAPTIONS)
    codes = {line.number: line.code for line in given.claim.lines}
    writer.writerows(row(finding, codes) for finding in report.findings)
    return answer


def row(finding: Finding, codes: dict[int, str]) -> list[str]:
    """A finding's cells."""
    return [
        finding.label,
        " ".join(map(str, finding.lines)),
        " ".join(dict.fromkeys(codes[number] for number in finding.lines)),
        finding.what,
        finding.do,
        finding.rule,
        "; ".join(basis.title for basis in finding.basis),
        "; ".join(str(basis.since or "") for basis in finding.basis),
        " ".join(basis.remark for basis in finding.basis if basis.remark),
        str(finding.since or ""),
        str(finding.until or ""),
    ]
