"""Two to four codes side by side: status, days, indicators, values, units, and the pairs between them."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codes import indicators, surroundings
from codes.models import Catalogue, Code, CodeSystem, FeeScheduleLine, MueEdit, PtpEdit, Release
from codes.payment import fee
from codes.tools.access import registered
from codes.tools.saved_csv import found_codes, squeezed
from quotas.metered import Item
from quotas.opened import is_open

MOST, LONGEST = 4, 120
FEES = (
    ("Status", "status", indicators.STATUS),
    ("Global days", "global_days", indicators.GLOBAL_DAYS),
    ("PC/TC", "pctc", indicators.PCTC),
    ("Multiple procedures", "mult_proc", indicators.MULTIPLE),
    ("Bilateral", "bilat_surg", indicators.BILATERAL),
    ("Assistant at surgery", "asst_surg", indicators.ASSISTANT),
    ("Co-surgeons", "co_surg", indicators.CO_SURGEONS),
)


@registered("Compare codes", "Puts two to four codes side by side: status, global days, indicators, values, units, and whether they are bundled.")
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The codes that are named, and what is wrong with those that are not found."""
    typed = request.GET.get("codes", "")[:LONGEST]
    codes, problems = chosen(typed)
    found = side_by_side(request, codes) if len(codes) > 1 else {}
    return render(request, "tools/compare.html", {"typed": typed, "codes": codes, "problems": problems, **found})


def chosen(typed: str) -> tuple[list[Code], list[str]]:
    """The codes by their numbers, in the order of typing; a number of several systems stands for the first of them."""
    numbers = list(dict.fromkeys(filter(None, map(squeezed, re.split(r"[\s,;+]+", typed)))))
    known = found_codes(numbers[:MOST])
    problems = [f"No code {number} is loaded here." for number in numbers[:MOST] if number not in known]
    if len(numbers) > MOST:
        problems.append(f"{MOST} codes are compared at a time; the others were left out.")
    return [known[number][0] for number in numbers[:MOST] if number in known], problems


def side_by_side(request: HttpRequest, codes: Sequence[Code]) -> dict[str, Any]:
    """The rows of the table, the pairs, and the releases that they are from. A fixed number of queries for as many codes."""
    edition, numbers = Catalogue.counts()[0], [code.compact for code in codes]
    fees, units, edits = (
        surroundings.current_release(*asked) for asked in (("pfs", edition), ("mue", edition, "practitioner"), ("ncci-ptp", edition, "practitioner"))
    )
    lines = {line.code: line for line in FeeScheduleLine.objects.filter(release=fees, code__in=numbers, modifier="")}
    most = dict(MueEdit.objects.filter(release=units, code__in=numbers).values_list("code", "value"))
    rows: list[tuple[str, list[str]]] = [("Title", [code.short for code in codes])]
    if (described := descriptions(request, codes)) and any(described):
        rows.append(("Official description, of codes you have open", described))
    rows.append(("In use", [code.get_status_display() for code in codes]))
    for name, column, meanings in FEES:
        rows.append((name, [meaning(getattr(lines[number], column), meanings) if number in lines else "" for number in numbers]))
    rows += values([lines.get(number) for number in numbers])
    rows.append(("Units a day (MUE)", [str(most.get(number, "")) for number in numbers]))
    return {"rows": [row for row in rows if any(row[1])], "pairs": pairs(edits, numbers), "releases": [release for release in (fees, units, edits) if release]}


def descriptions(request: HttpRequest, codes: Sequence[Code]) -> list[str]:
    """Official descriptions of the codes that are open to whoever asks; those of the others are not loaded."""
    metered = dict(CodeSystem.objects.values_list("slug", "metered"))
    seen = [code.pk for code in codes if is_open(request, Item(f"{code.system.slug}/{code.code}", metered=metered[code.system.slug]))]
    texts = dict(Code.objects.filter(pk__in=seen).values_list("pk", "long"))
    return [texts.get(code.pk, "") for code in codes]


def meaning(value: str, meanings: dict[str, indicators.Meaning]) -> str:
    """An indicator with its name."""
    return f"{value}: {meanings.get(value, indicators.UNKNOWN).name}" if value else ""


def values(lines: Sequence[FeeScheduleLine | None]) -> list[tuple[str, list[str]]]:
    """RVUs and national payment."""
    return [
        ("Work RVU", [str(line.work_rvu) if line else "" for line in lines]),
        ("Total RVU, office", [str(line.nonfac_total) if line else "" for line in lines]),
        ("Total RVU, facility", [str(line.fac_total) if line else "" for line in lines]),
        ("National payment, office", [f"${fee(line).amount}" if line else "" for line in lines]),
        ("National payment, facility", [f"${fee(line, facility=True).amount}" if line else "" for line in lines]),
    ]


def pairs(edits: Release | None, numbers: Sequence[str]) -> list[str]:
    """A sentence for each pair in force between two of the codes."""
    if edits is None:
        return []
    between = Q(release=edits, column1__in=numbers, column2__in=numbers, deletion_date=None)
    allowed = {0: "no modifier parts them", 1: "a modifier that the record supports parts them", 9: "the edit is not in force"}
    return [f"{pair.column2} is not paid beside {pair.column1}: {allowed[pair.modifier]}." for pair in PtpEdit.objects.filter(between)]
