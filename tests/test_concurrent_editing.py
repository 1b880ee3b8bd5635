"""Two editors at one description: who saves second is refused, and nobody's words are lost."""

import re
import threading
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from codes import descriptions
from codes.models import Code, CommonDescription
from tests.desks import DESCRIPTIONS, description, desk_of, form_of, make_staff, submit
from tests.pages import code_url, text_of


@pytest.fixture
def editor(db):
    return make_staff("editor@example.net", "Editors")


@pytest.fixture
def desk(editor):
    return desk_of(editor)


def test_it_works(desk, client):
    other = desk_of(make_staff("other@example.net", "Editors"))
    url, fields = form_of(desk, description())
    submit(other, description(), "_publish", text="What the other wrote.")
    refused = desk.post(url, {**fields, "text": "What I wrote.", "_publish": "1"})
    page = text_of(refused)
    assert "other@example.net saved this description while you were writing." in page
    assert ">\nWhat I wrote.</textarea>" in page
    assert re.findall(r"<(ins|del)>(.*?)</", page) == [("del", "the other "), ("ins", "I ")]
    assert description().text == "What the other wrote."
    assert "What the other wrote." in text_of(client.get(code_url("63663")))

    # The same form again is refused again; the page that came back knows what was saved and may replace it.
    assert desk.post(url, {**fields, "text": "What I wrote.", "_publish": "1"}).status_code == 200
    seen = unescape(re.search(r'name="seen" value="([^"]+)"', page)[1])
    assert desk.post(url, {"text": "What I wrote.", "seen": seen, "_publish": "1"}).status_code == 302
    assert [record.text for record in description().history.all()[:2]] == ["What I wrote.", "What the other wrote."]


@pytest.fixture
def two_desks(committing_db):
    """Two editors' browsers outside of a transaction, and everything as it was afterwards."""
    before, version = description(), Code.objects.get(code="63663").page_version
    editors = [make_staff("one@example.net", "Editors"), make_staff("two@example.net", "Editors")]
    yield [desk_of(user) for user in editors]
    CommonDescription.objects.filter(code=before.code).delete()
    CommonDescription.history.filter(code=before.code, history_user__in=editors).delete()
    CommonDescription.history.filter(code=before.code, history_type="-").delete()
    CommonDescription.objects.bulk_create([before])
    Code.objects.filter(code="63663").update(page_version=version)
    User.objects.filter(pk__in=[user.pk for user in editors]).delete()


def race(desks: list[Client], post) -> list[int]:
    """Both post at once; the statuses."""
    start, statuses = threading.Barrier(len(desks)), []

    def run(desk: Client, number: int) -> None:
        try:
            start.wait(10)
            statuses.append(post(desk, number).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(desk, number)) for number, desk in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(statuses)


def test_of_two_who_save_at_once_one_is_refused(two_desks):
    for _ in range(5):
        url, fields = form_of(two_desks[0], description())
        versions = description().history.count()
        statuses = race(two_desks, lambda desk, number: desk.post(url, {**fields, "text": f"Mine, says {number}.", "_draft": "1"}))  # noqa: B023
        assert statuses == [200, 302]
        assert description().history.count() == versions + 1


def test_of_two_who_begin_at_once_one_is_refused(two_desks):
    code = Code.objects.get(code="63663")
    for _ in range(5):
        CommonDescription.objects.filter(code=code).delete()
        statuses = race(two_desks, lambda desk, number: desk.post(f"{DESCRIPTIONS}add/", {"code": code.pk, "text": f"Mine, says {number}.", "_draft": "1"}))
        assert statuses == [200, 302]


def test_publishing_in_bulk_takes_the_newest_draft(editor):
    """The list was read before another editor saved: what is published is what is stored."""
    read = description()
    descriptions.save_draft(code=read.code, text="Newer words.", author=None)
    descriptions.publish(code=read.code, author=editor)
    assert (description().text, description().html) == ("Newer words.", "<p>Newer words.</p>")
