"""CPT from licensed files, in the layouts that they come in."""

import time
import zipfile
from datetime import date

import pytest
from django.core.management import call_command

from codes.models import Change, Code, Modifier, Release
from codes.releases import cpt, cpt_files, loading
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests.cpt_samples import CAPTIONS, LIST, LONGULT, MODIFIERS, NOTICE, PLA, ROWS, listed, opened, refusal


@pytest.fixture
def folder(tmp_path):
    """A function that writes files to a folder and opens it."""
    return lambda files, name="licensed": opened(tmp_path / name, files)


def test_it_works(db, client, folder):
    Release.objects.filter(kind="cpt").update(current=False)
    source = folder({"ConsolidatedCodeList.txt": b"\xef\xbb\xbf" + LIST.encode(), "Modifiers.txt": MODIFIERS, "PLA.xml": PLA})
    outcome = loading.load(cpt, source)
    release = outcome.release
    assert (release.title, release.version, release.effective_date, release.current) == ("CPT 2026", "2026", date(2026, 1, 1), True)
    assert release.copyright_line == "CPT © 2025 American Medical Association. All rights reserved"
    assert outcome.tally.as_json() == {
        "read": 24,
        "stored": {"codes": 6, "modifiers": 2},
        "joined": 2,
        "left_out": {
            "notices": 6,
            "empty rows": 4,
            "captions": 2,
            "laboratory analyses without a descriptor": 1,
            "laboratory analyses whose codes do not end in U": 1,
        },
    }

    visit = Code.objects.get(release=release, code="99213")
    assert (visit.short, visit.medium, visit.long) == ("INV VISIT", "INVENTED VISIT", "Invented visit, of some length")
    assert visit.details == {"consumer": "A visit", "spanish_consumer": "Una visita", "descriptor_effective": "2021-01-01"}
    assert (visit.effective_date, visit.status) == (None, "active")
    assert visit.heading.name == "Established patient office visits"
    assert list(release.modifiers.values_list("code", "short", "long", "level", "details")) == [
        (
            "77",
            "Invented twist",
            "Invented: done with a twist",
            "I",
            {
                "section": "Surgery",
                "descriptor_effective": "2026-01-01",
                "further": [{"short": "Invented twist", "long": "Invented: done with a twist", "section": "Medicine"}],
            },
        ),
        ("Z1", "Invented side", "Invented: on that side", "II", {}),
    ]
    assert loading.load(cpt, source).what == loading.UNCHANGED
    page = client.get("/codes/cpt/99213/").content.decode()
    assert "Invented visit, of some length" in page
    assert "CPT © 2025 American Medical Association. All rights reserved" in page
    assert "Demonstration descriptor" not in page


def test_codes_come_in_the_order_of_the_tree(folder):
    codes, _ = listed(folder({"ConsolidatedCodeList.txt": LIST + "1\t99999\tInvented beyond all headings\r\n"}))
    assert list(codes) == ["99213", "00100", "0002U", "99999", "9999F"]
    paths = [code.heading for code in codes.values()]
    assert paths[:3] == sorted(paths[:3])
    assert paths[3:] == [None, None]


def test_laboratory_analyses_complete_the_list(folder):
    codes, _ = listed(folder({"ConsolidatedCodeList.txt": LIST, "CPT PLA.xml": PLA}))
    known = codes["0002U"]
    assert (known.long, known.details["test_name"], known.details["laboratory"]) == ("Invented test", "TestOne", "Lab One")
    new = codes["0990U"]
    assert (new.long, new.medium, new.short) == ("Invented test & more", "INV MEDIUM", "INV SHORT")
    assert new.details == {"test_name": "TestThree", "laboratory": "Lab One; Lab Three"}
    assert (new.what, new.effective, new.heading) == (Change.ADDED, date(2026, 4, 1), None)
    gone = codes["0991U"]
    assert (gone.what, gone.end, gone.short) == (Change.DELETED, date(2025, 9, 30), "Invented test gone")
    assert "0992U" not in codes


