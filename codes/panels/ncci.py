"""NCCI edits: procedure-to-procedure pairs, medically unlikely edits, add-on codes."""

from typing import Any

from codes.panels.subject import Subject

SLUG, TITLE = "ncci", "NCCI Edits"


def context(subject: Subject) -> dict[str, Any]:
    """What the fee schedule itself says of bundling: add-on codes (global days ZZZ) and endoscopic bases."""
    line = subject.main_line
    if line is None or (line.global_days != "ZZZ" and not line.endo_base):
        return {}
    return {"addon": line.global_days == "ZZZ", "endo_base": line.endo_base, "release": line.release}
