"""What editors attach to codes and headings: it is on the pages at once, stays with new releases, and a wrong number is refused in words."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction

from codes import demo_attachments
from codes.models import Catalogue, Code, CodeSystem, CompliancePoint, Crosswalk, Guideline, Heading
from tests import invented
from tests.desks import desk_of, make_staff
from tests.pages import code_url, text_of

GUIDELINES, POINTS, WALKS = (f"/admin/codes/{model}/" for model in ("guideline", "compliancepoint", "crosswalk"))
SPINAL = "neurostimulators-spinal-63650-63688"


@pytest.fixture
def editor(db):
    return make_staff("editor@example.net", "Editors")


@pytest.fixture
def desk(editor):
    """The editor's browser."""
    return desk_of(editor)


def row(code: str = "63663", system: str = "cpt") -> Code:
    return Code.objects.current().get(system__slug=system, code=code)


def add(desk, url: str = GUIDELINES, **fields: object):
    """Fill in the form and save."""
    whole = {"at_code": "", "at_heading": "", "title": "Of ours", "text": "Words *of ours*.", "source": "", "order": "0", "seen": "", **fields}
    return desk.post(f"{url}add/", whole, follow=True)


def walk(desk, code: Code, target: Code, sort: str = "diagnosis"):
    return desk.post(f"{WALKS}add/", {"at_code": code.pk, "at_target": target.pk, "sort": sort, "note": "When it fits.", "source": "", "seen": ""}, follow=True)


def form_of(desk, url: str) -> dict[str, str]:
    """The fields of an edit form as they stand."""
    page = text_of(desk.get(url))
    fields = dict(re.findall(r'<input type="(?:hidden|text|number)" name="(\w+)" value="([^"]*)"', page))
    chosen = dict(re.findall(r'<select name="(\w+)"(?:(?!</select>).)*?<option value="(\d+)" selected', page, re.S))
    return {**{name: value for name, value in fields.items() if not name.startswith("csrf")}, **chosen}


def test_it_works(desk, editor, as_coder):
    assert "of ours" not in text_of(as_coder.get(code_url("63663")))
    page = add(desk, at_code=row().pk)
    assert "was added successfully" in text_of(page)
    kept = Guideline.objects.get(demonstration=False)
    assert (kept.system.slug, kept.code, kept.heading, kept.html) == ("cpt", "63663", "", "<p>Words <em>of ours</em>.</p>")
    assert "<p>Words <em>of ours</em>.</p>" in text_of(as_coder.get(code_url("63663")))
    assert kept.history.get().history_user == editor


def test_what_hangs_on_a_heading_shows_below_it_at_once(desk, as_coder):
    as_coder.get(code_url("63663"))
    add(desk, POINTS, at_heading=Heading.objects.current().get(slug=SPINAL).pk, sort="audit", text="Too many <script>leads</script>.")
    body = text_of(as_coder.get(code_url("63663")))
    assert "What auditors look for" in body
    assert "Too many &lt;script&gt;leads&lt;/script&gt;." in body
    assert "Too many" not in text_of(as_coder.get(code_url("99213")))


@pytest.mark.parametrize("how", ["save", "delete", "bulk", "update"])
def test_a_page_that_is_kept_is_left_when_something_changes(as_coder, how):
    Guideline.objects.create(system=CodeSystem.objects.get(slug="cpt"), code="63663", title="Of ours", text="Words of ours.")
    assert "Words of ours." in text_of(as_coder.get(code_url("63663")))
    kept = Guideline.objects.get(title="Of ours")
    if how == "save":
        kept.code = "63664"
        kept.save()
    elif how == "delete":
        kept.delete()
    elif how == "bulk":
        Guideline.objects.filter(title="Of ours").delete()
    else:
        Guideline.objects.filter(title="Of ours").update(code="63664")
    assert "Words of ours." not in text_of(as_coder.get(code_url("63663")))


def test_one_code_leaves_the_other_pages_kept(db):
    edition, others = Catalogue.state()[0], row("99213").page_version
    Guideline.objects.create(system=row().system, code="63663", title="Of ours", text="Words.")
    assert (Catalogue.state()[0], row("99213").page_version) == (edition, others)
    assert row().page_version > 1
    Guideline.objects.create(system=row().system, heading=SPINAL, title="Of ours", text="Words.")
    assert Catalogue.state()[0] == edition + 1


def test_a_crosswalk_turns_both_pages(desk, client, as_coder):
    as_coder.get(code_url("63663"))
    client.get(code_url("E11.9", "icd10cm"))
    assert "was added successfully" in text_of(walk(desk, row(), row("E11.9", "icd10cm")))
    assert "When it fits." in text_of(as_coder.get(code_url("63663")))
    body = text_of(client.get(code_url("E11.9", "icd10cm")))
    assert "Procedures that it supports" in body
    assert 'href="/codes/cpt/63663/"' in body


