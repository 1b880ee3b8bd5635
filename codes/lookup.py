"""Looking codes up by number, range or the words of their titles, in the database. Titles alone are searched."""

import re
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from codes.models import Code, CodeQuerySet, compact

LONGEST_QUERY = 200
HITS_A_PAGE = 25
CODE_LIKE = re.compile(r"^[A-Z]?\d[0-9A-Z]{0,6}$|^\d{3,4}[A-Z]$")
RANGE = re.compile(r"^([0-9A-Z]{3,7})\s*[-\u2013]\s*([0-9A-Z]{3,7})$")


def exact(query: str, system: str) -> Code | None:
    """The one code that has this very number, with or without its dot and modifiers; None where none or several have."""
    text = compact(re.sub(r"^\s*([0-9A-Za-z]{5})-[0-9A-Za-z]{2}\s*$", r"\1", query))
    if not CODE_LIKE.match(text):
        return None
    found = list(within(Code.objects.titles().filter(compact=text), system)[:2])
    return found[0] if len(found) == 1 else None


def search(query: str, system: str) -> CodeQuerySet | Any:
    """Codes for a query, best first: exact number, numbers that start so, a range, or titles with all its words."""
    text = compact(query)
    if bounds := RANGE.match(text):
        return within(Code.objects.titles().filter(compact__gte=bounds[1], compact__lte=bounds[2]).order_by("system", "position"), system)
    if CODE_LIKE.match(text) and len(text) >= 2:
        starts = Case(When(compact=text, then=Value(0)), default=Value(1), output_field=IntegerField())
        return within(Code.objects.titles().filter(compact__startswith=text).order_by(starts, "system", "position"), system)
    words = re.findall(r"\w+", query)[:8]
    if not words:
        return Code.objects.none()
    titled = reduce(and_, (Q(short__icontains=word) for word in words))
    return within(Code.objects.titles().filter(titled).order_by("system", "-billable", "position"), system)


def within(found: Any, system: str) -> Any:
    """Only one system's codes, where one is asked for."""
    return found.filter(system__slug=system) if system else found
