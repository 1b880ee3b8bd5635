"""What the payment indicators of the Medicare Physician Fee Schedule mean, in our words.

Source of every rule: CMS, Physician Fee Schedule Relative Value File, record layout (the PDF beside
PPRRVU), by column; Medicare Claims Processing Manual, chapter 12, where a table names a section.
"""

from typing import NamedTuple


class Meaning(NamedTuple):
    """An indicator's value in a few words, and the rule behind it in a sentence or two."""

    name: str
    rule: str


UNKNOWN = Meaning("Not explained here", "CMS has not published this value in the record layout that we know.")

# Column STATUS CODE.
STATUS = {
    "A": Meaning("Active", "Paid separately under the physician fee schedule when it is covered. It is no promise that every use is covered."),
    "B": Meaning("Always bundled", "Payment is always part of another service of the same day; nothing is paid for it on its own."),
    "C": Meaning("Contractor-priced", "There are no national relative values; the Medicare contractor sets the price, usually case by case."),
    "D": Meaning("Deleted", "The code has ended."),
    "E": Meaning("Excluded by regulation", "Excluded from the fee schedule by regulation. Where it is covered it is paid by other rules."),
    "I": Meaning("Not valid for Medicare", "Medicare wants another code for this service, or none; other payers may take it."),
    "J": Meaning("Anesthesia service", "Paid by base and time units and an anesthesia conversion factor, not by relative values."),
    "M": Meaning("Measurement code", "For reporting on quality only; nothing is paid."),
    "N": Meaning("Not covered", "Medicare does not cover the service. The relative values are shown for other payers."),
    "P": Meaning("Bundled or excluded", "Bundled where it is incident to another service of the day; excluded otherwise."),
    "R": Meaning("Restricted coverage", "Special rules limit coverage; without a price here the contractor sets one."),
    "T": Meaning("Paid only on its own", "Paid only when nothing else that the fee schedule pays is billed by the same practitioner for the same day."),
    "X": Meaning(
        "Outside the fee schedule", "By law not a physicians' service: laboratory tests, most vaccines and drugs, ambulance. Other schedules pay for it."
    ),
}
PRICED = ("A", "R", "T")  # the statuses whose lines have relative values of their own to be paid by

# Columns NON-FAC NA INDICATOR and FACILITY NA INDICATOR.
RARELY_OUTSIDE = Meaning("Rarely or never outside a facility", "There is no price of its own for an office.")
RARELY_INSIDE = Meaning("Rarely or never in a facility", "There is no price of its own for a facility.")

# Column PCTC IND.
PCTC = {
    "0": Meaning("Physician service", "Not divided into a professional and a technical component; modifiers 26 and TC do not fit."),
    "1": Meaning("Divides into components", "The whole service, its interpretation (26) and its technical part (TC) have values of their own."),
    "2": Meaning("Professional component only", "The code itself stands for the interpretation; 26 and TC do not fit."),
    "3": Meaning("Technical component only", "The code itself stands for performing the test; 26 and TC do not fit."),
    "4": Meaning("Whole test only", "The code stands for interpretation and technical part together, which have codes of their own; 26 and TC do not fit."),
    "5": Meaning("Incident to", "Staff under supervision perform it. Not paid in a hospital; 26 and TC do not fit."),
    "6": Meaning("Laboratory interpretation", "A laboratory test whose interpretation by a physician may be paid, with 26. TC does not fit."),
    "7": Meaning("Therapy service", "Not paid to an independent therapist for hospital patients."),
    "8": Meaning("Physician interpretation", "The interpretation of an abnormal smear for a hospital inpatient; no TC."),
    "9": Meaning("Does not apply", "The idea of components does not apply."),
}

# Column GLOB DAYS; Medicare Claims Processing Manual, chapter 12, section 40.
GLOBAL_DAYS = {
    "000": Meaning(
        "No postoperative days", "A minor procedure: related care on the day of the procedure is included, and a visit that day as a rule not paid."
    ),
    "010": Meaning("10 postoperative days", "A minor procedure: related care on the day and in the 10 days after it is included."),
    "090": Meaning("90 postoperative days", "A major procedure: related care on the day before, on the day and in the 90 days after it is included."),
    "MMM": Meaning("Maternity", "Maternity care has a period of its own; the usual global days do not apply."),
    "XXX": Meaning("No global period", "The idea of a global period does not apply."),
    "YYY": Meaning("Set by the contractor", "The Medicare contractor decides whether a global period applies, and how long it is."),
    "ZZZ": Meaning("With another service", "Always performed with another service, and included in that service's global period."),
}

# Column MULT PROC; chapter 12, section 40.6.
MULTIPLE = {
    "0": Meaning("No reduction", "Paid in full, whatever else is performed."),
    "1": Meaning("Earlier rule", "The reduction of before 1995: 100, 50, 25, 25 and 25 percent."),
    "2": Meaning("Usual reduction", "The dearest procedure of the day is paid in full, the second to fifth at 50 percent."),
    "3": Meaning("Endoscopy family", "With another endoscopy of the same base, only what goes beyond the base endoscopy is paid for the lesser one."),
    "4": Meaning("Imaging", "The second image of a session: technical component at 50 percent, interpretation at 95 percent."),
    "5": Meaning("Therapy", "The second therapy unit of a day: practice expense at 50 percent."),
    "6": Meaning("Heart and vessels", "The second diagnostic cardiovascular test of a day: technical component at 75 percent."),
    "7": Meaning("Eyes", "The second diagnostic eye test of a day: technical component at 80 percent."),
    "9": Meaning("Does not apply", "The idea of multiple procedures does not apply."),
}

