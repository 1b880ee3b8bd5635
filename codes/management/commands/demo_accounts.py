"""Make the demonstration accounts of the embedded default."""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from quotas.models import MEMBER, Membership, Plan

ACCOUNTS = {
    "coder@example.org": "registered coder",
    "member@example.org": "member, unlimited views",
    "editor@example.org": "editor: writes descriptions at /admin/",
    "operator@example.org": "operator: plans, users and views at /admin/",
}


class Command(BaseCommand):
    """`manage.py demo_accounts`."""

    help = "Makes four accounts with one random password, kept in var/demo_password, and prints them. Only on the embedded database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, and print the accounts."""
        if not settings.EMBEDDED:
            raise CommandError("demonstration accounts are for the embedded database alone; DATABASE_URL is set")
        file = settings.VAR_DIR / "demo_password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(f"demo-{secrets.token_urlsafe(9)}\n")
        password = file.read_text().strip()
        for email, role in ACCOUNTS.items():
            make(email, password)
            self.stdout.write(f"  {email:22} {password:20} {role}")


@transaction.atomic
def make(email: str, password: str) -> None:
    """One verified account, unless it is there."""
    if User.objects.filter(email=email).exists():
        return
    name = email.partition("@")[0]
    user = User.objects.create_user(email, password, is_staff=name in ("editor", "operator"))
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if name == "member":
        Membership.objects.create(user=user, plan=Plan.objects.get(slug=MEMBER))
    if user.is_staff:
        user.groups.add(Group.objects.get(name=f"{name.title()}s"))
