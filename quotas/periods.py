"""Periods of a plan: their keys, bounds and names, in the site's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

LIFETIME, DAY, MONTH = "lifetime", "day", "month"


@dataclass(frozen=True, slots=True)
class Period:
    """One period: `key` names it in the database; `start` and `end` are None for a lifetime."""

    kind: str
    key: str
    start: datetime | None
    end: datetime | None

    @property
    def seconds(self) -> int | None:
        """Its true length: a month with a change of clocks is an hour shorter or longer."""
        return None if self.start is None or self.end is None else int(self.end.timestamp() - self.start.timestamp())

    @property
    def seconds_left(self) -> int | None:
        """Seconds until the next one begins."""
        return None if self.end is None else max(0, int((self.end - timezone.now()).total_seconds()))


def midnight(day: date) -> datetime:
    """The first moment of a day in the site's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())


def current_key(kind: str, today: date) -> str:
    """The key of the period of this kind that holds a day: `lifetime`, `2026-11` or `2026-11-24`."""
    return {LIFETIME: LIFETIME, MONTH: today.isoformat()[:7], DAY: today.isoformat()}[kind]


def today() -> date:
    """Today in the site's time zone, which decides when a period turns."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def current(kind: str) -> Period:
    """The period of this kind that holds this moment."""
    return holding(kind, today())


@lru_cache(maxsize=16)
def holding(kind: str, day: date) -> Period:
    """The period of this kind that holds a day."""
    key = current_key(kind, day)
    if kind == LIFETIME:
        return Period(kind, key, None, None)
    if kind == DAY:
        return Period(kind, key, midnight(day), midnight(day + timedelta(days=1)))
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Period(kind, key, midnight(day.replace(day=1)), midnight(following))


def end_of(key: str) -> date | None:
    """The first day after the period with this key; None for a lifetime."""
    if key == LIFETIME:
        return None
    if len(key) == len("2026-11"):
        first = date.fromisoformat(f"{key}-01")
        return date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromisoformat(key) + timedelta(days=1)
