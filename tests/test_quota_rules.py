"""What costs a view and what is free: rules 1 to 4 of the quota rules."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from codes.models import Code, CodeSystem
from quotas import periods
from quotas.models import Membership, Plan, View
from tests.pages import access, code_url, panels, remaining, text_of


def test_it_works(client):
    first = client.get(code_url("63663"))
    assert (access(first), remaining(first)) == ("preview", "0")
    assert "Guest accounts are limited to 1 page view." in text_of(first)
    assert "to get 5 more views." in text_of(first)
    second = client.get(code_url("99213"))
    assert (access(second), remaining(second)) == ("locked", "0")


def test_the_same_code_again_is_free(client):
    for _ in range(3):
        assert access(client.get(code_url("63663"))) == "preview"
    assert View.objects.count() == 1


def test_a_registered_coder_opens_six(as_coder):
    codes = ["63650", "63655", "63661", "63662", "63663", "63664"]
    left = [remaining(as_coder.get(code_url(code))) for code in codes]
    assert left == ["5", "4", "3", "2", "1", "0"]
    seventh = as_coder.get(code_url("63685"))
    assert access(seventh) == "locked"
    assert "Your views come back on" in text_of(seventh)
    assert "member plan" in text_of(seventh)
    assert access(as_coder.get(code_url("63650"))) == "full"


def test_a_locked_page_has_number_title_and_place_alone(client):
    client.get(code_url("63663"))
    page = client.get(code_url("99213"))
    body = text_of(page)
    assert "99213" in body
    assert "Established patient office visit" in body
    assert "data-official" not in body
    assert "data-common" not in body
    assert set(panels(page).values()) == {"true"}


@pytest.mark.parametrize("header", [{"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_SEC_PURPOSE": "prefetch;prerender"}, {"HTTP_PURPOSE": "prefetch"}])
def test_prefetching_is_free_and_answered_with_nothing(client, header):
    page = client.get(code_url("99213"), **header)
    assert (page.status_code, page.content, page["Cache-Control"]) == (503, b"", "no-store")
    assert View.objects.count() == 0
    assert access(client.get(code_url("63663"))) == "preview"


def test_head_is_free(client):
    page = client.head(code_url("99213"))
    assert (page.status_code, page.content) == (200, b"")
    assert View.objects.count() == 0
    assert "visitor" not in page.cookies


def test_missing_and_moved_pages_are_free(client):
    assert client.get(code_url("00000")).status_code == 404
    assert client.get("/codes/cpt/1159f/").status_code == 301
    assert client.post(code_url("63663")).status_code == 405
    assert View.objects.count() == 0


def test_not_modified_is_free(client):
    first = client.get(code_url("63663"))
    again = client.get(code_url("63663"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert View.objects.count() == 1


def test_a_tag_that_a_proxy_made_weak_still_counts(client):
    etag = client.get(code_url("63663"))["ETag"]
    assert client.get(code_url("63663"), HTTP_IF_NONE_MATCH=f'"other", W/{etag}').status_code == 304
    assert client.get(code_url("63663"), HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_a_page_that_costs_a_view_is_never_answered_with_not_modified(client):
    etag = client.get(code_url("63663"))["ETag"]
    stranger = Client()
    assert stranger.get(code_url("63663"), HTTP_IF_NONE_MATCH=etag).status_code == 200
    assert View.objects.count() == 2


def test_a_page_that_failed_is_free(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("codes.pages.render", lambda *_: 1 / 0)
    assert client.get(code_url("63663")).status_code == 500
    assert View.objects.count() == 0
    monkeypatch.undo()
    assert access(client.get(code_url("63663"))) == "preview"


def test_public_domain_systems_and_other_pages_are_free(client):
    for url in ("/codes/icd10cm/E11.9/", "/codes/icd10cm/E11/", "/", "/codes/", "/codes/cpt/", "/codes/search/?q=knee", "/plans/"):
        assert client.get(url).status_code == 200
    assert View.objects.count() == 0


def test_which_systems_are_metered_is_a_column(client):
    CodeSystem.objects.filter(slug="icd10cm").update(metered=True)
    assert access(client.get("/codes/icd10cm/E11.9/")) == "preview"
    assert access(client.get("/codes/icd10cm/E11/")) == "locked"


def test_the_banner_takes_its_numbers_from_the_plans(client):
    Plan.objects.filter(slug="guest").update(views=3)
    Plan.objects.filter(slug="registered").update(views=10)
    body = text_of(client.get(code_url("63663")))
    assert "2 code page views remaining." in body
    assert "Guest accounts are limited to 3 page views." in body
    assert "to get 7 more views." in body


def test_raising_a_plan_counts_at_once(client):
    client.get(code_url("63663"))
    assert access(client.get(code_url("99213"))) == "locked"
    Plan.objects.filter(slug="guest").update(views=2)
    assert access(client.get(code_url("99213"))) == "preview"


def test_members_and_staff_are_not_limited(as_coder, coder):
    Membership.objects.create(user=coder, plan=Plan.objects.get(slug="member"))
    for code in Code.objects.filter(system__slug="cpt").values_list("code", flat=True)[:12]:
        page = as_coder.get(code_url(code))
        assert (access(page), remaining(page)) == ("full", "unlimited")
    Membership.objects.all().delete()
    coder.is_staff = True
    coder.save()
    assert remaining(as_coder.get(code_url("99213"))) == "unlimited"


def test_headers_of_a_metered_page(client):
    page = client.get(code_url("63663"))
    assert page["Cache-Control"] == "private, no-cache"
    assert page["Vary"] == "Cookie"
    window = periods.current("month").seconds
    assert page["RateLimit-Policy"] == f'"guest";q=1;w={window}'
    assert page["RateLimit"].startswith('"guest";r=0;t=')
    assert 0 < int(page["RateLimit"].rpartition("=")[2]) <= window


def test_views_come_back_when_the_period_turns(client, monkeypatch):
    client.get(code_url("63663"))
    assert access(client.get(code_url("99213"))) == "locked"
    next_month = periods.current("month").end.date()
    monkeypatch.setattr("quotas.periods.today", lambda: next_month)
    assert access(client.get(code_url("99213"))) == "preview"
    assert access(client.get(code_url("63663"))) == "locked"


@pytest.mark.parametrize(("kind", "key"), [("lifetime", "lifetime"), ("day", "2026-01-31"), ("month", "2026-01")])
def test_a_period_turns_at_midnight_in_the_sites_time_zone(settings, monkeypatch, kind, key):
    settings.TIME_ZONE = "America/New_York"
    moment = datetime(2026, 2, 1, 4, 59, 59, tzinfo=ZoneInfo("UTC"))  # one second before midnight in New York
    monkeypatch.setattr(timezone, "now", lambda: moment)
    period = periods.current(kind)
    assert period.key == key
    assert period.seconds_left == (None if kind == "lifetime" else 1)


def test_a_month_with_a_clock_change_has_its_true_length(settings, monkeypatch):
    settings.TIME_ZONE = "America/New_York"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 10, tzinfo=ZoneInfo("UTC")))
    assert periods.current("month").seconds == 31 * 86400 - 3600


def test_a_lifetime_plan_has_no_reset(client):
    Plan.objects.filter(slug="guest").update(period="lifetime")
    page = client.get(code_url("63663"))
    assert page["RateLimit-Policy"] == '"guest";q=1'
    assert page["RateLimit"] == '"guest";r=0'
    assert access(client.get(code_url("99213"))) == "locked"
