"""HCPCS Level II as published: October 2025 and January 2019 load whole."""

import zipfile
from datetime import date

import pytest

from codes.models import Change, Code, Modifier, Release
from codes.releases import hcpcs
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests.hcpcs_files import OCTOBER, OLDER, codes_of, load, published, read


@published
def test_october_2025_loads_whole(db):
    outcome = load(OCTOBER)
    release = outcome.release
    assert outcome.tally.as_json() == {"read": 16_006, "stored": {"modifiers": 383, "codes": 8_463}, "joined": 6_967 + 193, "left_out": {}}
    assert Code.objects.filter(release=release).count() == 8_463
    assert Modifier.objects.filter(release=release).count() == 383
    assert Code.objects.filter(release=release, heading=None).count() == 0
    assert Code.objects.filter(release=release, end_date__isnull=False).count() == Code.objects.filter(release=release, status="deleted").count() > 0
    assert Change.objects.filter(release=release, what="added").count() == 73
    ketorolac = Code.objects.get(release=release, code="J1885")
    assert (ketorolac.short, ketorolac.long) == ("Ketorolac tromethamine inj", "Injection, ketorolac tromethamine, per 15 mg")
    assert (ketorolac.effective_date, ketorolac.heading.slug) == (date(1993, 1, 1), "j-codes")
    assert (ketorolac.details["carrier_manual"], ketorolac.details["type_of_service"], ketorolac.details["betos"]) == (["2049"], ["1", "P"], "O1E")
    wellness = Code.objects.get(release=release, code="G0439")
    assert wellness.short == "Ppps, subseq visit"
    assert wellness.long == "Annual wellness visit, includes a personalized prevention plan of service (pps), subsequent visit"
    catheter = Code.objects.get(release=release, code="C1982")
    assert (catheter.short, catheter.effective_date) == ("Cath, pressure,valve-occlu", date(2020, 1, 1))
    assert catheter.long == "Catheter, pressure-generating, (e.g., one-way valve, intermittently occlusive)"
    assert (catheter.details["statute"], catheter.details["coverage"]) == ("1833(T)", "D")
    audiology = Modifier.objects.get(release=release, code="AB")
    assert (audiology.short, audiology.effective_date) == ("Aud svs w/o order evry 12mo", date(2023, 1, 1))
    assert audiology.long == (
        "Audiology service furnished personally by an audiologist without a physician/npp order for non-acute hearing assessment unrelated to "
        "disequilibrium, or hearing aids, or examinations for the purpose of prescribing, fitting, or changing hearing aids; service may be performed "
        "once every 12 months, per beneficiary"
    )
    assert load(OCTOBER).what == "unchanged"


@published
def test_2019_loads_from_its_zip_and_from_its_workbook_alike(tmp_path):
    from_text, tally = read(OLDER)
    assert (tally.read, tally.stored, tally.joined) == (11_630, {"codes": 6_440, "modifiers": 360}, 4_656 + 166)
    with zipfile.ZipFile(OLDER) as archive:
        archive.extract("HCPC2019_CONTR_ANWEB.xlsx", tmp_path)
    from_workbook, tally = read(tmp_path / "HCPC2019_CONTR_ANWEB.xlsx")
    assert (tally.read, tally.stored, tally.joined) == (6_809, {"codes": 6_440, "modifiers": 360}, 1)  # one description was too long for a cell
    texts, books = codes_of(from_text), codes_of(from_workbook)
    undated = [code for code in texts if "action_date" in texts[code].details and "action_date" not in books[code].details]
    assert len(undated) == 115  # the workbook leaves these cells empty
    for code in undated:
        books[code].details["action_date"] = texts[code].details["action_date"]
    for code in ("E0210", "E0776"):  # the workbook has one type of service more
        assert books[code].details["type_of_service"].pop() == "R"
    for code, listed in texts.items():
        assert books[code].details == listed.details
    assert from_text == from_workbook
    assert hcpcs.read(open_source([OLDER]), Tally()).effective == date(2019, 1, 1)


@published
def test_a_release_after_another_and_a_truncated_one_refused(db, tmp_path):
    first = load(OLDER).release
    assert {what: Change.objects.filter(release=first, what=what).count() for what in ("added", "revised", "deleted")} == {
        "added": 182,
        "revised": 95,
        "deleted": 44,
    }
    cut = tmp_path / "HCPC2025_OCT_ANWEB.txt"
    cut.write_bytes(OCTOBER.read_bytes()[:3_000_000])
    with pytest.raises(Refused, match="this one is cut off"):
        load(cut)
    assert Release.objects.get(kind="hcpcs", current=True) == first
    second = load(OCTOBER).release
    assert Release.objects.get(kind="hcpcs", current=True) == second
    assert set(second.difference) == {"codes", "modifiers"}
    assert second.difference["modifiers"]["added"] == 23 + second.difference["modifiers"]["deleted"]
    assert Code.objects.filter(release=second).count() == 8_463 + second.counts["carried"]
