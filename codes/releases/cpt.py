"""CPT from the operator's licensed copy of the AMA's data files: a folder or a zip, as it comes.

`ConsolidatedCodeList.txt` lists the codes, or where it is absent `LONGULT.txt` or one of its kind; the other files are joined
to them by code (`cpt_files` has their layouts, `cpt_pla` the laboratory analyses). The headings are the site's own. Dates of the
list are those of the descriptors: a code's own beginning is known of laboratory analyses alone.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from codes.demo import heading_of, read_headings
from codes.models import Change
from codes.releases import cpt_files, cpt_pla
from codes.releases.cpt_files import CODE, Tabbed
from codes.releases.cpt_modifiers import MODIFIERS, modifiers
from codes.releases.licensed import LONGEST_TITLE, as_date, copyright_line, cut, year_in_name
from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tally import Tally

KIND, TITLE = "cpt", "CPT data files of the AMA (licensed)"
FILES = "|".join([*cpt_files.ROLES.values(), r"\.xml$"])
MONTHS: tuple[int, ...] = (1,)
TABLES: tuple[Table, ...] = (MODIFIERS,)
DETAILS = ("consumer", "spanish_consumer", "test_name", "laboratory", "manufacturer")
LABORATORY = {"test_name": "testname", "laboratory": "labname", "manufacturer": "manufacturername"}
NEW, REVISED, DELETED = {"N", "NEW", "ADDED"}, {"R", "REVISED", "CHANGED"}, {"D", "DELETED", "RETIRED"}
A_CODE = "a code of five characters"
Codes = dict[str, Listed]


def read(source: Source, tally: Tally) -> Reading:
    """The release of a year. It takes effect on January 1; the AMA's copyright is of the year before."""
    files = cpt_files.find(source)
    year = year_of(source, files)
    effective = date(year, 1, 1)
    return Reading(
        title=f"CPT {year}",
        version=str(year),
        effective=effective,
        rows=rows(source, files, effective, tally),
        system="cpt",
        copyright_line=copyright_line("CPT", "American Medical Association", year - 1),
    )


def year_of(source: Source, files: dict[str, Member]) -> int:
    """The year of the code set: by a notice, by the names of files and folders, or by the newest descriptor."""
    for notice in cpt_files.notices(files):
        if year := cpt_files.year_in_notice(notice):
            return year
    names = [source.name, *(part for member in files.values() for part in member.place.split("/"))]
    if year := next(filter(None, map(year_in_name, names)), None):
        return year
    codes = main_list(files, Tally())  # a wrong kind of file is refused here, and as what it is
    if newest := max(listed.details.get("descriptor_effective", "") for listed in codes.values()):
        return date.fromisoformat(newest).year
    raise Refused("the year of the code set was expected, in a notice or in a name, such as a folder CPT 2026", file=source.name)


def rows(source: Source, files: dict[str, Member], effective: date, tally: Tally) -> Iterator[Node | Listed | tuple[Table, tuple[Any, ...]]]:
    """The headings, the codes in their order, and the modifiers."""
    nodes = list(read_headings())
    yield from nodes
    codes = main_list(files, tally)
    join_descriptors(files, codes, tally)
    for member in cpt_pla.files(source):
        join_analyses(member, codes, effective, tally)
    for listed in codes.values():
        heading = heading_of(listed.code, nodes)
        listed.heading = heading.path if heading else None
        listed.short = listed.short or listed.medium or cut(listed.long)
    yield from sorted(codes.values(), key=lambda listed: (listed.heading is None, listed.heading, listed.code))
    if "modifiers" in files:
        yield from modifiers(files["modifiers"], tally)


def main_list(files: dict[str, Member], tally: Tally) -> Codes:
    """The codes with their long descriptors, and what else the list has."""
    role = next(role for role in cpt_files.MAIN if role in files)
    codes = consolidated(files[role], tally) if role == "consolidated" else plain(files[role], tally)
    if not codes:
        raise Refused("codes were expected, but there is none in the file", file=files[role].place)
    return codes


def consolidated(member: Member, tally: Tally) -> Codes:
    """ConsolidatedCodeList."""
    codes: Codes = {}
    seen: dict[str, int] = {}
    for row in Tabbed(member, cpt_files.CONSOLIDATED, ("code", "long"), steady=("medium", "short")).rows(tally):
        code = row.matching("code", f"(?i){CODE}", A_CODE).upper()
        once(code, row.number, seen, member)
        if not row.text("long"):
            raise row.refused("long", "", "a long descriptor was expected")
        details = {name: row.text(name) for name in DETAILS if row.text(name)}
        if changed := cpt_files.descriptor_date(row):
            details["descriptor_effective"] = changed.isoformat()
        short, medium = row.text("short", LONGEST_TITLE), row.text("medium", LONGEST_TITLE)
        codes[code] = Listed(code=code, short=short, medium=medium, long=row.text("long"), details=details)
        stored(tally)
    return codes


def plain(member: Member, tally: Tally) -> Codes:
    """LONGULT and its kind; in some a descriptor goes on in the lines below."""
    codes: Codes = {}
    seen: dict[str, int] = {}
    last = ""
    for number, code, text in cpt_files.descriptors(member, tally):
        if code == last and cpt_files.goes_on(member):
            codes[code].long += f" {text}"
            joined(tally)
            continue
        last = code
        once(code, number, seen, member)
        codes[code] = Listed(code=code, short="", long=text)
        stored(tally)
    return codes


