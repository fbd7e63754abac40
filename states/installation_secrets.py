"""What the installation makes up by itself and keeps to itself: made when it is first needed, then always the same."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from .database import Database
from .mail_tables import SecretRow
from .tables import table_of

_BYTES = 32
_secret = table_of(SecretRow)


def secret_of(database: Database, name: str, now: datetime) -> bytes:
    """The secret for one purpose. Whoever needs it first makes it; several at once get the same."""
    query = select(_secret.c.value).where(_secret.c.name == name)
    with database.reading() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        insert = postgresql.insert if database.dialect == "postgresql" else sqlite.insert
        made = insert(_secret).values(name=name, value=secrets.token_hex(_BYTES), made_at=now)
        with database.writing() as connection:
            connection.execute(made.on_conflict_do_nothing())
            found = connection.execute(query).scalar_one()
    return bytes.fromhex(found)
