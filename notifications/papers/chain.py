"""The way of a draft through the offices: who was asked, by when, and what came of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from ..plain import printable


class ChainRow(NamedTuple):
    """One signature as planned or as done; what is not known or has not happened is None."""

    #: The party that was asked, by its name.
    office: str
    #: mitzeichnung, gesehen, or another kind of signature.
    kind: str
    #: The day by which it was wanted.
    due: date | None = None
    #: Who signed, and for whom.
    by: str | None = None
    on_behalf_of: str | None = None
    #: When, in the time of the town.
    at: datetime | None = None
    #: What came of it, in words: mitgezeichnet, verweigert, …; of what is not signed: how it stands.
    result: str = ""
    #: Whether it is still awaited.
    open: bool = False
    remark: str | None = None
    #: Which version of the draft was before them.
    version: str | None = None
    #: How far below the answer: 0 for those whom it asked itself.
    depth: int = 0
    #: The stage of the plan; None below an office.
    stage: int | None = None
    #: How they signed: "i. V.", "i. A."; else empty.
    form: str = ""
    #: Whether it holds for the draft as it is now.
    valid: bool = True
    #: The how manieth asking it is; 0: nobody has been asked.
    asked: int = 1


class ShownVersion(NamedTuple):
    """A version of the draft: the present one, or one whose signatures stay valid for the reason given."""

    number: str | None
    sha256: str
    name: str | None = None
    #: Who has drafted it.
    by: str | None = None
    reason: str | None = None


class FinalSignature(NamedTuple):
    """The signature of the answer itself."""

    signer: str
    signer_name: str
    on_behalf_name: str | None
    #: "i. V.", "i. A." or empty.
    form: str
    at: datetime
    #: As which they signed: a role of the lifecycle.
    role: str = ""
    #: The line of the log that tells of it.
    seq: int = 0
    #: The draft that was signed.
    draft_sha256: str = ""


class Signing(NamedTuple):
    """Everything that papers tell of the signatures of a case."""

    rows: tuple[ChainRow, ...] = ()
    final: FinalSignature | None = None
    #: The present version of the draft first.
    versions: tuple[ShownVersion, ...] = ()


def chain_view(rows: Sequence[ChainRow]) -> list[dict[str, Any]]:
    """The chain as layouts see it; days and instants as ISO texts."""
    return [_plain(row) for row in rows]


def _plain(row: ChainRow) -> dict[str, Any]:
    values = row._asdict()
    values["due"] = row.due.isoformat() if row.due else None
    values["at"] = row.at.strftime("%d.%m.%Y, %H:%M") if row.at else None
    values["indent"] = "– " * row.depth
    values["remark"] = printable(row.remark) if row.remark else None
    return values


def versions_view(versions: Sequence[ShownVersion]) -> list[dict[str, Any]]:
    """The versions as layouts see them; of a hash, as much as people compare."""
    return [{**one._asdict(), "sha256": one.sha256[:12], "reason": _printable(one.reason)} for one in versions]


def _printable(text: str | None) -> str | None:
    return printable(text) if text else None
