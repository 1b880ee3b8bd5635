"""Operators at work: plans, users with what is left of their allowance, more views granted, views by day and by plan."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.admin import ChangedColumnsForm
from accounts.models import User
from quotas import meter, usage
from quotas.meter import Holder
from quotas.models import Allowance, Membership, Plan, View
from quotas.periods import DAY, LIFETIME, MONTH, current
from tests.conftest import PASSWORD
from tests.desks import PLANS, USERS, desk_of, make_staff, open_admin
from tests.pages import access, code_url, remaining, text_of

pytest_plugins = ["tests.browser"]


@pytest.fixture
def desk(db):
    """An operator's browser."""
    return desk_of(make_staff("operator@example.net", "Operators"))


def cells(page, name: str) -> list[str]:
    return re.findall(rf'<td class="field-{name}">(.*?)</td>', text_of(page))


def save_plan(desk: Client, known: str, **changed: str):
    plan = Plan.objects.get(slug=known)
    fields = {name: getattr(plan, name) for name in ("name", "summary", "views", "questions", "emails", "period", "order")}
    stored = {name: "" if value is None else value for name, value in fields.items()}
    return desk.post(f"{PLANS}{plan.pk}/change/", {**stored, "listed": "on", **changed})


def save_user(desk: Client, user: User, **changed: str):
    """Save the user's form: its own fields, and those of its rows as they are shown."""
    url = f"{USERS}{user.pk}/change/"
    page = text_of(desk.get(url))
    rows = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    rows |= dict(re.findall(r'<input type="number" name="([\w-]+)" value="([^"]*)"', page))
    rows |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([\w-]+)"[^>]* checked', page), "on")
    rows.pop("csrfmiddlewaretoken", None)
    return desk.post(url, {**rows, "email": user.email, "first_name": "", "last_name": "", **changed})


def test_it_works(desk, coder, as_coder):
    as_coder.get(code_url("63663"))
    page = desk.get(USERS, {"q": coder.email})
    assert (cells(page, "plan"), cells(page, "views_left")) == (["Registered"], ["5 of 6"])


def test_a_changed_plan_shows_at_once(desk, client):
    assert "Guest accounts are limited to 1 page view." in text_of(client.get(code_url("63663")))
    assert "to get 5 more views." in text_of(client.get(code_url("63663")))
    assert save_plan(desk, "guest", views="3").status_code == 302
    assert save_plan(desk, "registered", views="12").status_code == 302
    page = client.get(code_url("63663"))
    assert "Guest accounts are limited to 3 page views." in text_of(page)
    assert "to get 9 more views." in text_of(page)
    assert remaining(page) == "2"
    assert [access(client.get(code_url(code))) for code in ("63650", "63655", "63661")] == ["preview", "preview", "locked"]
    assert "12 a month" in text_of(client.get("/plans/"))


def test_a_plan_becomes_unlimited(desk, as_coder):
    save_plan(desk, "registered", views="")
    assert "Unlimited code page views" in text_of(as_coder.get(code_url("63663")))


def test_plans_are_changed_in_their_list(desk, client):
    plans = list(Plan.objects.order_by("order", "slug"))
    form = {"form-TOTAL_FORMS": len(plans), "form-INITIAL_FORMS": len(plans), "_save": "Save"}
    for number, plan in enumerate(plans):
        views = 2 if plan.slug == "guest" else plan.views
        values = {"id": plan.pk, "views": "" if views is None else views, "period": plan.period, "order": plan.order}
        form |= {f"form-{number}-{name}": value for name, value in values.items()}
    assert desk.post(PLANS, form).status_code == 302
    assert "Guest accounts are limited to 2 page views." in text_of(client.get(code_url("63663")))
    assert Plan.objects.get(slug="member").views is None


def test_a_plan_keeps_its_slug(desk):
    save_plan(desk, "guest", slug="visitor", name="Visitor")
    assert Plan.objects.get(slug="guest").name == "Visitor"
    assert save_plan(desk, "guest", views="-1").status_code == 200


def test_a_user_is_put_on_a_plan(desk, coder, as_coder):
    member = str(Plan.objects.get(slug="member").pk)
    assert save_user(desk, coder, **{"membership-TOTAL_FORMS": "1", "membership-0-plan": member}).status_code == 302
    assert "on the Member plan" in text_of(as_coder.get(code_url("63663")))
    assert cells(desk.get(USERS, {"q": coder.email}), "views_left") == ["unlimited"]
    page = desk.get(USERS, {"membership__plan__id__exact": member})
    assert cells(page, "plan") == ["Member"]


