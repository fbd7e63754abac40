"""The lifecycles of an installation: the newest of each for new cases, pinned versions for running ones."""

import threading
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

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

    A version is pinned in the database when the first case runs on it. Editing a file without raising its version is
    an author's error: running cases would change under everyone's feet.
    """

    def __init__(self, loaded: Mapping[str, Lifecycle], registry: Registry, database: Database, clock: Clock) -> None:
        self._loaded = loaded
        self._registry = registry
        self._database = database
        self._clock = clock
        self._programs: dict[tuple[str, int], Program] = {}
        self._pinned: set[tuple[str, int]] = set()
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
        for name in self._loaded:
            self._newest(name)  # compiling it now tells of an unknown guard before a case runs into it
        try:
            self._pin_all()
        except ConflictError:  # another process pinned them at the same moment; now they are there to compare
            self._pin_all()

    def _pin_all(self) -> None:
        with self._database.writing() as connection:
            for lifecycle in self._loaded.values():
                self._pin(connection, lifecycle)

    def _pin(self, connection: Connection, lifecycle: Lifecycle) -> None:
        known = connection.execute(
            select(_lifecycle.c.digest).where(
                _lifecycle.c.id == lifecycle.id, _lifecycle.c.version == lifecycle.version
            )
        ).scalar_one_or_none()
        if known is None:
            values = {
                "id": lifecycle.id,
                "version": lifecycle.version,
                "digest": lifecycle.digest,
                "content": dump(lifecycle),
                "pinned_at": self._clock.now(),
            }
            connection.execute(insert(_lifecycle).values(**values))
        elif known != lifecycle.digest:
            finding = Finding(
                code="lifecycle_changed_in_place",
                file=lifecycle.source,
                key="version",
                params={"lifecycle": lifecycle.id, "version": lifecycle.version, "next": lifecycle.version + 1},
            )
            raise AuthorError([finding])
