"""What is counted of searches: queries and openings by the day, nothing of who asked; and it is never in an answer's way."""

import io
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from casepilot import urls
from codes.models import Code, SearchChoice, SearchTally
from codes.search import learning, popularity
from codes.search.private import kept

urlpatterns, handler403 = [path("chosen/", learning.chosen), *urls.urlpatterns], urls.handler403
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args, **named: TODAY)


def write_now() -> None:
    """As the request that ends after the pause."""
    learning.counts.written -= learning.PAUSE
    learning.write()


def tallies() -> dict[str, tuple[int, int, int]]:
    return {row.query: (row.asked, row.found, row.opened) for row in SearchTally.objects.filter(day=TODAY)}


def choices() -> dict[tuple[str, str, str], int]:
    return {(row.query, row.system, row.code): row.times for row in SearchChoice.objects.filter(month=TODAY.replace(day=1))}


def choose(client, q="knee scope", system="cpt", code="29881", **headers):
    return client.post("/chosen/", {"q": q, "system": system, "code": code}, headers=headers)


@pytest.mark.urls("tests.test_search_log")
def test_it_works(client):
    learning.asked("Knee  scope", 12)
    learning.asked("knee scope ", 11)
    assert choose(client, " KNEE scope", "cpt", "27447").status_code == 204
    assert tallies() == {}
    write_now()
    assert tallies() == {"knee scope": (2, 11, 1)}
    assert choices() == {("knee scope", "cpt", "27447"): 1}


# What is kept


@pytest.mark.parametrize(
    "text",
    [
        "99213-25", "63650-63688", "e11.9", "992*", "s52.501a", "99213 99214 99215", "99213, 99214", "j1885/j1886", "m54.5-m54.6", "250.00-250.93",
        "i&d abscess 1.5 cm", "l3-4-5 fusion", "c5/6/7 discectomy", "march fracture", "may-thurner", "decompression 22 50 59", "-without", "dobutamine stress",
        "icd-10-cm 2026", "0002-8215-01", "50242-040-62", "type 2 diabetes", "1 view", "10/20 eeg", "augment 12 24",
    ],
)  # fmt: skip
def test_queries_are_kept(db, text):
    assert kept(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "john@example.org knee", "knee 1/31/1960", "01-31-60", "1960-01-31", "1.31.1960", "Jan 31, 1960", "31st january 1960", "31-jan-60", "sept 3 1955 hip",
        "dob 1960", "mrn12345", "ssn 4", "(212) 555-1234", "212-555-1234", "212.555.1234", "212 555 1234", "+1 212 555 1234", "555-1234", "123-45-6789",
        "123 45 6789", "123456789", "knee 1234567", "patient123456", "A12345678", "1EG4-TE5-MK73", "1eg4te5mk73", "9921399214", "١٢٣٤٥٦٧",
    ],
)  # fmt: skip
def test_what_looks_like_personal_data_is_not_kept(db, text):
    assert kept(text) == ""
    learning.asked(text, 3)
    assert not learning.counts.tallies


def test_a_long_number_that_is_a_code_is_kept(db):
    Code.objects.filter(code="99213").update(compact="0210093")
    assert kept("0210093 bypass") == "0210093 bypass"
    assert kept("0210093 0210094") == ""


def test_queries_are_folded_and_cut(db):
    assert kept("  Knee\tSCOPE\n\x00 left ") == "knee scope left"
    assert kept("İ" * 300) == kept("İ" * 300)[:100]
    assert kept("x" * 95 + " 123-45-6789") == ""
    assert kept("x " * 5000) == ("x " * 50).strip()
    assert kept("  ") == ""


def test_neither_address_nor_user_nor_time_of_day_is_kept():
    columns = {model: {field.name for field in model._meta.get_fields()} for model in (SearchTally, SearchChoice)}
    assert columns == {
        SearchTally: {"id", "day", "query", "asked", "found", "opened"},
        SearchChoice: {"id", "month", "query", "system", "code", "times"},
    }
    assert {SearchTally._meta.get_field("day").get_internal_type(), SearchChoice._meta.get_field("month").get_internal_type()} == {"DateField"}


# Writing


