"""Reading a source of a code system without a database: what it lists, or what it is refused with."""

import pytest

from codes.releases.reading import Listed, Reader
from codes.releases.refused import Refused
from codes.releases.source import Source
from codes.releases.tally import Tally


def listed(reader: Reader, source: Source) -> tuple[dict[str, Listed], Tally]:
    """Every code of a dry reading, and its tally."""
    tally = Tally()
    rows = list(reader.read(source, tally).rows)
    assert tally.reconciles, tally.as_json()
    return {row.code: row for row in rows if isinstance(row, Listed)}, tally


def refusal(reader: Reader, source: Source) -> str:
    """What it is refused with."""
    with pytest.raises(Refused) as refused:
        listed(reader, source)
    return str(refused.value)
