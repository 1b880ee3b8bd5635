"""Editors at work: find a code, write, preview, compare, publish, withdraw; and never lose each other's words."""

import re
import threading
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from codes import descriptions, diff
from codes.markdown import to_html
from codes.models import Code, CommonDescription
from tests.conftest import PASSWORD
from tests.pages import code_url, text_of

pytest_plugins = ["tests.browser"]

LIST = "/admin/codes/commondescription/"
OFFICIAL = "spinal stimulator leads"
DEMONSTRATION = "Spinal cord stimulation treats chronic pain"


def make_editor(email: str) -> User:
    user = User.objects.create_user(email, PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    return user


@pytest.fixture
def editor(db):
    return make_editor("editor@example.net")


@pytest.fixture
def desk(editor):
    """The editor's browser."""
    browser = Client()
    browser.force_login(editor)
    return browser


def description(code: str = "63663") -> CommonDescription:
    return CommonDescription.objects.get(code__code=code, code__system__slug="cpt")


def form_of(browser: Client, row: CommonDescription) -> tuple[str, dict[str, str]]:
    """The edit form's address, and its fields as they stand."""
    url = f"{LIST}{row.pk}/change/"
    page = text_of(browser.get(url))
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    text = re.search(r'<textarea name="text"[^>]*>\s?(.*?)</textarea>', page, re.S)
    return url, {"text": unescape(text[1]), "seen": unescape(seen[1])}


def submit(browser: Client, row: CommonDescription, button: str, **changed: str):
    url, fields = form_of(browser, row)
    return browser.post(url, {**fields, **changed, button: "1"}, follow=True)


def listed(page) -> list[str]:
    return re.findall(r'<th class="field-number"><a [^>]*>(.*?)</a>', text_of(page))


def test_it_works(client, editor):
    desk = Client()
    assert desk.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert desk.post("/admin/login/?next=/admin/", {"username": editor.email, "password": PASSWORD})["Location"] == "/admin/"
    found = text_of(desk.get("/admin/codes/code/?q=63663"))
    code = Code.objects.get(code="63663")
    assert f"/admin/codes/code/{code.pk}/change/" in found
    assert f'href="{LIST}{description().pk}/change/"' in text_of(desk.get(f"/admin/codes/code/{code.pk}/change/"))
    page = submit(desk, description(), "_publish", text="Leads are moved back to where they **help**.")
    assert "Published. The page shows it now." in text_of(page)
    assert "<p>Leads are moved back to where they <strong>help</strong>.</p>" in text_of(client.get(code_url("63663")))


def test_the_official_text_is_there_to_read(desk):
    url = reverse("admin:codes_code_change", args=[Code.objects.get(code="63663").pk])
    page = text_of(desk.get(url))
    assert OFFICIAL in page
    assert 'name="long"' not in page
    assert desk.post(url, {"long": "Mine"}).status_code == 403
    assert OFFICIAL in text_of(desk.get(f"{LIST}{description().pk}/change/"))
    submit(desk, description(), "_draft", text="Mine", long="Mine", code=str(Code.objects.get(code="99213").pk))
    assert OFFICIAL in Code.objects.get(code="63663").long
    assert description().text == "Mine"


def test_a_preview_saves_nothing(desk):
    before = CommonDescription.history.count()
    page = text_of(desk.post(f"{LIST}preview/", {"text": "Leads are *moved*."}))
    assert "<p>Leads are <em>moved</em>.</p>" in page
    assert "3 words" in page
    assert DEMONSTRATION in description().text
    assert CommonDescription.history.count() == before
    assert desk.get(f"{LIST}preview/").status_code == 200


def test_a_draft_leaves_the_page_alone_until_it_is_published(client, desk):
    assert DEMONSTRATION in text_of(client.get(code_url("63663")))  # kept from here on
    page = submit(desk, description(), "_draft", text="A new account of it.")
    assert "The page still shows the text published before." in text_of(page)
    assert "Draft; the page shows an earlier text" in text_of(desk.get(LIST, {"q": "63663"}))
    assert DEMONSTRATION in text_of(client.get(code_url("63663")))
    assert "A new account" not in text_of(client.get(code_url("63663")))
    submit(desk, description(), "_publish")
    shown = text_of(client.get(code_url("63663")))
    assert "<p>A new account of it.</p>" in shown
    assert DEMONSTRATION not in shown
    assert "Demonstration text" not in shown


def test_save_and_keep_writing_stays_on_the_form(desk):
    page = submit(desk, description(), "_continue", text="Not done yet.")
    assert page.redirect_chain == [(f"{LIST}{description().pk}/change/", 302)]
    assert "Not done yet." in text_of(page)


def test_a_description_is_begun_for_a_code_without_one(client, desk):
    description().delete()
    assert "No common language description has been published" in text_of(client.get(code_url("63663")))
    code = Code.objects.get(code="63663")
    begin = f"{LIST}add/?code={code.pk}"
    assert f'href="{begin}"' in text_of(desk.get(f"/admin/codes/code/{code.pk}/change/"))
    assert f'<option value="{code.pk}" selected>' in text_of(desk.get(begin))
    page = desk.post(begin, {"code": code.pk, "text": "The first account.", "_draft": "1"}, follow=True)
    assert "The page shows nothing of it until you publish." in text_of(page)
    assert "The first account." not in text_of(client.get(code_url("63663")))
    submit(desk, description(), "_publish")
    assert "The first account." in text_of(client.get(code_url("63663")))


def test_a_code_has_one_description(desk):
    code = Code.objects.get(code="63663")
    page = text_of(desk.post(f"{LIST}add/", {"code": code.pk, "text": "Another.", "_publish": "1"}))
    assert "This code has a description already." in page
    assert ">\nAnother.</textarea>" in page
    assert DEMONSTRATION in description().text


@pytest.mark.parametrize("code", ["nonsense", "99999999999999999999", "-1", "²", "0"])
def test_a_code_that_is_none_begins_nothing(desk, code):
    assert desk.get(f"{LIST}add/", {"code": code}).status_code == 200


@pytest.mark.parametrize(("text", "complaint"), [("", "This field is required."), ("word " * 5000, "at most 20,000 characters")])
def test_a_text_is_neither_empty_nor_a_book(desk, text, complaint):
    assert complaint in text_of(submit(desk, description(), "_publish", text=text))
    assert DEMONSTRATION in description().text


def test_versions_show_who_changed_which_words(desk, editor):
    text = description().text
    submit(desk, description(), "_draft", text=text.replace("chronic pain", "long-lasting pain").replace("\n", "\r\n"))
    submit(desk, description(), "_publish")
    page = desk.get(f"{LIST}{description().pk}/versions/")
    titles = re.findall(r"<h2>(.*?)</h2>", text_of(page))
    assert titles == [f"Published by {editor.email}", f"Draft saved by {editor.email}", "Demonstration text by the site"]
    published, draft, first = text_of(page).split('<section class="version">')[1:]
    assert "The words are those of the version before." in published
    assert re.findall(r"<(ins|del)>(.*?)</", draft, re.S) == [("del", "chronic "), ("ins", "long-lasting ")]
    assert re.findall(r"<(ins|del)>", first) == ["ins"]
    assert DEMONSTRATION in first


def test_the_oldest_version_shown_is_compared_too(desk, editor):
    code = description().code
    for number in range(55):
        descriptions.save_draft(code=code, text=f"Always the same words, and number {number}", author=editor)
    page = text_of(desk.get(f"{LIST}{description().pk}/versions/"))
    last = page.split('<section class="version">')[-1]
    assert page.count('<section class="version">') == 50
    assert re.findall(r"<(ins|del)>(.*?)</", last) == [("del", "4"), ("ins", "5")]
    assert "Older versions are kept" in page


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
        ("a lead is moved", "a lead is replaced", [("same", "a lead is "), ("removed", "moved"), ("added", "replaced")]),
        ("one two", "one\r\n\r\ntwo", [("same", "one\r\n\r\ntwo")]),
        ("one", "one\n\ntwo", [("same", "one\n\n"), ("added", "two")]),
        ("", "", []),
    ],
)
def test_differences_are_by_word(before, after, changes):
    assert list(diff.words(before, after)) == changes