def test_it_adds_to_what_is_there(db):
    for found, more in ((3, 1), (7, 2)):
        for _ in range(more):
            learning.asked("hip", found)
        learning.counts.choose("hip", "cpt", "27447")
        write_now()
    assert tallies() == {"hip": (3, 7, 2)}
    assert choices() == {("hip", "cpt", "27447"): 2}


def test_an_opening_alone_leaves_what_was_found(db):
    learning.asked("hip", 9)
    write_now()
    learning.counts.choose("hip", "cpt", "27447")
    write_now()
    assert tallies() == {"hip": (1, 9, 1)}


def test_days_and_months_are_apart(db, monkeypatch):
    for day in (TODAY - timedelta(days=30), TODAY - timedelta(days=1), TODAY):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args, day=day, **named: day)
        learning.asked("hip", 1)
        learning.counts.choose("hip", "cpt", "27447")
    write_now()
    assert SearchTally.objects.filter(query="hip", asked=1).count() == 3
    assert list(SearchChoice.objects.order_by("month").values_list("month", "times")) == [(date(2026, 10, 1), 1), (date(2026, 11, 1), 2)]


def test_it_is_written_after_a_request_and_not_more_often_than_the_pause(client):
    learning.asked("hip", 1)
    client.get("/healthz")
    assert tallies() == {}
    learning.counts.written -= learning.PAUSE
    client.get("/healthz")
    assert tallies() == {"hip": (1, 1, 0)}
    learning.asked("hip", 1)
    client.get("/healthz")
    assert tallies() == {"hip": (1, 1, 0)}


