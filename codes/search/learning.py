"""What is asked for and what is opened, counted by the day: no address, no user, no session, no time of day.

Counts gather in the process's memory and are written every `PAUSE` seconds by whichever request ends then, after its
answer has been sent. What a process has not written when it ends is lost, and so is what the database refuses: a count is
never worth an answer.
"""

import logging
import time
from datetime import date
from threading import Lock
from typing import Any

from django.core.signals import request_finished
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from codes.models import Code
from codes.search.private import kept
from quotas.throttle import throttle

PAUSE = 10.0  # seconds between two writings
MOST = 2_000  # distinct queries, and distinct choices, that are kept between them; further ones are not counted
TALLY = """
INSERT INTO codes_searchtally (day, query, asked, found, opened) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (day, query) DO UPDATE SET
asked = codes_searchtally.asked + excluded.asked,
opened = codes_searchtally.opened + excluded.opened,
found = CASE WHEN excluded.asked > 0 THEN excluded.found ELSE codes_searchtally.found END
"""
CHOICE = """
INSERT INTO codes_searchchoice (month, query, system, code, times) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (month, query, system, code) DO UPDATE SET times = codes_searchchoice.times + excluded.times
"""
Tallies = dict[tuple[date, str], tuple[int, int, int]]  # asked, found at the last, opened
Choices = dict[tuple[date, str, str, str], int]
log = logging.getLogger(__name__)


class Counts:
    """Counts of this process that are not written yet. Any thread may add to them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.tallies: Tallies = {}
        self.choices: Choices = {}
        self.written = time.monotonic()

    def ask(self, query: str, found: int) -> None:
        """A query was asked, and found so many codes."""
        key = timezone.localdate(), query
        with self.lock:
            if key in self.tallies or len(self.tallies) < MOST:
                asked, _, opened = self.tallies.get(key, (0, 0, 0))
                self.tallies[key] = asked + 1, found, opened

    def choose(self, query: str, system: str, code: str) -> None:
        """A code was opened from a query's hits."""
        today = timezone.localdate()
        key, choice = (today, query), (today.replace(day=1), query, system, code)
        with self.lock:
            if key in self.tallies or len(self.tallies) < MOST:
                asked, found, opened = self.tallies.get(key, (0, 0, 0))
                self.tallies[key] = asked, found, opened + 1
            if choice in self.choices or len(self.choices) < MOST:
                self.choices[choice] = self.choices.get(choice, 0) + 1

    def due(self) -> tuple[Tallies, Choices] | None:
        """What is to be written now, to the one caller that gets it; None where nothing is, or the last time is not long ago."""
        if not self.tallies or time.monotonic() - self.written < PAUSE:
            return None
        with self.lock:
            taken = self.tallies, self.choices
            self.forget()
        return taken if taken[0] else None


counts = Counts()


def asked(text: str, found: int) -> str:
    """Count a query of words; for the results page, once a search. Returns it as it may be kept: empty where it must not be."""
    try:
        if query := kept(text):
            counts.ask(query, found)
        return query
    except DatabaseError as error:
        log.warning("a query was not counted: %s", type(error).__name__)
        return ""


# Without a token: public pages carry none, so that they set no cookie and can be revalidated. All that another site could
# do with it is count an opening, which a browser's own word on where it comes from prevents.
@csrf_exempt
@require_POST
@throttle("120/m")
def chosen(request: HttpRequest) -> HttpResponse:
    """Count that a code was opened from a query's hits: fields q, system and code."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return HttpResponse(status=403)
    system, code = (request.POST.get(name, "")[:50].replace("\0", "") for name in ("system", "code"))
    if not Code.objects.current().filter(system__slug=system, code=code).exists():
        return HttpResponse(status=400)
    if query := kept(request.POST.get("q", "")):
        counts.choose(query, system, code)
    return HttpResponse(status=204)


def write(**signal: Any) -> None:
    """Write what is due; what goes wrong is logged without the query, and dropped."""
    if (taken := counts.due()) is None:
        return
    try:
        add(*taken)
    except Exception as error:
        log.warning("counts of %s queries were not written: %s", len(taken[0]), type(error).__name__)


def add(tallies: Tallies, choices: Choices) -> None:
    """Add to what is in the database; in the order of the keys, so that two processes never wait for each other."""
    day_of = connection.ops.adapt_datefield_value
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(TALLY, [(day_of(day), query, *numbers) for (day, query), numbers in sorted(tallies.items())])
        if choices:
            cursor.executemany(CHOICE, [(day_of(month), *key, times) for (month, *key), times in sorted(choices.items())])


request_finished.connect(write, dispatch_uid="codes.search.learning")  # there is no call that comes after the answer is sent
