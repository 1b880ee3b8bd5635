"""The values of a PTP file's cells. Millions of cells have few values, so each spelling is parsed once and looked up from then on."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from codes.releases.ncci_ptp_layout import CAPTIONS
from codes.releases.refused import Refused
from codes.releases.tables import clean, fold

CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
KNOWN = {  # rationales of version 30.2: one that ends a file without a line end is whole if it is among them
    "ANESTHESIASERVICEINCLUDEDINSURGICALPROCEDURE", "CPTMANUALORCMSMANUALCODINGINSTRUCTION", "CPTSEPARATEPROCEDUREDEFINITION", "GENDERSPECIFICPROCEDURES",
    "HCPCSCPTPROCEDURECODEDEFINITION", "LABORATORYPANEL", "MISUSEOFCOLUMNTWOCODEWITHCOLUMNONECODE", "MOREEXTENSIVEPROCEDURE", "MUTUALLYEXCLUSIVEPROCEDURES",
    "SEQUENTIALPROCEDURE", "STANDARDPREPARATIONMONITORINGSERVICESFORANESTHESIA", "STANDARDSOFMEDICALSURGICALPRACTICE",
}  # fmt: skip


class Unfit(ValueError):
    """A cell that is not what was expected."""


class Learnt(dict[str, Any]):
    """Values by the cell as it stands in the file, line end and doubled spaces and all; a new one is parsed."""

    def __init__(self, parse: Callable[[str], Any]) -> None:
        self.parse = parse

    def __missing__(self, cell: str) -> Any:
        value = self[cell] = self.parse(cell)
        return value


class Values:
    """What the cells of a release mean, by column. Rationales are places in the release's legend."""

    def __init__(self, legend: list[str]) -> None:
        self.legend = legend
        self.places: dict[str, int] = {}
        self.codes = Learnt(code)
        self.sheet_codes = Learnt(lambda cell: code(cell.zfill(5) if re.fullmatch(r"[0-9]{1,4}", cell) else cell))  # spreadsheets lose zeros
        self.priors = Learnt(prior)
        self.starts = Learnt(day)
        self.ends = Learnt(lambda cell: day(cell) if clean(cell) not in ("", "*") else None)
        self.modifiers = Learnt(modifier)
        self.rationales = Learnt(self.rationale)

    def rationale(self, cell: str) -> int:
        """Its place in the legend; spellings that differ in case, spacing and punctuation are one. Without a line end it must be one that is known."""
        text = re.sub(r"\s*/\s*", "/", clean(cell))
        folded = fold(text)
        if not folded or (not cell.endswith("\n") and folded not in self.places and folded not in KNOWN):
            raise Unfit("a whole rationale was expected: the line is cut off")
        if folded not in self.places:
            self.places[folded] = len(self.legend)
            self.legend.append(text)
        return self.places[folded]

    def refusal(self, place: str, number: int, cells: Sequence[str], codes: Learnt) -> Refused:
        """Which of the cells is unfit, in words."""
        learnt = (codes, codes, self.priors, self.starts, self.ends, self.modifiers, self.rationales)
        for cell, meaning, (caption, _) in zip(cells, learnt, CAPTIONS, strict=True):
            try:
                meaning[cell]
            except Unfit as unfit:
                return Refused(str(unfit), file=place, line=number, column=caption, value=clean(cell))
        return Refused("an edit was expected", file=place, line=number)


def code(cell: str) -> str:
    """A code of five characters."""
    text = clean(cell).upper()
    if not CODE.fullmatch(text):
        raise Unfit("a code of five characters was expected")
    return text


def prior(cell: str) -> bool:
    """Whether the edit was in existence before 1996."""
    if clean(cell) not in ("", "*"):
        raise Unfit("* or nothing was expected")
    return clean(cell) == "*"


def day(cell: str) -> str:
    """A date, YYYYMMDD, as the database has it."""
    text = clean(cell)
    try:
        if re.fullmatch(r"[0-9]{8}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        pass
    raise Unfit("a date was expected, as 20260401")


def modifier(cell: str) -> int:
    """Whether a modifier is allowed: 0, 1, or 9 for an edit that was never in force."""
    if clean(cell) not in ("0", "1", "9"):
        raise Unfit("0, 1 or 9 was expected")
    return int(clean(cell))
