"""Which years the fee calculator can compute: of each the fee schedule, and its geographic indices and counties where they are loaded."""

from collections.abc import Iterable
from dataclasses import dataclass

from codes.models import Release

KINDS = ("pfs", "gpci", "localities")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Ready releases by year: fee schedules (`2025`; `2026-qpp` for participants in advanced payment models), indices, counties."""

    schedules: dict[str, Release]
    indices: dict[str, Release]
    counties: dict[str, Release]

    def labels(self) -> list[tuple[str, str]]:
        """The years to choose from, newest first."""
        return [
            (key, f"{release.effective_date:%Y}{', QPP participants' if release.part else ''} ({release.title})") for key, release in self.schedules.items()
        ]

    def default(self) -> str:
        """The year of the current fee schedule, else the newest."""
        return next((key for key, release in self.schedules.items() if release.current and not release.part), next(iter(self.schedules), ""))

    def counties_of(self, year: str) -> Release | None:
        """The counties of a year, or the newest: they change little."""
        return self.counties.get(year) or next(iter(self.counties.values()), None)


def loaded() -> Loaded:
    """All of them; one query."""
    found: dict[str, list[Release]] = {kind: [] for kind in KINDS}
    for release in Release.objects.filter(kind__in=KINDS, state=Release.READY, effective_date__isnull=False):
        found[release.kind].append(release)
    return Loaded(*(newest(found[kind]) for kind in KINDS))


def newest(releases: Iterable[Release]) -> dict[str, Release]:
    """Of each year and part the current release, else the one that takes effect last; newest year first."""
    best: dict[str, Release] = {}
    for release in sorted(releases, key=lambda one: (one.current, one.effective_date, one.pk)):
        best[f"{release.effective_date:%Y}" + (f"-{release.part}" if release.part else "")] = release
    return dict(sorted(best.items(), key=lambda item: (item[0][:4], not item[1].part), reverse=True))