def test_exactly_one_place(desk):
    neither, both = add(desk), add(desk, at_code=row().pk, at_heading=Heading.objects.current().first().pk)
    for page in (neither, both):
        assert "Choose a code or a heading: one of the two, and not both." in text_of(page)
    assert not Guideline.objects.filter(demonstration=False).exists()


def test_a_wrong_number_is_refused_in_words(desk):
    assert "There is no such code." in text_of(add(desk, at_code="999999999"))
    assert "There is no such code." in text_of(add(desk, at_code="63663x"))
    assert "There is no such heading." in text_of(add(desk, at_heading="999999999"))
    invented.load("first", invented.SPRING, invented.FIRST)
    old = Heading.objects.get(system__slug=invented.SYSTEM, slug="winds")
    gone = Code.objects.get(system__slug=invented.SYSTEM, code="B00")
    invented.load("second", invented.AUTUMN, invented.FIRST[:3], invented.TREE[:2])
    Code.objects.filter(code="B00", release__current=True).delete()
    assert "is not in the current release." in text_of(add(desk, at_code=gone.pk))
    assert "is not in the current release." in text_of(add(desk, at_heading=old.pk))
    assert not Guideline.objects.filter(demonstration=False).exists()


def test_what_is_attached_stays_with_a_new_release_and_what_lost_its_code_is_found(desk, as_coder):
    invented.load("first", invented.SPRING, invented.FIRST)
    system = CodeSystem.objects.get(slug=invented.SYSTEM)
    Guideline.objects.create(system=system, code="A00", title="Of strings", text="For the violin.")
    Guideline.objects.create(system=system, heading="winds", title="Of winds", text="For winds.")
    invented.load("second", invented.AUTUMN, invented.FIRST[:3], invented.TREE[:2])
    Code.objects.filter(code="B00", release__current=True).delete()
    assert "For the violin." in text_of(as_coder.get(code_url("A00", invented.SYSTEM)))
    assert "For the violin." in text_of(as_coder.get(code_url("A00.1", invented.SYSTEM))), "more specific codes inherit it"
    stray = text_of(desk.get(f"{GUIDELINES}?place=gone"))
    assert "Of winds" in stray
    assert "Of strings" not in stray
    assert desk.get(f"{WALKS}?place=gone").status_code == 200


@pytest.mark.parametrize(
    ("sort", "code", "target", "words"),
    [
        ("diagnosis", ("63663", "cpt"), ("63650", "cpt"), "A diagnosis is an ICD-10-CM code."),
        ("procedure", ("63663", "cpt"), ("E11.9", "icd10cm"), "A related procedure is a CPT, HCPCS, CDT or ICD-10-PCS code."),
        ("anesthesia", ("63663", "cpt"), ("63650", "cpt"), "Anesthesia is a CPT code from 00100 to 01999."),
        ("procedure", ("63663", "cpt"), ("63663", "cpt"), "A code does not lead to itself."),
        ("procedure", ("E11.9", "icd10cm"), ("63663", "cpt"), "is no procedure."),
    ],
)
def test_a_crosswalk_that_makes_no_sense_is_refused_in_words(desk, sort, code, target, words):
    assert words in text_of(walk(desk, row(*code), row(*target), sort))
    assert not Crosswalk.objects.filter(demonstration=False).exists()


def test_a_crosswalk_stands_once(desk):
    for _ in range(2):
        page = walk(desk, row(), row("E11.9", "icd10cm"))
    assert "There is a crosswalk from CPT 63663 to ICD-10-CM E11.9 already." in text_of(page)
    assert Crosswalk.objects.filter(demonstration=False).count() == 1


def test_the_database_refuses_what_has_no_place_or_no_sort(db):
    system = row().system
    wrong = [
        Guideline(system=system, title="t", text="x"),
        Guideline(system=system, title="t", text="x", code="63663", heading=SPINAL),
        CompliancePoint(system=system, text="x"),
        CompliancePoint(system=system, text="x", code="63663", sort="other"),
        Crosswalk(system=system, code="63663", target_system=system, target=""),
        Crosswalk(system=system, code="63663", target_system=system, target="63650", sort="other"),
    ]
    for attached in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            attached.save()


def test_nobody_overwrites_another_editor(desk):
    add(desk, at_code=row().pk)
    kept = Guideline.objects.get(demonstration=False)
    url = f"{GUIDELINES}{kept.pk}/change/"
    fields = form_of(desk, url)
    kept.text = "Theirs."
    kept.save()
    page = desk.post(url, {**fields, "text": "Mine."})
    assert "Another editor saved this while you were writing." in text_of(page)
    kept.refresh_from_db()
    assert kept.text == "Theirs."
    fields["seen"] = re.search(r'name="seen" value="([^"]+)"', text_of(page))[1]
    assert desk.post(url, {**fields, "text": "Mine."}).status_code == 302
    kept.refresh_from_db()
    assert kept.text == "Mine."


