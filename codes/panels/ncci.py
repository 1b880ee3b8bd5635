"""NCCI edits: procedure-to-procedure pairs, medically unlikely edits, add-on codes."""

from collections.abc import Sequence
from typing import Any

from codes.models import Code, FeeScheduleLine

SLUG, TITLE = "ncci", "NCCI Edits"


def context(code: Code, fees: Sequence[FeeScheduleLine]) -> dict[str, Any]:
    """What the fee schedule itself says of bundling: add-on codes (global days ZZZ) and endoscopic bases."""
    line = next((fee for fee in fees if not fee.modifier), None)
    if line is None or (line.global_days != "ZZZ" and not line.endo_base):
        return {}
    return {"addon": line.global_days == "ZZZ", "endo_base": line.endo_base, "release": line.release}
