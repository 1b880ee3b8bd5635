"""Staff at their desks: editors and operators, in process and on the running site, and the form of a description."""

import re
from html import unescape

from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from codes.models import CommonDescription
from tests.conftest import PASSWORD
from tests.pages import text_of
from tests.site import Site

DESCRIPTIONS, USERS, PLANS = "/admin/codes/commondescription/", "/admin/accounts/user/", "/admin/quotas/plan/"


def make_staff(email: str, group: str) -> User:
    """A member of Editors or Operators."""
    user = User.objects.create_user(email, PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def desk_of(user: User) -> Client:
    """Their browser, signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


def open_admin(page, site: Site, group: str) -> None:
    """Sign a new member of a group in at the running site's admin, in a real browser."""
    email = f"{group.lower()}@example.net"
    site.manage("shell", "-c", f"from tests.desks import make_staff; make_staff({email!r}, {group!r})")
    page.goto("/admin/")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("text=Editing and operations")


def description(code: str = "63663") -> CommonDescription:
    return CommonDescription.objects.get(code__code=code, code__system__slug="cpt")


def form_of(desk: Client, row: CommonDescription) -> tuple[str, dict[str, str]]:
    """The edit form's address, and its fields as they stand."""
    url = f"{DESCRIPTIONS}{row.pk}/change/"
    page = text_of(desk.get(url))
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    text = re.search(r'<textarea name="text"[^>]*>\s?(.*?)</textarea>', page, re.S)
    assert seen
    assert text
    return url, {"text": unescape(text[1]), "seen": unescape(seen[1])}


def submit(desk: Client, row: CommonDescription, button: str, **changed: str):
    """Press a button of the edit form."""
    url, fields = form_of(desk, row)
    return desk.post(url, {**fields, **changed, button: "1"}, follow=True)
