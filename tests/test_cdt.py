"""CDT from the operator's licensed list: invented samples. No number here says what it says in the code set."""

from datetime import date, timedelta
from functools import partial

import pytest

from codes.models import Code, CodeSystem, Heading
from codes.releases import cdt, loading
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests import readings, workbooks

LIST = (
    "Code\tNomenclature\tDescriptor\r\n"
    "D9999\tinvented last thing\t\r\n"
    "D0120\tinvented look\tAn invented look at teeth.\tIt goes on after a tab.\r\n"
    "D6200\tinvented bridge\tInvented.\r\n"
    "\r\n"
)


@pytest.fixture
def file(tmp_path):
    """A function that writes a list and opens it."""

    def write(content, name="CDT2026.txt"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_source([tmp_path / name])

    return write


listed, refusal = partial(readings.listed, cdt), partial(readings.refusal, cdt)


def test_it_works(db, client, file):
    outcome = loading.load(cdt, file(LIST))
    release = outcome.release
    assert (release.title, release.version, release.effective_date) == ("CDT 2026", "2026", date(2026, 1, 1))
    assert release.copyright_line == "CDT © American Dental Association. All rights reserved"
    assert outcome.tally.as_json() == {"read": 5, "stored": {"codes": 3}, "joined": 0, "left_out": {"captions": 1, "empty rows": 1}}
    codes = list(Code.objects.current().filter(system__slug="cdt"))
    assert [(code.code, code.short, code.long, code.heading.name) for code in codes] == [
        ("D0120", "invented look", "An invented look at teeth. It goes on after a tab.", "Diagnostic"),
        ("D6200", "invented bridge", "Invented.", "Prosthodontics, fixed"),
        ("D9999", "invented last thing", "invented last thing", "Adjunctive general services"),
    ]
    page = client.get("/codes/cdt/d0120/", follow=True).content.decode()
    assert "An invented look at teeth." in page
    assert release.copyright_line in page
    assert loading.load(cdt, file(LIST)).what == loading.UNCHANGED


def test_the_twelve_categories_follow_each_other(db, client, file):
    loading.load(cdt, file(LIST))
    headings = list(Heading.objects.current().filter(system=CodeSystem.objects.get(slug="cdt")))
    assert len(headings) == 12
    for before, after in zip(headings, headings[1:], strict=False):
        assert int(after.first[1:]) == int(before.last[1:]) + 1
    assert (headings[0].first, headings[-1].last) == ("D0100", "D9999")
    assert client.get("/codes/cdt/range/implant-services-d6000-d6199/").status_code == 200


@pytest.mark.parametrize(
    "captions",
    ["CDT Code\tTitle\tDescription", "procedure  CODE\tSHORT\tLong", '"Code"\t"Nomenclature "\t"Descriptor (invented)"'],
)
def test_captions_vary(file, captions):
    codes, _ = listed(file(LIST.replace("Code\tNomenclature\tDescriptor", captions).encode("utf-8-sig")))
    assert codes["D0120"].short == "invented look"


def test_columns_in_another_order_with_history(file):
    text = (
        "Invented list of CDT for 2027\r\n\r\nStatus\tDescriptor\tCategory\tEffective date\tNomenclature\tCode\r\n"
        "D0100-D0999 Diagnostic\r\n"
        "New\tWords\tDiagnostic\t\tinvented new\td0121\r\n"
        "revised\tWords\tDiagnostic\t01/01/2027\tinvented revised\tD0122\r\n"
        "Deleted\tWords\tDiagnostic\t2027-01-01\tinvented gone\tD0123\r\n"
        "\tWords\t\t20200101\tinvented old\tD0124\r\n"
        "\t\t\t\tDiagnostic, more\tD0100 - D0999\r\n"
        "© an invented footnote\r\n\x1a"
    )
    source = file(text.encode("cp1252"), "list.txt")
    codes, tally = listed(source)
    assert cdt.read(source, Tally()).title == "CDT 2027"
    new, revised, gone, old = codes.values()
    assert (new.code, new.what, new.effective, new.details) == ("D0121", "added", date(2027, 1, 1), {"category": "Diagnostic"})
    assert (revised.what, revised.effective, revised.details["descriptor_effective"]) == ("revised", None, "2027-01-01")
    assert (gone.what, gone.end) == ("deleted", date(2026, 12, 31))
    assert (old.what, old.effective, old.end) == ("", date(2020, 1, 1), None)
    assert tally.left_out == {"titles and notes": 4, "empty rows": 2, "captions": 1}


def test_a_workbook_and_commas(tmp_path):
    table = [["CDT 2026"], ["Code", "Nomenclature", "Descriptor"], ["D0120", "invented look", "Words, with a comma"]]
    workbooks.write(tmp_path / "codes.xlsx", table)
    (tmp_path / "codes.csv").write_text('CDT 2026\nCode,Nomenclature,Descriptor\nD0120,invented look,"Words, with a comma"\n')
    for name in ("codes.xlsx", "codes.csv"):
        codes, _ = listed(open_source([tmp_path / name]))
        assert codes["D0120"].long == "Words, with a comma", name


def test_a_folder_with_other_files(tmp_path):
    (tmp_path / "CDT 2026 list.txt").write_text(LIST)
    (tmp_path / "read me.txt").write_text("Invented words")
    assert len(listed(open_source([tmp_path], wanted=cdt.FILES))[0]) == 3
    assert len(listed(open_source([tmp_path]))[0]) == 3


def test_a_long_nomenclature_is_cut_for_the_title(file):
    name = "invented " * 40
    codes, _ = listed(file(f"Code\tNomenclature\tDescriptor\nD0120\t{name}\t\n"))
    assert len(codes["D0120"].short) <= 250
    assert codes["D0120"].short.endswith("invented…")
    assert codes["D0120"].long == name.strip()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LIST.replace("Nomenclature", "Words"), "CDT2026.txt, line 1: a column Nomenclature was expected, and the captions have none"),
        (LIST.replace("\tDescriptor", ""), "a column Descriptor was expected"),
        (LIST.replace("Code\t", "Number\t"), "a row of captions with Code, Nomenclature and Descriptor was expected"),
        (LIST.replace("D0120", "D012"), "line 3, column Code: 'D012' stands where D and four digits, as D0120, was expected"),
        (LIST.replace("D0120", "99213"), "line 3, column Code: '99213' stands where"),
        (LIST.replace("D0120", "D9999"), "line 3, column Code: 'D9999' stands where each code was expected once, and line 2 has it too"),
        (LIST.replace("invented bridge\tInvented.", ""), "line 4, column Nomenclature: nothing stands where a nomenclature was expected"),
        (LIST.rstrip() + "\r\nD70", "line 5, column Code: 'D70' stands where"),
        (LIST.rstrip() + "\r\nD7000", "line 5, column Nomenclature: nothing stands where a nomenclature was expected: the line is cut off"),
        (LIST.replace("\r\n", "\tStatus\r\n", 1).replace("tab.", "tab.\tNew"), "line 3: 4 cells were expected, as many as there are captions; the row has 5"),
        ("Code\tNomenclature\tDescriptor\tEffective\nD0120\tInvented\t\tsoon\n", "line 2, column Effective Date: 'soon' stands where a date was expected"),
        (LIST.encode("utf-16"), "the file is UTF-16"),
        ("", "the file is empty"),
        (b"%PDF-1.7", "text was expected"),
    ],
)
def test_what_is_refused_and_how(file, content, said):
    assert said in refusal(file(content))


def test_without_a_year_it_is_refused(file):
    assert "the year of the list was expected, in the file's name, such as CDT2026.txt" in refusal(file("CDT © 2025\n" + LIST, "list.txt"))


def test_the_next_year(db, file):
    loading.load(cdt, file(LIST))
    text = LIST.replace("invented look", "invented gaze").replace("D6200", "D6210").replace("\r\n\r\n", "\r\n")
    marked = text.replace("Descriptor\r\n", "Descriptor\tStatus\r\n").replace("It goes on after a tab.", "").replace("last thing\t", "last thing\t\tDeleted")
    outcome = loading.load(cdt, file(marked, "CDT2027.txt"))
    assert outcome.release.difference == {"codes": {"added": 1, "revised": 1, "deleted": 2}}
    codes = {code.code: code for code in Code.objects.filter(release=outcome.release)}
    assert codes["D0120"].history[-1]["before"]["short"] == "invented look"
    assert codes["D9999"].end_date == codes["D6200"].end_date == date(2027, 1, 1) - timedelta(days=1)
    assert codes["D6210"].effective_date == date(2027, 1, 1)