def test_search_finds_a_number_before_the_texts_that_mention_it(desk):
    assert CommonDescription.objects.filter(text__contains="63663").exclude(code__code="63663").exists()
    assert listed(desk.get(LIST, {"q": "63663"})) == ["CPT 63663"]
    assert listed(desk.get(LIST, {"q": "6366"})) == ["CPT 63661", "CPT 63662", "CPT 63663", "CPT 63664"]
    assert "CPT 27447" in listed(desk.get(LIST, {"q": "knee replacement"}))
    assert listed(desk.get(LIST, {"q": "1159f"})) == ["CPT 1159F"]
    assert listed(desk.get(LIST, {"q": "12345678 no such"})) == []


def test_filters(desk, editor):
    submit(desk, description(), "_draft", text="Mine.")
    assert listed(desk.get(LIST, {"status__exact": "draft"})) == ["CPT 63663"]
    assert listed(desk.get(LIST, {"author__id__exact": editor.pk})) == ["CPT 63663"]
    assert listed(desk.get(LIST, {"code__system__id__exact": "999"})) == []
    assert listed(desk.get("/admin/codes/code/", {"common__status__exact": "draft"})) == []  # no such column there
    assert "63663" in text_of(desk.get("/admin/codes/code/", {"common__status__exact": "draft"}))
    assert "63664" not in text_of(desk.get("/admin/codes/code/", {"common__status__exact": "draft"}))


