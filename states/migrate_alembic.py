"""Alembic behind `migrate`: runs the shipped revisions on a given connection and compares tables with the program's."""

import threading
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text

from . import document_tables as _document_tables  # noqa: F401  # its tables make themselves known to the metadata
from . import history_tables as _history_tables  # noqa: F401  # as above
from . import mail_tables as _mail_tables  # noqa: F401  # its tables make themselves known to the metadata
from . import migrate, search_tables
from . import punctuality_tables as _punctuality_tables  # noqa: F401  # as above
from . import records as _records  # noqa: F401  # as above
from . import roster_tables as _roster_tables  # noqa: F401  # as above
from . import watch_tables as _watch_tables  # noqa: F401  # as above
from .tables import NAMING, PREFIX, Table

#: Which warnings are shown is a matter of the whole process, and two threads must not put it back crosswise.
_QUIET = threading.Lock()
#: Every trigger of the revisions, by database; a missing one means that somebody could change the log, or that the
#: search no longer follows the cases.
_TRIGGERS = {
    "sqlite": (
        "vorgang_case_opened",
        "vorgang_paper_opened",
        "vorgang_search_opened",
        "vorgang_search_closed",
        "vorgang_head_kept",
        "vorgang_head_not_replaced",
        "vorgang_head_unchanged",
        "vorgang_lifecycle_kept",
        "vorgang_lifecycle_not_replaced",
        "vorgang_lifecycle_unchanged",
        "vorgang_fts_word_added",
        "vorgang_issue_kept",
        "vorgang_issue_not_replaced",
        "vorgang_issue_unchanged",
        "vorgang_paper_number_added",
        "vorgang_paper_number_changed",
        "vorgang_roster_change_kept",
        "vorgang_roster_change_not_replaced",
        "vorgang_roster_change_unchanged",
        "vorgang_search_added",
        "vorgang_search_changed",
        "vorgang_search_removed",
        "vorgang_signature_kept",
        "vorgang_signature_not_replaced",
        "vorgang_signature_told",
        "vorgang_signature_unchanged",
        "vorgang_transition_kept",
        "vorgang_transition_not_replaced",
        "vorgang_transition_unchanged",
    ),
    "postgresql": (
        "vorgang_case_opened",
        "vorgang_paper_opened",
        "vorgang_head_kept",
        "vorgang_issue_kept",
        "vorgang_lifecycle_kept",
        "vorgang_lifecycle_unchanged",
        "vorgang_paper_number_free",
        "vorgang_roster_change_kept",
        "vorgang_roster_change_unchanged",
        "vorgang_search_changed",
        "vorgang_signature_kept",
        "vorgang_signature_told",
        "vorgang_signature_unchanged",
        "vorgang_transition_kept",
        "vorgang_transition_unchanged",
    ),
}
_FOUND_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = coalesce(to_regnamespace(:schema), current_schema()::regnamespace) AND t.tgenabled = 'O'",
}


def alembic_config(connection: Connection, schema: str | None = None) -> Config:
    """The configuration under which Alembic finds our revisions and works on `connection`."""
    config = Config()
    config.set_main_option("script_location", f"{__package__}:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["options"] = _options(connection, schema)
    return config


def run_revisions(connection: Connection, schema: str | None) -> str | None:
    """Run what is missing, in the transaction of `connection`; the revision that was there before.

    A revision unknown to this program is handed back untouched.
    """
    options = {"version_table": migrate.VERSION_TABLE, "version_table_schema": schema}
    before = MigrationContext.configure(connection, opts=options).get_current_revision()
    if before is None or before in migrate.REVISIONS:
        command.upgrade(alembic_config(connection, schema), "head")
    return before


def differences(connection: Connection, schema: str | None) -> tuple[str, ...]:
    """What differs between the database and the tables of the program, in words for a developer."""
    options = _options(connection, schema)
    context = MigrationContext.configure(connection, opts=options)
    with _QUIET, warnings.catch_warnings():  # SQLite tells nothing of an index over an expression
        warnings.filterwarnings("ignore", ".*expression-based index")
        found = compare_metadata(context, options["target_metadata"])
    missing = (*_missing_indexes(connection), *_missing_triggers(connection, schema))
    return (*(_described(entry) for entry in _flat(found)), *missing)


def _options(connection: Connection, schema: str | None) -> dict[str, Any]:
    return {
        "connection": connection,
        "target_metadata": _metadata(schema),
        "version_table": migrate.VERSION_TABLE,
        "version_table_schema": schema,
        "render_as_batch": connection.dialect.name == "sqlite",
        "include_schemas": schema is not None,
        "include_name": lambda name, kind, _parents: _is_ours(name, kind, schema),
        "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    }


def _metadata(schema: str | None) -> MetaData:
    """The program's tables, in the schema where they are expected."""
    if schema is None:
        return Table.metadata
    moved = MetaData(naming_convention=NAMING)
    for table in Table.metadata.tables.values():
        table.to_metadata(moved, schema=schema)
    return moved


def _is_ours(name: str | None, kind: str, schema: str | None) -> bool:
    """A host's tables in the same database are none of our business; those of one database alone stand in SQL only."""
    if kind == "schema":
        return name == schema
    return kind != "table" or ((name or "").startswith(PREFIX) and not (name or "").startswith(search_tables.UNSEEN))


def _flat(found: Iterable[Any]) -> Iterable[Sequence[Any]]:
    """Alembic groups the changes of a column in lists."""
    for entry in found:
        if isinstance(entry, list):
            yield from entry
        else:
            yield entry


def _described(entry: Sequence[Any]) -> str:
    parts = (getattr(part, "name", part) for part in entry)
    return " ".join(str(part) for part in parts if part is not None and not isinstance(part, dict))


def _missing_indexes(connection: Connection) -> list[str]:
    """Those over expressions, of which SQLite tells Alembic nothing."""
    if connection.dialect.name != "sqlite":
        return []
    found = {row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'"))}
    every = (index for table in Table.metadata.sorted_tables for index in table.indexes)
    named = sorted(str(index.name) for index in every if len(index.columns) < len(index.expressions))
    return [f"missing_index {name}" for name in named if name not in found]


def _missing_triggers(connection: Connection, schema: str | None) -> list[str]:
    dialect = connection.dialect.name
    parameters = {"schema": f'"{schema}"' if schema else None} if dialect == "postgresql" else {}
    rows = connection.execute(text(_FOUND_TRIGGERS[dialect]), parameters)
    found = {row[0] for row in rows}
    return [f"missing_trigger {name}" for name in _TRIGGERS[dialect] if name not in found]