def join_descriptors(files: dict[str, Member], codes: Codes, tally: Tally) -> None:
    """Medium, short, consumer and clinician descriptors. What the main list says already stays."""
    for role in ("medium", "short"):
        for listed, text in known(files.get(role), codes, tally):
            setattr(listed, role, getattr(listed, role) or text)
    for role in ("consumer", "spanish_consumer"):
        for listed, text in known(files.get(role), codes, tally, captioned=True):
            listed.details.setdefault(role, text)
    for listed, text in known(files.get("clinician"), codes, tally, captioned=True, several=True):
        listed.details.setdefault("clinician", []).append(text)


def known(member: Member | None, codes: Codes, tally: Tally, *, captioned: bool = False, several: bool = False) -> Iterator[tuple[Listed, str]]:
    """The codes of a file of descriptors with these. One that the main list does not have is left out; `several` may be of one code."""
    if member is None:
        return
    seen: dict[str, int] = {}
    for number, code, text in texts(member, tally, clinician=several) if captioned else cpt_files.descriptors(member, tally):
        if not several:
            once(code, number, seen, member)
        if not captioned and len(text) > LONGEST_TITLE:
            raise Refused(f"at most {LONGEST_TITLE} characters were expected", file=member.place, line=number, column="descriptor", value=text)
        if code not in codes:
            tally.leave_out(f"codes of {member.name} that the list of codes does not have")
        elif not text:
            tally.leave_out(f"codes of {member.name} without a descriptor")
        else:
            joined(tally)
            yield codes[code], text


def texts(member: Member, tally: Tally, *, clinician: bool) -> Iterator[tuple[int, str, str]]:
    """Line, code and text of consumer or clinician descriptors."""
    names, order = (cpt_files.CLINICIAN, cpt_files.CLINICIAN_ORDER) if clinician else (cpt_files.CONSUMER, cpt_files.CONSUMER_ORDER)
    for row in Tabbed(member, names, ("code", "text"), order).rows(tally):
        yield row.number, row.matching("code", f"(?i){CODE}", A_CODE).upper(), row.text("text")


def join_analyses(member: Member, codes: Codes, effective: date, tally: Tally) -> None:
    """Laboratory analyses: of the codes that are listed further details, and codes that came since the list."""
    seen: dict[str, int] = {}
    for number, analysis in cpt_pla.analyses(member):
        code = analysis.get("cdcode", "").upper()
        if not re.fullmatch(CODE, code):
            raise Refused(f"{A_CODE} was expected", file=member.place, line=number, column="cdCode", value=code)
        once(code, number, seen, member)
        day = day_of(analysis, member, number)
        if not code.endswith("U"):
            tally.leave_out("laboratory analyses whose codes do not end in U")
        elif code in codes:
            joined(tally)
            complete(codes[code], analysis, day)
            if day and day > effective:  # the list is of codes in force, so an earlier end is none of theirs
                end(codes[code], analysis, day)
        elif analysis.get("cddesc"):
            stored(tally)
            codes[code] = Listed(code=code, short="", long=analysis["cddesc"])
            complete(codes[code], analysis, day)
            end(codes[code], analysis, day or effective)
        else:
            tally.leave_out("laboratory analyses without a descriptor")


def complete(listed: Listed, analysis: cpt_pla.Analysis, day: date | None) -> None:
    """What the file says of a laboratory analysis, where the list does not."""
    listed.short = listed.short or cut(analysis.get("cdsdesc", ""), LONGEST_TITLE)
    listed.medium = listed.medium or cut(analysis.get("cdmdesc", ""), LONGEST_TITLE)
    for name, element in LABORATORY.items():
        if analysis.get(element):
            listed.details.setdefault(name, analysis[element])
    status = analysis.get("cdstatus", "").upper()
    if status in NEW:
        listed.what, listed.effective = Change.ADDED, day
    elif status in REVISED:
        listed.what = Change.REVISED


def end(listed: Listed, analysis: cpt_pla.Analysis, day: date) -> None:
    """A code that is deleted ends on the eve of the day."""
    if analysis.get("cdstatus", "").upper() in DELETED:
        listed.what, listed.end = Change.DELETED, day - timedelta(days=1)


def day_of(analysis: cpt_pla.Analysis, member: Member, number: int) -> date | None:
    """Since when an analysis is as its status says."""
    try:
        return as_date(analysis.get("effectivedate", ""))
    except ValueError as wrong:
        expected = "a date was expected, as 2026-04-01"
        raise Refused(expected, file=member.place, line=number, column="effectiveDate", value=str(wrong)) from None


def once(code: str, number: int, seen: dict[str, int], member: Member) -> None:
    """Refuse a code that the file has already."""
    if code in seen:
        raise Refused(f"each code was expected once, and line {seen[code]} has it too", file=member.place, line=number, value=code)
    seen[code] = number


def stored(tally: Tally) -> None:
    """Count a row as read and stored as a code."""
    tally.read += 1
    tally.stored["codes"] += 1


def joined(tally: Tally) -> None:
    """Count a row as read and joined to its code."""
    tally.read += 1
    tally.joined += 1
