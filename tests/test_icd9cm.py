"""ICD-9-CM: the long and short title lists of diagnoses; procedures are counted and left out."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from codes.models import Code, Heading, Release
from codes.releases import icd9cm, loading
from codes.releases.reading import Listed
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally

LONG = [
    ("0010", "Cholera due to vibrio cholerae"),
    ("0119", "Tuberculosis of lung, unspecified"),
    ("138", "Late effects of acute poliomyelitis"),
    ("38600", "M\xe9ni\xe8re's  disease, unspecified"),
    ("99999", "Complication of graft"),
    ("E0000", "Civilian activity done for income or pay"),
    ("E8499", "Accidents occurring in unspecified place"),
    ("V0181", "Contact with or exposure to anthrax"),
    ("V290", "Observation for suspected infectious condition"),
]
SHORT = [(code, title[:24]) for code, title in LONG]
PROCEDURES = [("0010", "Implantation of a device"), ("0001", "Therapeutic ultrasound"), ("9999", "Other procedure")]


def listing(titles: list[tuple[str, str]], width: int = 5) -> str:
    """One of the lists: the code in its columns, a space, the title."""
    return "".join(f"{code:<{width}} {title}\r\n" for code, title in titles)


def pack(folder: Path, **changed: str | None) -> Path:
    """The zip; a list may be given otherwise, or be None."""
    lists: dict[str, str | None] = {
        "LONG_DX": listing(LONG),
        "SHORT_DX": listing(SHORT),
        "LONG_SG": listing(PROCEDURES, 4),
        "SHORT_SG": listing(PROCEDURES, 4),
    }
    path = folder / "ICD-9-CM-v32-master-descriptions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("CMS32_DESC_LONG_SHORT_DX.xlsx", "a workbook that is not read")
        for name, text in (lists | changed).items():
            if text is not None:
                archive.writestr(f"folder/CMS32_DESC_{name}.txt", text.encode("latin-1"))
    return path


def read(path: Path) -> tuple[list, Tally]:
    tally = Tally()
    found = list(icd9cm.read(open_source([path]), tally).rows)
    assert tally.reconciles
    return found, tally


def load(path: Path) -> loading.Outcome:
    return loading.load(icd9cm, open_source([path]))


def test_it_works(db, tmp_path):
    outcome = load(pack(tmp_path))
    release = outcome.release
    assert (outcome.what, release.title, release.version) == ("loaded", "ICD-9-CM version 32, October 2014, the final release", "32")
    assert (release.effective_date, release.source) == (date(2014, 10, 1), "ICD-9-CM-v32-master-descriptions.zip")
    assert icd9cm.MONTHS == ()  # no newer one is due
    assert outcome.tally.as_json() == {
        "read": 24,
        "stored": {"codes": 9},
        "joined": 9,
        "left_out": {"procedure codes share their digits with diagnoses; this catalogue holds diagnoses alone": 6},
    }
    found = Code.objects.filter(release=release).order_by("position")
    assert [code.code for code in found] == ["001.0", "011.9", "138", "386.00", "999.99", "E000.0", "E849.9", "V01.81", "V29.0"]
    assert all(code.billable and code.status == "active" for code in found)
    ear = found.get(code="386.00")
    assert (ear.compact, ear.short, ear.long) == ("38600", "M\xe9ni\xe8re's disease, unsp", "M\xe9ni\xe8re's disease, unspecified")
    assert (ear.heading.name, ear.heading.range) == ("Diseases of the nervous system and sense organs", "320-389")
    assert [code.heading.slug for code in found] == [
        "chapter-1", "chapter-1", "chapter-1", "chapter-6", "chapter-17", "e-codes", "e-codes", "v-codes", "v-codes",
    ]  # fmt: skip
    assert Heading.objects.filter(release=release).count() == 19
    again = load(tmp_path / "ICD-9-CM-v32-master-descriptions.zip")
    assert (again.what, again.release) == ("unchanged", release)


def test_the_chapters_follow_on_each_other_and_have_all_categories():
    categories = [f"{number:03d}" for number in range(1, 1000)] + [f"V{number:02d}" for number in range(1, 92)] + [f"E{number:03d}" for number in range(1000)]
    chapters = [icd9cm.chapter_of(category) for category in categories]
    assert None not in chapters
    assert list(dict.fromkeys(chapters)) == [f"{number:02d}" for number in range(1, 20)]
    assert icd9cm.chapter_of("V99") is None


def test_an_older_version_by_its_name_and_without_procedures(tmp_path):
    for name in ("LONG", "SHORT"):
        (tmp_path / f"CMS31_DESC_{name}_DX.txt").write_text(listing(LONG[:1]))
    reading = icd9cm.read(open_source([tmp_path], wanted=icd9cm.FILES), Tally())
    assert (reading.title, reading.effective) == ("ICD-9-CM version 31, October 2013 release", date(2013, 10, 1))
    assert [entry.code for entry in reading.rows if isinstance(entry, Listed)] == ["001.0"]


def test_lists_in_other_orders_with_marks_and_empty_lines(tmp_path):
    expected, _ = read(pack(tmp_path))
    found, tally = read(pack(tmp_path, SHORT_DX="\xef\xbb\xbf" + listing(SHORT[::-1]) + "\r\n\x1a"))
    assert found == expected
    assert tally.left_out["empty lines"] == 2


GOOD = listing(LONG)
WRONG = {
    "no short list": (
        {"SHORT_DX": None},
        "a list of short diagnosis titles, named as CMS32_DESC_SHORT_DX.txt, was expected; there is: CMS32_DESC_LONG_SHORT_DX.xlsx",
    ),
    "no long list": ({"LONG_DX": None}, "a list of long diagnosis titles, .* was expected"),
    "dotted": ({"LONG_DX": "001.0 Cholera\n"}, "CMS32_DESC_LONG_DX.txt, line 1, column Code: '001.0' stands where a diagnosis without its dot was expected"),
    "no title": ({"LONG_DX": "0010 \n"}, "line 1, column Title: nothing stands where a title was expected"),
    "twice": ({"LONG_DX": GOOD + GOOD}, "line 10, column Code: '0010' stands where a code that was not listed before was expected"),
    "twice in short": ({"SHORT_DX": listing(SHORT + SHORT)}, "SHORT_DX.txt, line 10, column Code: '0010' stands where a code that was not listed before"),
    "not in short": ({"SHORT_DX": listing(SHORT[1:])}, "line 1, column Code: '0010' stands where a code that CMS32_DESC_SHORT_DX.txt has too was expected"),
    "not in long": ({"LONG_DX": listing(LONG[:7])}, "as many codes as in CMS32_DESC_SHORT_DX.txt were expected, but 2 are missing, V0181 for one"),
    "cut off": ({"LONG_DX": GOOD[:-8]}, "line 9: a whole line was expected; the last one does not end, so the file is cut off"),
    "empty": ({"LONG_DX": ""}, "CMS32_DESC_LONG_DX.txt: the file is empty"),
}


@pytest.mark.parametrize(("changed", "said"), WRONG.values(), ids=WRONG)
def test_wrong_lists_are_refused_in_words(tmp_path, changed, said):
    with pytest.raises(Refused, match=said):
        read(pack(tmp_path, **changed))


def test_a_refused_load_leaves_what_was_loaded(db, tmp_path):
    release = load(pack(tmp_path)).release
    with pytest.raises(Refused, match="so the file is cut off"):
        load(pack(tmp_path, LONG_DX=GOOD[:-8]))
    whole = pack(tmp_path).read_bytes()
    (tmp_path / "ICD-9-CM-cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused, match="the file is not one, or it is cut off"):
        load(tmp_path / "ICD-9-CM-cut.zip")
    assert Release.objects.get(kind="icd9cm", current=True) == release
    assert Code.objects.filter(release=release).count() == 9
