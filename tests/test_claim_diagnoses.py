"""Diagnoses on a claim: known and complete, and listed by the billing articles of the code."""

from datetime import date

import pytest

from codes.models import CoverageCode, CoverageContractor, CoverageDiagnosis, CoverageDocument, CoverageGroup
from tests.claims import code, found, release

JANUARY = date(2024, 1, 1)


def said(text, **more):
    return [finding.what for finding in found(text, "diagnosis", **more)]


@pytest.fixture
def fractures(db):
    """S52.501, whose codes have seven characters, T14.91 with a placeholder, and E11.9, which is whole."""
    header = code("icd10cm", "S52.501", billable=False)
    short = code("icd10cm", "T14.91", billable=False)
    for number, parent in (("S52.501A", header), ("S52.501D", header), ("T14.91XA", short)):
        code("icd10cm", number, parent=parent)
    return header


def test_it_works(fractures):
    (finding,) = found("63650 1 S52.501 / 95970 1 E11.9 / 20610 1 S52501 E11.9", "diagnosis")
    assert finding.what == "S52.501 lacks its seventh character."
    assert finding.do == "Add one of A, D."
    assert finding.lines == (1, 3)
    assert [basis.title for basis in finding.basis] == ["ICD-10-CM test release"]


@pytest.mark.parametrize(
    ("diagnosis", "what", "do"),
    [
        ("E11", "E11 is a header that groups more specific codes and is not billable.", "Use a code below it: E11.9, E11.A."),
        ("T14.91", "T14.91 lacks its seventh character.", "Add one of A, with X in the empty places before it."),
        ("S52.501Z", "S52.501Z is not in ICD-10-CM: S52.501 takes the seventh characters A, D.", "Choose one of them."),
        ("T14.91A", "T14.91A is not in ICD-10-CM: below T14.91 a seventh character is needed.", "Add one of A, with X in the empty places before it."),
        ("E11.95", "E11.95 is not in ICD-10-CM; E11.9 is complete as it is.", "Use E11.9 if it is what the record says."),
        ("E11.5", "E11.5 is not in ICD-10-CM; E11 is, a header.", "Use one below it: E11.9, E11.A."),
        ("Z98.1", "Z98.1 is not in ICD-10-CM.", "Look up the diagnosis."),
    ],
)
def test_what_is_wrong_with_a_diagnosis(fractures, diagnosis, what, do):
    (finding,) = found(f"63650 1 {diagnosis}", "diagnosis")
    assert (finding.what, finding.do, finding.severity) == (what, do, "problem")


def test_diagnoses_of_the_day(db):
    code("icd10cm", "E11.8", end_date=date(2024, 9, 30), status="deleted")
    code("icd10cm", "E11.7", effective_date=date(2024, 10, 1))
    assert said("63650 1 E11.8", day=date(2024, 9, 30)) == []
    assert said("63650 1 E11.8", day=date(2024, 10, 1)) == ["E11.8 ended on September 30, 2024, before the date of service."]
    assert said("63650 1 E11.7", day=date(2024, 9, 30)) == ["E11.7 takes effect on October 1, 2024, after the date of service."]


def test_diagnoses_of_the_whole_claim(db):
    (finding,) = found("63650 / 95970 1 E11.9", "diagnosis", dx="Z98.1")
    assert finding.lines == (1,)


def test_pointers(db):
    many, without = found("63650 1 E11.9 E11.A A15 A16 A17 / 95970", "pointers")
    assert (many.lines, many.severity) == ((1,), "check")
    assert (without.lines, without.severity) == ((2,), "note")
    assert found("63650 / 95970", "pointers") == []


# Billing articles


