"""ICD-10-CM's order file (`icd10cm_order_YYYY.txt`): codes and their titles, without chapters, blocks and notes.

Columns 1-5 sequence, 7-13 code without its dot, 15 valid for a claim (1) or a header (0), 17-76 short title, 78 on long
title (CMS, ICD-10 order files). The chapters' names and ranges are those of the tabular list (NCHS, public domain).
"""

import re
from bisect import bisect
from collections.abc import Iterator

from codes.releases.reading import Listed, Node
from codes.releases.refused import Refused
from codes.releases.source import Member
from codes.releases.tables import clean, lines
from codes.releases.tally import Tally

ORDER = r"^(?!.*addend)icd10cm[-_ ]order.*\.txt$"
CODE_LIST = r"^(?!.*addend)(icd10cm[-_ ]codes|code-list).*\.txt$"
CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")
SHORTEST = 3  # a category
CHAPTERS = (
    (1, "A00", "B99", "Certain infectious and parasitic diseases"),
    (2, "C00", "D49", "Neoplasms"),
    (3, "D50", "D89", "Diseases of the blood and blood-forming organs and certain disorders involving the immune mechanism"),
    (4, "E00", "E89", "Endocrine, nutritional and metabolic diseases"),
    (5, "F01", "F99", "Mental, Behavioral and Neurodevelopmental disorders"),
    (6, "G00", "G99", "Diseases of the nervous system"),
    (7, "H00", "H59", "Diseases of the eye and adnexa"),
    (8, "H60", "H95", "Diseases of the ear and mastoid process"),
    (9, "I00", "I99", "Diseases of the circulatory system"),
    (10, "J00", "J99", "Diseases of the respiratory system"),
    (11, "K00", "K95", "Diseases of the digestive system"),
    (12, "L00", "L99", "Diseases of the skin and subcutaneous tissue"),
    (13, "M00", "M99", "Diseases of the musculoskeletal system and connective tissue"),
    (14, "N00", "N99", "Diseases of the genitourinary system"),
    (15, "O00", "O9A", "Pregnancy, childbirth and the puerperium"),
    (16, "P00", "P96", "Certain conditions originating in the perinatal period"),
    (17, "Q00", "QA0", "Congenital malformations, deformations and chromosomal abnormalities"),
    (18, "R00", "R99", "Symptoms, signs and abnormal clinical and laboratory findings, not elsewhere classified"),
    (19, "S00", "T88", "Injury, poisoning and certain other consequences of external causes"),
    (22, "U00", "U85", "Codes for special purposes"),
    (20, "V00", "Y99", "External causes of morbidity"),
    (21, "Z00", "Z99", "Factors influencing health status and contact with health services"),
)  # in the order of their codes
FIRSTS = [first for _, first, _, _ in CHAPTERS]


def dotted(number: str) -> str:
    """E11.9 for E119."""
    return f"{number[:3]}.{number[3:]}" if len(number) > SHORTEST else number


def codes_in(member: Member) -> frozenset[str]:
    """The codes, without dots, of an order file, or of a list whose lines begin with a code."""
    ordered = re.search(ORDER, member.name, re.IGNORECASE) is not None
    with member.open() as file:
        texts = (text[6:] if ordered else text for _, text in lines(file, member.place))
        return frozenset(text.split(maxsplit=1)[0].replace(".", "") for text in texts if text.strip())


def rows(member: Member, tally: Tally) -> Iterator[Node | Listed]:
    """The chapters, then the codes, each with the nearest header before it that it begins with."""
    for number, first, last, name in sorted(CHAPTERS):
        yield Node(path=f"{number:02d}", name=name, first=first, last=last, slug=f"chapter-{number}")
    seen: set[str] = set()
    with member.open() as file:
        for number, text in lines(file, member.place):
            if not clean(text):
                tally.leave_out("empty lines")
                continue
            listed = code_of(text, number, member.place, seen)
            tally.read += 1
            tally.stored["codes"] += 1
            yield listed


def code_of(text: str, line: int, place: str, seen: set[str]) -> Listed:
    """The code of one line. `seen` are those before it. The short title is cut from the long one, as it is without this
    file: the file's own abbreviates words, and is kept beside."""
    code, valid, abbreviated, long = clean(text[6:13]), text[14:15], clean(text[16:76]), clean(text[77:])
    if not CODE.fullmatch(code):
        raise Refused("a code of ICD-10-CM without its dot was expected", file=place, line=line, column="7-13", value=code)
    if code in seen:
        raise Refused("each code was expected once", file=place, line=line, column="7-13", value=code)
    if valid not in ("0", "1"):
        raise Refused("0 (a header) or 1 (valid) was expected", file=place, line=line, column="15", value=valid)
    for column, title in (("17-76", abbreviated), ("78", long)):
        if not title:
            raise Refused("a title was expected: the line is cut off", file=place, line=line, column=column, value="")
    seen.add(code)
    chapter = CHAPTERS[max(bisect(FIRSTS, code[:SHORTEST]) - 1, 0)][0]
    return Listed(
        code=dotted(code),
        short=long[:250],
        long=long,
        heading=f"{chapter:02d}",
        parent=next((code[:length] for length in range(len(code) - 1, SHORTEST - 1, -1) if code[:length] in seen), None),
        billable=valid == "1",
        details={"abbreviated": abbreviated},
    )
