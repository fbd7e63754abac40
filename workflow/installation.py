"""An installation as its settings describe it, opened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..config.clock import Clock
from ..config.errors import StoreError
from ..config.settings import Settings, sqlite_path
from ..states.database import Database, Options
from .setup import Setup
from .workflow import Workflow


def database_options(settings: Settings) -> Options:
    """How the settings want the database opened."""
    # EXTRA adds a sync of the rollback journal's folder; with a write-ahead log there is none.
    return Options(settings.schema_name, "NORMAL" if settings.sqlite_synchronous == "NORMAL" else "FULL")


def setup_of(settings: Settings, clock: Clock | None = None, wake: Callable[[], None] | None = None) -> Setup:
    """What the settings give to a workflow."""
    return Setup(
        clock=clock,
        lifecycles=settings.lifecycles,
        rules=settings.rules,
        options=database_options(settings),
        wake=wake,
    )


@contextmanager
def opened_database(settings: Settings, *, create: bool = False, read_only: bool = False) -> Iterator[Database]:
    """The database of the settings, whatever stands in it; only with `create` a file that does not exist yet.

    `read_only`: it refuses every change.

    Raises:
        StoreError: there is no such file.
    """
    if not create:
        _require_file(settings.database_url)
    database = Database(settings.database_url, database_options(settings)._replace(read_only=read_only))
    try:
        yield database
    finally:
        database.close()


@contextmanager
def opened_workflow(settings: Settings) -> Iterator[Workflow]:
    """A workflow on the database of the settings. Errors as in `Workflow.open`, and as in `opened_database`."""
    _require_file(settings.database_url)
    with Workflow.open(settings.database_url, setup_of(settings)) as workflow:
        yield workflow


def _require_file(url: str) -> None:
    """Opening an SQLite file that does not exist would make an empty one, which helps nobody who mistyped its name."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        raise StoreError("cli_database_missing", path=str(path))