@pytest.fixture
def crowd(coder):
    """Users on every plan and of every period, with and without views used and granted."""
    Plan.objects.create(slug="daily", name="Daily", views=3, period=DAY)
    Plan.objects.create(slug="once", name="Once", views=10, period=LIFETIME)
    people = [coder, User.objects.create_user("of-the-house@example.net", is_staff=True)]
    for slug in ("guest", "registered", "member", "staff", "daily", "once"):
        user = User.objects.create_user(f"{slug}@example.net")
        Membership.objects.create(user=user, plan=Plan.objects.get(slug=slug))
        people.append(user)
    for number, user in enumerate(people):
        for kind in (MONTH, DAY, LIFETIME):
            Allowance.objects.create(user=user, period=current(kind).key, used=number, extra=number % 3)
        Allowance.objects.create(user=user, period="2020-01", used=99)
    return [*people, User.objects.create_user("idle@example.net")]


def test_many_standings_are_what_the_meter_says_of_each(crowd):
    found = usage.standings(crowd)
    assert len(found) == len(crowd) == 9
    for user in crowd:
        assert found[user.pk] == meter.standing(Holder(user=user.pk, staff=user.is_staff), "")


def test_the_list_takes_no_more_queries_with_more_users(desk, crowd):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(USERS).status_code == 200
        return len(captured)

    few = queries()
    member = Plan.objects.get(slug="member")
    for user in User.objects.bulk_create(User(email=f"many{number}@example.net") for number in range(35)):
        Membership.objects.create(user=user, plan=member)
        Allowance.objects.create(user=user, period=current(MONTH).key, used=1)
    assert len(cells(desk.get(USERS), "plan")) > 40
    assert queries() == few <= 14


def grant(desk: Client, *users: User, views: str):
    fields = {"action": "grant_more_views", "_selected_action": [user.pk for user in users], "views": views}
    return text_of(desk.post(USERS, fields, follow=True))


def test_more_views_are_granted(desk, coder, as_coder):
    other = User.objects.create_user("other@example.net")
    assert "Granted 4 more views, for this period, to 2 users." in grant(desk, coder, other, views="4")
    assert "Granted 1 more view, for this period, to 1 user." in grant(desk, coder, views="1")
    assert cells(desk.get(USERS, {"q": coder.email}), "views_left") == ["11 of 11"]
    assert remaining(as_coder.get(code_url("63663"))) == "10"
    assert "5 of them were granted on top of the Registered plan." in text_of(as_coder.get("/accounts/usage/"))
    assert "Granted 4 more views." in text_of(desk.get(f"{USERS}{coder.pk}/history/"))


def test_a_grant_opens_what_was_locked(desk, coder, as_coder):
    for code in ("63650", "63655", "63661", "63662", "63663", "63664"):
        as_coder.get(code_url(code))
    assert access(as_coder.get(code_url("99213"))) == "locked"
    grant(desk, coder, views="1")
    assert access(as_coder.get(code_url("99213"))) == "full"
    assert access(as_coder.get(code_url("99214"))) == "locked"


@pytest.mark.parametrize("views", ["", "0", "-1", "1001", "five", "²", "1e3", "9" * 50])
def test_odd_numbers_grant_nothing(desk, coder, views):
    assert "Nothing was granted: write a number from 1 to 1000" in grant(desk, coder, views=views)
    assert not Allowance.objects.exists()


def test_correcting_a_grant_leaves_the_views_used_alone(desk, coder, monkeypatch):
    """While the form is open the coder reads on."""
    row = Allowance.objects.create(user=coder, period=current(MONTH).key, used=2, extra=50)
    save = ChangedColumnsForm.save

    def slow_save(form, commit=True):
        Allowance.objects.filter(pk=row.pk).update(used=5)
        return save(form, commit)

    monkeypatch.setattr(ChangedColumnsForm, "save", slow_save)
    assert save_user(desk, coder, **{"allowances-0-extra": "5"}).status_code == 302
    row.refresh_from_db()
    assert (row.used, row.extra) == (5, 5)


def test_the_meters_columns_are_not_the_forms(desk, coder):
    row = Allowance.objects.create(user=coder, period=current(MONTH).key, used=2)
    save_user(desk, coder, **{"allowances-0-used": "0", "allowances-0-period": "lifetime", "allowances-0-DELETE": "on"})
    row.refresh_from_db()
    assert (row.used, row.period) == (2, current(MONTH).key)


def test_an_address_is_vouched_for(desk, coder, sign_in):
    EmailAddress.objects.update(verified=False)
    assert save_user(desk, coder, **{"emailaddress_set-0-verified": "on"}).status_code == 302
    browser = Client()
    sign_in(browser, coder)
    assert browser.get("/accounts/usage/").status_code == 200


def test_an_address_is_one_accounts(desk, coder):
    other = User.objects.create_user("other@example.net")
    EmailAddress.objects.create(user=other, email=coder.email, verified=False)
    page = save_user(desk, other, **{"emailaddress_set-0-verified": "on"})
    assert "Another account has verified this address." in text_of(page)
    assert EmailAddress.objects.filter(verified=True).count() == 1


