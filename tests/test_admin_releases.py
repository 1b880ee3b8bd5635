"""The Releases page of the admin: what is loaded, its counts, its age, the warning, the difference, the way back."""

from datetime import date

import pytest
from django.test import Client

from codes.models import Release
from codes.releases.reading import Listed
from tests.desks import desk_of, make_staff
from tests.listings import load
from tests.pages import text_of

RELEASES = "/admin/codes/release/"


@pytest.fixture
def desk(db) -> Client:
    return desk_of(make_staff("operator@example.net", "Operators"))


@pytest.fixture
def second(db) -> Release:
    load("hcpcs", "First", date(2020, 4, 1), Listed("A0001", "Splint", "Wooden splint"))
    return load("hcpcs", "Second", date(2020, 10, 1), Listed("A0001", "Splint", "Steel splint"), Listed("A0002", "Gown", "Paper gown"))


def test_it_works(desk, second):
    page = text_of(desk.get(RELEASES))
    assert "codes: 1 new, 1 revised, 0 deleted" in page
    assert "a newer one is in effect since" in page
    assert "In use" in page
    assert "Loaded, not in use" in page


def test_a_releases_own_page(desk, second):
    page = text_of(desk.get(f"{RELEASES}{second.pk}/change/"))
    assert "2 rows read" in page
    assert "2 stored as codes" in page
    assert second.digest in page
    assert second.get_absolute_url() in page


def test_what_is_importing_is_not_listed(desk, second):
    Release.objects.create(kind="hcpcs", title="Half a release", version="3", digest="d", state="importing")
    assert "Half a release" not in text_of(desk.get(RELEASES))


def test_rolling_back(desk, second, client):
    answer = desk.post(RELEASES, {"action": "roll_back", "_selected_action": [second.pk]}, follow=True)
    assert "First is in use again; Second stays loaded." in text_of(answer)
    assert Release.objects.get(kind="hcpcs", current=True).title == "First"
    assert client.get("/codes/hcpcs/A0002/").status_code == 404
    again = desk.post(RELEASES, {"action": "roll_back", "_selected_action": [second.pk]}, follow=True)
    assert "Second is not in use." in text_of(again)
    first = Release.objects.get(title="First")
    assert "There is no release before First to return to" in text_of(desk.post(RELEASES, {"action": "roll_back", "_selected_action": [first.pk]}, follow=True))


def test_editors_look_and_do_not_touch(second):
    desk = desk_of(make_staff("editor@example.net", "Editors"))
    assert "Return to the release before" not in text_of(desk.get(RELEASES))
    desk.post(RELEASES, {"action": "roll_back", "_selected_action": [second.pk]})
    assert Release.objects.get(kind="hcpcs", current=True) == second
    assert desk.get(f"{RELEASES}add/").status_code == 403
