"""Signatures against the log: does each have its line, and does that line tell the same? Pure; rows as iterators."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .audit_findings import AuditFinding
from .ledger import Line, signature_digest


class SignedRow(NamedTuple):
    """A signature as it is stored."""

    case_id: str
    seq: int
    at: str
    signer: str
    on_behalf_of: str | None
    role: str
    result: str
    draft_sha256: str
    drafted_by: str | None
    drafted_for: str | None
    remark: str | None


def watched(lines: Iterable[Line], signed: Iterable[SignedRow], found: list[AuditFinding]) -> Iterator[Line]:
    """The lines as they come; what is wrong with the signatures beside them is added to `found`.

    Both are sorted by case and number. Of a line whose personal part is erased, no persons and no remark are
    compared any more.
    """
    rows = iter(signed)
    row = next(rows, None)
    for line in lines:
        yield line
        told = _told(line)
        while row is not None and (row.case_id, row.seq) < (line.case_id, line.seq):
            found.append(_finding("audit_signature_changed", row.case_id, row.seq))
            row = next(rows, None)
        if row is not None and (row.case_id, row.seq) == (line.case_id, line.seq):
            if not _agrees(row, line, told):
                found.append(_finding("audit_signature_changed", row.case_id, row.seq))
            row = next(rows, None)
        elif told:
            found.append(_finding("audit_signature_missing", line.case_id, line.seq))
    found.extend(_finding("audit_signature_changed", one.case_id, one.seq) for one in ([row] if row else []))
    found.extend(_finding("audit_signature_changed", one.case_id, one.seq) for one in rows)


def _told(line: Line) -> Any:
    return line.changes.get("signature") if isinstance(line.changes, dict) else None


def _agrees(row: SignedRow, line: Line, told: Any) -> bool:
    if (row.at, row.role) != (line.at, line.role) or not isinstance(told, list):
        return False
    if line.salt is None:
        return told[:2] == [row.result, row.draft_sha256]
    named = signature_digest(line.salt, row.drafted_by, row.drafted_for, row.remark)
    persons = (row.signer, row.on_behalf_of) == (line.actor, line.on_behalf_of)
    return persons and told == [row.result, row.draft_sha256, named]


def _finding(code: Any, case_id: str, seq: int) -> AuditFinding:
    return AuditFinding(code=code, case_id=case_id, seq=seq)