def test_a_new_address_takes_the_old_ones_place_and_is_verified_by_its_owner(desk, coder, mailoutbox):
    assert save_user(desk, coder, email="New@example.net").status_code == 302
    coder.refresh_from_db()
    assert coder.email == "new@example.net"
    assert list(EmailAddress.objects.filter(user=coder).values_list("email", "verified", "primary")) == [("new@example.net", False, True)]
    Client().post("/accounts/password/reset/", {"email": "coder@example.net"})
    assert "There is no account with it." in mailoutbox[-1].body
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": "new@example.net", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/confirm-email/")
    assert mailoutbox[-1].to == ["new@example.net"]


def test_an_address_in_use_is_refused(desk, coder):
    User.objects.create_user("other@example.net")
    assert "already" in text_of(save_user(desk, coder, email="OTHER@example.net"))
    coder.refresh_from_db()
    assert coder.email == "coder@example.net"


def test_an_added_user_verifies_the_address(desk, mailoutbox):
    desk.post(f"{USERS}add/", {"email": "fresh@example.net", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD})
    browser = Client()
    assert browser.post("/accounts/login/", {"login": "fresh@example.net", "password": PASSWORD})["Location"].startswith("/accounts/confirm-email/")
    code = re.search(r"^([A-Z0-9]+-?[A-Z0-9]+)$", mailoutbox[-1].body, re.M)[1]
    browser.post("/accounts/confirm-email/", {"code": code})
    assert browser.get("/accounts/usage/").status_code == 200


def test_views_by_day_and_by_plan(desk, coder):
    now = timezone.now()
    allowance = Allowance.objects.create(user=coder, period="2020-01")
    bought = [("registered", 0), ("registered", 0), ("guest", 0), ("registered", 2), ("gone", 2), ("guest", 40)]
    for number, (plan, days) in enumerate(bought):
        View.objects.create(allowance=allowance, item=f"cpt/{number}", plan=plan, opened_at=now - timedelta(days=days))
    found = usage.report(31)
    assert found.plans == ["Guest", "Registered", "gone"]
    assert [(counts, total) for _, counts, total in found.days] == [([1, 2, 0], 3), ([0, 1, 1], 2)]
    assert [day for day, _, _ in found.days] == [timezone.localdate(now), timezone.localdate(now - timedelta(days=2))]
    assert (found.totals, found.total) == ([1, 3, 1], 5)
    page = text_of(desk.get("/admin/quotas/view/"))
    assert re.findall(r'<th scope="col">(.*?)</th>', page.split('class="report"')[1]) == ["Day", "Guest", "Registered", "gone", "All"]
    assert "cpt/0" not in page


def test_a_view_before_midnight_is_yesterdays(coder, monkeypatch):
    """In the site's time zone, whatever day it is in Greenwich."""
    allowance = Allowance.objects.create(user=coder, period="2020-01")
    midnight = current(DAY).start
    for number, moment in enumerate([midnight, midnight - timedelta(seconds=1)]):
        View.objects.create(allowance=allowance, item=f"cpt/{number}", plan="guest", opened_at=moment)
    assert [total for _, _, total in usage.report(2).days] == [1, 1]
    assert [total for _, _, total in usage.report(1).days] == [1]


def test_a_report_without_views_says_so(desk):
    assert "No view was bought in these days." in text_of(desk.get("/admin/quotas/view/"))


LONG_QUERY = """
from codes.models import SearchTally
from django.utils import timezone
SearchTally.objects.create(day=timezone.localdate(), query="pneumonoultramicroscopicsilicovolcanoconiosis with drainage", asked=9999, found=123456)
"""


@pytest.mark.browser
def test_an_operators_day_in_a_browser_that_enforces_the_policy(open_as, site):
    """`open_as` fails on whatever the browser complains of."""
    page = open_as("new").page
    open_admin(page, site, "Operators")
    page.goto(f"{USERS}?q=browser@example.net")
    page.click("#result_list .action-select")
    page.select_option("[name=action]", "grant_more_views")
    page.fill("[name=views]", "7")
    page.click("button[name=index]")
    page.wait_for_selector("text=Granted 7 more views")
    page.click("#result_list tbody th a")
    page.click("text=Add another Membership")
    assert page.locator("[name=membership-0-plan]").is_visible()
    for path in (f"{USERS}add/", PLANS, f"{PLANS}add/", "/admin/quotas/view/", "/admin/codes/codesystem/", "/admin/password_change/"):
        assert page.goto(path).status == 200
        assert page.title()  # asked after the load: what the page complains of has been heard by then
    site.manage("shell", "-v0", "-c", LONG_QUERY)
    page.set_viewport_size({"width": 320, "height": 800})
    for path in ("/admin/quotas/view/", "/admin/codes/searchtally/"):
        page.goto(path)
        assert page.locator(".report tbody th").count()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
