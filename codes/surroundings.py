"""What many code pages share: their system, their release, and the headings above them.

Kept for an edition of the catalogue, which counts up with every load and every change to a system,
so that a page nobody has opened yet does not ask the database for what its neighbours asked already.
"""

from functools import lru_cache

from codes.models import CodeSystem, Gpci, Heading, Release, paths_to


@lru_cache(maxsize=64)
def system_of(pk: int, edition: int) -> CodeSystem:
    """The code system."""
    return CodeSystem.objects.get(pk=pk)


@lru_cache(maxsize=64)
def release_of(pk: int, edition: int) -> Release:
    """The release."""
    return Release.objects.get(pk=pk)


@lru_cache(maxsize=8)
def current_releases(edition: int) -> dict[tuple[str, str], Release]:
    """All current releases by kind and part: some twenty rows, read at once."""
    return {(release.kind, release.part): release for release in Release.objects.filter(current=True)}


def current_release(kind: str, edition: int, part: str = "") -> Release | None:
    """The current release of a kind; `part` where a kind has several (`practitioner`, `outpatient`)."""
    return current_releases(edition).get((kind, part))


@lru_cache(maxsize=4)
def indices_of(release: int, edition: int) -> tuple[Gpci, ...]:
    """The geographic indices of a release: some hundred rows."""
    return tuple(Gpci.objects.filter(release=release))


@lru_cache(maxsize=8192)
def headings_above(heading: int | None, edition: int, *, with_notes: bool) -> tuple[Heading, ...]:
    """A heading's ancestors and itself, from the top down. Notes are gated, so they are loaded for a page in full alone."""
    if heading is None:
        return ()
    release, path = Heading.objects.values_list("release", "path").get(pk=heading)
    trail = Heading.objects.filter(release=release, path__in=paths_to(path))
    return tuple(trail if with_notes else trail.defer("notes", "note"))


def forget() -> None:
    """Empty the memory, for tests that change rows behind the catalogue's back."""
    for memory in (system_of, release_of, current_releases, indices_of, headings_above):
        memory.cache_clear()
