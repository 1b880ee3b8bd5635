"""My codes: keeping codes in folders, the last searches and codes, and the way out and in as CSV."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from codes.models import RecentSearch, SavedCode
from tests.pages import code_url, text_of

PAGE = "/tools/my-codes/"


def keep(client, code, folder="", note=""):
    return client.post(PAGE, {"code": code, "folder": folder, "note": note}, follow=True)


def kept(user):
    return [(row.folder, row.system, row.code, row.note) for row in SavedCode.objects.filter(user=user)]


def take(client, content):
    return client.post(f"{PAGE}import/", {"file": SimpleUploadedFile("codes.csv", content)}, follow=True)


@pytest.fixture
def other(db):
    user = User.objects.create_user("other@example.net", "a-long-passphrase-1")
    client = Client()
    client.force_login(user)
    return client


def test_it_works(as_coder, coder):
    body = text_of(keep(as_coder, "63663", "Pain", "check the lead"))
    assert kept(coder) == [("Pain", "cpt", "63663", "check the lead")]
    assert "63663 is kept." in body
    assert '<a href="/codes/cpt/63663/"><b>63663</b>' in body
    assert "check the lead" in body


def test_a_code_is_kept_once(as_coder, coder):
    keep(as_coder, "63663", "Pain")
    assert "was in the list already" in text_of(keep(as_coder, "63663", "Leads", "now here"))
    assert kept(coder) == [("Leads", "cpt", "63663", "now here")]


def test_diagnoses_with_and_without_their_dot(as_coder, coder):
    keep(as_coder, "e119")
    keep(as_coder, "icd10cm E11.A")
    assert {row[2] for row in kept(coder)} == {"E11.9", "E11.A"}


@pytest.mark.parametrize("typed", ["", "99999", "'; drop", "x" * 500, "hcpcs 63663"])
def test_what_is_no_code_is_refused_in_words(as_coder, coder, typed):
    page = keep(as_coder, typed)
    assert page.status_code == 200
    assert "errorlist" in text_of(page)
    assert kept(coder) == []


def test_changing_and_removing(as_coder, coder):
    keep(as_coder, "63663", "Pain")
    row = SavedCode.objects.get()
    as_coder.post(f"{PAGE}{row.pk}/", {"folder": "Leads", "note": "new"})
    assert kept(coder) == [("Leads", "cpt", "63663", "new")]
    as_coder.post(f"{PAGE}{row.pk}/", {"remove": "1"})
    assert kept(coder) == []


def test_nobody_else_sees_or_changes_them(as_coder, coder, other):
    keep(as_coder, "63663", "Pain", "mine alone")
    row = SavedCode.objects.get()
    assert "mine alone" not in text_of(other.get(PAGE))
    assert "63663" not in other.get(f"{PAGE}export/").content.decode()
    assert other.get(f"{PAGE}{row.pk}/").status_code == 404
    assert other.post(f"{PAGE}{row.pk}/", {"remove": "1"}).status_code == 404
    assert kept(coder)


def test_a_guest_is_asked_to_register(client):
    body = text_of(client.get(PAGE))
    assert "Create a free account" in body
    assert client.post(PAGE, {"code": "63663"}).status_code == 200
    assert not SavedCode.objects.exists()


def test_out_and_in_again(as_coder, coder, other):
    keep(as_coder, "63663", "Pain", 'a "quoted", note\nof two lines')
    keep(as_coder, "E11.9", "=Sum", "-1")
    content = as_coder.get(f"{PAGE}export/").content
    assert b"'=Sum" in content
    assert "2 codes taken from the file." in text_of(take(other, content))
    mine = {(row[1], row[2], row[0], row[3].replace("\r\n", "\n")) for row in kept(coder)}
    theirs = {(row[1], row[2], row[0], row[3].replace("\r\n", "\n")) for row in kept(User.objects.get(email="other@example.net"))}
    assert mine == theirs


def test_wrong_lines_are_named_and_the_others_taken(as_coder, coder):
    body = text_of(take(as_coder, b"\xef\xbb\xbfCode,Folder\n63663,Pain\n99999,Pain\n"))
    assert "1 code taken from the file." in body
    assert "Line 3: “99999” is no code that is loaded here." in body
    assert kept(coder) == [("Pain", "cpt", "63663", "")]


@pytest.mark.parametrize("content", [b"", b"folder,note\na,b\n", b"\xff\xfe\x00", b"code\n" + b"x" * 1_000_001, b'code\n"' + b"9" * 200_000])
def test_odd_files_are_refused_or_taken_without_harm(as_coder, coder, content):
    page = take(as_coder, content)
    assert page.status_code == 200
    assert 'class="message' in text_of(page)
    assert kept(coder) == []


def test_no_file(as_coder):
    assert "No file was chosen." in text_of(as_coder.post(f"{PAGE}import/", follow=True))


def test_the_last_searches_of_whoever_is_signed_in(as_coder, coder, client, searching):
    as_coder.get("/codes/search/", {"q": "knee scope"})
    as_coder.get("/codes/search/", {"q": "Nerve Stim"})
    as_coder.get("/codes/search/", {"q": "john smith dob 1/31/1960"})
    client.get("/codes/search/", {"q": "guest words"})
    assert list(RecentSearch.objects.values_list("text", flat=True)) == ["nerve stim", "knee scope"]
    assert "nerve stim" in text_of(as_coder.get(PAGE))
    as_coder.post(f"{PAGE}searches/clear/")
    assert not RecentSearch.objects.exists()


def test_the_oldest_searches_go(coder):
    for number in range(25):
        RecentSearch.remember(coder.pk, f"search {number}")
    RecentSearch.remember(coder.pk, "search 10")
    texts = list(RecentSearch.objects.values_list("text", flat=True))
    assert len(texts) == 20
    assert texts[:2] == ["search 10", "search 24"]


def test_codes_opened_lately(as_coder):
    as_coder.get(code_url("63663"))
    body = text_of(as_coder.get(PAGE))
    assert "Opened lately" in body
    assert "63663" in body


def test_more_codes_take_no_more_queries(as_coder, coder, django_assert_num_queries):
    SavedCode.objects.bulk_create(SavedCode(user=coder, system="cpt", code=f"{number:05d}") for number in range(300))
    as_coder.get(PAGE)
    with django_assert_num_queries(8):  # the throttle (2), session, user, the list, its codes, the views, the searches
        as_coder.get(PAGE)
