"""The fee calculator: what Medicare pays for several lines in a place and a setting, step by step, as a page or a CSV file."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codes.payment_line import Priced
from codes.tools.access import registered
from codes.tools.fees_asked import read
from codes.tools.fees_work import Answer, Line, answer

TITLE = "Fee calculator"
ABOUT = "What Medicare pays for one code or several, in any locality and setting: relative values × geographic indices × conversion factor, step by step."
COLUMNS = [
    "line", "code", "modifiers", "units", "status",
    "work RVU", "work GPCI", "PE RVU", "PE GPCI", "MP RVU", "MP GPCI",
    "conversion factor", "fee schedule amount", "amount", "by report", "rules", "fee schedule", "indices", "locality", "setting",
]  # fmt: skip


@require_safe
@registered(TITLE, ABOUT)
def fees(request: HttpRequest) -> HttpResponse:
    """The form, and the answer to what it asks; with `format=csv` the answer as a file."""
    found = answer(read(request.GET))
    if request.GET.get("format") == "csv":
        return table(found)
    link = request.build_absolute_uri(f"?{found.link}")
    return render(request, "tools/fees.html", {"answer": found, "question": found.question, "about": ABOUT, "url": link})


def table(found: Answer) -> HttpResponse:
    """A row a line, then the total."""
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="fees.csv"'})
    writer = csv.DictWriter(response, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(record(number, line, found) for number, line in enumerate(found.lines, 1))
    writer.writerow({"line": "total", "amount": found.total, "rules": f"{found.without} without a figure" if found.without else ""})
    return response


def record(number: int, line: Line, found: Answer) -> dict[str, object]:
    """A line as the file has it."""
    row, result = line.row, line.result
    common: dict[str, object] = {
        "line": number,
        "code": row.code,
        "modifiers": " ".join(row.modifiers),
        "units": row.units,
        "fee schedule": found.release.title if found.release else "",
        "indices": found.indices.title if found.place and found.indices else "national",
        "locality": f"{found.place.key} {found.place}" if found.place else "National",
        "setting": "facility" if found.question.facility else "office",
    }
    if not isinstance(result, Priced):
        return common | {"rules": result.reason}
    work, expense, malpractice = result.fee.steps
    why = [rule.why for rule in result.rules] + [run.why for run in result.runs if run.why] + line.notes
    return common | {
        "status": result.line.status,
        "work RVU": work.rvu, "work GPCI": work.gpci,
        "PE RVU": expense.rvu, "PE GPCI": expense.gpci,
        "MP RVU": malpractice.rvu, "MP GPCI": malpractice.gpci,
        "conversion factor": result.fee.factor,
        "fee schedule amount": result.fee.amount,
        "amount": result.amount,
        "by report": "yes" if result.by_report else "",
        "rules": " ".join(why),
    }  # fmt: skip
