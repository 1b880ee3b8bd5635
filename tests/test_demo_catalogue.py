"""The demonstration catalogue: whole, in our own words, and careful with what editors wrote."""

import re

import pytest
from django.core.management import CommandError, call_command

from codes import demo, descriptions
from codes.models import Code, CommonDescription, FeeScheduleLine, Heading, Release
from codes.releases import current

ENTRIES = demo.read_entries()


def test_it_works(db):
    assert Code.objects.filter(system__slug="cpt").count() == len(ENTRIES) == 244
    assert CommonDescription.objects.filter(status="published").count() == 244
    assert FeeScheduleLine.objects.count() == 311


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_every_text_has_the_measure(entry):
    assert 80 <= len(entry.text.split()) <= 200
    assert 8 <= len(entry.long.split()) <= 45
    assert 0 < len(entry.short) <= 48
    assert not re.search(r"<|&[a-z]+;|\b(AMA|CPT)\b", entry.text + entry.long + entry.short)


def test_short_titles_tell_codes_apart():
    assert len({entry.short.lower() for entry in ENTRIES.values()}) == len(ENTRIES)


def test_every_code_has_a_heading_of_its_own_kind(db):
    for code in Code.objects.filter(system__slug="cpt").select_related("heading"):
        assert code.heading, code
        assert code.heading.first <= code.code <= code.heading.last
        assert code.heading.depth >= 2


def test_the_tree_is_sound(db):
    for heading in Heading.objects.filter(system__slug="cpt").select_related("parent"):
        assert heading.first <= heading.last
        if heading.parent:
            assert heading.parent.first <= heading.first <= heading.last <= heading.parent.last, heading


def test_all_sections_are_there(db):
    names = list(Heading.objects.filter(system__slug="cpt", parent=None).values_list("name", flat=True))
    for section in (
        "Evaluation and Management",
        "Anesthesia",
        "Surgery",
        "Radiology",
        "Pathology and Laboratory",
        "Medicine",
        "Category II",
        "Category III",
        "Proprietary Laboratory Analyses",
    ):
        assert any(name.startswith(section) for name in names), section


def test_positions_follow_the_tree_without_gaps(db):
    assert list(Code.objects.filter(system__slug="cpt").order_by("position").values_list("position", flat=True)) == list(range(1, 245))


def test_loading_again_changes_nothing(db, capsys):
    call_command("load_demo")
    assert "nothing was changed" in capsys.readouterr().out


def changed(tmp_path, code: str, **fields: str):
    """A copy of the catalogue with one file changed."""
    import shutil

    folder = tmp_path / "cpt"
    shutil.copytree(demo.FOLDER, folder)
    path = folder / "codes" / f"{code}.md"
    text = path.read_text()
    for old, new in fields.items():
        text = text.replace(getattr(ENTRIES[code], old), new)
    path.write_text(text)
    return folder


def test_a_changed_file_reaches_the_page(db, tmp_path, client):
    folder = changed(tmp_path, "99213", text="A new text " * 40)
    assert demo.load(folder) == (244, True)
    assert "A new text" in client.get("/codes/cpt/99213/").content.decode()


def test_an_editors_work_is_left_alone(db, tmp_path, coder):
    code = Code.objects.get(code="99213")
    descriptions.publish(code=code, text="The editor's own words.", author=coder)
    demo.load(changed(tmp_path, "99213", text="A new text " * 40))
    assert CommonDescription.objects.get(code__code="99213").text == "The editor's own words."


def test_an_editors_draft_is_left_alone(db, tmp_path, coder):
    code = Code.objects.get(code="99213")
    descriptions.save_draft(code=code, text="A draft.", author=coder)
    demo.load(changed(tmp_path, "99213", text="A new text " * 40))
    assert CommonDescription.objects.get(code__code="99213").text == "A draft."


def test_licensed_text_is_not_overwritten(db):
    Release.objects.filter(kind="cpt").update(current=False)
    Release.objects.create(kind="cpt", title="AMA CPT 2026", version="2026", digest="x", current=True)
    with pytest.raises(CommandError, match="AMA CPT 2026 is loaded"):
        call_command("load_demo")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("no front matter", "expected front matter"),
        ("---\ncode: 99213\nshort: x\nlong: y\n---\ntext", "quote the code"),
        ('---\ncode: "1"\nshort: x\nlong: y\n---\ntext', "the code in it is 1"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, content, says):
    path = tmp_path / "99213.md"
    path.write_text(content)
    with pytest.raises(demo.DemoRefused, match=says):
        demo.read_entry(path)


def test_a_whole_fee_schedule_is_left_alone(db):
    """The release that the figures are from has the same title; loaded whole it is not the demonstration's."""
    demo_fees = Release.objects.get(kind="pfs", current=True)
    Release.objects.filter(pk=demo_fees.pk).update(current=False)
    whole = Release.objects.create(kind="pfs", title="CMS PFS 2025 October release", version="2025-10", digest="x", source="PPRRVU2025_Oct.csv", current=True)
    assert demo.load() == (244, False)
    assert Release.objects.get(kind="pfs", current=True) == whole


def test_what_an_operator_rolled_back_stays_so(db, tmp_path):
    demo.load(changed(tmp_path, "99213", short="A new short title"))
    current.roll_back("cpt")
    assert demo.load(tmp_path / "cpt") == (244, False)
    assert Code.objects.current().get(code="99213").short == ENTRIES["99213"].short