@pytest.fixture
def articles(db):
    """Two articles on 63650: A1 of a contractor in Florida lists E11.9 in group 1; A2 of one in Texas lists E11.A, with a star."""
    made = release("mcd-articles")

    def article(number, contractor, state, *listed, **more):
        values = {"release": made, "number": number, "version": 3}
        CoverageDocument.objects.create(
            **{**values, "kind": "article", "display_id": f"A{number}", "title": "Article", "status": "A", "effective_date": JANUARY, **more}
        )
        CoverageCode.objects.create(**values, code="63650", group=1)
        CoverageContractor.objects.create(**values, contractor=contractor, contractor_number=f"0910{number}", states=[state])
        for diagnosis, group, star in listed:
            CoverageDiagnosis.objects.create(**values, code=diagnosis, group=group, covered=True, asterisk=star)
        return values

    return article(1, "First Coast", "FL", ("E11.9", 1, False)), article(2, "Novitas", "TX", ("E11.A", 2, True)), article


def covered(text, **more):
    return [(finding.severity, finding.what) for finding in found(text, "coverage", **more)]


def test_a_diagnosis_that_no_article_lists(articles):
    (finding,) = found("63650 1 I10", "coverage")
    assert finding.what == "I10 is not listed for 63650 by A1 (First Coast, FL), A2 (Novitas, TX)."
    assert finding.severity == "check"
    assert [link.label for link in finding.links] == ["A1", "A2"]
    assert "articleid=1&ver=3" in finding.links[0].url
    assert [basis.title for basis in finding.basis] == ["Test mcd-articles"]


def test_a_diagnosis_that_one_contractor_lists(articles):
    assert covered("63650 1 I10 E11.9") == [("note", "I10, E11.9 are not listed for 63650 by A2 (Novitas, TX). A1 (First Coast, FL) lists E11.9 (group 1).")]
    assert covered("63650 1 E11.9", contractor="09101") == []
    assert covered("63650 1 E11.9", contractor="09102") == [("check", "E11.9 is not listed for 63650 by A2 (Novitas, TX).")]


def test_codes_without_an_article_and_lines_without_a_diagnosis(articles):
    assert covered("95970 1 I10 / 63650") == []


def test_a_star_is_told(articles):
    assert covered("63650 1 E11.A", contractor="09102") == [
        ("note", "A2 (Novitas, TX) lists E11.A for 63650 (group 2) with a star: under a condition that stands below the list.")
    ]


def test_diagnoses_that_do_not_support(articles):
    CoverageDiagnosis.objects.create(**articles[0], code="I10", group=4, covered=False)
    assert covered("63650 1 E11.9 I10", contractor="09101") == [("check", "I10 is listed by A1 (First Coast, FL) as not supporting 63650 (group 4).")]


@pytest.mark.parametrize(
    ("paragraph", "counts"),
    [
        ("<p>For CPT codes 63650 and 63655:</p>", True),
        ("<p>For CPT code 95970 only:</p>", False),
        ("For 63600-63688 the following support necessity.", True),
        ("For 64400 – 64455 the following support necessity.", False),
        ("All codes other than 95970:", True),
        ("The following support medical necessity.", True),
    ],
)
def test_a_group_that_is_for_other_codes(articles, paragraph, counts):
    CoverageGroup.objects.create(**articles[0], what="covered", group=1, paragraph=paragraph)
    assert (covered("63650 1 I10", contractor="09101") != []) == counts
    assert covered("63650 1 E11.9", contractor="09101") == []


def test_articles_of_the_day(articles):
    CoverageDocument.objects.filter(number=1).update(end_date=date(2024, 7, 31))
    CoverageDocument.objects.filter(number=2).update(effective_date=date(2024, 9, 1))
    (finding,) = covered("63650 1 I10")
    assert finding[1] == "I10 is not listed for 63650 by A2 (Novitas, TX). The loaded version of A2 took effect after the date of service."
    assert "A1" in covered("63650 1 I10", day=date(2024, 7, 31))[0][1]
    CoverageDocument.objects.update(status="R")
    assert covered("63650 1 I10", day=date(2024, 7, 31)) == []
