"""The lifecycles of an installation: the newest of each for new cases, pinned versions for running ones."""

import threading
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from ..config.clock import Clock
from ..config.errors import AuthorError, ConflictError, Finding, NotFoundError
from .database import Database
from .lifecycle import Lifecycle
from .loader_pinned import dump, load_resolved
from .program import Program
from .registry import Registry
from .tables import LifecycleRow, table_of

_lifecycle = table_of(LifecycleRow)


class Library:
    """Compiled lifecycles by id and version.

    A version is compiled and pinned in the database by the first process that is opened with it. Editing a file
    without raising its version is an author's error: running cases would change under everyone's feet.
    """

    def __init__(self, loaded: Mapping[str, Lifecycle], registry: Registry, database: Database, clock: Clock) -> None:
        self._loaded = loaded
        self._registry = registry
        self._database = database
        self._clock = clock
        self._programs: dict[tuple[str, int], Program] = {}
        self._lock = threading.Lock()

    @property
    def newest(self) -> Mapping[str, Lifecycle]:
        """The lifecycles that new cases start on."""
        return self._loaded

    def get(self, lifecycle: str, version: int | None) -> Program:
        """The program of a version; None: the newest."""
        if version is None:
            return self._newest(lifecycle)
        program = self._programs.get((lifecycle, version))
        return program or self._of_version(lifecycle, version)

    def _newest(self, name: str) -> Program:
        loaded = self._loaded.get(name)
        if loaded is None:
            raise NotFoundError("lifecycle_unknown", lifecycle=name, known=", ".join(self._loaded))
        return self.get(name, loaded.version)

    def _of_version(self, name: str, version: int) -> Program:
        with self._lock:
            found = self._programs.get((name, version))
            if found is None:
                found = Program(self._read(name, version), self._registry)
                self._programs[name, version] = found
            return found

    def _read(self, name: str, version: int) -> Lifecycle:
        loaded = self._loaded.get(name)
        if loaded is not None and loaded.version == version:
            return loaded
        with self._database.reading() as connection:
            row = connection.execute(
                select(_lifecycle.c.content).where(_lifecycle.c.id == name, _lifecycle.c.version == version)
            ).first()
        if row is None:
            raise NotFoundError("lifecycle_version_unknown", lifecycle=name, version=version)
        return load_resolved(row[0], source=f"{name}@{version}")

    def pin(self) -> None:
        """Keep every newest lifecycle in the database; refuse one whose file changed without a new version.

        Raises:
            AuthorError: The content under a pinned version is another one now.
            InvalidInputError: a lifecycle names a guard or an effect that nobody has registered.
        """
        for lifecycle in self._loaded.values():
            _require_registered(lifecycle, self._registry)
        try:
            self._pin_new()
        except ConflictError:  # another process pinned them at the same moment; now they are there to compare
            self._pin_new()

    def _pin_new(self) -> None:
        with self._database.reading() as connection:
            rows = connection.execute(select(_lifecycle.c.id, _lifecycle.c.version, _lifecycle.c.digest))
            known = {(name, version): digest for name, version, digest in rows}
        new = [one for one in self._loaded.values() if not _is_pinned(one, known.get((one.id, one.version)))]
        for lifecycle in new:
            self._newest(lifecycle.id)  # compiling it tells what is wrong with it before a case runs into it
        if new:
            with self._database.writing() as connection:
                connection.execute(insert(_lifecycle), [self._row(one) for one in new])

    def _row(self, lifecycle: Lifecycle) -> dict[str, Any]:
        return {
            "id": lifecycle.id,
            "version": lifecycle.version,
            "digest": lifecycle.digest,
            "content": dump(lifecycle),
            "pinned_at": self._clock.now(),
        }


def _is_pinned(lifecycle: Lifecycle, digest: str | None) -> bool:
    if digest not in {None, lifecycle.digest}:
        finding = Finding(
            code="lifecycle_changed_in_place",
            file=lifecycle.source,
            key="version",
            params={"lifecycle": lifecycle.id, "version": lifecycle.version, "next": lifecycle.version + 1},
        )
        raise AuthorError([finding])
    return digest is not None


def _require_registered(lifecycle: Lifecycle, registry: Registry) -> None:
    """Tell of a guard or an effect that the program has no longer, however long a version has been pinned."""
    for way in (way for event in lifecycle.events.values() for way in event.ways):
        for call in way.needs:
            registry.guard_named(call.name)
        for call in way.do:
            registry.effect_named(call.name)
    for state in lifecycle.states.values():
        for call in state.by_hand_needs:
            registry.guard_named(call.name)
        for call in state.by_hand:
            registry.effect_named(call.name)
