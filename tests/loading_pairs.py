"""Loading NCCI pairs by the command, and what is there afterwards."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from codes.models import Catalogue, PtpEdit, Release

ROWS = 40
NAME = "ccipra-v302r0-f1.TXT"
TITLE = "NCCI PTP edits, practitioner, version 30.2 (July 2024)"
MINE = {"kind": "ncci-ptp", "part": "practitioner"}


def load(*arguments: object, **options: object) -> str:
    """What the command says."""
    said = StringIO()
    call_command("load_release", *[str(argument) for argument in arguments], stdout=said, **options)
    return said.getvalue()


def refusal(*arguments: object) -> str:
    """The sentence with which the command ends."""
    with pytest.raises(CommandError) as refused:
        load(*arguments)
    sentence = str(refused.value)
    assert "Traceback" not in sentence
    assert "\n" not in sentence.strip()
    return sentence


def now_current() -> Release | None:
    return Release.objects.filter(**MINE, current=True).first()


def everything() -> tuple[object, ...]:
    """What a load would change."""
    return (
        list(Release.objects.order_by("pk").values_list("pk", "state", "current", "rows")),
        PtpEdit.objects.count(),
        Catalogue.objects.get().edition,
    )


def nothing_dead() -> bool:
    """Whether every release and every row of one is whole."""
    return not Release.objects.filter(state=Release.IMPORTING).exists() and not PtpEdit.objects.exclude(release__state=Release.READY).exists()
