"""What the tests of the claim checker share: small releases, claims in a few words, and facts without a database."""

from datetime import date

from codes.models import AddOnEdit, Catalogue, Code, FeeScheduleLine, MueEdit, PtpEdit, Release
from codes.tools.claim_facts import Facts, facts_of
from codes.tools.claim_found import Finding
from codes.tools.claim_lines import Claim, line_of, read_diagnoses, read_rows
from codes.tools.claim_rules import Report, check

DAY = date(2024, 8, 1)
LEGEND = ["Misuse of Column Two code with Column One code", "More extensive procedure"]
INDICATORS = {"pctc": "0", "global_days": "000", "mult_proc": "2", "bilat_surg": "1", "asst_surg": "0", "co_surg": "0", "team_surg": "0", "status": "A"}
NO_RVUS = dict.fromkeys(("work_rvu", "nonfac_pe_rvu", "fac_pe_rvu", "mp_rvu", "conv_factor"), 1)


def release(kind: str, part: str = "", effective: date = date(2024, 7, 1), version: str = "t") -> Release:
    """A current release of a kind, in place of what was current."""
    Release.objects.filter(kind=kind, part=part, current=True).update(current=False)
    digest = f"{kind}{part}{version}".ljust(64, "x")
    made = Release.objects.create(
        kind=kind, part=part, version=version, title=f"Test {kind} {part}".strip(), digest=digest, current=True, legend=LEGEND, effective_date=effective
    )
    Catalogue.count_up()
    return made


def pair(edits: Release, column1: str, column2: str, modifier: int = 1, since: date = date(2010, 1, 1), until: date | None = None) -> PtpEdit:
    """A pair of a release."""
    return PtpEdit.objects.create(release=edits, column1=column1, column2=column2, modifier=modifier, effective_date=since, deletion_date=until, rationale=0)


def fee(code: str, modifier: str = "", of: Release | None = None, **indicators: str) -> FeeScheduleLine:
    """A line of the fee schedule, saved where a release is given."""
    line = FeeScheduleLine(code=code, modifier=modifier, release=of, **{**NO_RVUS, **INDICATORS, **indicators})
    if of:
        line.save()
    return line


def add_on(of: Release, code: str, primary: str, kind: int = 1, since: date = date(2011, 1, 1), until: date | None = None) -> AddOnEdit:
    """An add-on relation of a release."""
    return AddOnEdit.objects.create(release=of, type=kind, add_on=code, primary=primary, effective_date=since, deletion_date=until)


def units(of: Release, code: str, value: int, mai: int) -> MueEdit:
    """An MUE of a release."""
    return MueEdit.objects.create(release=of, code=code, value=value, mai=mai)


def code(system: str, number: str, **values: object) -> Code:
    """One more code of the system's current release."""
    other = Code.objects.current().filter(system__slug=system).first()
    assert other is not None
    place = {"system": other.system, "release": other.release, "position": 900_000 + Code.objects.count()}
    return Code.objects.create(**{"code": number, "compact": number.replace(".", ""), "short": f"Title of {number}", **place, **values})


def claim(text: str, day: date = DAY, dx: str = "", **more: str) -> Claim:
    """A claim of lines that are divided by slashes: "63650-59 2 E11.9 / 95970"."""
    listed, _ = read_diagnoses(dx)
    rows = read_rows(text.replace(" / ", "\n"), pointing=bool(listed))
    lines = [line_of(row, number, listed)[0] for number, (_, row) in enumerate(rows, 1)]
    assert all(lines)
    return Claim(day, tuple(line for line in lines if line), listed, **more)


def checked(text: str, day: date = DAY, dx: str = "", **more: str) -> Report:
    """What is found against what is loaded."""
    given = claim(text, day, dx, **more)
    return check(given, facts_of(given))


def found(text: str, kind: str, day: date = DAY, dx: str = "", **more: str) -> list[Finding]:
    """The findings of one kind."""
    return [finding for finding in checked(text, day, dx, **more).findings if finding.kind == kind]


def facts(pairs: list[PtpEdit], fees: dict[str, list[FeeScheduleLine]] | None = None) -> Facts:
    """Facts of pairs alone, without a database."""
    return Facts({"ncci-ptp": Release(kind="ncci-ptp", title="Pairs", legend=LEGEND)}, {}, pairs=pairs, fees=fees or {})