def test_versions_are_kept_and_one_can_go_back(desk, editor):
    add(desk, at_code=row().pk, text="First words.")
    kept = Guideline.objects.get(demonstration=False)
    url = f"{GUIDELINES}{kept.pk}/change/"
    desk.post(url, {**form_of(desk, url), "text": "Second words."})
    page = text_of(desk.get(f"{GUIDELINES}{kept.pk}/history/"))
    assert "<del>First words.</del> <ins>Second words.</ins>" in page
    assert page.count(editor.email) >= 2
    first = f"{GUIDELINES}{kept.pk}/history/{kept.history.last().pk}/"
    assert desk.post(first, {**form_of(desk, first), "text": "First words."}).status_code == 302
    kept.refresh_from_db()
    assert kept.html == "<p>First words.</p>"


def test_deleting_says_who_did_it(desk, editor, as_coder):
    for title in ("One", "Two", "Three"):
        add(desk, at_code=row().pk, title=title)
    one, two, three = Guideline.objects.filter(demonstration=False).order_by("pk")
    desk.post(f"{GUIDELINES}{one.pk}/delete/", {"post": "yes"})
    desk.post(GUIDELINES, {"action": "delete_selected", "_selected_action": [two.pk, three.pk], "post": "yes"})
    assert not Guideline.objects.filter(demonstration=False).exists()
    assert [record.history_user for record in Guideline.history.filter(history_type="-")] == [editor] * 3
    assert LogEntry.objects.filter(action_flag=3).count() == 3


def test_a_link_begins_one_for_a_code(desk):
    assert f'<option value="{row().pk}" selected>CPT 63663</option>' in text_of(desk.get(f"{GUIDELINES}add/?at_code={row().pk}"))
    for wrong in ("x", "9" * 40, "-1", "%E2%82%83"):
        assert desk.get(f"{GUIDELINES}add/?at_code={wrong}").status_code == 200


def test_operators_look_and_do_not_touch(desk, db):
    add(desk, at_code=row().pk)
    kept = Guideline.objects.get(demonstration=False)
    operator = desk_of(make_staff("operator@example.net", "Operators"))
    assert "CPT 63663" in text_of(operator.get(f"{GUIDELINES}{kept.pk}/change/"))
    assert operator.post(f"{GUIDELINES}{kept.pk}/change/", {"text": "Mine."}).status_code == 403
    assert operator.get(f"{WALKS}add/").status_code == 403


# What came with the site


def test_the_demonstration_says_what_it_is_and_is_loaded_once(as_coder):
    assert not demo_attachments.load()
    assert Guideline.objects.filter(demonstration=True).exists()
    body = text_of(as_coder.get(code_url("63650")))
    assert body.count("Demonstration data, written by CasePilot.") >= 4


def test_what_editors_did_to_the_demonstration_stays(desk):
    changed, deleted = Guideline.objects.filter(code="", heading=SPINAL).get(), CompliancePoint.objects.filter(code="63650").first()
    url = f"{GUIDELINES}{changed.pk}/change/"
    assert desk.post(url, {**form_of(desk, url), "text": "Mine."}).status_code == 302
    desk.post(f"{POINTS}{deleted.pk}/delete/", {"post": "yes"})
    Crosswalk.objects.filter(code="63650").delete()
    assert demo_attachments.load()
    changed.refresh_from_db()
    assert (changed.text, changed.demonstration) == ("Mine.", False)
    assert Guideline.objects.filter(heading=SPINAL).count() == 1
    assert not CompliancePoint.objects.filter(code="63650", text=deleted.text).exists()
    assert Crosswalk.objects.filter(code="63650", demonstration=True).count() > 8


def test_the_demonstrations_places_and_codes_exist(db):
    codes = set(Code.objects.current().filter(system__slug="cpt").values_list("code", flat=True))
    slugs = set(Heading.objects.current().filter(system__slug="cpt").values_list("slug", flat=True))
    for model in (Guideline, CompliancePoint):
        for text in model.objects.all():
            assert text.code in codes or text.heading in slugs, text
    walks = Crosswalk.objects.all()
    assert {found.code for found in walks} <= codes
    assert {found.target for found in walks if found.sort == Crosswalk.ANESTHESIA} <= codes
    assert len({found.code for found in walks if found.sort == Crosswalk.DIAGNOSIS}) >= 25


def test_the_demonstrations_diagnoses_are_of_the_tabular_list(db):
    import simple_icd_10_cm as tabular

    for target in Crosswalk.objects.filter(sort=Crosswalk.DIAGNOSIS).values_list("target", flat=True).distinct():
        assert tabular.is_valid_item(target), target
        assert tabular.is_leaf(target), target
