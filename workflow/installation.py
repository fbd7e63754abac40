"""An installation as its settings describe it, opened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..config.clock import Clock
from ..config.settings import Settings
from ..states.database import Database, Options
from .setup import Setup
from .workflow import Workflow


def database_options(settings: Settings) -> Options:
    """How the settings want the database opened."""
    return Options(schema=settings.schema_name, synchronous=settings.sqlite_synchronous)


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
def opened_database(settings: Settings) -> Iterator[Database]:
    """The database of the settings, whatever stands in it."""
    database = Database(settings.database_url, database_options(settings))
    try:
        yield database
    finally:
        database.close()


@contextmanager
def opened_workflow(settings: Settings) -> Iterator[Workflow]:
    """A workflow on the database of the settings. Errors as in `Workflow.open`."""
    with Workflow.open(settings.database_url, setup_of(settings)) as workflow:
        yield workflow
