"""20,000 generated codes under `cpt`, spread over the headings of the demonstration catalogue; no AMA text."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from bench import words
from codes.markdown import to_html
from codes.models import Catalogue, Code, CodeSystem, CommonDescription, FeeScheduleLine, Heading, Release

CODES = 20_000
BATCH = 2_000
SEED = 63663
PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


def places(system: CodeSystem, taken: set[str], dice: random.Random) -> list[tuple[str, Heading]]:
    """Numbers that no code has yet, each with its heading, in the order of the tree."""
    leaves = Heading.objects.filter(system=system, children=None, first__regex=r"^\d{5}$").order_by("path")
    free = [(f"{number:05}", leaf) for leaf in leaves for number in range(int(leaf.first), int(leaf.last) + 1) if f"{number:05}" not in taken]
    chosen = sorted(dice.sample(range(len(free)), CODES))
    return [free[place] for place in chosen]


def make() -> list[str]:
    """Write the codes with their descriptions and fee lines; their numbers, the most popular first."""
    dice = random.Random(SEED)
    system = CodeSystem.objects.get(slug="cpt")
    release = Release.objects.get(kind="cpt", current=True)
    present = set(Code.objects.filter(system=system).values_list("code", flat=True))
    rows = []
    for number, heading in places(system, present, dice):
        short = words.title(dice)
        long = f"{short}; {words.prose(dice, 15)}"
        rows.append(Code(system=system, code=number, compact=number, heading=heading, position=0, short=short, medium=short, long=long, release=release))
    for batch in batches(rows):
        Code.objects.bulk_create(batch)
        CommonDescription.objects.bulk_create(described(code, dice) for code in batch)
    put_in_order(system)
    for fees in batches(list(fee_lines(rows, dice))):
        FeeScheduleLine.objects.bulk_create(fees)
    Catalogue.count_up()
    numbers = [row.code for row in rows]
    dice.shuffle(numbers)
    return numbers


def batches(rows: list[Any]) -> Iterator[list[Any]]:
    """The rows, so many at a time."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def described(code: Code, dice: random.Random) -> CommonDescription:
    """A published description of two paragraphs, about 120 words."""
    text = f"{words.prose(dice)}\n\n{words.prose(dice)}"
    return CommonDescription(code=code, text=text, html=to_html(text), status=CommonDescription.PUBLISHED, published_at=PUBLISHED, demonstration=True)


@transaction.atomic
def put_in_order(system: CodeSystem) -> None:
    """Places in the order of the tree, generated codes and demonstration codes together."""
    codes = list(Code.objects.filter(system=system).order_by("heading__path", "code").only("pk"))
    for place, code in enumerate(codes, 1):
        code.position = place
    Code.objects.bulk_update(codes, ["position"], batch_size=500)


def fee_lines(rows: list[Code], dice: random.Random) -> Iterator[FeeScheduleLine]:
    """For each code the lines of a demonstration code, drawn by chance: so the real mix of 26 and TC, indicators and days."""
    models: dict[str, list[FeeScheduleLine]] = {}
    for line in FeeScheduleLine.objects.filter(release__kind="pfs", release__current=True):
        models.setdefault(line.code, []).append(line)
    choices = list(models.values())
    columns = [field.attname for field in FeeScheduleLine._meta.concrete_fields if field.attname not in ("id", "code")]
    for row in rows:
        for line in dice.choice(choices):
            yield FeeScheduleLine(code=row.code, **{column: getattr(line, column) for column in columns})
