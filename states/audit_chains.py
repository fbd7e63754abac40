"""The chains of the log, one per case: is every line what it was, and none missing? Pure; rows come as iterators."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from .audit_findings import AuditFinding
from .columns import instant_text
from .ledger import GENESIS, Line, private_matches, recomputed


class CaseEnd(NamedTuple):
    """What the row of a case says about the end of its log."""

    id: str
    state: str
    log_seq: int
    log_hash: str


@dataclass(slots=True)
class Tally:
    """What was seen on the way."""

    cases: int = 0
    lines: int = 0
    erased: int = 0


def line_from(row: Iterable[Any]) -> Line:
    """A line from the raw columns of `statements.LINE`, as the driver hands them over."""
    line = Line(*row)
    seq: object = line.seq
    return line._replace(
        case_id=str(line.case_id),
        seq=seq if isinstance(seq, int) else 0,
        at=stored_instant(line.at),
        data=parsed(line.data),
        changes=parsed(line.changes),
    )


def stored_instant(value: object) -> str:
    """An instant as it is hashed; on SQLite this is the very text that is stored."""
    return instant_text(value) if isinstance(value, datetime) else str(value)


def parsed(value: Any) -> Any:
    """JSON as an object; what is no JSON stays as it is and will not match any hash."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def check_chains(cases: Iterator[CaseEnd], lines: Iterable[Line], tally: Tally) -> Iterator[AuditFinding]:
    """What is wrong with the logs; both iterators are sorted by case id, the lines by `seq` within."""
    case = next(cases, None)
    for case_id, group in groupby(lines, key=attrgetter("case_id")):
        while case is not None and case.id < case_id:
            yield _without_log(case, tally)
            case = next(cases, None)
        end = case if case is not None and case.id == case_id else None
        yield from _check_chain(case_id, group, end, tally)
        if end is not None:
            tally.cases += 1
            case = next(cases, None)
    while case is not None:
        yield _without_log(case, tally)
        case = next(cases, None)


def _without_log(case: CaseEnd, tally: Tally) -> AuditFinding:
    tally.cases += 1
    return AuditFinding(code="audit_truncated", case_id=case.id, seq=1, params={"last": case.log_seq})


def _check_chain(case_id: str, lines: Iterable[Line], end: CaseEnd | None, tally: Tally) -> Iterator[AuditFinding]:
    before: Line | None = None
    sound = True
    for line in lines:
        tally.lines += 1
        tally.erased += line.salt is None
        sound = _is_sound(line)
        yield from _check_line(line, before, sound=sound)
        before = line
    if before is not None:
        yield from _check_end(case_id, before, end, sound=sound)


def _check_line(line: Line, before: Line | None, *, sound: bool) -> Iterator[AuditFinding]:
    expected = before.seq + 1 if before else 1
    if line.seq > expected:
        yield AuditFinding(code="audit_removed", case_id=line.case_id, seq=expected, params={"last": line.seq - 1})
    elif line.seq < expected:
        yield AuditFinding(code="audit_inserted", case_id=line.case_id, seq=line.seq)
    if not sound:
        yield AuditFinding(code="audit_changed", case_id=line.case_id, seq=line.seq)
    elif line.seq == expected and line.prev_hash != (before.hash if before else GENESIS):
        # The line itself vouches for the one that stood before it.
        yield AuditFinding(code="audit_exchanged", case_id=line.case_id, seq=line.seq - 1 if before else line.seq)
    if not _is_private_sound(line):
        yield AuditFinding(code="audit_personal_changed", case_id=line.case_id, seq=line.seq)


def _check_end(case_id: str, last: Line, end: CaseEnd | None, *, sound: bool) -> Iterator[AuditFinding]:
    if end is None:
        yield AuditFinding(code="audit_case_removed", case_id=case_id, seq=last.seq)
    elif end.log_seq > last.seq:
        yield AuditFinding(code="audit_truncated", case_id=case_id, seq=last.seq + 1, params={"last": end.log_seq})
    elif end.log_seq < last.seq:
        yield AuditFinding(code="audit_inserted", case_id=case_id, seq=last.seq)
    elif sound and end.log_hash != last.hash:
        yield AuditFinding(code="audit_exchanged", case_id=case_id, seq=last.seq)
    elif sound and end.state != last.target:
        params = {"state": end.state, "logged": last.target}
        yield AuditFinding(code="audit_state_changed", case_id=case_id, seq=last.seq, params=params)


def _is_sound(line: Line) -> bool:
    try:
        return recomputed(line) == line.hash
    except (TypeError, ValueError):  # a value that no line can hold, put there by other hands
        return False


def _is_private_sound(line: Line) -> bool:
    try:
        return private_matches(line)
    except (TypeError, ValueError):  # as above
        return False
