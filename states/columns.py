"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import ARRAY, JSON, BindParameter, Boolean, ColumnElement, DateTime, String, Uuid, bindparam
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
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


class _Listed(TypeDecorator[Any]):
    """Many values in one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of the dialect."""
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Python to database."""
        return value if dialect.name == "postgresql" else orjson.dumps(value).decode()


class Among(ColumnElement[bool]):
    """Whether `column` is one of the values bound to the parameter `name`, a list.

    One parameter, however many values there are: the statement stays the same, so that neither it nor the plan for it
    is made anew each time, as with one parameter for each (`in_`).
    """

    inherit_cache = True
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012  # as its base class has it
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], name: str = "ids") -> None:
        self.column = column
        self.values: BindParameter[Any] = bindparam(name, type_=_Listed(column.type))

    def self_group(self, against: Any = None) -> "Among":
        """As it is: to compare it with true, as a column of truth values is on SQLite, would keep it from any index."""
        return self


@compiles(Among)
def _among(element: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(part, **given) for part in (element.column, element.values))
    if compiler.dialect.name == "postgresql":
        return f"{column} = ANY ({values})"
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # both are rendered by SQLAlchemy
