"""Who may do what in the admin: guests and coders nothing, editors descriptions, operators plans and users, neither more rights."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from codes.models import Code, CommonDescription, SearchTally, Synonym
from quotas.models import Allowance, Membership, Plan, View
from tests.conftest import PASSWORD
from tests.pages import text_of

ATTACHED = ("guideline", "compliancepoint", "crosswalk")
EDITORS = {
    "codes.view_code",
    "codes.view_heading",
    "codes.view_codesystem",
    "codes.view_release",
    "codes.add_commondescription",
    "codes.change_commondescription",
    "codes.view_commondescription",
    "codes.publish_commondescription",
    "codes.view_synonym",
    "codes.add_synonym",
    "codes.change_synonym",
    "codes.view_searchtally",
    *(f"codes.{right}_{model}" for right in ("view", "add", "change", "delete") for model in ATTACHED),
}
OPERATORS = {
    "codes.view_code",
    "codes.view_heading",
    "codes.view_codesystem",
    "codes.change_codesystem",
    "codes.view_release",
    "codes.roll_back_release",
    "codes.view_commondescription",
    "codes.view_searchtally",
    *(f"codes.view_{model}" for model in ATTACHED),
    "quotas.view_plan",
    "quotas.add_plan",
    "quotas.change_plan",
    "quotas.view_membership",
    "quotas.add_membership",
    "quotas.change_membership",
    "quotas.delete_membership",
    "quotas.view_allowance",
    "quotas.change_allowance",
    "quotas.view_view",
    "quotas.grant_views",
    "accounts.view_user",
    "accounts.add_user",
    "accounts.change_user",
    "account.view_emailaddress",
    "account.change_emailaddress",
}
SAVED = {
    "membership-TOTAL_FORMS": "0",
    "membership-INITIAL_FORMS": "0",
    "allowances-TOTAL_FORMS": "0",
    "allowances-INITIAL_FORMS": "0",
    "emailaddress_set-TOTAL_FORMS": "0",
    "emailaddress_set-INITIAL_FORMS": "0",
}


@pytest.fixture
def people(db):
    """One of each, with a verified address."""
    made = {}
    for name in ("coder", "editor", "operator", "other", "boss"):
        rights = {"is_staff": name != "coder", "is_superuser": name == "boss"}
        made[name] = User.objects.create_user(f"{name}@example.com", PASSWORD, **rights)
        EmailAddress.objects.create(user=made[name], email=made[name].email, verified=True, primary=True)
    made["editor"].groups.add(Group.objects.get(name="Editors"))
    for name in ("operator", "other"):
        made[name].groups.add(Group.objects.get(name="Operators"))
    return made


@pytest.fixture
def browsers(people):
    """Their browsers, and a guest's."""
    opened = {"guest": Client()}
    for name, user in people.items():
        opened[name] = Client()
        opened[name].force_login(user)
    return opened


@pytest.fixture
def pages(people) -> dict[str, str]:
    """Addresses of the admin, by name."""
    description, code = CommonDescription.objects.get(code__code="63663"), Code.objects.get(code="63663")
    allowance = Allowance.objects.create(user=people["coder"], period="2020-01")
    view = View.objects.create(allowance=allowance, item="cpt/63663", plan="registered")
    own = f"/admin/codes/commondescription/{description.pk}"
    synonym = Synonym.objects.create(term="knee scope", means="knee arthroscopy")
    tally = SearchTally.objects.create(day="2026-11-25", query="knee scope")
    plan = Plan.objects.get(slug="guest")
    return {
        "codes": "/admin/codes/code/",
        "code": f"/admin/codes/code/{code.pk}/change/",
        "code delete": f"/admin/codes/code/{code.pk}/delete/",
        "code add": "/admin/codes/code/add/",
        "systems": "/admin/codes/codesystem/",
        "system add": "/admin/codes/codesystem/add/",
        "releases": "/admin/codes/release/",
        "headings": "/admin/codes/heading/",
        "descriptions": "/admin/codes/commondescription/",
        "description": f"{own}/change/",
        "description add": "/admin/codes/commondescription/add/",
        "description delete": f"{own}/delete/",
        "versions": f"{own}/versions/",
        "preview": "/admin/codes/commondescription/preview/",
        "synonyms": "/admin/codes/synonym/",
        "synonym": f"/admin/codes/synonym/{synonym.pk}/change/",
        "synonym add": "/admin/codes/synonym/add/",
        "synonym delete": f"/admin/codes/synonym/{synonym.pk}/delete/",
        "searches": "/admin/codes/searchtally/",
        "searches of a day": f"/admin/codes/searchtally/{tally.pk}/change/",
        "searches add": "/admin/codes/searchtally/add/",
        "users": "/admin/accounts/user/",
        "user": f"/admin/accounts/user/{people['coder'].pk}/change/",
        "user add": "/admin/accounts/user/add/",
        "user delete": f"/admin/accounts/user/{people['coder'].pk}/delete/",
        "user history": f"/admin/accounts/user/{people['coder'].pk}/history/",
        "password": f"/admin/accounts/user/{people['coder'].pk}/password/",
        "staff": f"/admin/accounts/user/{people['editor'].pk}/change/",
        "staff password": f"/admin/accounts/user/{people['editor'].pk}/password/",
        "boss": f"/admin/accounts/user/{people['boss'].pk}/change/",
        "boss password": f"/admin/accounts/user/{people['boss'].pk}/password/",
        "plans": "/admin/quotas/plan/",
        "plan": f"/admin/quotas/plan/{plan.pk}/change/",
        "plan delete": f"/admin/quotas/plan/{plan.pk}/delete/",
        "report": "/admin/quotas/view/",
        "view": f"/admin/quotas/view/{view.pk}/change/",
        "groups": "/admin/auth/group/",
        "keys": "/admin/mfa/authenticator/",
        "code autocomplete": "/admin/autocomplete/?app_label=codes&model_name=commondescription&field_name=code&term=63663",
    }


