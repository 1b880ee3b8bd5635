"""The index that this process searches, and how it keeps up with the catalogue.

Each process looks at the catalogue's state at most every `PAUSE` seconds, as it searches. Where the state has moved on it
opens the index of the new state, or has it built: in a thread of its own, by one process of a node at a time, while all
go on with the index they have. Where only synonyms have changed they are read anew, and the index stays.
"""

import fcntl
import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread

from django.db import connections

from codes.models import Catalogue
from codes.search import index, synonyms
from codes.search.engine import Engine
from codes.search.synonyms import Thesaurus

PAUSE = 0.25  # seconds between two looks at the catalogue
PATIENCE = 4.0  # seconds that a search waits for the first index of a node
State = tuple[int, int]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Open:
    """An index that is open, with the synonyms, and the count of their changes when they were read."""

    state: State
    engine: Engine
    thesaurus: Thesaurus
    synonyms: int = 0


class Live:
    """What this process searches."""

    def __init__(self) -> None:
        self.open: Open | None = None
        self.looked = 0.0
        self.lock = Lock()
        self.first = Lock()
        self.building: Thread | None = None

    def current(self) -> Open | None:
        """The index to search with; None where there is none yet, and it could not be had within `PATIENCE`."""
        if self.open is None:
            return self.begin()
        if time.monotonic() - self.looked >= PAUSE:
            self.look()
        return self.open

    def begin(self) -> Open | None:
        """The first look: one thread takes it, and the others, which have nothing to search with, wait for what it finds."""
        with self.first:
            if self.open is None and time.monotonic() - self.looked >= PAUSE:
                self.look()
        if self.open is None and self.building is not None:
            self.building.join(PATIENCE)
        return self.open

    def look(self) -> None:
        """Compare with the catalogue's state, and open or build what is missing."""
        self.looked = time.monotonic()
        edition, searchable, changes = Catalogue.counts()
        state = edition, searchable
        now = self.open
        if now is not None and now.synonyms != changes:
            self.open = now = replace(now, thesaurus=synonyms.load(), synonyms=changes)
        if now is not None and now.state == state:
            return
        path = index.folder() / index.name_of(*state)
        if path.exists() and self.take(path, state, changes):
            return
        self.build(path, state)

    def take(self, path: Path, state: State, changes: int | None = None) -> bool:
        """Open an index; one that is broken is thrown away, and built anew. `changes` is the count of the synonyms' changes, where it was just read."""
        try:
            engine = Engine(path)
            engine.spelling  # noqa: B018  # reads the vocabulary now, not in the middle of a search
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # a panic of the engine is no Exception
            if path.exists():  # else it was outdated, and is gone
                log.exception("the search index %s is broken; it is built anew", path.name)
                index.discard_all()
            return False
        if changes is None:
            changes = Catalogue.counts()[2]  # before they are read: what changes meanwhile is seen at the next look
        now = self.open
        thesaurus = now.thesaurus if now is not None and now.synonyms == changes else synonyms.load()
        self.open = Open(state, engine, thesaurus, changes)
        return True

    def build(self, path: Path, state: State) -> None:
        """Build in a thread, unless it is done already: here, or in another process of this node."""
        with self.lock:
            if self.building is None or not self.building.is_alive():
                self.building = Thread(target=self.build_alone, args=(path, state), name="search-index", daemon=True)
                self.building.start()

    def build_alone(self, path: Path, state: State) -> None:
        """Build where no other process of this node does."""
        try:
            make(path)
            self.take(path, state)
        except Exception:
            log.exception("the search index could not be built")
        finally:
            connections.close_all()

    def broken(self) -> None:
        """An index failed in the middle of a search: it is thrown away, and built anew at the next look."""
        if self.open is not None:
            index.discard_all()
        self.open, self.looked = None, 0.0

    def forget(self) -> None:
        """Close the index, for tests that change rows behind the catalogue's back."""
        self.open, self.looked, self.building = None, 0.0, None


live = Live()


def make(path: Path, *, whole: bool = False) -> None:
    """Make an index where it is not there yet; one process of a node at a time, and the others wait for it.

    It is made from the newest of the node, unless it shall be built whole, or has to be.
    """
    with (index.folder() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists():
            return
        index.sweep()
        if whole or not renewed(path):
            index.build(path.name)


def renewed(path: Path) -> bool:
    """Whether the index could be made from the newest of this node."""
    try:
        base = index.newest()
        if base is None:
            return False
        index.build(path.name, base)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        log.exception("the search index could not be renewed; it is built whole")
        return False
    return True


def build_now() -> Path:
    """Build the index of the catalogue as it is, whole, in this thread: for commands and tests."""
    path = index.folder() / index.name_of(*Catalogue.state())
    make(path, whole=True)
    return path