def test_a_listed_analysis_ends_only_after_the_list_took_effect(folder):
    later = PLA.replace("EXISTING", "Deleted").replace("2018-01-01T00:00:00", "20260701")
    assert listed(folder({"ConsolidatedCodeList.txt": LIST, "a.xml": later}))[0]["0002U"].end == date(2026, 6, 30)
    earlier = PLA.replace("EXISTING", "Deleted")
    assert listed(folder({"ConsolidatedCodeList.txt": LIST, "a.xml": earlier}))[0]["0002U"].end is None


def test_a_code_that_ended_before_has_no_beginning(db, folder):
    """A deleted code, new to the catalogue, would begin after its end."""
    loading.load(cpt, folder({"ConsolidatedCodeList.txt": LIST, "PLA.xml": PLA}))
    gone = Code.objects.current().get(system__slug="cpt", code="0991U")
    assert (gone.status, gone.effective_date, gone.end_date) == ("deleted", None, date(2025, 9, 30))


def test_analyses_as_attributes_with_prefixes(folder):
    xml = '<p:list xmlns:p="urn:x"><p:plaCode cdCode="0993U" cdDesc="Invented" testName="T" effectiveDate="" /></p:list>'
    codes, _ = listed(folder({"ConsolidatedCodeList.txt": LIST, "a.xml": xml, "other.xml": "<broken"}))
    assert (codes["0993U"].long, codes["0993U"].details) == ("Invented", {"test_name": "T"})


# The files of the older layout


@pytest.mark.parametrize("blank", ["", "\r\n", "\r\n\r\n\r\n"])
def test_long_medium_and_short_lists_are_joined(folder, blank):
    files = {
        "LONGULT.txt": f"Invented notice\r\nCPT(R) 2024 files{blank}\r\n99213\tInvented visit\tafter a tab\r\n0213t\tInvented try\r\n\r\n\x1a",
        "MEDU.txt": f"Invented notice{blank}\r\n99213 INVENTED VISIT\r\n0213T INVENTED TRY\r\n55555 NOT IN THE LIST\r\n",
        "SHORTU.txt": f"Invented notice{blank}\r\n99213 INV VISIT",
    }
    codes, tally = listed(folder(files))
    assert set(codes) == {"99213", "0213T"}
    visit, trial = codes["99213"], codes["0213T"]
    assert (visit.short, visit.medium, visit.long) == ("INV VISIT", "INVENTED VISIT", "Invented visit after a tab")
    assert (trial.short, trial.medium) == ("INVENTED TRY", "INVENTED TRY")
    assert tally.stored == {"codes": 2}
    assert tally.joined == 3
    assert tally.left_out["codes of MEDU.txt that the list of codes does not have"] == 1
    assert tally.left_out["notices"] == 4


@pytest.mark.parametrize("name", ["LONGUF.txt", "longulf.TXT"])
def test_descriptors_that_go_on_are_joined_with_a_space(folder, name):
    lines = [
        "(c) 2023 American Medical Association",
        "",
        "99213    Invented visit",
        "99213    of some",
        "99213    length",
        "00100 01 Invented sleep",
        "99214 Invented too",
    ]
    codes, tally = listed(folder({name: "\r\n".join(lines)}))
    assert codes["99213"].long == "Invented visit of some length"
    assert codes["00100"].long == "Invented sleep"
    assert codes["99214"].long == "Invented too"
    assert (tally.stored["codes"], tally.joined, tally.read) == (3, 2, 7)


def test_the_consolidated_list_comes_first_and_is_completed(folder):
    bare = "CPT Code\tLong\r\n99213\tInvented visit\r\n00100\tInvented sleep\r\n"
    files = {"ConsolidatedCodeList.txt": bare, "LONGULT.txt": "CPT 2020\r\n99213\tAn older wording\r\n", "SHORTU.txt": "CPT 2026\r\n99213 INV VISIT\r\n"}
    codes, tally = listed(folder(files))
    assert (codes["99213"].long, codes["99213"].short) == ("Invented visit", "INV VISIT")
    assert tally.read == 5  # LONGULT is not read for codes