FOR_BOTH = {"codes", "code", "systems", "releases", "headings", "descriptions", "description", "versions", "code autocomplete", "searches"}
MAY = {
    "guest": set(),
    "coder": set(),
    "editor": FOR_BOTH | {"description add", "preview", "synonyms", "synonym", "synonym add"},
    "operator": FOR_BOTH | {"users", "user", "user add", "user history", "password", "staff", "boss", "plans", "plan", "report"},
}


def test_it_works(browsers):
    for name, words in {"editor": "Common language descriptions", "operator": "Plans"}.items():
        assert words in text_of(browsers[name].get("/admin/"))
    assert "Plans" not in text_of(browsers["editor"].get("/admin/"))
    assert "/admin/accounts/" not in text_of(browsers["editor"].get("/admin/"))


@pytest.mark.parametrize(("name", "wanted"), [("Editors", EDITORS), ("Operators", OPERATORS)])
def test_groups_have_what_their_work_needs_and_no_more(db, name, wanted):
    permissions = Group.objects.get(name=name).permissions.select_related("content_type")
    assert {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions} == wanted


@pytest.mark.parametrize("name", list(MAY))
def test_pages_open_for_those_who_need_them(browsers, pages, name):
    statuses = {page: browsers[name].get(url).status_code for page, url in pages.items()}
    closed = 302 if name in ("guest", "coder") else 403
    expected = {page: 200 if page in MAY[name] else closed for page in statuses}
    if name in ("editor", "operator"):
        for page in ("view", "searches of a day"):
            expected[page] = statuses[page]  # Django answers a single view, which nobody may see, with 302 or 403
            assert statuses[page] != 200
    assert statuses == expected


def test_the_addresses_have_no_list_of_their_own(browsers):
    assert browsers["boss"].get("/admin/account/emailaddress/").status_code == 404


def test_even_a_superuser_deletes_neither_code_nor_description(browsers, pages):
    for page in ("code delete", "description delete"):
        assert browsers["boss"].post(pages[page], {"post": "yes"}).status_code == 403
    actions = text_of(browsers["boss"].get("/admin/codes/commondescription/"))
    assert "delete_selected" not in actions


def test_the_four_plans_stay(browsers):
    for slug in ("guest", "registered", "member", "staff"):
        assert browsers["boss"].post(f"/admin/quotas/plan/{Plan.objects.get(slug=slug).pk}/delete/", {"post": "yes"}).status_code == 403
    assert Plan.objects.count() == 4


def save_user(browser: Client, user: User, **fields: str):
    """Save the user's form with these fields, and all others as they are."""
    url = f"/admin/accounts/user/{user.pk}/change/"
    return browser.post(url, {"email": user.email, "first_name": "", "last_name": "", "is_active": "on", **SAVED, **fields})


RIGHTS = {"is_staff": "on", "is_superuser": "on", "groups": ""}


@pytest.mark.parametrize("name", ["coder", "operator", "editor", "other"])
def test_an_operator_hands_out_no_rights(browsers, people, name):
    before = dict(people[name].__dict__)
    rights = {**RIGHTS, "groups": str(Group.objects.get(name="Editors").pk), "user_permissions": "1"}
    status = save_user(browsers["operator"], people[name], **rights).status_code
    assert status == (302 if name == "coder" else 403)
    after = User.objects.get(pk=people[name].pk)
    assert (after.is_staff, after.is_superuser) == (before["is_staff"], False)
    assert "Editors" not in after.groups.values_list("name", flat=True) or name == "editor"
    assert not after.user_permissions.exists()


def test_an_operator_adds_no_staff(browsers, people):
    answer = browsers["operator"].post(
        "/admin/accounts/user/add/", {"email": "New@example.com", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD, **RIGHTS}
    )
    assert answer.status_code == 302
    made = User.objects.get(email="new@example.com")
    assert (made.is_staff, made.is_superuser, made.groups.count()) == (False, False, 0)


