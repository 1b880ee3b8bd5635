"""Why a modifier does not fit a code: the sentence that a claim's finding and a page show.

Sources as in `codes.modifier_rules`; a rule that no published indicator or code range settles is no rule here.
"""

from collections.abc import Sequence

from codes.models import FeeScheduleLine
from codes.modifier_rules import ANESTHESIA, ASSISTANTS, SURGICAL, is_visit, main_line


def objection(modifier: str, code: str, lines: Sequence[FeeScheduleLine]) -> str | None:
    """What speaks against the modifier with this code, with the rule; None where nothing does, or where nothing is known of the code."""
    by_number = of_the_number(modifier, code)
    line = main_line(lines)
    if by_number or line is None:
        return by_number
    return of_the_parts(modifier, line) or of_the_surgeons(modifier, line) or of_the_period(modifier, code, line)


def of_the_number(modifier: str, code: str) -> str | None:
    """What the number alone tells."""
    if modifier == "91" and not (code[:1] == "8" and code[:2] >= "80") and not code.endswith("U") and code.isdigit():
        return "Modifier 91 repeats a laboratory test; this is none (NCCI Policy Manual, chapter I, section E)."
    if modifier in ("22", "58", "78", "79") and is_visit(code):
        return f"Modifier {modifier} is for procedures; a visit takes 24, 25 or 57 (MCPM chapter 12, section 40.2)."
    if modifier in ANESTHESIA and code.isdigit() and not "00100" <= code <= "01999":
        return f"Modifier {modifier} goes with anesthesia services (MCPM chapter 12, section 50)."
    return None


def of_the_parts(modifier: str, line: FeeScheduleLine) -> str | None:
    """50, 51, 26 and TC."""
    if modifier == "50" and line.bilat_surg not in ("1", "3"):
        return f"Bilateral indicator {line.bilat_surg}: modifier 50 does not apply (column BILAT SURG; MCPM chapter 12, section 40.7)."
    if modifier == "51" and (line.global_days == "ZZZ" or line.mult_proc in ("0", "9")):
        why = "an add-on code" if line.global_days == "ZZZ" else f"multiple procedure indicator {line.mult_proc}"
        return f"Modifier 51 does not apply: {why} (column MULT PROC; MCPM chapter 12, section 40.6)."
    if (modifier == "26" and line.pctc not in ("1", "6")) or (modifier == "TC" and line.pctc != "1"):
        return f"PC/TC indicator {line.pctc}: modifier {modifier} does not apply (column PCTC IND; MCPM chapter 12, section 20.2)."
    return None


def of_the_surgeons(modifier: str, line: FeeScheduleLine) -> str | None:
    """62, 66, 80, 81, 82 and AS."""
    if modifier == "62" and line.co_surg not in ("1", "2"):
        return f"Co-surgeon indicator {line.co_surg}: two surgeons are not paid (column CO-SURG; MCPM chapter 12, section 40.8)."
    if modifier == "66" and line.team_surg not in ("1", "2"):
        return f"Team indicator {line.team_surg}: a team is not paid (column TEAM SURG; MCPM chapter 12, section 40.8)."
    if modifier in ASSISTANTS and line.asst_surg not in ("0", "2"):
        return f"Assistant indicator {line.asst_surg}: an assistant at surgery is not paid (column ASST SURG; MCPM chapter 12, section 20.4.3)."
    return None


def of_the_period(modifier: str, code: str, line: FeeScheduleLine) -> str | None:
    """24, 25 and 57 with a procedure; 54, 55 and 56 without a global period."""
    if modifier in ("24", "25", "57") and not is_visit(code) and line.global_days in (*SURGICAL, "ZZZ"):
        return f"Modifier {modifier} goes with visits; this is a procedure with global days {line.global_days} (MCPM chapter 12, section 40.2)."
    if modifier in ("54", "55", "56") and line.global_days not in ("010", "090"):
        return f"Global days {line.global_days}: there is no care before or after it to share (column GLOB DAYS; MCPM chapter 12, section 40.2)."
    return None
