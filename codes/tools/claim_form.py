"""What is asked of the claim checker, by form or by link, and the link to a claim: codes, modifiers, units, diagnoses and the day, nothing else."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from codes.tools.claim_lines import MOST_LINES, Claim, Line, Row, line_of, read_diagnoses, read_rows, words

MOST_CHARACTERS, LONGEST_LINK, MOST_PROBLEMS = 20_000, 4_000, 12
SETTINGS = {"practitioner": "Practitioner", "outpatient": "Outpatient hospital"}
FIRST_DAY = date(1996, 1, 1)  # NCCI began
TYPED = ("code", "modifiers", "units", "diagnoses")


@dataclass(slots=True)
class Asked:
    """The claim as far as it could be read, what was wrong in words, and whether anything was asked at all."""

    claim: Claim
    problems: list[str] = field(default_factory=list)
    anything: bool = False
    text: str = ""

    def to_edit(self, *, posted: bool) -> str:
        """What the form shows again: the claim's lines; with what could not be read too, where somebody has just sent it and may mend it."""
        return self.text if posted and self.problems else "\n".join(map(str, self.claim.lines))


def asked(data: QueryDict) -> Asked:
    """Read a form or a link: lines pasted, lines typed, diagnoses, day, setting, contractor."""
    listed, problems = read_diagnoses(data.get("dx", "")[:MOST_CHARACTERS])
    text = data.get("lines", "").replace("\0", " ")
    if len(text) > MOST_CHARACTERS:
        problems.append(f"Only the first {MOST_CHARACTERS:,} characters were read.")
    rows = [(f"Row {number}", row) for number, row in read_rows(text[:MOST_CHARACTERS], pointing=bool(listed))]
    rows += [(f"Typed row {number}", row) for number, row in typed(data)]
    day, wrong = day_of(data.get("date", ""))
    lines = lines_of(rows, listed, problems)
    setting, contractor = data.get("setting", ""), data.get("contractor", "")
    claim = Claim(
        day=day,
        lines=tuple(lines),
        diagnoses=listed,
        setting=setting if setting in SETTINGS else "practitioner",
        contractor=contractor if re.fullmatch(r"[0-9A-Za-z]{1,20}", contractor) else "",
    )
    anything = any(name in data for name in ("lines", "code"))
    if anything and not rows:
        problems.append("No line was given: type a code, or paste lines.")
    return Asked(
        claim, wrong + (problems if len(problems) <= MOST_PROBLEMS else [*problems[:MOST_PROBLEMS], "There is more of the kind."]), anything, given(text, data)
    )


def given(text: str, data: QueryDict) -> str:
    """What was pasted, and below it the rows that were typed."""
    typed_rows = zip(*(data.getlist(name)[:MOST_LINES] for name in TYPED), strict=False)
    return "\n".join([text[:MOST_CHARACTERS].strip("\n"), *("\t".join(cells) for cells in typed_rows if any(map(str.strip, cells)))]).strip("\n")


def lines_of(rows: list[tuple[str, Row]], listed: tuple[str, ...], problems: list[str]) -> list[Line]:
    """The lines of the rows; `problems` grows by what is wrong with them."""
    lines: list[Line] = []
    for name, row in rows:
        if len(lines) == MOST_LINES:
            problems.append(f"{name} and what follows: a claim has room for {MOST_LINES} lines; these were left out.")
            break
        line, wrong = line_of(row, len(lines) + 1, listed)
        problems += [f"{name}: {what}" for what in wrong]
        if line is not None:
            lines.append(line)
    return lines


def typed(data: QueryDict) -> list[tuple[int, Row]]:
    """The rows of the form that were filled in."""
    columns = [data.getlist(name)[: MOST_LINES + 1] for name in TYPED]
    found = []
    for number in range(max(map(len, columns))):
        row = Row()
        for name, cells in zip(TYPED, columns, strict=True):
            for word in words(cells[number][:200].replace("\0", " ")) if number < len(cells) else ():
                row.put(name, word)
        if row != Row():
            found.append((number + 1, row))
    return found


def day_of(text: str) -> tuple[date, list[str]]:
    """The date of service, today where none is given; 2026-04-01 or 04/01/2026."""
    today, text = timezone.localdate(), text.strip()
    if not text:
        return today, []
    last = date(today.year + 1, 12, 31)
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            day = datetime.strptime(text[:20], form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_DAY <= day <= last:
            return day, []
        return today, [f"The date of service must lie between {FIRST_DAY:%B %Y} and {last:%B %Y}; today was taken."]
    return today, ["A date of service such as 2026-04-01 was expected; today was taken."]


def link(claim: Claim) -> str:
    """The address of a claim, with whatever is needed to check it again; empty where it would be too long to be passed on."""
    parts = {"date": claim.day.isoformat(), "lines": "\n".join(map(str, claim.lines)), "dx": " ".join(claim.diagnoses)}
    parts |= {"setting": claim.setting if claim.setting != "practitioner" else "", "contractor": claim.contractor}
    address = f"{reverse('tools:claim')}?{urlencode({name: value for name, value in parts.items() if value})}"
    return address if len(address) <= LONGEST_LINK else ""
