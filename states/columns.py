"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, DateTime, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

#: A UUID: native on PostgreSQL, its 36 characters on SQLite; `str` in Python.
ID: TypeEngine[str] = String(36).with_variant(Uuid(as_uuid=False), "postgresql")

#: JSON: jsonb on PostgreSQL, text on SQLite.
DOCUMENT: TypeEngine[Any] = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


@lru_cache(maxsize=1024)
def instant_text(instant: datetime) -> str:
    """An instant as it is stored on SQLite and hashed in the log: UTC, microseconds, ``Z``; sorts as text.

    Kept for a while: the rows of one event name the same instant again and again.
    """
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")[:26] + "Z"


def parse_instant(text: str | datetime) -> datetime:
    """The instant behind `instant_text` (or as the driver of PostgreSQL hands it over), in UTC."""
    instant = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: timestamptz on PostgreSQL, `instant_text` on SQLite."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of the dialect."""
        chosen: TypeEngine[Any] = DateTime(timezone=True) if dialect.name == "postgresql" else String(27)
        return dialect.type_descriptor(chosen)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Python to database."""
        return value if value is None or dialect.name == "postgresql" else instant_text(value)

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        """Database to Python."""
        return None if value is None else parse_instant(value)