def test_nothing_to_write_asks_nothing_of_the_database(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        write_now()


def test_no_more_than_so_many_are_kept_between_two_writings(db, monkeypatch):
    monkeypatch.setattr(learning, "MOST", 5)
    for number in range(20):
        learning.asked(f"query {number}", 1)
        learning.counts.choose(f"other {number}", "cpt", "27447")
    learning.asked("query 0", 2)
    assert len(learning.counts.tallies) == 5
    assert len(learning.counts.choices) == 5
    write_now()
    assert tallies()["query 0"] == (2, 2, 0)


def test_what_the_database_refuses_is_logged_without_the_query_and_dropped(client, monkeypatch, caplog):
    def fail(*args):
        raise DatabaseError("Key (query)=(hip) is bad")

    monkeypatch.setattr(learning, "add", fail)
    learning.asked("hip", 1)
    learning.counts.written -= learning.PAUSE
    with caplog.at_level(logging.WARNING):
        assert client.get("/healthz").status_code == 200
    assert "counts of 1 queries were not written: DatabaseError" in caplog.text
    assert "hip" not in caplog.text
    assert not learning.counts.tallies


def test_a_query_that_cannot_be_looked_at_fails_no_search(monkeypatch, caplog):
    def fail(numbers):
        raise DatabaseError

    monkeypatch.setattr("codes.search.private.all_codes", fail)
    learning.asked("hip 1234567", 1)
    assert "a query was not counted: DatabaseError" in caplog.text


def test_the_bad_row_of_a_batch_spoils_no_later_one(db):
    learning.counts.ask(None, 1)
    write_now()
    learning.asked("hip", 1)
    write_now()
    assert tallies() == {"hip": (1, 1, 0)}


# Many at once


@pytest.fixture
def emptied(committing_db):
    """No counts before and after, outside of a transaction."""
    SearchTally.objects.all().delete()
    yield
    SearchTally.objects.all().delete()
    SearchChoice.objects.all().delete()


def test_threads_lose_no_count(emptied, monkeypatch):
    """Eight threads ask and write all the while: all that was asked is written, once."""
    monkeypatch.setattr(learning, "PAUSE", 0.0)
    start, before = Barrier(8), sys.getswitchinterval()

    def work(thread: int) -> None:
        start.wait()
        for number in range(1000):
            learning.counts.ask(f"query {number % 3}", 5)
            learning.counts.choose(f"query {number % 3}", "cpt", "27447")
            if number % 250 == thread:
                learning.write()
        connections.close_all()

    sys.setswitchinterval(1e-6)  # threads take turns in the middle of everything
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
    finally:
        sys.setswitchinterval(before)
    learning.write()
    asked, _, opened = (sum(numbers) for numbers in zip(*tallies().values(), strict=True))
    assert (asked, opened, sum(choices().values())) == (8000, 8000, 8000)
    assert {found for _, found, _ in tallies().values()} == {5}


def test_one_of_many_writes(monkeypatch):
    """Requests that end at the same moment: one takes the counts, the others nothing."""
    learning.asked("hip", 1)
    learning.counts.written -= learning.PAUSE
    with ThreadPoolExecutor(8) as pool:
        taken = [one for one in pool.map(lambda _: learning.counts.due(), range(64)) if one]
    assert len(taken) == 1


# The address that counts openings


@pytest.mark.urls("tests.test_search_log")
def test_only_current_codes_count(client):
    for system, code in (("cpt", "00000"), ("hcpcs", "27447"), ("", ""), ("cpt", ""), ("cpt", "2\x007447\x00"), ("x" * 5000, "y" * 5000)):
        answer = choose(client, "hip", system, code)
        assert answer.status_code == (204 if "\x00" in code else 400), (system, code)
    assert list(learning.counts.choices.values()) == [1]


@pytest.mark.urls("tests.test_search_log")
def test_it_answers_without_cookie_session_or_content(client):
    with CaptureQueriesContext(connection) as asked:
        answer = choose(client, code="27447")
    assert not [query for query in asked if "session" in query["sql"] or "accounts_user" in query["sql"]]
    assert answer.status_code == 204
    assert answer.content == b""
    assert not answer.cookies
    assert not client.cookies


@pytest.mark.urls("tests.test_search_log")
def test_it_takes_posts_alone_and_no_token(client):
    assert client.get("/chosen/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert choose(strict, code="27447").status_code == 204


@pytest.mark.urls("tests.test_search_log")
def test_another_site_counts_nothing(client):
    assert choose(client, code="27447", sec_fetch_site="cross-site").status_code == 403
    assert choose(client, code="27447", sec_fetch_site="same-origin").status_code == 204
    assert sum(learning.counts.choices.values()) == 1


@pytest.mark.urls("tests.test_search_log")
def test_it_is_throttled(client, one_window):
    statuses = [choose(client, code="27447").status_code for _ in range(121)]
    assert statuses == [204] * 120 + [429]


@pytest.mark.urls("tests.test_search_log")
def test_a_personal_query_is_not_kept_with_an_opening_either(client):
    assert choose(client, "john@example.org", code="27447").status_code == 204
    assert not learning.counts.tallies
    assert not learning.counts.choices


# Popularity


def test_what_is_opened_often_weighs_more(db):
    for code, months in {"27447": {0: 2, 31: 1}, "29881": {0: 2}, "99213": {0: 4000}, "99214": {240: 4000}}.items():
        for ago, times in months.items():
            SearchChoice.objects.create(month=(TODAY - timedelta(days=ago)).replace(day=1), query="q", system="cpt", code=code, times=times)
    assert popularity.by_code() == {("cpt", "27447"): 1, ("cpt", "99213"): 3}


# Pruning


def prune() -> str:
    said = io.StringIO()
    call_command("prune_searches", stdout=said)
    return said.getvalue().strip()


def test_what_is_older_than_a_year_goes(db, monkeypatch):
    monkeypatch.setattr("codes.management.commands.prune_searches.BATCH", 2)
    for days in (0, 365, 366, 367, 400, 800):
        SearchTally.objects.create(day=TODAY - timedelta(days=days), query="hip", asked=1)
    for month in (date(2026, 11, 1), date(2025, 11, 1), date(2025, 10, 1), date(2025, 9, 1), date(2024, 1, 1)):
        SearchChoice.objects.create(month=month, query="hip", system="cpt", code="27447")
    assert prune() == "7 counts of searches deleted"
    assert set(SearchTally.objects.values_list("day", flat=True)) == {TODAY, date(2025, 11, 25)}
    assert set(SearchChoice.objects.values_list("month", flat=True)) == {date(2026, 11, 1), date(2025, 11, 1)}
    assert prune() == "0 counts of searches deleted"
