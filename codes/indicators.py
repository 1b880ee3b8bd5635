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