def test_a_superuser_hands_out_rights(browsers, people):
    editors = str(Group.objects.get(name="Editors").pk)
    assert save_user(browsers["boss"], people["coder"], is_staff="on", groups=editors).status_code == 302
    assert User.objects.get(pk=people["coder"].pk).is_staff


@pytest.mark.parametrize("name", ["editor", "operator", "other", "boss"])
def test_an_operator_changes_neither_address_nor_password_of_staff(browsers, people, name):
    user = people[name]
    url = f"/admin/accounts/user/{user.pk}/"
    page = text_of(browsers["operator"].get(f"{url}change/"))
    assert "Reset password" not in page
    assert "pbkdf2" not in page
    assert 'name="email"' not in page
    assert save_user(browsers["operator"], user, email="mine@example.com").status_code == 403
    assert (
        browsers["operator"]
        .post(f"{url}password/", {"usable_password": "true", "password1": "another-Harbour-2", "password2": "another-Harbour-2"})
        .status_code
        == 403
    )
    after = User.objects.get(pk=user.pk)
    assert after.email == user.email
    assert after.check_password(PASSWORD)
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [(user.email, True)]


def test_a_superuser_without_the_staff_mark_is_out_of_reach_too(browsers, people):
    User.objects.filter(pk=people["boss"].pk).update(is_staff=False)
    assert save_user(browsers["operator"], people["boss"], email="mine@example.com").status_code == 403


def test_an_operator_neither_deletes_users_nor_deactivates_staff(browsers, people):
    answer = browsers["operator"].post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [people["coder"].pk], "post": "yes"})
    assert answer.status_code in (200, 302)
    assert User.objects.filter(pk=people["coder"].pk).exists()
    assert save_user(browsers["operator"], people["boss"], is_active="").status_code == 403
    assert User.objects.get(pk=people["boss"].pk).is_active


def test_an_operator_changes_a_coders_password(browsers, people):
    url = f"/admin/accounts/user/{people['coder'].pk}/password/"
    assert browsers["operator"].post(url, {"usable_password": "true", "password1": "another-Harbour-2", "password2": "another-Harbour-2"}).status_code == 302
    assert User.objects.get(pk=people["coder"].pk).check_password("another-Harbour-2")


def test_an_operator_writes_no_description(browsers, pages):
    row = CommonDescription.objects.get(code__code="63663")
    assert browsers["operator"].post(pages["description"], {"text": "Mine.", "_publish": "1"}).status_code == 403
    assert browsers["operator"].post(pages["preview"], {"text": "Mine."}).status_code == 403
    browsers["operator"].post(pages["descriptions"], {"action": "withdraw_selected", "_selected_action": [row.pk]})
    assert CommonDescription.objects.get(pk=row.pk).html == row.html
    page = text_of(browsers["operator"].get(pages["description"]))
    assert 'name="_publish"' not in page
    assert "Close" in page


@pytest.mark.parametrize(("name", "led"), [("editor", True), ("operator", False)])
def test_only_who_may_write_a_description_is_led_to_it(browsers, pages, name, led):
    described = text_of(browsers[name].get(pages["code"]))
    assert f'href="{pages["description"]}"' in described
    bare = Code.objects.get(code="E11.9")
    begin = f"/admin/codes/commondescription/add/?code={bare.pk}"
    assert (f'href="{begin}"' in text_of(browsers[name].get(f"/admin/codes/code/{bare.pk}/change/"))) is led
    assert browsers[name].get(begin).status_code == (200 if led else 403)


def test_an_editor_changes_no_plan_and_grants_nothing(browsers, pages, people):
    assert browsers["editor"].post(pages["plan"], {"name": "Mine", "views": "1000"}).status_code == 403
    assert browsers["editor"].post(pages["users"], {"action": "grant_more_views", "_selected_action": [people["coder"].pk], "views": "5"}).status_code == 403
    assert not Allowance.objects.filter(extra__gt=0).exists()


def test_publishing_takes_the_right_to_publish(browsers, pages, people):
    """Somebody who may change descriptions and no more keeps drafts."""
    people["other"].groups.clear()
    editors = Group.objects.get(name="Editors")
    people["other"].user_permissions.set(editors.permissions.exclude(codename="publish_commondescription"))
    url, row = pages["description"], CommonDescription.objects.get(code__code="63663")
    assert browsers["other"].post(url, {"text": "Mine.", "_publish": "1"}).status_code == 403
    assert browsers["other"].post(url, {"text": "Mine.", "_draft": "1"}).status_code == 302
    assert CommonDescription.objects.get(pk=row.pk).html == row.html


def test_memberships_of_staff_are_not_the_operators(browsers, people):
    member = str(Plan.objects.get(slug="member").pk)
    fields = {"membership-TOTAL_FORMS": "1", "membership-0-plan": member, "membership-0-user": str(people["operator"].pk)}
    assert save_user(browsers["operator"], people["operator"], **fields).status_code == 403
    assert not Membership.objects.exists()
