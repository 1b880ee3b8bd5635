"""ICD-9-CM: CMS's long and short title lists, of which those of October 2014 (version 32) are the last.

A zip holds `CMS32_DESC_LONG_DX.txt` and `CMS32_DESC_SHORT_DX.txt` (diagnoses: 1-5 code without its dot, 7 on title) and the
same of procedures (`…_SG.txt`: 1-4 code, 6 on title), in Latin-1. Diagnoses alone are loaded. A procedure's digits are those
of a diagnosis too (0010 is a diagnosis 001.0 and a procedure 00.10), and a catalogue in which a code is found with or without
its dot can hold one of the two. The lists name billable codes only; the categories above them have no title in them.
"""

import re
from collections.abc import Iterator
from datetime import date

from codes.releases.reading import Listed, Node, Reading, Table
from codes.releases.refused import Refused
from codes.releases.source import Member, Source
from codes.releases.tables import clean, lines
from codes.releases.tally import Tally

KIND, TITLE = "icd9cm", "ICD-9-CM"
FILES = r"icd-?9|desc_(long|short)_(dx|sg)"
MONTHS: tuple[int, ...] = ()
TABLES: tuple[Table, ...] = ()
COPYRIGHT = "Public domain: CDC, National Center for Health Statistics, and CMS"
LAST = 32  # the version of October 2014; there was one a year
PROCEDURES = "procedure codes share their digits with diagnoses; this catalogue holds diagnoses alone"
CODE = re.compile(r"(E\d{3}\d?|V\d{2}\d{0,2}|\d{3}\d{0,2})(?: |$)")
CHAPTERS = (
    ("001", "139", "Infectious and parasitic diseases"),
    ("140", "239", "Neoplasms"),
    ("240", "279", "Endocrine, nutritional and metabolic diseases, and immunity disorders"),
    ("280", "289", "Diseases of the blood and blood-forming organs"),
    ("290", "319", "Mental disorders"),
    ("320", "389", "Diseases of the nervous system and sense organs"),
    ("390", "459", "Diseases of the circulatory system"),
    ("460", "519", "Diseases of the respiratory system"),
    ("520", "579", "Diseases of the digestive system"),
    ("580", "629", "Diseases of the genitourinary system"),
    ("630", "679", "Complications of pregnancy, childbirth and the puerperium"),
    ("680", "709", "Diseases of the skin and subcutaneous tissue"),
    ("710", "739", "Diseases of the musculoskeletal system and connective tissue"),
    ("740", "759", "Congenital anomalies"),
    ("760", "779", "Certain conditions originating in the perinatal period"),
    ("780", "799", "Symptoms, signs and ill-defined conditions"),
    ("800", "999", "Injury and poisoning"),
    ("V01", "V91", "Factors influencing health status and contact with health services (V codes)"),
    ("E000", "E999", "External causes of injury and poisoning (E codes)"),
)


def read(source: Source, tally: Tally) -> Reading:
    """The version is in the files' names: 32 took effect on October 1, 1982 + 32."""
    long = source.one(r"desc_long_dx.*\.txt$", "a list of long diagnosis titles, named as CMS32_DESC_LONG_DX.txt,")
    short = source.one(r"desc_short_dx.*\.txt$", "a list of short diagnosis titles, named as CMS32_DESC_SHORT_DX.txt,")
    found = re.match(r"cms(\d{2})_", long.name, re.IGNORECASE)
    version = int(found[1]) if found else LAST
    effective = date(1982 + version, 10, 1)
    return Reading(
        title=f"ICD-9-CM version {version}, {effective:%B %Y}{', the final release' if version == LAST else ' release'}",
        version=str(version),
        effective=effective,
        rows=everything(long, short, source.matching(r"desc_(long|short)_sg.*\.txt$"), tally),
        system=KIND,
        copyright_line=COPYRIGHT,
    )


def everything(long: Member, short: Member, procedures: list[Member], tally: Tally) -> Iterator[Node | Listed]:
    """The chapters, then the diagnoses. A short title's line is joined to the line of its long one."""
    for place, (first, last, name) in enumerate(CHAPTERS, 1):
        yield Node(f"{place:02d}", name, first, last, f"chapter-{place}" if place <= 17 else f"{first[0].lower()}-codes")
    shorts = {code: title for _, code, title in diagnoses(short, tally)}
    known = set()
    for number, code, title in diagnoses(long, tally):
        if code not in shorts:
            raise Refused(f"a code that {short.name} has too was expected", file=long.place, line=number, column="Code", value=code)
        known.add(code)
        tally.read += 2
        tally.joined += 1
        tally.stored["codes"] += 1
        yield Listed(dotted(code), shorts[code], title, heading=chapter_of(code))
    if missing := sorted(shorts.keys() - known):
        raise Refused(f"as many codes as in {short.name} were expected, but {len(missing):,} are missing, {missing[0]} for one", file=long.place)
    for member in procedures:
        with member.open() as file:
            tally.leave_out(PROCEDURES, sum(1 for _ in lines(file, member.place)))


def diagnoses(member: Member, tally: Tally) -> Iterator[tuple[int, str, str]]:
    """Each line's number, code and title. Lines of titles are counted where they are used."""
    known: set[str] = set()
    with member.open() as file:
        for number, text in lines(file, member.place):
            if not clean(text):
                tally.leave_out("empty lines")
                continue
            code, title = split(member, number, text)
            if code in known:
                raise Refused("a code that was not listed before was expected", file=member.place, line=number, column="Code", value=code)
            known.add(code)
            yield number, code, title


def split(member: Member, number: int, text: str) -> tuple[str, str]:
    """A line's code and title."""
    found = CODE.match(text)
    if found is None:
        raise Refused(
            "a diagnosis without its dot was expected, as 0010, V0181 or E8000", file=member.place, line=number, column="Code", value=text[:6].strip()
        )
    if not text.endswith("\n"):
        raise Refused("a whole line was expected; the last one does not end, so the file is cut off", file=member.place, line=number)
    title = clean(text[found.end() :])
    if not title:
        raise Refused("a title was expected", file=member.place, line=number, column="Title", value="")
    return found[1], title


def dotted(code: str) -> str:
    """001.0, V01.81, E800.0: the dot comes after three characters, in E codes after four."""
    length = 4 if code[0] == "E" else 3
    return f"{code[:length]}.{code[length:]}" if len(code) > length else code


def chapter_of(code: str) -> str | None:
    """The path of the code's chapter, if it is in one."""
    category = code[:4] if code[0] == "E" else code[:3]
    chapters = (f"{place:02d}" for place, (first, last, _) in enumerate(CHAPTERS, 1) if len(first) == len(category) and first <= category <= last)
    return next(chapters, None)