# Column BILAT SURG; chapter 12, section 40.7.
BILATERAL = {
    "0": Meaning("150 percent does not apply", "Anatomy does not allow two sides, or the code or another one already speaks of both."),
    "1": Meaning("150 percent applies", "On both sides, paid at 150 percent of one side."),
    "2": Meaning("Both sides already", "The values are those of a service on both sides; there is no addition."),
    "3": Meaning("Each side in full", "On both sides, each side is paid at 100 percent (mostly imaging)."),
    "9": Meaning("Does not apply", "The idea of two sides does not apply."),
}

# Column ASST SURG; chapter 12, section 20.4.3.
ASSISTANT = {
    "0": Meaning("With documentation", "An assistant is paid only where documentation shows the need."),
    "1": Meaning("Not paid", "By law an assistant is not paid."),
    "2": Meaning("Paid", "An assistant may be paid."),
    "9": Meaning("Does not apply", "The idea of an assistant does not apply."),
}

# Column CO-SURG; chapter 12, section 40.8.
CO_SURGEONS = {
    "0": Meaning("Not permitted", "Two surgeons sharing the procedure are not paid."),
    "1": Meaning("With documentation", "Paid where documentation shows why two surgeons were needed."),
    "2": Meaning("Permitted", "Paid without documentation where the two are of different specialties."),
    "9": Meaning("Does not apply", "The idea of co-surgeons does not apply."),
}

# Column TEAM SURG; chapter 12, section 40.8.
TEAM = {
    "0": Meaning("Not permitted", "A team of surgeons is not paid."),
    "1": Meaning("With documentation", "Paid by report where documentation shows why a team was needed."),
    "2": Meaning("Permitted", "Paid by report."),
    "9": Meaning("Does not apply", "The idea of a surgical team does not apply."),
}

# Column PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES; what the levels mean: 42 CFR 410.32(b)(3). It concerns the technical part of the test.
GENERAL = "A physician directs the test and answers for it, and need not be there while it is done."
DIRECT = "A physician is in the suite and at hand at once while the test is done; the regulation says when presence by live audio and video counts."
PERSONAL = "A physician is in the room while the test is done."
CERTIFIED = "physical therapist with ABPTS certification in clinical electrophysiology"
SUPERVISION = {
    "01": Meaning("General supervision", GENERAL),
    "02": Meaning("Direct supervision", DIRECT),
    "03": Meaning("Personal supervision", PERSONAL),
    "04": Meaning("Not for a psychologist", "A clinical or qualified independent psychologist needs no supervision; for others it is general. " + GENERAL),
    "05": Meaning(
        "Not for an audiologist",
        "None when a qualified audiologist, physician or other practitioner performs it in person; a technician's parts need direct supervision. " + DIRECT,
    ),
    "06": Meaning("In person", f"A physician, or a {CERTIFIED} where State law permits it, performs it in person."),
    "21": Meaning("By the technician's certification", "General supervision for a certified technician, direct supervision otherwise. " + DIRECT),
    "22": Meaning("Physician on line", "A technician may perform it in live contact with a physician on line."),
    "66": Meaning("In person, certified", f"A physician, or a {CERTIFIED} who is also certified in this very procedure, performs it in person."),
    "6A": Meaning("As 66, and may supervise", f"As for 66; the {CERTIFIED} may also supervise another therapist, and then bills alone."),
    "77": Meaning(
        "By certification",
        f"A {CERTIFIED} performs it alone, another therapist under direct supervision, a certified technician under general supervision and the technical "
        "part alone.",
    ),
    "7A": Meaning("As 77, and may supervise", f"As for 77; the {CERTIFIED} may also supervise another therapist, and then bills alone."),
    "09": Meaning("Does not apply", "The idea of supervision does not apply."),
}


class Package(NamedTuple):
    """What one payment includes, and what is paid besides: the modifier that says so stands behind it."""

    days: str
    included: tuple[str, ...]
    besides: tuple[str, ...]


# Medicare Claims Processing Manual, chapter 12, sections 40.1.A to 40.1.C, 40.2 and 40.4.
AFTERCARE = (
    "The operation with all that is usually part of it.",
    "Visits for recovery in the postoperative days.",
    "Care of complications that needs no return to the operating room.",
    "Pain control by the surgeon.",
    "Dressings, care of the wound, removal of sutures, staples, drains, lines, tubes, casts and splints; bladder catheters; tracheostomy tubes.",
    "Supplies, but for those that have a payment rule of their own.",
)
BESIDES = (
    "Diagnostic tests, imaging too.",
    "Visits for something else in the postoperative days (24).",
    "Treatment of the illness itself, or more of it that is not part of recovery.",
    "Another operation that was planned, goes further, or follows a diagnostic one (58).",
    "Return to the operating room for a complication (78): the operation alone is paid.",
    "An operation not related to this one (79).",
    "Another physician's care, unless it was handed over (54, 55).",
    "Critical care for an injury or burn that has nothing to do with the operation (24, 25).",
)
PACKAGES = {
    "000": Package(
        "The day of the procedure alone.",
        ("The procedure with all that is usually part of it.", "The evaluation at which it was decided on, and any other visit of the day for it."),
        ("A significant visit of the same day for more than the procedure (25).", "Visits on later days.", "Diagnostic tests, imaging too."),
    ),
    "010": Package(
        "11 days: the day of the procedure and the 10 days after it.",
        ("The evaluation at which it was decided on, and any other visit of the day for it.", *AFTERCARE),
        ("A significant visit of the same day for more than the procedure (25).", *BESIDES),
    ),
    "090": Package(
        "92 days: the day before the operation, its day, and the 90 days after it.",
        ("Visits from the day before the operation on, once it has been decided on.", *AFTERCARE),
        ("The visit at which the operation was decided on (57).", *BESIDES),
    ),
}
