"""The signatures under drafts, as they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from .tables import SignatureRow, table_of

_signature = table_of(SignatureRow)


class SignatureLine(NamedTuple):
    """One signature, with the line of the log that tells of it."""

    case_id: str
    seq: int
    at: datetime
    draft_sha256: str
    drafted_by: str | None
    drafted_for: str | None
    signer: str
    on_behalf_of: str | None
    role: str
    result: str
    remark: str | None


def signatures_of(connection: Connection, cases: Sequence[str]) -> list[SignatureLine]:
    """The signatures of some cases, oldest first."""
    columns = [_signature.c[name] for name in SignatureLine._fields]
    query = select(*columns).where(_signature.c.case_id.in_(list(cases)))
    found = [SignatureLine(*row) for row in connection.execute(query.order_by(_signature.c.at, _signature.c.seq))]
    return [line._replace(case_id=str(line.case_id)) for line in found]
