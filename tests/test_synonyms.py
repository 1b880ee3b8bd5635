"""Synonyms: what comes with the site, what editors keep of it, and how a change reaches every search at once."""

import io
import time

import pytest
from django.core.management import call_command

from codes.models import Catalogue, Synonym
from codes.search import index, synonyms
from codes.search.live import live
from codes.search.query import parse
from codes.search.synonyms import Group, Thesaurus


def load_synonyms() -> str:
    said = io.StringIO()
    call_command("load_synonyms", stdout=said)
    return said.getvalue().strip()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A fixture of a few rows; it is returned as a function that writes one of its files."""

    def write(**files: str) -> None:
        for name in synonyms.FILES:
            (tmp_path / name).write_text("term,means\n" + files.get(name.removesuffix(".csv"), ""))

    monkeypatch.setattr(synonyms, "SEED", tmp_path)
    write(abbreviations="tka,knee replacement\nekg,electrocardiogram\n", lay="knee scope,knee arthroscopy\n")
    return write


def rows() -> set[str]:
    return {f"{row} {'on' if row.active else 'off'}" for row in Synonym.objects.all()}


def test_it_works(db, small):
    assert load_synonyms() == "synonyms: 3 added"
    assert rows() == {"tka → knee replacement on", "ekg → electrocardiogram on", "knee scope → knee arthroscopy on"}
    assert Synonym.objects.get(term="knee scope").kind == Synonym.LAY
    assert load_synonyms() == "synonyms: all are loaded already; 3 are there"
    assert Synonym.objects.count() == 3


def test_what_comes_with_the_site(db):
    load_synonyms()
    kinds = {kind: Synonym.objects.filter(kind=kind).count() for kind in (Synonym.ABBREVIATION, Synonym.LAY)}
    assert kinds[Synonym.ABBREVIATION] >= 300
    assert kinds[Synonym.LAY] >= 300
    for row in Synonym.objects.all():
        assert not synonyms.faults(row.term, row.means), row
        assert (row.term, row.means, row.seed) == (synonyms.tidy(row.term), synonyms.tidy(row.means), str(row))
    assert load_synonyms().startswith("synonyms: all are loaded already")


def test_what_editors_did_stays(db, small):
    load_synonyms()
    Synonym.objects.filter(term="ekg").update(active=False)
    changed = Synonym.objects.get(term="tka")
    changed.means = "knee arthroplasty"
    changed.save()
    written = rows()
    assert load_synonyms().startswith("synonyms: all are loaded already")
    assert rows() == written


def test_a_deleted_row_comes_back(db, small):
    load_synonyms()
    Synonym.objects.get(term="tka").delete()
    assert load_synonyms() == "synonyms: 1 added"


def test_a_row_that_an_editor_wrote_first_becomes_the_fixtures(db, small):
    own = Synonym.objects.create(term="tka", means="knee replacement", active=False)
    assert load_synonyms() == "synonyms: 2 added"
    own.refresh_from_db()
    assert (own.seed, own.active) == ("tka → knee replacement", False)
    own.means = "knee arthroplasty"
    own.save()
    assert load_synonyms().startswith("synonyms: all are loaded already")


def test_an_edited_row_may_say_what_another_row_of_the_fixture_says(db, small):
    load_synonyms()
    Synonym.objects.filter(term="tka").update(means="knee arthroplasty")
    small(abbreviations="tka,knee replacement\ntka,knee arthroplasty\n")
    before = rows()
    load_synonyms()
    assert rows() == before


def test_a_new_version_brings_its_new_rows_alone(db, small):
    load_synonyms()
    small(abbreviations="TKA,Knee  replacement\negd,esophagogastroduodenoscopy\n", lay="egd,esophagogastroduodenoscopy\nx ray,x-ray\n-,knee\n")
    assert load_synonyms() == "synonyms: 1 added"
    assert Synonym.objects.get(term="egd").kind == Synonym.ABBREVIATION


@pytest.mark.parametrize(
    ("term", "means", "wrong"),
    [
        ("tka", "knee replacement", set()),
        ("i&d", "incision drainage", set()),
        ("99213", "office visit", set()),
        ("?!", "knee", {"term"}),
        ("tka", "…", {"means"}),
        ("one two three four five six", "a b c d e f g h", set()),
        ("one two three four five six seven", "a b c d e f g h i", {"term", "means"}),
        ("knees", "Knee", {"means"}),
        ("follow up", "follow-up", {"means"}),
    ],
)
def test_what_a_pair_must_be(term, means, wrong):
    assert set(synonyms.faults(term, means)) == wrong


def test_the_longest_term_that_is_known_is_taken():
    thesaurus = Thesaurus([("knee scope", "knee arthroscopy"), ("scope", "endoscopy"), ("scopes", "arthroscopy"), ("scope", "scope")])
    assert thesaurus.groups(["left", "knee", "scope", "scope"]) == [
        Group(("left",)),
        Group(("knee", "scope"), (("knee", "arthroscopi"), ("knee", "endoscopi"))),
        Group(("scope",), (("endoscopi",), ("arthroscopi",))),
    ]
    assert thesaurus.knows("knee")
    assert not thesaurus.knows("left")


# At once


def changes() -> dict[str, object]:
    """Each way in which synonyms change."""
    return {
        "save": lambda: Synonym.objects.get(term="one").save(),
        "create": lambda: Synonym.objects.create(term="three", means="third"),
        "delete": lambda: Synonym.objects.get(term="one").delete(),
        "many deleted": lambda: Synonym.objects.filter(term="one").delete(),
        "many changed": lambda: Synonym.objects.filter(term="one").update(active=False),
        "many added": lambda: Synonym.objects.bulk_create([Synonym(term="four", means="fourth")]),
    }


@pytest.mark.parametrize("name", list(changes()))
def test_every_change_is_counted(db, name):
    Synonym.objects.create(term="one", means="first")
    before, state = Catalogue.counts(), Catalogue.state()
    changes()[name]()
    assert Catalogue.counts()[2] > before[2]
    assert Catalogue.state() == state


def test_a_change_before_the_first_release_is_counted_too(db):
    Catalogue.objects.all().delete()
    assert Catalogue.counts() == (0, 0, 0)
    Synonym.objects.create(term="one", means="first")
    assert Catalogue.counts()[2] > 0


def test_a_change_of_the_catalogue_is_none_of_the_synonyms(db):
    edition, searchable, changed = Catalogue.counts()
    Catalogue.count_up()
    Catalogue.search_again()
    assert Catalogue.counts() == (edition + 1, searchable + 1, changed)


def found(text: str) -> list[str]:
    """The numbers of the first hits, as this worker would find them after its pause."""
    live.looked = 0.0
    now = live.current()
    assert now is not None
    return [hit.code for hit in now.engine.search(parse(text), now.thesaurus).hits]


def test_a_change_counts_in_the_next_search_and_builds_no_index(searching, monkeypatch):
    monkeypatch.setattr(index, "build", lambda name: pytest.fail("the index was built"))
    before = live.open
    assert "27447" not in found("bionic hinge")
    row = Synonym.objects.create(term="bionic hinge", means="total knee replacement")
    assert found("bionic hinge")[0] == "27447"
    Synonym.objects.filter(pk=row.pk).update(active=False)
    assert "27447" not in found("bionic hinge")
    row.save()
    assert found("bionic hinge")[0] == "27447"
    Synonym.objects.all().delete()
    assert "27447" not in found("bionic hinge")
    assert live.open is not None
    assert before is not None
    assert live.open.engine is before.engine


def test_synonyms_are_read_once_a_change(searching, django_assert_num_queries):
    Synonym.objects.create(term="bionic hinge", means="total knee replacement")
    live.looked = 0.0
    with django_assert_num_queries(2):
        live.current()
    live.looked = 0.0
    with django_assert_num_queries(1):
        live.current()


def test_a_change_counts_while_a_new_index_is_still_being_built(searching, monkeypatch):
    monkeypatch.setattr(live, "build", lambda path, state: None)
    Catalogue.search_again()
    Synonym.objects.create(term="bionic hinge", means="total knee replacement")
    assert found("bionic hinge")[0] == "27447"


def test_every_worker_of_a_running_site_learns_of_a_synonym(site):
    browser, hit = site.browser(), b'data-code="27447"'
    make = "from codes.models import Synonym; Synonym.objects."

    def soon(there: bool) -> bool:
        """Whether twelve answers in a row, of whichever worker, have the hit or have it not; within a few seconds on a busy machine."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if all((hit in browser.get("/codes/search/?q=bionic+hinge").content) == there for _ in range(12)):
                return True
            time.sleep(0.05)
        return False

    assert soon(there=False)
    site.manage("shell", "-c", f"{make}create(term='bionic hinge', means='total knee replacement')")
    assert soon(there=True)
    site.manage("shell", "-c", f"{make}filter(term='bionic hinge').delete()")
    assert soon(there=False)


def test_a_longer_synonym_keeps_what_its_parts_mean():
    known = Thesaurus([("knee oa", "unilateral osteoarthritis"), ("oa", "osteoarthritis"), ("oa", "old age")])
    (group,) = known.groups(["knee", "oa"])
    assert group.means == (("unilater", "osteoarthr"), ("knee", "osteoarthr"), ("knee", "old", "age"))
