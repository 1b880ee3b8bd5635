"""Crosswalks to diagnoses and to other code systems."""

from collections.abc import Sequence
from typing import Any

from codes.models import Code, FeeScheduleLine

SLUG, TITLE = "crosswalks", "Crosswalks"


def context(code: Code, fees: Sequence[FeeScheduleLine]) -> dict[str, Any]:
    """The more specific codes below a header; nothing else is loaded yet."""
    below = getattr(code, "below", [])
    return {"below": below} if below else {}
