"""What of a query may be kept: it is cut and folded, and one that looks like personal data is not kept at all.

A name cannot be told from a word. So counts are seen by editors and operators alone, and pruned after a year.
"""

import re

from codes.models import Code, compact

READ = 300  # characters that are looked at
LONGEST = 100  # characters that are kept
MONTH = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
PERSONAL = re.compile(
    "|".join(
        [
            "@",  # an e-mail address
            r"\b(?:dob|mrn|ssn)(?![a-z])",  # what says so itself
            r"(?<!\w)\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?!\w)",  # 1/31/1960
            r"(?<!\w)\d{4}[/.-]\d{1,2}[/.-]\d{1,2}(?!\w)",  # 1960-01-31
            rf"\b{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:\d{{4}}|\d{{2}})\b",  # jan 31, 1960
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ -]{MONTH}\.?,?[ -](?:\d{{4}}|\d{{2}})\b",  # 31 jan 1960
            r"(?<!\w)\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}(?!\w)",  # a telephone number
            r"(?<![\w.-])\d{3}[.-]\d{4}(?![\w-])",  # and without its area
            r"(?<![\w-])\d{3}[ .-]\d{2}[ .-]\d{4}(?!\w)",  # a social security number
            r"\b[1-9][a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d{2}\b",  # a Medicare beneficiary's number
        ]
    )
)
NUMBER = re.compile(r"[^\W_]*\d{6,}[^\W_]*")


def kept(text: str) -> str:
    """A query as it is counted: small letters, spaces folded, cut; empty where it must not be kept."""
    query = " ".join(text[:READ].replace("\0", " ").lower().split())
    if PERSONAL.search(query) or not all_codes({compact(number) for number in NUMBER.findall(query)}):
        return ""
    return query[:LONGEST].strip()


def all_codes(numbers: set[str]) -> bool:
    """Whether all these long numbers are codes: those of ICD-10-PCS may be digits alone."""
    return not numbers or Code.objects.current().filter(compact__in=numbers).values("compact").distinct().count() == len(numbers)
