"""Fill a benchmark's database: codes, guests and users, and the codes that they have open.

    python -m bench.prepare people.json

Runs under the site's settings, after `migrate`, `load_demo` and `load_release icd10cm`.
"""

import json
import sys
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import django

from bench.draws import HOLDERS, NEWCOMERS, OPEN, pairs

PLENTY = 1_000_000


def main() -> None:
    """Write the rows, and to the file what the load generator needs: codes, visitor cookies and session keys."""
    django.setup()
    from django.db import connection

    from bench import catalogue
    from quotas.models import GUEST, REGISTERED, Plan

    Plan.objects.filter(slug__in=[GUEST, REGISTERED]).update(views=PLENTY)
    codes = catalogue.make()
    visitors, sessions = make_visitors(), make_users()
    open_codes(codes)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    Path(sys.argv[1]).write_text(json.dumps({"codes": codes, "visitors": visitors, "sessions": sessions}))


def make_visitors() -> list[str]:
    """The cookies of guests with an allowance."""
    from quotas import periods, visitors
    from quotas.models import Allowance

    ids = [f"{number:032x}" for number in range(HOLDERS)]
    period = periods.current(periods.MONTH).key
    Allowance.objects.bulk_create([Allowance(visitor=visitor, period=period) for visitor in ids], batch_size=5000)
    return [visitors.sign(visitor) for visitor in ids]


def make_users() -> list[str]:
    """The session keys of verified users, signed in as allauth does it."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from accounts.models import User
    from quotas import periods
    from quotas.models import Allowance

    password, period = make_password(None), periods.current(periods.MONTH).key
    users = User.objects.bulk_create(
        [User(email=f"coder{number:05}@example.net", password=password) for number in range(HOLDERS + 2 * NEWCOMERS)], batch_size=2000
    )
    EmailAddress.objects.bulk_create([EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users], batch_size=2000)
    Allowance.objects.bulk_create([Allowance(user=user, period=period) for user in users], batch_size=5000)
    store, expires = SessionStore(), timezone.now() + timedelta(days=14)

    def session(number: int, user: Any) -> Session:
        data = {
            "_auth_user_id": str(user.pk),
            "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend",
            "_auth_user_hash": user.get_session_auth_hash(),
            "account_authentication_methods": [{"method": "password", "at": timezone.now().timestamp(), "email": user.email}],
        }
        return Session(session_key=f"bench{number:027}", session_data=store.encode(data), expire_date=expires)

    return [row.session_key for row in Session.objects.bulk_create([session(*pair) for pair in enumerate(users)], batch_size=2000)]


def open_codes(codes: list[str]) -> None:
    """The first pairs of the draws are what every holder has open already."""
    from django.db.models import Count, OuterRef, Subquery

    from quotas.models import Allowance, View

    for plan, named in (("guest", "visitor"), ("registered", "user")):
        holders = list(Allowance.objects.filter(**{f"{named}__isnull": False}).order_by(named).values_list("pk", flat=True))
        opened = islice(pairs(codes), OPEN)
        View.objects.bulk_create([View(allowance_id=holders[holder], item=f"cpt/{code}", plan=plan) for holder, code in opened], batch_size=5000)
    counted = View.objects.filter(allowance=OuterRef("pk")).order_by().values("allowance").annotate(views=Count("pk")).values("views")
    Allowance.objects.filter(views__isnull=False).update(used=Subquery(counted))


if __name__ == "__main__":
    main()
