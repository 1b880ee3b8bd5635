"""The search in the admin: editors write synonyms, which count at once, and see what was searched for."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from accounts.models import User
from codes.models import Catalogue, SearchTally, Synonym
from codes.search.live import live
from codes.search.query import parse
from tests.desks import desk_of, make_staff
from tests.pages import text_of

SYNONYMS, SEARCHES = "/admin/codes/synonym/", "/admin/codes/searchtally/"


@pytest.fixture
def desk(db):
    return desk_of(make_staff("editor@example.net", "Editors"))


@pytest.fixture
def boss(db):
    return desk_of(User.objects.create_superuser("boss@example.net", "quiet-Harbour-1"))


@pytest.fixture
def row(db) -> Synonym:
    return Synonym.objects.create(term="tka", means="knee replacement", kind="abbreviation", seed="tka → knee replacement")


def save(desk, url: str, term: str, means: str, kind: str = "lay", active: str = "on"):
    return desk.post(url, {"term": term, "means": means, "kind": kind, **({"active": active} if active else {})}, follow=True)


def add(desk, term: str, means: str):
    return save(desk, f"{SYNONYMS}add/", term, means)


def form_of(row: Synonym) -> str:
    return f"{SYNONYMS}{row.pk}/change/"


def pairs() -> set[str]:
    return set(map(str, Synonym.objects.all()))


def found(text: str) -> list[str]:
    """The numbers of the first hits, as a worker would find them after its pause."""
    live.looked = 0.0
    now = live.current()
    assert now is not None
    return [hit.code for hit in now.engine.search(parse(text), now.thesaurus).hits]


def test_it_works(desk, searching):
    assert "27447" not in found("bionic hinge")
    page = text_of(add(desk, "  Bionic   HINGE ", "Total  knee replacement"))
    assert "was added successfully" in page
    assert pairs() == {"bionic hinge → total knee replacement"}
    assert found("bionic hinge")[0] == "27447"
    save(desk, form_of(Synonym.objects.get()), "bionic hinge", "total knee replacement", active="")
    assert "27447" not in found("bionic hinge")


@pytest.mark.parametrize(
    ("term", "means", "said"),
    [
        ("--", "knee", "A letter or a digit is missing."),
        ("knee", "?", "A letter or a digit is missing."),
        ("one two three four five six seven", "knee", "These are 7 words; 6 are the most."),
        ("knee", "a b c d e f-g h i", "These are 9 words; 8 are the most."),
        ("Knees", "knee", "The search takes both for the same words already"),
        ("TKA", " Knee  replacement", "Synonym with this Term and Means already exists."),
        ("", "knee", "This field is required."),
        ("x" * 61, "knee", "at most 60 characters"),
        ("x" * 57 + "İxİ", "knee", "at most 60 characters"),
    ],
)
def test_what_changes_no_search_is_refused(desk, row, term, means, said):
    page = text_of(add(desk, term, means))
    assert said in page
    assert pairs() == {str(row)}


def test_a_row_keeps_what_it_came_as(desk, row):
    save(desk, form_of(row), "tka", "knee arthroplasty", kind="abbreviation")
    row.refresh_from_db()
    assert (str(row), row.seed) == ("tka → knee arthroplasty", "tka → knee replacement")
    assert "tka → knee replacement" in text_of(desk.get(form_of(row)))
    desk.post(form_of(row), {"term": "tka", "means": "knee arthroplasty", "kind": "abbreviation", "active": "on", "seed": ""})
    row.refresh_from_db()
    assert row.seed == "tka → knee replacement"


def test_the_form_tells_what_the_meaning_finds(desk, row, searching):
    page = text_of(desk.get(form_of(row)))
    assert "2 current codes have all the words of the meaning in the title" in page
    assert 'href="/codes/search/?q=tka"' in page
    nothing = Synonym.objects.create(term="R&D <b>", means="nothing such")
    page = text_of(desk.get(form_of(nothing)))
    assert "0 current codes have" in page
    assert 'href="/codes/search/?q=R%26D+%3Cb%3E"' in page
    assert "current code" not in text_of(desk.get(f"{SYNONYMS}add/"))


def test_the_form_works_while_there_is_no_index(desk, row, monkeypatch):
    monkeypatch.setattr(live, "current", lambda: None)
    assert "The index is being built" in text_of(desk.get(form_of(row)))


def test_the_list_is_searched_and_narrowed(desk, row):
    Synonym.objects.create(term="water on the knee", means="effusion knee", active=False)
    assert 'href="/codes/search/?q=water+on+the+knee"' in text_of(desk.get(f"{SYNONYMS}?q=effusion"))
    assert "water on the knee" not in text_of(desk.get(f"{SYNONYMS}?active__exact=1"))
    assert "water on the knee" not in text_of(desk.get(f"{SYNONYMS}?kind__exact=abbreviation"))


def test_the_list_asks_no_more_with_more_rows(desk, row, django_assert_max_num_queries):
    Synonym.objects.bulk_create([Synonym(term=f"term {number}", means="knee") for number in range(90)])
    with django_assert_max_num_queries(7):
        desk.get(SYNONYMS)


def test_many_are_switched_at_once(desk, row):
    other = Synonym.objects.create(term="ekg", means="electrocardiogram", active=False)
    before = Catalogue.counts()[2]
    chosen = {"_selected_action": [row.pk, other.pk]}
    assert "1 synonym switched off." in text_of(desk.post(SYNONYMS, {"action": "switch_off", **chosen}, follow=True))
    assert not Synonym.objects.filter(active=True).exists()
    assert "2 synonyms switched on." in text_of(desk.post(SYNONYMS, {"action": "switch_on", **chosen}, follow=True))
    assert Synonym.objects.filter(active=True).count() == 2
    assert Catalogue.counts()[2] == before + 2
    assert sorted(LogEntry.objects.values_list("object_repr", "change_message")) == [
        ("ekg → electrocardiogram", "Switched on."),
        ("tka → knee replacement", "Switched off."),
        ("tka → knee replacement", "Switched on."),
    ]


def test_editors_delete_nothing(desk, row):
    assert "delete_selected" not in text_of(desk.get(SYNONYMS))
    desk.post(SYNONYMS, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert desk.post(f"{SYNONYMS}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert pairs() == {str(row)}


def test_what_a_superuser_deletes_is_gone_at_once(boss, row, searching):
    Synonym.objects.create(term="bionic hinge", means="total knee replacement")
    assert found("bionic hinge")[0] == "27447"
    everything = {"_selected_action": list(Synonym.objects.values_list("pk", flat=True))}
    boss.post(SYNONYMS, {"action": "delete_selected", "post": "yes", **everything})
    assert not Synonym.objects.exists()
    assert "27447" not in found("bionic hinge")
    single = Synonym.objects.create(term="bionic hinge", means="total knee replacement")
    assert found("bionic hinge")[0] == "27447"
    boss.post(f"{SYNONYMS}{single.pk}/delete/", {"post": "yes"})
    assert "27447" not in found("bionic hinge")


# What was searched for


def tally(query: str, asked: int, found: int, opened: int = 0, ago: int = 0) -> None:
    SearchTally.objects.create(day=timezone.localdate() - timedelta(days=ago), query=query, asked=asked, found=found, opened=opened)


def lists(desk, days: str = "") -> dict[str, list[tuple[str, ...]]]:
    """The report: each list with its queries, codes found, opened and asked."""
    page = text_of(desk.get(SEARCHES + days))
    parts = re.split(r"<h2>(.*?)</h2>", page)[1:]
    row = r'<tr><th scope="row"><a [^>]*>(.*?)</a></th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>'
    return {name: re.findall(row, text) for name, text in zip(parts[::2], parts[1::2], strict=True)}


@pytest.fixture
def searched(db):
    tally("knee scope", 1200, 12, 3)
    tally("knee scope", 2, 0, 0, ago=6)
    tally("tka", 5, 0)
    tally("lead", 3, 7)
    tally("rare", 2, 7)
    tally("opened only", 0, 0, 4)
    tally("a month ago", 9, 0, ago=29)
    tally("a quarter ago", 11, 4, ago=89)
    tally("long ago", 50, 0, ago=90)


def test_the_report(desk, searched):
    assert lists(desk, "?days=7") == {
        "Top queries": [("knee scope", "12", "3", "1,202"), ("tka", "0", "0", "5"), ("lead", "7", "0", "3"), ("rare", "7", "0", "2")],
        "Without a hit": [("tka", "0", "0", "5")],
        "Abandoned": [("lead", "7", "0", "3")],
    }
    page = text_of(desk.get(f"{SEARCHES}?days=7"))
    assert "1,212 searches of words, 7 codes opened" in page


@pytest.mark.parametrize(
    ("days", "names"), [("", {"a month ago"}), ("?days=30", {"a month ago"}), ("?days=90", {"a month ago", "a quarter ago"}), ("?days=x", {"a month ago"})]
)
def test_the_days_of_the_report(desk, searched, days, names):
    listed = {query for query, *_ in lists(desk, days)["Top queries"]}
    assert listed & {"a month ago", "a quarter ago", "long ago"} == names


def test_queries_lead_to_the_search(desk):
    tally('r&d "<b>" /100%', 1, 0)
    page = text_of(desk.get(SEARCHES))
    assert 'href="/codes/search/?q=r%26d%20%22%3Cb%3E%22%20%2F100%25"' in page
    assert "r&amp;d &quot;&lt;b&gt;&quot; /100%" in page


def test_an_empty_report(desk):
    assert text_of(desk.get(SEARCHES)).count("<p>None.</p>") == 3


def test_a_long_list_is_cut_and_asks_no_more(desk, django_assert_max_num_queries):
    for number in range(60):
        tally(f"query {number:02}", 3, number % 2)
    with django_assert_max_num_queries(8):
        found = lists(desk)
    assert [len(rows) for rows in found.values()] == [50, 30, 30]


def test_operators_see_the_report_and_no_synonyms(searched, row):
    desk = desk_of(make_staff("operator@example.net", "Operators"))
    assert "knee scope" in text_of(desk.get(SEARCHES))
    assert desk.get(SYNONYMS).status_code == 403
    assert add(desk, "a", "b").status_code == 403
    assert desk.post(SYNONYMS, {"action": "switch_off", "_selected_action": [row.pk]}).status_code == 403
    row.refresh_from_db()
    assert row.active


def test_the_report_changes_nothing(boss, searched):
    pk = SearchTally.objects.first().pk
    for page in ("add/", f"{pk}/delete/"):
        assert boss.post(SEARCHES + page, {"post": "yes"}).status_code == 403
    boss.post(SEARCHES, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert SearchTally.objects.filter(pk=pk).exists()