def in_bulk(desk: Client, action: str, rows: list[CommonDescription], **query: str):
    url = f"{LIST}?" + "&".join(f"{name}={value}" for name, value in query.items())
    return text_of(desk.post(url, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True))


def test_drafts_are_published_in_bulk(client, desk, editor):
    for code in ("63661", "63662"):
        descriptions.save_draft(code=description(code).code, text=f"About {code} anew.", author=None)
    untouched = description("63664").updated_at
    page = in_bulk(desk, "publish_selected", [description("63661"), description("63662"), description("63664")])
    assert "2 drafts published." in page
    assert "About 63661 anew." in text_of(client.get(code_url("63661")))
    assert [description(code).author for code in ("63661", "63662")] == [editor, editor]
    assert description("63664").updated_at == untouched


def test_the_number_that_is_told_is_right_in_a_filtered_list(desk):
    descriptions.save_draft(code=description("63661").code, text="Anew.", author=None)
    assert "1 draft published." in in_bulk(desk, "publish_selected", [description("63661")], status__exact="draft")


def test_withdrawing_takes_the_text_off_the_page_and_keeps_it(client, desk):
    assert DEMONSTRATION in text_of(client.get(code_url("63663")))
    assert "1 description withdrawn" in in_bulk(desk, "withdraw_selected", [description()], status__exact="published")
    page = text_of(client.get(code_url("63663")))
    assert DEMONSTRATION not in page
    assert "No common language description has been published" in page
    assert DEMONSTRATION in description().text
    assert (description().status, description().published_at) == ("draft", None)
    assert "0 descriptions withdrawn" in in_bulk(desk, "withdraw_selected", [description()])


def test_a_concurrent_edit_is_refused_and_nothing_is_lost(desk, client):
    other = Client()
    other.force_login(make_editor("other@example.net"))
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
    editors = [make_editor("one@example.net"), make_editor("two@example.net")]
    desks = [Client(), Client()]
    for desk, user in zip(desks, editors, strict=True):
        desk.force_login(user)
    yield desks
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
        statuses = race(two_desks, lambda desk, number: desk.post(f"{LIST}add/", {"code": code.pk, "text": f"Mine, says {number}.", "_draft": "1"}))
        assert statuses == [200, 302]


