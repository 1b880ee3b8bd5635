"""Where a release comes from: files, folders, zips within zips, or an address.

A source is a list of members, each of which can be opened as bytes as often as wanted; nothing is unpacked to disk
but an inner zip, into a temporary file.
"""

import gzip
import hashlib
import re
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from codes.releases.refused import Refused

CHUNK = 1024 * 1024
DEEPEST = 3  # a zip in a zip in a zip


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a source. `name` is its own name, without folders; `place` says where it lies."""

    name: str
    place: str
    opener: Callable[[], IO[bytes]]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes. A damaged zip or a cut-off file is refused in words."""
        try:
            with self.opener() as file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError) as damage:
            raise Refused(f"a whole file was expected, but it is damaged or cut off ({damage})", file=self.place) from damage
        except NotImplementedError as unknown:
            raise Refused(f"a plain zip was expected ({unknown})", file=self.place) from unknown
        except RuntimeError as locked:
            if "password" not in str(locked):
                raise
            raise Refused("a zip without a password was expected", file=self.place) from locked


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one release. `name` is how the record names it."""

    name: str
    members: tuple[Member, ...]
    digest: str

    def matching(self, pattern: str) -> list[Member]:
        """Members whose own name fits the pattern (a regular expression, case aside), by name."""
        return sorted((member for member in self.members if re.search(pattern, member.name, re.IGNORECASE)), key=lambda member: member.name.lower())

    def one(self, pattern: str, wanted: str) -> Member:
        """The one member that fits; refused where there is none or a choice."""
        found = self.matching(pattern)
        if len(found) == 1:
            return found[0]
        there = ", ".join(member.name for member in (found or self.members)[:12]) or "nothing"
        raise Refused(f"{wanted} was expected{' once' if found else ''}; there is: {there}", file=self.name)


def open_source(paths: Sequence[Path], name: str = "", wanted: str = "") -> Source:
    """The source made of files, folders and zips. `wanted` narrows the files of a folder to those of a kind (by name)."""
    files = [file for path in paths for file in files_of(path, wanted)]
    if not files:
        raise Refused("a file was expected, but the folder has none of this kind", file=", ".join(path.name for path in paths))
    members = [member for file in files for member in members_of(file)]
    return Source(name or ", ".join(dict.fromkeys(path.name for path in paths)), tuple(members), digest_of(files))


def files_of(path: Path, wanted: str) -> list[Path]:
    """The file itself, or the files of a folder that are of the kind."""
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        return [file for file in inside if re.search(wanted, file.name, re.IGNORECASE)]
    if not path.is_file():
        raise Refused("there is no such file", file=str(path))
    return [path]


def digest_of(files: Sequence[Path]) -> str:
    """SHA-256 over the files' bytes, one after the other in the order of their names."""
    total = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.name.lower()):
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                total.update(chunk)
    return total.hexdigest()


def members_of(path: Path) -> Iterator[Member]:
    """The file as a member, or what its zip holds, inner zips too."""
    if zipfile.is_zipfile(path) and path.suffix.lower() not in {".xlsx", ".xlsm"}:
        yield from unzipped(path.name, lambda: path.open("rb"), 1)
    elif path.suffix.lower() == ".zip":
        raise Refused("a zip was expected, but the file is not one, or it is cut off", file=path.name)
    else:
        yield plain(path.name, path.name, lambda: path.open("rb"))


def plain(name: str, place: str, opener: Callable[[], IO[bytes]]) -> Member:
    """A file that is no zip; one in .gz is unpacked as it is read."""
    if name.lower().endswith(".gz"):
        return Member(name[:-3], place, lambda: gunzipped(opener()))
    return Member(name, place, opener)


def gunzipped(file: IO[bytes]) -> IO[bytes]:
    """The unpacked bytes of a file."""
    unpacked = gzip.GzipFile(fileobj=file)
    weakref.finalize(unpacked, file.close)  # a GzipFile closes no file that it was given
    return cast("IO[bytes]", unpacked)


def unzipped(place: str, opener: Callable[[], IO[bytes]], depth: int) -> Iterator[Member]:
    """What a zip holds. An inner zip is copied to a temporary file, since a zip is read from its end."""
    if depth > DEEPEST:
        raise Refused("at most three zips in each other were expected", file=place)
    file = opener()
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as damage:
        file.close()
        raise Refused(f"a whole zip was expected, but it is damaged or cut off ({damage})", file=place) from damage
    weakref.finalize(archive, file.close)  # a ZipFile closes no file that it was given
    for entry in archive.infolist():
        name = entry.filename.rpartition("/")[2]
        if entry.is_dir() or name.startswith(".") or entry.filename.startswith("__MACOSX/"):
            continue
        inner = f"{place}/{entry.filename}"
        if name.lower().endswith(".zip"):
            yield from unzipped(inner, copied(archive, entry), depth + 1)
        else:
            yield plain(name, inner, lambda entry=entry: archive.open(entry))  # type: ignore[misc]


def copied(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    """An opener of an inner zip's own temporary file."""

    def opener() -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        with archive.open(entry) as packed:
            while chunk := packed.read(CHUNK):
                file.write(chunk)
        file.seek(0)
        return file

    return opener
