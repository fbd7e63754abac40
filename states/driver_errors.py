"""The one seam where errors of the database drivers become errors of Vorgang; the cause stays attached."""

import sqlite3
from types import TracebackType

import psycopg
import sqlalchemy.exc

from ..config.errors import ConflictError, StoreError, VorgangError

#: Phrases of SQLite's own messages, in the order in which they are looked for.
_SQLITE = (
    ("readonly", "store_read_only"),
    ("read-only", "store_read_only"),
    ("disk is full", "store_full"),
    ("disk i/o error", "store_full"),
    ("database is locked", "store_busy"),
    ("unable to open", "store_unreachable"),
    ("not a database", "store_damaged"),
    ("malformed", "store_damaged"),
    ("could not decode", "store_damaged"),
    ("no such table", "store_not_prepared"),
    ("no such column", "store_not_prepared"),
)
#: SQLSTATE (or its class) of PostgreSQL (manual, appendix A).
_POSTGRES = (
    ("25006", "store_read_only"),
    ("53100", "store_full"),
    ("55P03", "store_busy"),
    ("40", "store_busy"),
    ("42P01", "store_not_prepared"),
    ("42703", "store_not_prepared"),
    ("3F000", "store_not_prepared"),
    ("28", "store_forbidden"),
    ("42501", "store_forbidden"),
    ("3D000", "store_unreachable"),
    ("53300", "store_busy"),
)


class translated:  # noqa: N801  # used like a function: with translated():
    """Runs a block whose driver errors come out as `StoreError` or `ConflictError`.

    A class, because a generator would cost as much as a statement on the hot path.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        if isinstance(error, sqlite3.Error | psycopg.Error):
            raise translate(error) from error
        if isinstance(error, sqlalchemy.exc.TimeoutError):
            raise StoreError("store_busy", detail=str(error).split("(")[0].strip()) from error
        if isinstance(error, sqlalchemy.exc.DBAPIError) and isinstance(error.orig, sqlite3.Error | psycopg.Error):
            raise translate(error.orig) from error


def translate(error: sqlite3.Error | psycopg.Error) -> VorgangError:
    """The error of Vorgang for an error of a driver."""
    detail = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, sqlite3.IntegrityError | psycopg.errors.UniqueViolation):
        return _integrity(error, detail)
    return StoreError(_code(error), detail=detail)


def _integrity(error: sqlite3.Error | psycopg.Error, detail: str) -> VorgangError:
    # SQLite names table and columns, PostgreSQL the constraint; the rest of its message quotes the values.
    where = error.diag.constraint_name or "" if isinstance(error, psycopg.Error) else detail
    if isinstance(error, sqlite3.Error) and "UNIQUE" not in detail:
        return StoreError("store_constraint", detail=detail)
    if "vorgang_paper" in where:
        return ConflictError("number_taken", detail=detail)
    if "vorgang_idempotency_key" in where:
        return ConflictError("key_raced", detail=detail)
    return ConflictError("case_changed_meanwhile", detail=detail)


def _code(error: sqlite3.Error | psycopg.Error) -> str:
    if isinstance(error, sqlite3.Error):
        text = str(error).lower()
        return next((code for phrase, code in _SQLITE if phrase in text), "store_failed")
    state = error.sqlstate or ""
    if not state or state.startswith(("08", "57P")):
        return "store_unreachable" if isinstance(error, psycopg.OperationalError) else "store_failed"
    if state.startswith("23"):
        return "store_constraint"
    return next((code for prefix, code in _POSTGRES if state.startswith(prefix)), "store_failed")