def test_publishing_in_bulk_takes_the_newest_draft(editor):
    """The list was read before another editor saved: what is published is what is stored."""
    read = description()
    descriptions.save_draft(code=read.code, text="Newer words.", author=None)
    descriptions.publish(code=read.code, author=editor)
    assert (description().text, description().html) == ("Newer words.", "<p>Newer words.</p>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<b onclick=x>bold</b>", "<p>&lt;b onclick=x&gt;bold&lt;/b&gt;</p>"),
        ("[go](javascript:alert(1))", "<p>[go](javascript:alert(1))</p>"),
        ("[go](JaVaScRiPt&colon;alert(1))", "<p>[go](JaVaScRiPt:alert(1))</p>"),
        ("[go](vbscript:x) [go](data:text/html,x)", "<p>[go](vbscript:x) [go](data:text/html,x)</p>"),
        ("![x](https://elsewhere.example/x.png)", "<p></p>"),
        ("[CMS](https://www.cms.gov/)", '<p><a href="https://www.cms.gov/" rel="noopener noreferrer">CMS</a></p>'),
        ("# Approach", "<h3>Approach</h3>"),
        ("##### Small", "<h4>Small</h4>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("</textarea><script>x</script>", "<p>&lt;/textarea&gt;&lt;script&gt;x&lt;/script&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown_comes_out_harmless(text, html):
    assert to_html(text) == html


def test_no_script_reaches_a_page(client, desk):
    attack = "<script>alert(1)</script> <img src=x onerror=alert(1)> [go](javascript:alert(1)) </textarea><script>alert(2)</script>"
    submit(desk, description(), "_publish", text=attack)
    assert description().text == attack
    pages = [
        client.get(code_url("63663")),
        desk.post(f"{LIST}preview/", {"text": attack}),
        desk.get(f"{LIST}{description().pk}/change/"),
        desk.get(f"{LIST}{description().pk}/versions/"),
    ]
    for page in pages:
        assert "alert(1)" in text_of(page)
        assert not re.search(r"<script>alert|<img src=x|href=\"javascript", text_of(page))
        assert "script-src 'self'" in page["Content-Security-Policy"]
        assert "unsafe" not in page["Content-Security-Policy"]


def queries_of(desk: Client, **query: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert desk.get(LIST, query).status_code == 200
    return len(queries)


def test_the_list_takes_no_more_queries_with_more_rows(desk):
    authors = [make_editor(f"author{number}@example.net") for number in range(10)]
    for number, row in enumerate(CommonDescription.objects.all()[:50]):
        CommonDescription.objects.filter(pk=row.pk).update(author=authors[number % 10])
    desk.get(LIST)
    many, few = queries_of(desk), queries_of(desk, q="63663")
    assert len(listed(desk.get(LIST))) == 50
    assert many <= few <= 14


SCRIPT = """
from django.contrib.auth.models import Group
from accounts.models import User
user = User.objects.create_user("{email}", "{password}", is_staff=True)
user.groups.add(Group.objects.get(name="{group}"))
"""


@pytest.mark.browser
def test_an_editors_day_in_a_browser_that_enforces_the_policy(open_as, site):
    """`open_as` fails on whatever the browser complains of; the last step shows that it would."""
    site.manage("shell", "-c", SCRIPT.format(email="desk@example.net", password=PASSWORD, group="Editors"))
    watched = open_as("new")
    page = watched.page
    page.goto("/admin/")
    page.fill("[name=username]", "desk@example.net")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("text=Editing and operations")
    page.goto(f"{LIST}?q=99283")
    page.click("#result_list tbody th a")
    page.fill("#id_text", "The visit calls for **low** decision making.")
    with page.context.expect_page() as opened:
        page.click("text=Preview")
    preview = opened.value
    preview.on("console", watched.on_console)
    preview.wait_for_load_state()
    preview.reload()
    assert preview.locator(".preview strong").inner_text() == "low"
    preview.close()
    page.click("[name=_continue]")
    page.wait_for_selector("text=Draft saved.")
    page.click("text=Versions and differences")
    assert page.locator(".diff ins").first.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(205, 236, 205)"
    page.goto(f"{LIST}add/")
    page.click(".select2-selection")
    page.fill(".select2-search__field", "99283")
    page.click(".select2-results__option >> text=CPT 99283")
    assert page.locator("#id_code option:checked").inner_text() == "CPT 99283"
    assert watched.complaints == []
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">inline</p>')")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in complaint for complaint in watched.complaints)
    watched.complaints.clear()