def test_without_other_descriptors_the_title_is_cut_from_the_long_one(folder):
    text = "Invented words that go on and on, with no end in sight and no shorter form anywhere"
    codes, _ = listed(folder({"LONGULT.txt": f"CPT 2026\r\n99213\t{text}\r\n"}))
    assert codes["99213"].short == "Invented words that go on and on, with no end in sight and…"
    assert codes["99213"].medium == ""


# Consumer and clinician descriptors


def test_consumer_and_clinician_descriptors(folder):
    files = {
        "LONGULT.txt": LONGULT,
        "ConsumerDescriptor.txt": "Notice\n\nConcept Id\tCPT Code\tConsumer Friendly Descriptor\n1\t99213\tA visit\twith a tab\n2\t00100\t\n3\t55555\tNobody's\n",
        "SpanishConsumerDescriptor.txt": "Concept Id\tCPT Code\tSpanish Consumer Descriptor\n1\t99213\tUna visita inventada ñ\n".encode("cp1252"),
        "ClinicianDescriptor.txt": 'CLINICIAN DESCRIPTOR ID\tClinician  Descriptor\tcpt code\n9\tFirst way\t99213\n8\t"Second ""way"""\t99213\n',
    }
    codes, tally = listed(folder(files))
    assert codes["99213"].details == {
        "consumer": "A visit with a tab",
        "spanish_consumer": "Una visita inventada ñ",
        "clinician": ["First way", 'Second "way"'],
    }
    assert tally.joined == 4
    assert tally.left_out["codes of ConsumerDescriptor.txt without a descriptor"] == 1
    assert tally.left_out["codes of ConsumerDescriptor.txt that the list of codes does not have"] == 1


def test_descriptors_without_captions(folder):
    files = {
        "LONGULT.txt": LONGULT,
        "ConsumerDescriptor.txt": "1\t99213\tA visit\n",
        "ClinicianDescriptor.txt": "1\t99213\t7\tOne way\n1\t99213\t8\tOther way\n",
    }
    codes, _ = listed(folder(files))
    assert codes["99213"].details == {"consumer": "A visit", "clinician": ["One way", "Other way"]}


# Variation


def test_captions_in_another_order_and_case(folder):
    text = "SHORT\tlong\tcpt  code\tMedium\tcurrent descriptor effective date\r\nINV\tInvented\t99213\tINVM\t2026-01-01\r\n\r\n\r\n"
    codes, _ = listed(folder({"2026 Consolidated Code List.txt": text}))
    code = codes["99213"]
    assert (code.short, code.medium, code.long, code.details) == ("INV", "INVM", "Invented", {"descriptor_effective": "2026-01-01"})


def test_cp1252_and_footnotes(folder):
    text = (LIST + "© An invented footnote\r\nmore of it\r\n\x1a").encode("cp1252").replace(b"Invented sleep", b"Invented sleep\x92s  end")
    codes, tally = listed(folder({"ConsolidatedCodeList.txt": text}))
    assert codes["00100"].long == "Invented sleep\u2019s end"
    assert tally.left_out["notices"] == 5


def test_a_row_may_lack_its_empty_end(folder):
    codes, _ = listed(folder({"ConsolidatedCodeList.txt": LIST.strip()}))
    assert len(codes) == 4


def test_every_row_may_have_a_tab_too_many(folder):
    codes, _ = listed(folder({"ConsolidatedCodeList.txt": NOTICE + "\r\n".join([CAPTIONS, *(f"{row}\t" for row in ROWS)])}))
    assert codes["99213"].details["descriptor_effective"] == "2021-01-01"


def test_a_line_cut_off_late_is_told_by_the_rows_before(folder):
    row = "1\t{:05d}\tInvented\tINV\tINV\tConsumer words\tSpanish words\t20200101\t\t\t\r\n"
    many = NOTICE + CAPTIONS + "\r\n" + "".join(row.format(number) for number in range(100, 160))
    assert len(listed(folder({"ConsolidatedCodeList.txt": many.rstrip()}))[0]) == 60
    cut_off = many.removesuffix("sh words\t20200101\t\t\t\r\n")
    assert "line 66: 8 cells were expected, as in the rows before: the line is cut off" in refusal(folder({"ConsolidatedCodeList.txt": cut_off}))


