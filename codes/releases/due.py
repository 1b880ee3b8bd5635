"""When a newer release must be out."""

from datetime import date, timedelta

from django.utils import timezone

from codes.models import Release
from codes.releases.kinds import READERS

# The coverage database is published every week; of what changes so often a month is old.
DAYS = {"mcd-articles": 31, "mcd-lcd": 31, "ncd": 31}


def newest(kind: str, today: date) -> date | None:
    """The last day on which a release of this kind took effect, as its publisher's calendar has it; None without a calendar."""
    if kind in DAYS:
        return today - timedelta(days=DAYS[kind])
    months = READERS[kind].MONTHS if kind in READERS else ()
    days = [date(year, month, 1) for year in (today.year - 1, today.year) for month in months]
    return max((day for day in days if day <= today), default=None)


def overdue(release: Release, today: date | None = None) -> str:
    """What an operator should know of a release that is not the newest; nothing where it is, or where nobody can tell."""
    expected = newest(release.kind, today or timezone.localdate())
    if expected is None or release.effective_date is None or release.effective_date >= expected:
        return ""
    if release.kind in DAYS:
        return f"More than {DAYS[release.kind]} days old: newer ones are out."
    return f"By the publisher's calendar a newer one is in effect since {expected:%B} {expected.day}, {expected.year}."
