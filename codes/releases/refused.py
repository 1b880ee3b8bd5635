"""What a file is refused with: a sentence that says where, what stood there, and what was expected."""


class Refused(Exception):
    """A file that is not loaded. Nothing of it stays."""

    def __init__(self, expected: str, *, file: str = "", line: int = 0, column: str = "", value: str | None = None) -> None:
        place = ", ".join(part for part in (file, f"line {line}" if line else "", f"column {column}" if column else "") if part)
        found = "" if value is None else f"{shortened(value)} stands where "
        super().__init__(f"{place}: {found}{expected}" if place else f"{found}{expected}")


def shortened(value: str) -> str:
    """A value as a sentence quotes it."""
    return "nothing" if not value else repr(value if len(value) <= 60 else value[:57] + "…")