def test_a_zip_as_it_comes(tmp_path, folder):
    with zipfile.ZipFile(tmp_path / "CPT.zip", "w") as archive:
        archive.writestr("2027 Standard/Current Format/ConsolidatedCodeList.txt", "\r\n".join([CAPTIONS, *ROWS]))
        archive.writestr("2027 Standard/Read me.pdf", b"%PDF")
    reading = cpt.read(open_source([tmp_path / "CPT.zip"]), Tally())
    assert (reading.title, reading.effective) == ("CPT 2027", date(2027, 1, 1))
    assert len(list(reading.rows)) > 1000


@pytest.mark.parametrize(
    ("notice", "year"),
    [
        ("CPT® 2026 files", 2026),
        ("The 2026 CPT files, Copyright 2024 American Medical Association", 2026),
        ("CPT © 2025 American Medical Association", 2026),
        ("CPT copyright 2025 American Medical Association", 2026),
        ("Copyright © 1966, 1970, 1995 - 2025 American Medical Association", 2026),
        ("(C) 2025 by the AMA", 2026),
        ("No year, but 515 streets and 20269 doors", None),
    ],
)
def test_the_year_of_a_notice(notice, year):
    assert cpt_files.year_in_notice(notice) == year


@pytest.mark.parametrize(("name", "year"), [("CPT 2028", 2028), ("licensed", 2026)])
def test_the_year_of_a_name_or_of_the_newest_descriptor(folder, name, year):
    source = folder({"ConsolidatedCodeList.txt": "\r\n".join([CAPTIONS, *ROWS])}, name)
    reading = cpt.read(source, Tally())
    assert (reading.version, reading.copyright_line[:10]) == (str(year), f"CPT © {year - 1}")


def test_without_a_year_it_is_refused(folder):
    assert "the year of the code set was expected" in refusal(folder({"LONGULT.txt": "99213\tInvented\r\n"}))


# Releases


def test_the_next_year_keeps_the_former_wording(db, folder):
    Release.objects.filter(kind="cpt").update(current=False)
    loading.load(cpt, folder({"ConsolidatedCodeList.txt": LIST, "Modifiers.txt": MODIFIERS}, "CPT 2026"))
    changed = LIST.replace("2025 American", "2026 American").replace("Invented sleep", "Invented rest").replace(ROWS[3], ROWS[3].replace("9999F", "9998F"))
    twist = MODIFIERS.replace("Invented side", "Invented edge")
    outcome = loading.load(cpt, folder({"ConsolidatedCodeList.txt": changed, "Modifiers.txt": twist}, "CPT 2027"))
    assert outcome.release.title == "CPT 2027"
    assert outcome.release.difference == {
        "codes": {"added": 1, "revised": 1, "deleted": 1},
        "modifiers": {"added": 0, "revised": 1, "deleted": 0},
    }
    codes = {code.code: code for code in Code.objects.filter(release=outcome.release)}
    assert codes["00100"].history[-1]["before"] == {"long": "Invented sleep"}
    assert (codes["9999F"].status, codes["9999F"].end_date) == ("deleted", date(2026, 12, 31))
    assert codes["9998F"].effective_date == date(2027, 1, 1)
    assert Modifier.objects.filter(release=outcome.release).count() == 2


def test_the_demonstration_does_not_overwrite_it(db, folder):
    loading.load(cpt, folder({"ConsolidatedCodeList.txt": LIST}))
    with pytest.raises(Exception, match="does not overwrite it"):
        call_command("load_demo")


def test_a_whole_list_is_read_in_seconds(folder):
    many = "".join(
        f"{number}\t{number:05d}\tInvented procedure {number}\tINV {number}\tINV {number}\t\t\t20200101\t\t\t\r\n" for number in range(100, 99_000, 9)
    )
    source = folder({"ConsolidatedCodeList.txt": NOTICE + CAPTIONS + "\r\n" + many})
    begun = time.monotonic()
    codes, tally = listed(source)
    assert len(codes) == tally.stored["codes"] == 10_989
    assert time.monotonic() - begun < 10  # it takes about one
