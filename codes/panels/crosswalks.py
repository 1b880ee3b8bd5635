"""Crosswalks to diagnoses and to other code systems."""

from typing import Any

from codes.panels.subject import Subject

SLUG, TITLE = "crosswalks", "Crosswalks"


def context(subject: Subject) -> dict[str, Any]:
    """The more specific codes below a header; nothing else is loaded yet."""
    return {"below": subject.below} if subject.below else {}
