"""The Guidelines panel: editors' words for the code and the headings above it, then the publisher's notes with the seventh characters."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from codes.models import Catalogue, Code, CodeSystem, Guideline, Heading, Release
from codes.panels import guidelines
from codes.panels.subject import Subject
from tests.pages import code_url, text_of

PLACES = ("surgery-10004-69990", "nervous-system-61000-64999", "neurostimulators-spinal-63650-63688")


def write(title: str, place: str = "", code: str = "", system: str = "cpt", **more: object) -> Guideline:
    return Guideline.objects.create(system=CodeSystem.objects.get(slug=system), heading=place, code=code, title=title, text=f"About {title}.", **more)


def panel(client, code: str = "63663", system: str = "cpt"):
    return text_of(client.get(code_url(code, system))).partition('data-panel="guidelines"')[2].partition("</section>")[0]


@pytest.fixture
def bare(db):
    """Nothing that came with the site."""
    Guideline.objects.all().delete()


@pytest.fixture
def fracture(db):
    """A category with seventh characters, and one code of it."""
    release, system = Release.objects.get(kind="icd10cm", current=True), CodeSystem.objects.get(slug="icd10cm")
    heading = Heading.objects.create(
        system=system, release=release, name="Hip and thigh", slug="s70-s79", first="S70", last="S79", path="19", notes={"excludes2": ["burns (T20-T32)"]}
    )
    common = {"system": system, "release": release, "heading": heading}
    notes = {"seven_chr_note": ["One is to be added", "A: initial encounter", "D: subsequent encounter/\tafter care"], "excludes1": ["amputation (S78.-)"]}
    top = Code.objects.create(code="S72", compact="S72", position=900, short="Fracture of femur", billable=False, notes=notes, **common)
    Code.objects.create(code="S72.001D", compact="S72001D", position=901, short="Fracture of right femur", parent=top, **common)
    Catalogue.count_up()


def test_it_works(as_coder, bare):
    write("The code", code="63663")
    body = panel(as_coder)
    assert "<h3>The code</h3>" in body
    assert "<p>About The code.</p>" in body
    assert "Demonstration" not in body


def test_the_nearest_heading_comes_first_after_the_codes_own(as_coder, bare):
    for place in PLACES:
        write(place.partition("-")[0], place)
    write("second", code="63663", order=2)
    write("first", code="63663", order=1)
    write("elsewhere", "cardiovascular-system-33016-37799")
    body = panel(as_coder)
    places = [body.index(f"About {title}.") for title in ("first", "second", "neurostimulators", "nervous", "surgery")]
    assert places == sorted(places)
    assert "<span>63650-63688 Neurostimulators (Spinal)</span>" in body
    assert "elsewhere" not in body


def test_a_code_of_another_system_with_the_number_has_none_of_it(as_coder, client, bare):
    write("of CPT", code="E11.9")
    assert "About" not in panel(client, "E11.9", "icd10cm")


def test_markdown_is_safe_and_the_source_stands_below(as_coder, bare):
    Guideline.objects.create(
        system=CodeSystem.objects.get(slug="cpt"), code="63663", title="T <b>", text="[x](javascript:alert(1)) <img src=x> **bold**", source="Manual, <3"
    )
    body = panel(as_coder)
    assert "T &lt;b&gt;" in body
    assert "<strong>bold</strong>" in body
    assert "javascript:" not in body.replace("(javascript:alert(1))", "")
    assert "<img" not in body
    assert "Manual, &lt;3" in body


def test_demonstration_data_says_so(as_coder, bare):
    write("shown", code="63663", demonstration=True)
    assert "Demonstration data, written by CasePilot." in panel(as_coder)


def test_notes_and_seventh_characters_of_the_category_above(client, fracture):
    body = panel(client, "S72.001D", "icd10cm")
    assert "<b>A</b> initial encounter</li>" in body
    assert "<b>D</b> subsequent encounter; after care <strong>(this code)</strong>" in body
    assert "One is to be added" in body
    assert "Excludes 1: not coded here" in body
    assert "burns (T20-T32)" in body
    assert "Notes: ICD-10-CM test release." in body
    assert "(this code)" not in panel(client, "S72", "icd10cm")


def test_a_guest_gets_none_of_it(client, bare):
    write("secret", code="63663")
    assert "About secret" not in text_of(client.get(code_url("63663")))


def test_one_query_whatever_the_code(db):
    subjects = [
        Subject(Code.objects.get(code=code, system__slug="cpt"), (), list(Heading.objects.current().filter(slug__in=PLACES))) for code in ("63663", "99213")
    ]
    for number in range(50):
        write(f"number {number}", code="63663")
    for subject in subjects:
        with CaptureQueriesContext(connection) as found:
            guidelines.context(subject)
        assert len(found) == 1
